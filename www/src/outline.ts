// The scenes in the sidebar: a list of buttons, one a scene, that follows the script.
// It is kept in step by id, so that a key typed in one heading touches one row.

import type { PageBreak, Pages, Peer, Scene } from "scriptroom"
import { el } from "./dom"
import { movable } from "./outline-move"
import { displayColor, displayName } from "./peers"
import { ui } from "./words/ui"

/** More people in one scene are not told apart by dots. */
const dotsAtMost = 3

interface Row {
  readonly item: HTMLLIElement
  readonly button: HTMLButtonElement
  readonly number: HTMLElement
  readonly heading: HTMLElement
  readonly page: HTMLElement
  /** Who else is in the scene. */
  readonly people: HTMLElement
  showsPeople: string
  /** Which one in the list it is, from 1. */
  place: number
  /** What the row says, so that rows that stay the same cost nothing. */
  says: { readonly number: string; readonly heading: string; readonly page: string } | null
}

/** What a writer asks of the list of scenes. */
export interface OutlineActions {
  /** They want to see a scene. */
  readonly choose: (id: string) => void
  /** They want a scene before another, or at the end. */
  readonly move: (id: string, before: string | null) => void
  readonly mayMove: () => boolean
}

/** The list of scenes. */
export class Outline {
  private readonly list = el("ol", { class: "scene-list", "aria-labelledby": "scenes-title" })
  private readonly count = el("span", { class: "scene-count" })
  private readonly empty = el("p", { class: "empty" }, ui.outline.empty)
  private readonly rows = new Map<string, Row>()
  private order: readonly string[] = []
  private current: string | null = null

  readonly dom = el(
    "nav",
    { class: "outline", "aria-label": ui.outline.title, id: "outline" },
    el("h2", { id: "scenes-title" }, ui.outline.title, this.count),
    this.empty,
    this.list,
  )

  constructor(actions: OutlineActions) {
    movable({ list: this.list, order: () => this.order, rowOf: id => this.rows.get(id)?.button, ...actions })
    this.list.addEventListener("keydown", event => this.move(event))
    this.list.addEventListener("click", event => {
      const id = (event.target as Element).closest<HTMLElement>(".scene")?.dataset.scene
      if (id) actions.choose(id)
    })
  }

  /** Shows who else is in which scene. */
  showPeople(bySceneId: ReadonlyMap<string, readonly Peer[]>): void {
    for (const [id, row] of this.rows) {
      const people = bySceneId.get(id) ?? []
      const shows = people.map(({ clientId, name, color }) => `${clientId} ${name} ${color}`).join()
      if (row.showsPeople === shows) continue
      row.showsPeople = shows
      const names = people.map(({ name }) => displayName(name)).join(", ")
      row.people.title = names
      const dots = people.slice(0, dotsAtMost).map(({ color }) => el("span", { class: "dot", style: `--peer: ${displayColor(color)}` }))
      row.people.replaceChildren(...dots, ...(names === "" ? [] : [heard(ui.outline.here(names))]))
    }
  }

  /** Puts the focus to a scene's row. */
  focus(id: string): void {
    this.rows.get(id)?.button.focus()
  }

  /** Shows these scenes, in this order. Until the first layout nobody knows their pages, and none is shown. */
  show(scenes: readonly Scene[], pages: Pages): void {
    const { breaks } = pages
    const first = pages.count > 0 ? "1" : ""
    const order = scenes.map(scene => scene.id)
    this.removeAllBut(new Set(order))
    let next = this.list.firstElementChild
    let page = 0
    scenes.forEach((scene, index) => {
      while (page < breaks.length && (breaks[page] as PageBreak).offset <= scene.offset) page += 1
      const row = this.rows.get(scene.id) ?? this.addRow(scene.id)
      const label = page > 0 ? (breaks[page - 1] as PageBreak).page : first
      row.place = index + 1
      fill(row, scene, label)
      if (row.item === next) next = next.nextElementSibling
      else this.list.insertBefore(row.item, next)
    })
    const sameOrder = order.length === this.order.length && order.every((id, index) => id === this.order[index])
    if (sameOrder) return
    this.order = order
    this.count.textContent = String(order.length)
    this.empty.hidden = order.length > 0
    this.keepOneTabStop()
  }

  /** Shows what a scene's heading says now; its number in the list and its page stay. */
  showHeading(scene: Scene): void {
    const row = this.rows.get(scene.id)
    if (row?.says) fill(row, scene, row.says.page)
  }

  /** Marks the scene that the caret is in. */
  markCurrent(id: string | null): void {
    if (id === this.current) return
    if (this.current) this.rows.get(this.current)?.button.removeAttribute("aria-current")
    this.current = id
    const row = id ? this.rows.get(id) : undefined
    if (!row) return
    row.button.setAttribute("aria-current", "true")
    this.keepOneTabStop()
    if (!this.list.contains(document.activeElement)) row.item.scrollIntoView({ block: "nearest" })
  }

  private addRow(id: string): Row {
    const number = el("span", { class: "number" })
    const heading = el("span", { class: "heading", "data-empty": ui.palette.emptyHeading })
    const page = el("span", { class: "page" })
    const people = el("span", { class: "people" })
    const grip = el("span", { class: "grip", "aria-hidden": "true", title: ui.outline.drag })
    const button = el("button", { type: "button", class: "scene", "data-scene": id, tabindex: -1 }, number, heading, page, people, grip)
    if (id === this.current) button.setAttribute("aria-current", "true")
    const row = { item: el("li", {}, button), button, number, heading, page, people, showsPeople: "", place: 0, says: null }
    this.rows.set(id, row)
    return row
  }

  private removeAllBut(ids: ReadonlySet<string>): void {
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue
      row.item.remove()
      this.rows.delete(id)
    }
  }

  /** The list is one stop for Tab: the current scene, or the first. */
  private keepOneTabStop(): void {
    const stop = this.rows.get(this.current ?? "") ?? this.rows.get(this.order[0] ?? "")
    for (const other of this.list.querySelectorAll<HTMLElement>('.scene[tabindex="0"]')) other.tabIndex = -1
    if (stop) stop.button.tabIndex = 0
  }

  private move(event: KeyboardEvent): void {
    const from = (event.target as HTMLElement).dataset.scene
    if (!from || event.altKey) return
    const at = this.order.indexOf(from)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.order.length - 1 }[event.key]
    const row = to === undefined ? undefined : this.rows.get(this.order[to] ?? "")
    if (!row) return
    event.preventDefault()
    row.button.focus()
  }
}

function fill(row: Row, scene: Scene, page: string): void {
  const { says } = row
  const { heading } = scene
  const number = scene.number ?? String(row.place)
  if (says?.number === number && says.heading === heading && says.page === page) return
  row.says = { number, heading, page }
  // What is only heard stands between what is seen, so that both are the same words.
  row.number.replaceChildren(heard(ui.outline.scene), number)
  row.heading.textContent = heading
  row.page.replaceChildren(...(page === "" ? [] : [heard(ui.outline.page), page]))
  row.button.title = heading
}

function heard(text: string): HTMLElement {
  return el("span", { class: "visually-hidden" }, text)
}
