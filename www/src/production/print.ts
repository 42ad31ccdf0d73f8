// Printing: the pages as they are laid out, line by line, each on a sheet of its own. Nothing here breaks a line or a page.

import type { PrintedLine, PrintedPage, PrintedScript, Revision, ScriptHandle, StyledRange } from "scriptroom"
import { el } from "../dom"

/** Prints a script: all of it, or the pages that a revision changed. */
export async function printScript(script: ScriptHandle, revision: number | null): Promise<void> {
  const printed = await script.production.printed()
  const sheets = el("div", { class: "print-script", "aria-hidden": "true" }, ...sheetsOf(script, printed, revision))
  const page = document.createElement("style")
  // The sheet is the page of the layout, and its margins are in it.
  page.textContent = `@page { size: ${inches(printed.width)} ${printed.height}pt; margin: 0 }`
  document.body.append(page, sheets)
  document.documentElement.classList.add("printing")
  try {
    await document.fonts.ready
    print()
    await somebodyGoesOn()
  } finally {
    document.documentElement.classList.remove("printing")
    sheets.remove()
    page.remove()
  }
}

/** On phones and tablets `print()` returns before the browser has taken the sheets: they stay until somebody does something else. */
function somebodyGoesOn(): Promise<void> {
  return new Promise(resolve => {
    const done = new AbortController()
    const goOn = (): void => {
      done.abort()
      resolve()
    }
    for (const type of ["pointerdown", "keydown"]) addEventListener(type, goOn, { capture: true, signal: done.signal })
  })
}

/** The sheets, in order. */
export function sheetsOf(script: ScriptHandle, printed: PrintedScript, revision: number | null): HTMLElement[] {
  const revisions = new Map(script.production.state.revisions.map(one => [one.number, one]))
  const wanted = (page: PrintedPage): boolean =>
    revision === null || page.lines.some(line => line.revision === revision) || page.revision === revision
  const sheets = printed.pages.flatMap((page, index) =>
    wanted(page) ? [sheet(script, printed, page, index === 0, revisions)] : [],
  )
  return revision === null && printed.title.length > 0 ? [titleSheet(printed), ...sheets] : sheets
}

function sheet(
  script: ScriptHandle,
  printed: PrintedScript,
  page: PrintedPage,
  first: boolean,
  revisions: ReadonlyMap<number, Revision>,
): HTMLElement {
  const of = page.revision === null ? undefined : revisions.get(page.revision)
  const header = of ? `${of.name} Rev. ${of.date}`.trim() : ""
  return el(
    "section",
    { class: "sheet", style: sheetStyle(printed), "data-page": page.label, "data-paper": of?.color.toLowerCase() },
    el("p", { class: "sheet-head" }, header),
    // The first page has no number.
    first ? null : el("p", { class: "sheet-number" }, `${page.label}.`),
    ...page.lines.flatMap(line => lineOf(script, printed, line, revisions)),
    of ? el("p", { class: "sheet-foot" }, [of.color, of.date].filter(part => part !== "").join(" · ")) : null,
  )
}

function titleSheet(printed: PrintedScript): HTMLElement {
  const lines = printed.title.map(({ top, left, runs }) =>
    el("p", { class: "line", style: at(printed, top, left) }, ...runs.map(({ text, styles }) => el("span", { class: classesOf(styles) }, text))),
  )
  return el("section", { class: "sheet", style: sheetStyle(printed), "data-page": "title" }, ...lines)
}

function sheetStyle({ width, height, leading, charsPerTenInches }: PrintedScript): string {
  return `width: ${inches(width)}; height: ${height}pt; line-height: ${leading}pt; --cell: ${10 / charsPerTenInches}in`
}

function lineOf(script: ScriptHandle, printed: PrintedScript, line: PrintedLine, revisions: ReadonlyMap<number, Revision>): HTMLElement[] {
  const style = at(printed, line.top, line.left)
  const text = el("p", { class: "line", style, dir: line.rightToLeft ? "rtl" : "ltr" }, ...runsOf(script, line))
  const of = line.revision === null ? undefined : revisions.get(line.revision)
  const beside = (left: number, what: string, words: string): HTMLElement => el("p", { class: `line ${what}`, style: at(printed, line.top, left) }, words)
  const number = sceneNumber(script, line)
  return [
    text,
    ...(number === "" ? [] : sceneNumberPlaces.map(left => beside(left, "scene-number", number))),
    ...(of ? [beside(775, "star", of.mark)] : []),
  ]
}

/** Where a scene's number stands, at the left and at the right. */
const sceneNumberPlaces = [75, 738]

/** The number of the scene that a line begins; none where it begins none, and where scenes have none. */
function sceneNumber(script: ScriptHandle, { paragraph, offset }: PrintedLine): string {
  if (paragraph === null || offset > 0 || paragraph >= script.paragraphCount) return ""
  const { element, scene, sceneNumber } = script.paragraph(paragraph)
  if (element !== "scene-heading") return ""
  return (scene && script.pages.numbers[scene]) ?? sceneNumber ?? ""
}

/** A line in its styles. What the page adds has none. */
function runsOf(script: ScriptHandle, { paragraph, offset, text }: PrintedLine): (Node | string)[] {
  if (paragraph === null || paragraph >= script.paragraphCount) return [text]
  const start = script.paragraphStart(paragraph) + offset
  const runs = script.runs(start, Math.min(start + text.length, script.length))
  if (runs.length === 0) return [text]
  const pieces: (Node | string)[] = []
  let done = 0
  for (const { from, to, styles } of runs) {
    const [begin, end] = [Math.max(from - start, done), Math.min(to - start, text.length)]
    if (begin > done) pieces.push(text.slice(done, begin))
    pieces.push(el("span", { class: classesOf(styles) }, text.slice(begin, end)))
    done = end
  }
  return [...pieces, text.slice(done)]
}

function classesOf(styles: StyledRange["styles"]): string {
  return styles.map(style => `print-${style}`).join(" ")
}

function at({ topMargin }: PrintedScript, top: number, left: number): string {
  return `top: ${topMargin + top}pt; left: ${inches(left)}`
}

function inches(hundredths: number): string {
  return `${hundredths / 100}in`
}
