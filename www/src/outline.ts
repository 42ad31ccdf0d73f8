// The scenes in the sidebar: a list of buttons, one a scene, with the sections of the script between them, that follows the script.
// It is kept in step by id, so that a key typed in one heading touches one row.

import type { PageBreak, Pages, Peer, Scene } from "scriptroom"
import type { EditorState } from "@codemirror/state"
import { arrange, el } from "./dom"
import { type Details, detailsOf, noDetails, type Section } from "./outline-details"
import { OutlineFilter } from "./outline-filter"
import { movable } from "./outline-move"
import { SceneRow } from "./outline-row"
import { OutlineSight } from "./outline-sight"
import { ui } from "./words/ui"

/** What a writer asks of the list of scenes. */
export interface OutlineActions {
  /** They want to see a scene. */
  readonly choose: (id: string) => void
  /** They want to see a place that is no scene. */
  readonly go: (offset: number) => void
  /** They want a scene before another, or at the end. */
  readonly move: (id: string, before: string | null) => void
  readonly mayMove: () => boolean
  /** They want to give a scene a colour. */
  readonly color: (id: string) => void
  /** The script as the editor has it; `null` while there is none. */
  readonly state: () => EditorState | null
}

/** The list of scenes. */
export class Outline {
  private readonly list = el("ol", { class: "scene-list", "aria-labelledby": "scenes-title" })
  private readonly count = el("span", { class: "scene-count" })
  private readonly empty = el("p", { class: "empty" }, ui.outline.empty)
  private readonly filter = new OutlineFilter(() => this.narrow())
  private readonly rows = new Map<string, SceneRow>()
  private readonly sight = new OutlineSight(this.list, () => this.shownOrder.flatMap(id => this.rows.get(id) ?? []))
  private order: readonly string[] = []
  private details: Details = noDetails
  /** The scenes that the filter leaves; `null` for all. */
  private wanted: ReadonlySet<string> | null = null
  private current: string | null = null

  readonly dom = el(
    "nav",
    { class: "outline", "aria-label": ui.outline.title, id: "outline" },
    el("div", { class: "outline-head" }, el("h2", { id: "scenes-title" }, ui.outline.title, this.count), this.filter.toggle),
    this.filter.dom,
    this.empty,
    this.list,
  )

  constructor(private readonly actions: OutlineActions) {
    movable({ list: this.list, order: () => this.shownOrder, all: () => this.order, rowOf: id => this.rows.get(id)?.button, ...actions })
    this.list.addEventListener("keydown", event => this.move(event))
    this.list.addEventListener("keydown", event => {
      if (event.key === "c" && !event.ctrlKey && !event.metaKey && !event.altKey) this.askColor(event)
    })
    this.list.addEventListener("contextmenu", event => this.askColor(event))
    this.list.addEventListener("click", event => {
      const button = (event.target as Element).closest<HTMLElement>(".scene, .section")
      if (button?.dataset.scene) actions.choose(button.dataset.scene)
      else if (button) this.goToSection(Number(button.dataset.section), button.textContent ?? "")
    })
  }

  /** Goes to a section where it is now: what is typed before it moves it, and draws no row again. */
  private goToSection(index: number, title: string): void {
    const state = this.actions.state()
    const sections = state ? detailsOf(state).sections : []
    const isIt = (section: Section | undefined): boolean => section?.title === title
    // One that has come before it since counts it on.
    const section = isIt(sections[index]) ? sections[index] : (sections.find(isIt) ?? sections[index])
    if (section) this.actions.go(section.offset)
  }

  /** Shows who else is in which scene. */
  showPeople(bySceneId: ReadonlyMap<string, readonly Peer[]>): void {
    for (const [id, row] of this.rows) row.showPeople(bySceneId.get(id) ?? [])
  }

  /** Shows how long the scenes are, in eighths of a page, in order. */
  showLengths(eighths: readonly number[]): void {
    // They were laid out before a scene came or went: the next ones are on their way.
    if (eighths.length !== this.order.length) return
    this.order.forEach((id, index) => this.rows.get(id)?.showLength(eighths[index] ?? 0))
  }

  /** Puts the focus to a scene's row, where it is in the list. */
  keepFocus(id: string): void {
    if (this.list.contains(document.activeElement)) this.rows.get(id)?.button.focus()
  }

  /** What is printed as the number of each scene that has one. */
  private numbers: Pages["numbers"] = {}

