// The reports on a script: what there is to count, as tables, a chart, and CSV to take away.

import type { ReportKind, ReportTable, ScriptHandle } from "scriptroom"
import type { RelayScript } from "scriptroom/relay"
import { openModal } from "../dialogs"
import { el } from "../dom"
import { downloadText, fileName } from "../files"
import { later } from "../words/later"
import { locale, ui } from "../words/ui"
import { lengthOverTime } from "./length"

/** What a report is about: what the script says now, or how long it was before. */
type Kind = ReportKind | "length"

const kinds: readonly ReportKind[] = ["summary", "scenes", "characters", "locations", "dialogue", "matrix"]

/**
 * Shows the reports; what is written meanwhile counts when another one is chosen. How long the script was is known where
 * there is a `history`.
 */
export function openReports(script: ScriptHandle, title: string, history: RelayScript | null): void {
  const choice = el(
    "select",
    { "aria-label": later.reports.kind },
    ...(history ? [...kinds, "length" as const] : kinds).map(kind => el("option", { value: kind }, later.reports.kinds[kind])),
  )
  const place = el("div", { class: "report", tabindex: 0, role: "region", "aria-label": later.reports.title })
  const take = el("button", { type: "button", class: "button" }, later.reports.csv)
  const close = el("button", { type: "button", class: "button primary" }, ui.common.close)
  const modal = openModal(later.reports.title, [el("label", { class: "field" }, later.reports.kind, choice), place, el("div", { class: "actions" }, take, close)], "reports")
  let shown: ReportTable | null = null

  const lengths = (relay: RelayScript): Promise<ReportTable> =>
    lengthOverTime(script, relay, (done, of) => {
      if (choice.value === "length") place.replaceChildren(el("progress", { max: of, value: done, "aria-label": later.reports.kinds.length }))
    })
  const show = async (): Promise<void> => {
    const kind = choice.value as Kind
    try {
      const table = kind !== "length" ? await script.report(kind) : history && (await lengths(history))
      if (choice.value !== kind || !table) return
      shown = table
      place.replaceChildren(drawn(kind, table))
      place.dataset.kind = kind
    } catch (error) {
      place.replaceChildren(el("p", {}, later.reports.failed(error instanceof Error ? error.message : String(error))))
    }
  }
  choice.addEventListener("change", () => void show())
  take.addEventListener("click", () => {
    if (shown) downloadText(`${choice.value} ${fileName(title, "csv")}`, shown.csv)
  })
  close.addEventListener("click", () => modal.dialog.close())
  void show()
}

function drawn(kind: Kind, table: ReportTable): HTMLElement {
  switch (kind) {
    case "dialogue":
      return chart(table)
    case "length":
      return el("div", {}, lengthChart(table), tableOf(kind, table))
    default:
      return tableOf(kind, table)
  }
}

function tableOf(kind: Kind, { columns, rows }: ReportTable): HTMLElement {
  const head = columns.map((column, index) => el("th", { scope: "col" }, index > 0 && kind === "matrix" ? column : columnName(column)))
  const body = rows.map(row => el("tr", {}, ...row.map((cell, index) => cellOf(kind, cell, index))))
  return el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body))
}

function cellOf(kind: Kind, cell: string | number, index: number): HTMLElement {
  const isName = index === 0
  if (typeof cell === "number") {
    const words = kind === "matrix" && cell === 0 ? "" : cell.toLocaleString(locale, { maximumFractionDigits: 1 })
    return isName ? el("th", { scope: "row", class: "number" }, words) : el("td", { class: "number" }, words)
  }
  const words = kind === "summary" && isName ? columnName(cell) : cell
  return isName ? el("th", { scope: "row" }, words) : el("td", {}, words)
}

function columnName(column: string): string {
  const names: Readonly<Record<string, string>> = later.reports.columns
  return names[column] ?? column
}

/** Whose part of what is spoken is how large: a bar for each, longest first. */
function chart({ rows }: ReportTable): HTMLElement {
  const most = Math.max(1, ...rows.map(([, , percent]) => Number(percent)))
  const bars = rows.flatMap(([name, words, percent]) => [
    el("dt", {}, String(name)),
    el(
      "dd",
      {},
      el("span", { class: "bar", style: `inline-size: ${(Number(percent) / most) * 60}%` }),
      later.reports.share(Number(percent).toLocaleString(locale), Number(words)),
    ),
  ])
  return el("dl", { class: "shares" }, ...bars)
}

/** A bar for each day's pages; the table below it says the figures. */
function lengthChart({ rows }: ReportTable): HTMLElement {
  const most = Math.max(1, ...rows.map(([, pages]) => Number(pages)))
  const bars = rows.map(([, pages]) => el("span", { style: `block-size: ${(Number(pages) / most) * 100}%` }))
  return el("div", { class: "lengths", role: "img", "aria-label": later.reports.kinds.length }, ...bars)
}
