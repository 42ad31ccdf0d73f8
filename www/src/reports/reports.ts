// The reports on a script: what there is to count, as tables, a chart, and CSV to take away.

import type { ReportKind, ReportTable, ScriptHandle } from "scriptroom"
import { openModal } from "../dialogs"
import { el } from "../dom"
import { downloadText, fileName } from "../files"
import { locale, ui } from "../words/ui"

const kinds: readonly ReportKind[] = ["summary", "scenes", "characters", "locations", "dialogue", "matrix"]

/** Shows the reports; what is written meanwhile counts when another one is chosen. */
export function openReports(script: ScriptHandle, title: string): void {
  const choice = el(
    "select",
    { "aria-label": ui.reports.kind },
    ...kinds.map(kind => el("option", { value: kind }, ui.reports.kinds[kind])),
  )
  const place = el("div", { class: "report", tabindex: 0, role: "region", "aria-label": ui.reports.title })
  const take = el("button", { type: "button", class: "button" }, ui.reports.csv)
  const close = el("button", { type: "button", class: "button primary" }, ui.common.close)
  const modal = openModal(ui.reports.title, [el("label", { class: "field" }, ui.reports.kind, choice), place, el("div", { class: "actions" }, take, close)], "reports")
  let shown: ReportTable | null = null

  const show = async (): Promise<void> => {
    const kind = choice.value as ReportKind
    try {
      const table = await script.report(kind)
      if (choice.value !== kind) return
      shown = table
      place.replaceChildren(kind === "dialogue" ? chart(table) : tableOf(kind, table))
    } catch (error) {
      place.replaceChildren(el("p", {}, ui.reports.failed(error instanceof Error ? error.message : String(error))))
    }
  }
  choice.addEventListener("change", () => void show())
  take.addEventListener("click", () => {
    if (shown) downloadText(`${choice.value} ${fileName(title, "csv")}`, shown.csv)
  })
  close.addEventListener("click", () => modal.dialog.close())
  void show()
}

function tableOf(kind: ReportKind, { columns, rows }: ReportTable): HTMLElement {
  const head = columns.map((column, index) => el("th", { scope: "col" }, index > 0 && kind === "matrix" ? column : columnName(column)))
  const body = rows.map(row => el("tr", {}, ...row.map((cell, index) => cellOf(kind, cell, index))))
  return el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body))
}

function cellOf(kind: ReportKind, cell: string | number, index: number): HTMLElement {
  const isName = index === 0
  if (typeof cell === "number") {
    const words = kind === "matrix" && cell === 0 ? "" : cell.toLocaleString(locale, { maximumFractionDigits: 1 })
    return isName ? el("th", { scope: "row", class: "number" }, words) : el("td", { class: "number" }, words)
  }
  const words = kind === "summary" && isName ? columnName(cell) : cell
  return isName ? el("th", { scope: "row" }, words) : el("td", {}, words)
}

function columnName(column: string): string {
  const names: Readonly<Record<string, string>> = ui.reports.columns
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
      ui.reports.share(Number(percent).toLocaleString(locale), Number(words)),
    ),
  ])
  return el("dl", { class: "shares" }, ...bars)
}
