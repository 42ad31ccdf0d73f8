// Which scenes the list shows: those with some words in them, with somebody who speaks, at a place.

import type { EditorState } from "@codemirror/state"
import { byCount } from "./complete/names"
import { el, iconButton } from "./dom"
import { type Details, scenesWith } from "./outline-details"
import { ui } from "./words/ui"

/** Typing looks when it pauses. */
const pauseMs = 150

/** The fields, behind a button. */
export class OutlineFilter {
  private readonly words = el("input", { type: "search", placeholder: ui.outline.filterWords, "aria-label": ui.outline.filterWords, oninput: () => this.changeSoon() })
  private readonly speaker = el("select", { "aria-label": ui.outline.filterSpeaker, onchange: () => this.changed() })
  private readonly place = el("select", { "aria-label": ui.outline.filterPlace, onchange: () => this.changed() })
  readonly dom = el("div", { class: "outline-filter", id: "outline-filter", role: "search", "aria-label": ui.outline.filter, hidden: true }, this.words, this.speaker, this.place)
  readonly toggle = iconButton("search", ui.outline.filter, () => this.show(this.dom.hidden === true))
  private pause: ReturnType<typeof setTimeout> | undefined

  /** `changed` hears that other scenes are wanted. */
  constructor(private readonly changed: () => void) {
    this.toggle.setAttribute("aria-expanded", "false")
    this.toggle.setAttribute("aria-controls", this.dom.id)
    this.dom.addEventListener("keydown", event => {
      if (event.key !== "Escape") return
      event.stopPropagation()
      this.show(false)
      this.toggle.focus()
    })
    this.offer(this.speaker, ui.outline.everybody, [])
    this.offer(this.place, ui.outline.everywhere, [])
  }

  /** Offers who speaks and where the script plays, the most frequent first. */
  knows({ scenes }: Details): void {
    const all = [...scenes.values()]
    this.offer(this.speaker, ui.outline.everybody, byCount(all.flatMap(({ speakers }) => [...speakers])))
    this.offer(this.place, ui.outline.everywhere, byCount(all.map(({ location }) => location)))
  }

  /** The scenes that are wanted; `null` for all. */
  wanted(state: EditorState, { scenes }: Details): ReadonlySet<string> | null {
    const words = this.words.value.trim()
    const [speaker, place] = [this.speaker.value, this.place.value]
    if (this.dom.hidden || (words === "" && speaker === "" && place === "")) return null
    const withWords = words === "" ? null : scenesWith(state, words)
    const fits = [...scenes].filter(
      ([id, scene]) =>
        (withWords?.has(id) ?? true) && (speaker === "" || scene.speakers.has(speaker)) && (place === "" || scene.location === place),
    )
    return new Set(fits.map(([id]) => id))
  }

  private show(show: boolean): void {
    this.dom.hidden = !show
    this.toggle.setAttribute("aria-expanded", String(show))
    if (show) this.words.focus()
    this.changed()
  }

  private changeSoon(): void {
    clearTimeout(this.pause)
    this.pause = setTimeout(this.changed, pauseMs)
  }

  private offer(select: HTMLSelectElement, all: string, names: readonly string[]): void {
    const options = ["", ...names.filter(name => name !== "")]
    const chosen = select.value
    if (options.length === select.options.length && options.every((name, index) => select.options[index]?.value === name)) return
    select.replaceChildren(...options.map(name => el("option", { value: name }, name === "" ? all : name)))
    // Somebody who no longer speaks filters nothing.
    select.value = options.includes(chosen) ? chosen : ""
  }
}
