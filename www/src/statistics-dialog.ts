// The statistics of a script at a glance, as a dialog: figures, who speaks, where it plays. All of it is of the reports' counts.

import type { ReportTable, ScriptHandle } from "scriptroom"
import { openModal } from "./dialogs"
import { el } from "./dom"
import { later } from "./words/later"
import { locale, ui } from "./words/ui"

type Row = ReportTable["rows"][number]

/** Shows them as they are now. */
export function showStatistics(script: ScriptHandle): void {
  const close = el("button", { type: "button", class: "button primary", onclick: () => modal.dialog.close() }, ui.common.close)
  const place = el("div", { "aria-live": "polite" })
  const modal = openModal(later.statistics.title, [place, el("div", { class: "actions" }, close)], "statistics")
  close.focus()
  counted(script).then(
    parts => place.replaceChildren(...parts),
    (error: unknown) => place.replaceChildren(el("p", {}, later.reports.failed(error instanceof Error ? error.message : String(error)))),
  )
}

async function counted(script: ScriptHandle): Promise<readonly HTMLElement[]> {
  const [summary, characters, locations] = await Promise.all([script.report("summary"), script.report("characters"), script.report("locations")])
  const { speakers, places, name, speeches, words, scenes } = later.statistics
  const [who, where] = [columnsOf(characters, ["character", "speeches", "words", "scenes"]), columnsOf(locations, ["location", "scenes"])]
  where.sort(([, one], [, other]) => Number(other) - Number(one))
  return [overview(summary), ...table(speakers, [name, speeches, words, scenes], who), ...table(places, [name, scenes], where)]
}

function overview({ rows }: ReportTable): HTMLElement {
  const { statistics } = later
  const figure = (name: string): number => Number(rows.find(([known]) => known === name)?.[1] ?? 0)
  const [words, spoken] = [figure("words"), figure("spoken_words")]
  const figures: readonly (readonly [string, string])[] = [
    [statistics.pages, said(figure("pages"))],
    [statistics.minutes, `≈ ${said(figure("minutes"))}`],
    [statistics.scenes, said(figure("scenes"))],
    [statistics.words, said(words)],
    [statistics.speeches, said(figure("speeches"))],
    [statistics.spoken, new Intl.NumberFormat(locale, { style: "percent" }).format(words === 0 ? 0 : spoken / words)],
  ]
  return el("dl", { class: "figures" }, ...figures.map(([what, value]) => el("div", {}, el("dt", {}, what), el("dd", {}, value))))
}

/** Some columns of a report's rows. */
function columnsOf({ columns, rows }: ReportTable, wanted: readonly string[]): Row[] {
  const at = wanted.map(column => columns.indexOf(column))
  return rows.map(row => at.map(index => row[index] ?? ""))
}

/** A table, or none where there is nothing to say. */
function table(caption: string, heads: readonly string[], rows: readonly Row[]): readonly HTMLElement[] {
  if (rows.length === 0) return []
  const head = el("tr", {}, ...heads.map(head => el("th", { scope: "col" }, head)))
  return [el("table", {}, el("caption", {}, caption), el("thead", {}, head), el("tbody", {}, ...rows.map(line)))]
}

function line([name = "", ...figures]: Row): HTMLElement {
  return el("tr", {}, el("th", { scope: "row" }, String(name)), ...figures.map(figure => el("td", {}, said(Number(figure)))))
}

function said(figure: number): string {
  return figure.toLocaleString(locale, { maximumFractionDigits: 1 })
}
