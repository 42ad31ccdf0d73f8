// The versions of a script, newest first, by day: who did what, and when. Arrow keys walk through them.

import type { EditOrigin } from "scriptroom/relay"

import { personNameHere } from "../account/people"
import { colorOf } from "../colors"
import { el, icon } from "../dom"
import { day, timeOfDay } from "../when"
import type { Entry } from "./entries"
import { later } from "../words/later"
import { locale, ui } from "../words/ui"

/** The list. */
export class Timeline {
  private readonly list = el("div", { class: "timeline-list", onkeydown: event => this.walk(event as KeyboardEvent) })
  private readonly more = el("button", { type: "button", class: "button", onclick: () => this.older() }, later.history.older)
  readonly dom = el("nav", { class: "timeline", "aria-label": later.history.versions }, this.list, this.more)
  private chosen: number | null = null

  constructor(
    private readonly choose: (entry: Entry) => void,
    private readonly older: () => void,
  ) {
    this.more.hidden = true
  }

  /** Shows entries; `isMore`: there are older ones. What came after `lastHereMs` is marked. */
  show(entries: readonly Entry[], isMore: boolean, lastHereMs: number | null): void {
    const parts: HTMLElement[] = []
    let shownDay = ""
    let rows: HTMLElement | null = null
    let isNew = lastHereMs !== null && (entries[0]?.toMs ?? 0) > lastHereMs
    if (isNew) parts.push(el("p", { class: "since" }, later.history.since))
    for (const entry of entries) {
      if (isNew && lastHereMs !== null && entry.toMs <= lastHereMs) {
        isNew = false
        shownDay = ""
        parts.push(el("p", { class: "since" }, later.history.before))
      }
      const today = day(entry.toMs)
      if (today !== shownDay || !rows) {
        shownDay = today
        rows = el("ul", { class: "versions", "aria-label": today })
        parts.push(el("h3", {}, today), rows)
      }
      rows.append(el("li", {}, this.row(entry)))
    }
    this.list.replaceChildren(...parts)
    this.more.hidden = !isMore
    this.mark(this.chosen ?? entries[0]?.version ?? null)
  }

  /** Marks the version that is looked at. */
  mark(version: number | null): void {
    this.chosen = version
    for (const row of this.rows()) {
      const isHere = row.dataset.version === String(version)
      if (isHere) row.setAttribute("aria-current", "true")
      else row.removeAttribute("aria-current")
      row.tabIndex = isHere ? 0 : -1
    }
  }

  focus(): void {
    const rows = this.rows()
    ;(rows.find(row => row.tabIndex === 0) ?? rows[0])?.focus()
  }

  private row(entry: Entry): HTMLButtonElement {
    const { version, authors, origin, names, fromMs, toMs } = entry
    const who = authors.length > 0 ? new Intl.ListFormat(locale).format(authors.map(personNameHere)) : ui.common.somebody
    const from = timeOfDay(fromMs)
    const to = timeOfDay(toMs)
    const deed = origin === null ? later.history.named(who) : deedOf(origin)(who)
    return el(
      "button",
      { type: "button", class: "version", "data-version": version, tabindex: -1, onclick: () => this.choose(entry) },
      el("span", { class: "dot", style: `--peer: ${colorOf(authors[0] ?? "")}` }),
      el(
        "span",
        { class: "deed" },
        ...names.map(name => el("span", { class: "version-name" }, icon("pen"), name)),
        el("span", {}, deed),
        el("span", { class: "muted" }, from === to ? to : `${from} – ${to}`),
      ),
    )
  }

  private rows(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(".version")]
  }

  private walk(event: KeyboardEvent): void {
    const rows = this.rows()
    const at = rows.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key]
    const row = to === undefined ? undefined : rows[to]
    if (!row) return
    event.preventDefault()
    row.focus()
  }
}

/** What says how an edit came. A later relay may name a way that this page does not know. */
function deedOf(origin: EditOrigin): (who: string) => string {
  const { deeds } = later.history
  return deeds[origin] ?? deeds.live
}
