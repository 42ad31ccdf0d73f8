// What came of it: a line on the screen for each figure, then report.json, and the tables of the README that follow from it.

import { readFileSync, writeFileSync } from "node:fs"
import { cpus, loadavg, totalmem } from "node:os"
import { join } from "node:path"
import { browserVersion, preferred } from "./stage.mjs"

const folder = join(import.meta.dirname, "..")
const readme = join(folder, "README.md")
const file = join(folder, "report.json")
const [BEGIN, END] = ["<!-- report: begin -->", "<!-- report: end -->"]

/** What the parts are about, and what their figures are called. */
const TITLES = {
  typing: "A script of 250 pages in which two others type five keys a second each, beside a CodeMirror with the same text and nothing else.",
  breaks: "A key that moves a page's break in a script of 250 pages: from the key to the frame in which the editor shows the new breaks.",
  opening: "A script of 120 pages, from the start of the navigation until it is painted and takes a key.",
  memory: "What the page's process has for itself, workers and wasm included, and its JavaScript heap.",
  beside: "The usual ways to build it, with the same script of 120 pages, the same relay and the same writers in it.",
  printing: "A PDF of 120 pages, from the click until the file is there; longest is for how long the page's own thread took no turn meanwhile.",
}
const COLUMNS = {
  ms: "ms",
  p50: "p50 ms",
  p95: "p95 ms",
  p99: "p99 ms",
  max: "slowest ms",
  presentedP50: "on screen p50 ms",
  presentedP95: "on screen p95 ms",
  droppedPercent: "dropped %",
  count: "how many",
  longestMs: "longest ms",
  processMB: "process MB",
  heapMB: "heap MB",
  pages: "pages",
  paragraphs: "paragraphs",
}

export class Report {
  #head
  #parts = {}
  #rows = []

  constructor(commit) {
    const machine = { processors: cpus().length, model: cpus()[0]?.model.trim(), memoryBytes: totalmem() }
    this.#head = { commit, began: new Date().toISOString(), machine, node: process.version }
  }

  begin(part) {
    this.#rows = []
    this.#parts[part] = { loadBefore: loadavg()[0], rows: this.#rows }
  }

  /** Figures of something that was measured, once more or for the first time. */
  note(what, who, figures) {
    this.#rows.push({ what, who, load: loadavg()[0], figures })
    const shown = Object.entries(figures).map(([name, value]) => `${COLUMNS[name]} ${value}`)
    console.log(`  ${what}, ${who}: ${shown.join(", ")} (load ${loadavg()[0].toFixed(1)})`)
  }

  publish() {
    const old = JSON.parse(readFileSync(file, "utf8"))
    const now = { ...this.#head, ended: new Date().toISOString(), browser: browserVersion(), isPreferred: preferred() }
    for (const part of Object.values(this.#parts)) part.run = now
    const report = { ...old, ...this.#parts }
    writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`)
    const page = readFileSync(readme, "utf8")
    writeFileSync(readme, `${page.split(BEGIN)[0]}${BEGIN}\n${tables(report)}${END}${page.split(END)[1]}`)
  }
}

/** The tables of a report, in Markdown. */
function tables(report) {
  const parts = Object.keys(TITLES).filter(part => report[part])
  return parts.map(part => [`**${part}**: ${TITLES[part]}`, about(report[part], part), "", ...table(report[part].rows), "", ""].join("\n")).join("")
}

function about({ run, loadBefore }, part) {
  const { machine } = run
  const before = run.isPreferred ? ", before other work" : ""
  return (
    `Commit ${run.commit}, ${run.began.slice(0, 16).replace("T", " ")} UTC, \`cargo xtask bench --browser ${part}\`; ` +
    `${machine.processors} processors (${machine.model}), load ${loadBefore.toFixed(1)} at the start${before}; ${run.browser}.`
  )
}

function table(rows) {
  const columns = Object.keys(COLUMNS).filter(name => rows.some(({ figures }) => name in figures))
  const line = cells => `| ${cells.join(" | ")} |`
  const groups = Map.groupBy(rows, ({ what, who }) => `${what} | ${who}`)
  return [
    line(["what", "who", "rounds", ...columns.map(name => COLUMNS[name])]),
    line(["---", "---", ...columns.map(() => "---:"), "---:"]),
    ...[...groups].map(([name, of]) => line([name, of.length, ...columns.map(column => cell(of, column))])),
  ]
}

/** The best of the rounds, and in brackets the median of them. */
function cell(rows, column) {
  const values = rows.map(({ figures }) => figures[column]).filter(Number.isFinite).sort((one, other) => one - other)
  if (values.length === 0) return ""
  const [best, median] = [values[0], values[Math.floor((values.length - 1) / 2)]]
  return best === median ? `${best}` : `${best} (${median})`
}
