// One scene in the list: colour, number, heading, synopsis, page, length, who is there.

import type { Peer, Scene } from "scriptroom"
import { el } from "./dom"
import { displayColor, displayName } from "./peers"
import { sceneColorName } from "./scene-colors"
import { ui } from "./words/ui"

/** More people in one scene are not told apart by dots. */
const dotsAtMost = 3

/** A row. What stays the same costs nothing. */
export class SceneRow {
  private readonly number = el("span", { class: "number" })
  private readonly heading = el("span", { class: "heading", "data-empty": ui.palette.emptyHeading })
  private readonly synopsis = el("span", { class: "synopsis" })
  private readonly page = el("span", { class: "page" })
  private readonly length = el("span", { class: "length" })
  private readonly color = el("span", { class: "scene-color", hidden: true })
  /** Who else is in the scene. */
  private readonly people = el("span", { class: "people" })
  private readonly grip = el("span", { class: "grip", "aria-hidden": "true", title: ui.outline.drag })
  readonly button: HTMLButtonElement
  readonly item: HTMLLIElement
  private says: { readonly number: string; readonly heading: string; readonly page: string } | null = null
  private shows = { people: "", synopsis: "", length: 0, color: null as string | null }

  /** `place`: which one in the list it is, from 1. */
  constructor(
    id: string,
    public place = 0,
  ) {
    const figures = el("span", { class: "figures-of-scene" }, this.page, this.length)
    const parts = [this.number, this.heading, figures, this.synopsis, this.color, this.people, this.grip]
    this.button = el("button", { type: "button", class: "scene", "data-scene": id, tabindex: -1 }, ...parts)
    this.item = el("li", {}, this.button)
  }

  /** Shows what the scene says, and on which page it is; without one it stays as it was. */
  show(scene: Scene, page = this.says?.page ?? ""): void {
    this.showColor(scene.color)
    const { says } = this
    const { heading } = scene
    const number = scene.number ?? String(this.place)
    if (says?.number === number && says.heading === heading && says.page === page) return
    this.says = { number, heading, page }
    // What is only heard stands between what is seen, so that both are the same words.
    this.number.replaceChildren(heard(ui.outline.scene), number)
    this.heading.textContent = heading
    this.page.replaceChildren(...(page === "" ? [] : [heard(ui.outline.page), page]))
    this.button.title = heading
  }

  private showColor(color: string | null): void {
    if (color === this.shows.color) return
    this.shows.color = color
    const name = color === null ? "" : sceneColorName(color)
    this.color.hidden = color === null
    this.color.style.setProperty("--scene-color", color)
    this.color.title = name
    this.color.replaceChildren(...(color === null ? [] : [heard(ui.outline.color(name))]))
  }

  showSynopsis(words: string): void {
    if (words === this.shows.synopsis) return
    this.shows.synopsis = words
    this.synopsis.textContent = words
  }

  /** Shows the length, in eighths of a page. */
  showLength(eighths: number): void {
    if (eighths === this.shows.length) return
    this.shows.length = eighths
    const words = inEighths(eighths)
    this.length.replaceChildren(heard(ui.outline.length), words)
    this.length.title = ui.outline.lengthOf(words)
  }

  showPeople(people: readonly Peer[]): void {
    const shows = people.map(({ clientId, name, color }) => `${clientId} ${name} ${color}`).join()
    if (shows === this.shows.people) return
    this.shows.people = shows
    const names = people.map(({ name }) => displayName(name)).join(", ")
    this.people.title = names
    const dots = people.slice(0, dotsAtMost).map(({ color }) => el("span", { class: "dot", style: `--peer: ${displayColor(color)}` }))
    this.people.replaceChildren(...dots, ...(names === "" ? [] : [heard(ui.outline.here(names))]))
  }
}

/** As productions write it: `4/8`, `1`, `2 1/8`. */
export function inEighths(eighths: number): string {
  const [pages, rest] = [Math.floor(eighths / 8), eighths % 8]
  return [pages > 0 || rest === 0 ? String(pages) : "", rest > 0 ? `${rest}/8` : ""].filter(part => part !== "").join(" ")
}

function heard(text: string): HTMLElement {
  return el("span", { class: "visually-hidden" }, text)
}
