// What is shown of a version: the script as it was, or what differs from another version.

import type { RelayScript } from "scriptroom/relay"
import { personNameHere } from "../account/people"
import { colorOf } from "../colors"
import { el, iconButton } from "../dom"
import { dayWithin, timeOfDay } from "../when"
import { showChanges, type Shown } from "./changes"
import type { Entry } from "./entries"
import { Look } from "./look"
import { later } from "../words/later"

/** What a version is compared with: what was before it, the script as it is now, or a version. */
type Base = "before" | "now" | number

/** The paper and the tools above it. */
export class Viewer {
  private readonly desk = el("div", { class: "desk" })
  private readonly status = el("p", { class: "history-status", role: "status" })
  private readonly legend = el("ul", { class: "legend", "aria-label": later.history.who })
  private readonly asScript = this.mode(later.history.script, false)
  private readonly asChanges = this.mode(later.history.changes, true)
  private readonly base = el("select", { "aria-label": later.history.compare, onchange: () => void this.again() })
  private readonly steps = el(
    "span",
    { class: "steps" },
    iconButton("up", later.history.previous, () => this.step(-1)),
    iconButton("down", later.history.next, () => this.step(1)),
  )
  readonly tools = el("div", { class: "history-tools", role: "group", "aria-label": later.history.show }, this.asScript, this.asChanges, this.base, this.steps)
  readonly dom = el("div", { class: "history-view" }, el("div", { class: "history-line" }, this.status, this.legend), this.desk)
  private readonly look = new Look(this.desk)
  private showsChanges = true
  private entry: Entry | null = null
  private newest = 0
  private shown: Shown | null = null
  private at = -1
  /** Which version was asked for last: an answer about an earlier one comes too late. */
  private asked = 0

  constructor(private readonly script: RelayScript) {
    this.showMode()
  }

  /** What there is to compare with. `seen`: the version that this person saw last, where something has come since. */
  knows(entries: readonly Entry[], newest: number, seen: number | null): void {
    this.newest = newest
    const named = entries.flatMap(entry => entry.names.map(name => el("option", { value: entry.version }, `“${name}”`)))
    this.base.replaceChildren(
      el("option", { value: "before" }, later.history.withBefore),
      el("option", { value: "now" }, later.history.withNow),
      ...(seen === null ? [] : [el("option", { value: seen }, later.history.withSeen)]),
      ...named,
    )
  }

  /** Shows a version. Rejects where the relay does not give it. */
  async show(entry: Entry): Promise<void> {
    this.entry = entry
    this.asked += 1
    const { asked } = this
    this.dom.setAttribute("aria-busy", "true")
    try {
      if (this.showsChanges) await this.compare(entry, asked)
      else await this.read(entry, asked)
    } finally {
      if (asked === this.asked) this.dom.removeAttribute("aria-busy")
    }
  }

  /** Says why nothing is shown. */
  say(words: string): void {
    this.clear()
    this.status.textContent = words
  }

  close(): void {
    this.asked += 1
    this.look.close()
  }

  private mode(label: string, changes: boolean): HTMLButtonElement {
    const choose = (): void => {
      this.showsChanges = changes
      this.showMode()
      void this.again()
    }
    return el("button", { type: "button", class: "tab", onclick: choose }, label)
  }

  private showMode(): void {
    this.asScript.setAttribute("aria-pressed", String(!this.showsChanges))
    this.asChanges.setAttribute("aria-pressed", String(this.showsChanges))
    this.base.hidden = this.steps.hidden = !this.showsChanges
  }

  private async again(): Promise<void> {
    if (this.entry) await this.show(this.entry).catch((error: unknown) => this.say(later.history.notShown(error instanceof Error ? error.message : String(error))))
  }

  private async read(entry: Entry, asked: number): Promise<void> {
    const fountain = await this.script.fountain(entry.version)
    if (asked !== this.asked) return
    this.clear()
    await this.look.show(fountain, later.history.readLabel(atTime(entry)))
    if (asked !== this.asked) return
    this.status.textContent = later.history.read(atTime(entry))
  }

  private async compare(entry: Entry, asked: number): Promise<void> {
    const value = this.base.value === "before" || this.base.value === "now" ? this.base.value : Number(this.base.value)
    const { from, to } = this.between(entry, value)
    const [comparison, content] = await Promise.all([this.script.compare(from, to), this.script.content(to)])
    if (asked !== this.asked) return
    this.clear()
    const shown = showChanges(comparison.hunks, content.blocks)
    this.shown = shown
    this.desk.append(el("div", { class: "cm-editor changes" }, el("div", { class: "cm-scroller" }, shown.dom)))
    this.status.textContent = shown.summary
    this.legend.replaceChildren(...shown.authors.map(author => el("li", { style: `--peer: ${colorOf(author)}` }, personNameHere(author))))
    shown.places[0]?.scrollIntoView({ block: "center" })
  }

  /** Which two versions: the older one first. */
  private between({ version, before }: Entry, base: Base): { from: number; to: number } {
    if (base === "before") return { from: before, to: version }
    const other = base === "now" ? this.newest : base
    return { from: Math.min(other, version), to: Math.max(other, version) }
  }

  private step(by: number): void {
    const places = this.shown?.places ?? []
    if (places.length === 0) return
    this.at = (this.at + by + places.length) % places.length
    for (const place of places) place.classList.remove("here")
    places[this.at]?.classList.add("here")
    places[this.at]?.scrollIntoView({ block: "center" })
    this.status.textContent = later.history.step(this.at + 1, places.length)
  }

  private clear(): void {
    this.look.close()
    this.shown = null
    this.at = -1
    this.desk.replaceChildren()
    this.legend.replaceChildren()
  }
}

function atTime({ toMs, names }: Entry): string {
  const name = names[0]
  return name ? later.history.namedAt(name, dayWithin(toMs), timeOfDay(toMs)) : later.history.at(dayWithin(toMs), timeOfDay(toMs))
}
