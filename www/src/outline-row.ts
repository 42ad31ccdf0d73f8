// One scene in the list: colour, number, heading, synopsis, page, length, who is there. A row that is out of sight is a button with
// a name and as high as it was: hundreds of them drawn would cost each frame of the page, and its memory.

import type { Peer, Scene } from "scriptroom"
import { el } from "./dom"
import { displayColor, displayName } from "./peers"
import { sceneColorName } from "./scene-colors"
import { ui } from "./words/ui"

/** More people in one scene are not told apart by dots. */
const dotsAtMost = 3

/** What a row is drawn from. */
interface Said {
  readonly number: string
  readonly heading: string
  readonly page: string
  readonly synopsis: string
  /** In eighths of a page; 0 while nobody knows. */
  readonly length: number
  readonly color: string | null
  readonly people: readonly Peer[]
}

/** A row. What stays the same costs nothing. */
export class SceneRow {
  readonly button: HTMLButtonElement
  readonly item: HTMLLIElement
  private says: Said = { number: "", heading: "", page: "", synopsis: "", length: 0, color: null, people: [] }
  /** `null` while it is out of sight. */
  private drawn: DrawnRow | null = null

  /** `place`: which one in the list it is, from 1. */
  constructor(
    id: string,
    public place = 0,
  ) {
    this.button = el("button", { type: "button", class: "scene", "data-scene": id, tabindex: -1 })
    this.item = el("li", {}, this.button)
  }

  /** Draws it, as it comes into sight. */
  draw(): void {
    if (this.drawn) return
    this.drawn = new DrawnRow()
    this.drawn.show(this.says)
    this.button.style.blockSize = ""
    this.button.replaceChildren(...this.drawn.parts)
  }

  /** Takes away what is drawn, as it goes out of sight; `height` is what it had, in CSS pixels, 0 where it is not in the list. */
  empty(height: number): void {
    this.drawn = null
    this.button.style.blockSize = height > 0 ? `${height}px` : ""
    this.button.replaceChildren()
  }

  /** Shows what the scene says, and on which page it is; without one it stays as it was. */
  show({ heading, number, color }: Scene, page = this.says.page): void {
    this.say({ heading, color, page, number: number ?? String(this.place) })
  }

  showSynopsis(synopsis: string): void {
    this.say({ synopsis })
  }

  /** Shows the length, in eighths of a page. */
  showLength(length: number): void {
    this.say({ length })
  }

  showPeople(people: readonly Peer[]): void {
    this.say({ people })
  }

  private say(now: Partial<Said>): void {
    this.says = { ...this.says, ...now }
    const name = this.says.heading || ui.palette.emptyHeading
    if (this.button.title !== name) this.button.title = name
    this.drawn?.show(this.says)
  }
}

/** What is in a row's button. */
class DrawnRow {
  private readonly number = el("span", { class: "number" })
  private readonly heading = el("span", { class: "heading", "data-empty": ui.palette.emptyHeading })
  private readonly synopsis = el("span", { class: "synopsis" })
  private readonly page = el("span", { class: "page" })
  private readonly length = el("span", { class: "length" })
  private readonly color = el("span", { class: "scene-color", hidden: true })
  /** Who else is in the scene. */
  private readonly people = el("span", { class: "people" })
  private shows: Readonly<Record<"words" | "synopsis" | "length" | "color" | "people", string>> = { words: "", synopsis: "", length: "", color: "", people: "" }

  readonly parts: readonly HTMLElement[] = [
    this.number,
    this.heading,
    el("span", { class: "figures-of-scene" }, this.page, this.length),
    this.synopsis,
    this.color,
    this.people,
    el("span", { class: "grip", "aria-hidden": "true", title: ui.outline.drag }),
  ]

  /** What stays the same is left alone. */
  show({ number, heading, page, synopsis, length, color, people }: Said): void {
    const shows = {
      words: JSON.stringify([number, heading, page]),
      synopsis,
      length: length === 0 ? "" : inEighths(length),
      color: color ?? "",
      people: people.map(({ clientId, name, color }) => `${clientId} ${name} ${color}`).join(),
    }
    const before = this.shows
    this.shows = shows
    if (shows.words !== before.words) this.showWords(number, heading, page)
    if (shows.synopsis !== before.synopsis) this.synopsis.textContent = synopsis
    if (shows.length !== before.length) this.showLength(shows.length)
    if (shows.color !== before.color) this.showColor(color)
    if (shows.people !== before.people) this.showPeople(people)
  }

  private showWords(number: string, heading: string, page: string): void {
    // What is only heard stands between what is seen, so that both are the same words.
    this.number.replaceChildren(heard(ui.outline.scene), number)
    this.heading.textContent = heading
    this.page.replaceChildren(...(page === "" ? [] : [heard(ui.outline.page), page]))
  }

  private showLength(words: string): void {
    this.length.replaceChildren(...(words === "" ? [] : [heard(ui.outline.length), words]))
    this.length.title = words === "" ? "" : ui.outline.lengthOf(words)
  }

  private showColor(color: string | null): void {
    const name = color === null ? "" : sceneColorName(color)
    this.color.hidden = color === null
    this.color.style.setProperty("--scene-color", color)
    this.color.title = name
    this.color.replaceChildren(...(color === null ? [] : [heard(ui.outline.color(name))]))
  }

  private showPeople(people: readonly Peer[]): void {
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
