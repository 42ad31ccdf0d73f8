// The statistics of a script, as a dialog: figures, who speaks, where it plays.

import type { ScriptHandle } from "scriptroom"
import { openModal } from "./dialogs"
import { el } from "./dom"
import { type CountedLine, type Statistics, statisticsOf } from "./statistics"
import { locale, ui } from "./words/ui"

/** Shows them as they are now. */
export function showStatistics(script: ScriptHandle): void {
  const figures = statisticsOf(linesOf(script))
  const close = el("button", { type: "button", class: "button primary", onclick: () => modal.dialog.close() }, ui.common.close)
  const parts = [overview(figures, script.pages.count), ...tables(figures), el("div", { class: "actions" }, close)]
  const modal = openModal(ui.statistics.title, parts, "statistics")
  close.focus()
}

function linesOf(script: ScriptHandle): readonly CountedLine[] {
  const texts = script.text().split("\n")
  return script.paragraphs().map(({ element }, index) => ({ element, text: texts[index] ?? "" }))
}

function overview({ words, spoken, scenes, speeches }: Statistics, pages: number): HTMLElement {
  const { statistics } = ui
  const number = new Intl.NumberFormat(locale)
  const share = new Intl.NumberFormat(locale, { style: "percent" }).format(words === 0 ? 0 : spoken / words)
  const figures: readonly (readonly [string, string])[] = [
    [statistics.pages, pages === 0 ? "–" : number.format(pages)],
    // A page is about a minute on the screen: that is what pages are counted for.
    [statistics.minutes, pages === 0 ? "–" : `≈ ${number.format(pages)}`],
    [statistics.scenes, number.format(scenes)],
    [statistics.words, number.format(words)],
    [statistics.speeches, number.format(speeches)],
    [statistics.spoken, share],
  ]
  return el("dl", { class: "figures" }, ...figures.map(([what, value]) => el("div", {}, el("dt", {}, what), el("dd", {}, value))))
}

function tables({ speakers, locations }: Statistics): readonly HTMLElement[] {
  const { statistics } = ui
  const number = new Intl.NumberFormat(locale)
  const people = speakers.map(({ name, speeches, words, scenes }) => [name, ...[speeches, words, scenes].map(number.format)])
  const places = locations.map(([name, scenes]) => [name, number.format(scenes)])
  return [
    ...(people.length > 0 ? [table(statistics.speakers, [statistics.name, statistics.speeches, statistics.words, statistics.scenes], people)] : []),
    ...(places.length > 0 ? [table(statistics.places, [statistics.name, statistics.scenes], places)] : []),
  ]
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const row = (cells: readonly string[]): HTMLElement => {
    const [first = "", ...others] = cells
    return el("tr", {}, el("th", { scope: "row" }, first), ...others.map(cell => el("td", {}, cell)))
  }
  return el(
    "table",
    {},
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, ...heads.map(head => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...rows.map(row)),
  )
}