  /** Shows these scenes, in this order. Until the first layout nobody knows their pages, and none is shown. */
  show(scenes: readonly Scene[], pages: Pages): void {
    const { breaks } = pages
    this.numbers = pages.numbers
    const first = pages.count > 0 ? pages.first : ""
    this.order = scenes.map(scene => scene.id)
    this.removeAllBut(new Set(this.order))
    const state = this.actions.state()
    this.details = state ? detailsOf(state) : noDetails
    let page = 0
    scenes.forEach((scene, index) => {
      while (page < breaks.length && (breaks[page] as PageBreak).offset <= scene.offset) page += 1
      const row = this.rows.get(scene.id) ?? this.addRow(scene.id)
      row.place = index + 1
      row.show(numbered(scene, pages.numbers), page > 0 ? (breaks[page - 1] as PageBreak).page : first)
      row.showSynopsis(this.details.scenes.get(scene.id)?.synopsis ?? "")
    })
    this.place()
    this.filter.knows(this.details)
    this.narrow()
  }

  /** Shows what a scene's heading says now; its number in the list and its page stay. */
  showHeading(scene: Scene): void {
    this.rows.get(scene.id)?.show(numbered(scene, this.numbers))
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

  private get shownOrder(): readonly string[] {
    const { wanted } = this
    return wanted === null ? this.order : this.order.filter(id => wanted.has(id))
  }

  /** Brings the rows into their order, with the sections between them. */
  private place(): void {
    const sections = new Map<string | null, [Section, number][]>()
    this.details.sections.forEach((section, index) => sections.set(section.before, [...(sections.get(section.before) ?? []), [section, index]]))
    const old = [...this.list.querySelectorAll<HTMLElement>("li.outline-section")]
    const items: HTMLElement[] = []
    for (const id of [...this.order, null]) {
      for (const [section, index] of sections.get(id) ?? []) items.push(sectionItem(section, index, old.shift()))
      const row = id === null ? undefined : this.rows.get(id)
      if (row) items.push(row.item)
    }
    arrange(this.list, items)
  }

  /** Shows the scenes that the filter leaves. */
  private narrow(): void {
    const state = this.actions.state()
    this.wanted = state ? this.filter.wanted(state, this.details) : null
    for (const [id, { item }] of this.rows) item.hidden = this.wanted !== null && !this.wanted.has(id)
    for (const item of this.list.querySelectorAll<HTMLElement>("li.outline-section")) item.hidden = this.wanted !== null
    const { length } = this.order
    this.count.textContent = this.wanted === null ? String(length) : ui.outline.some(this.wanted.size, length)
    this.empty.hidden = length > 0
    this.keepOneTabStop()
    this.sight.changed()
  }

  private addRow(id: string): SceneRow {
    const row = new SceneRow(id)
    if (id === this.current) row.button.setAttribute("aria-current", "true")
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
    const shown = this.shownOrder
    const stop = this.rows.get(this.current !== null && shown.includes(this.current) ? this.current : (shown[0] ?? ""))
    for (const other of this.list.querySelectorAll<HTMLElement>('[tabindex="0"]')) other.tabIndex = -1
    if (stop) stop.button.tabIndex = 0
  }

  private askColor(event: Event): void {
    const id = (event.target as Element).closest<HTMLElement>(".scene")?.dataset.scene
    if (!id || !this.actions.mayMove()) return
    event.preventDefault()
    this.actions.color(id)
  }

  private move(event: KeyboardEvent): void {
    if (event.altKey) return
    const buttons = [...this.list.querySelectorAll<HTMLElement>("li:not([hidden]) > button")]
    const at = buttons.indexOf(event.target as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
    const button = at < 0 || to === undefined ? undefined : buttons[to]
    if (!button) return
    event.preventDefault()
    button.focus()
  }
}

/** A section's row; `index`: which one it is; `item` is one that is there already. */
function sectionItem({ title, depth }: Section, index: number, item?: HTMLElement): HTMLElement {
  const button = item?.querySelector("button") ?? el("button", { type: "button", class: "section", tabindex: -1 })
  button.dataset.section = String(index)
  button.style.setProperty("--depth", String(depth))
  if (button.textContent !== title) button.textContent = title
  return item ?? el("li", { class: "outline-section" }, button)
}

/** A scene with the number that the pages give it. */
function numbered(scene: Scene, numbers: Pages["numbers"]): Scene {
  return { ...scene, number: numbers[scene.id] ?? scene.number }
}
