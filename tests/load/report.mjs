// What came of it: a line on the screen for each run, then report.json, and the tables of README.md that follow from it.
import { readFileSync, writeFileSync } from "node:fs"
import { cpus, loadavg, totalmem } from "node:os"
import { join } from "node:path"
import { SCENARIOS } from "./scenarios.mjs"
import { platform, SYSTEMS } from "./systems.mjs"

const folder = import.meta.dirname
const readme = join(folder, "README.md")
const capacity = join(folder, "../../worker/CAPACITY.md")
/** What of the report an operator asks about. */
const OF_CAPACITY = ["capacity", "scripts"]
const [BEGIN, END] = ["<!-- report: begin -->", "<!-- report: end -->"]

const ms = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1))
const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(0)
const kilobytes = (bytes) => (bytes / 1000).toFixed(0)
const percent = (part) => `${(part * 100).toFixed(0)} %`

/** A column: its title, what it shows of a run, and how. What a scenario did not measure leaves it out. */
const COLUMNS = [
  ["p50 ms", (run) => run.p50, ms],
  ["p95 ms", (run) => run.p95, ms],
  ["p99 ms", (run) => run.p99, ms],
  ["join p50 ms", (run) => run.join?.p50, ms],
  ["join slowest ms", (run) => run.join?.most, ms],
  ["CPU of a join ms", (run) => run.joinMs, (value) => value.toFixed(2)],
  ["CPU µs a delivery", (run) => run.deliveries && (run.relayMs * 1000) / run.deliveries, (value) => value.toFixed(1)],
  ["CPU µs an edit", (run) => run.messages && (run.relayMs * 1000) / run.messages, (value) => value.toFixed(0)],
  ["CPU of both cores", (run) => run.tookMs && run.relayMs / run.tookMs / 2, percent],
  ["client's CPU", (run) => run.tookMs && run.clientMs / run.tookMs / 2, percent],
  ["memory MiB", (run) => run.memory?.most, mebibytes],
  ["disk bytes an edit", (run) => run.bytesPerEdit, (value) => value.toFixed(0)],
  ["memory a script in use kB", (run) => run.awakeBytes, kilobytes],
  ["an idle one kB", (run) => run.asleepBytes, kilobytes],
  ["an idle connection more kB", (run) => run.socketBytes, kilobytes],
  ["disk a script kB", (run) => run.diskBytes, kilobytes],
  ["open files a connection", (run) => run.files, (value) => value.toFixed(1)],
  ["memory a script kB", (run) => run.perScript, kilobytes],
  ["missing", (run) => run.missing, String],
]

export class Report {
  #head
  #runs = []

  constructor(head) {
    const systems = Object.fromEntries(SYSTEMS.map(({ name, version, persists }) => [name, { version: version(), persists }]))
    const machine = { processors: cpus().length, model: cpus()[0]?.model.trim(), memoryBytes: totalmem() }
    this.#head = { ...head, began: new Date().toISOString(), loadBefore: loadavg()[0], machine, platform: platform(), systems }
  }

  scripts(made) {
    this.#head.scriptBytes = Object.fromEntries(Object.entries(made).map(([name, bytes]) => [name, bytes.length]))
  }

  add(key, figures) {
    this.#runs.push({ ...key, load: loadavg()[0], ...figures })
    const shown = COLUMNS.map(([title, read, show]) => [title, read(figures), show]).filter(([, value]) => Number.isFinite(value))
    console.log(`  ${key.system}, ${key.front}, round ${key.round + 1}: ${shown.map(([title, value, show]) => `${title} ${show(value)}`).join(", ")}`)
    if (figures.equal === false) console.log("  what was written is not what is read")
  }

  failed(key, error) {
    this.#runs.push({ ...key, failed: error.message })
    console.log(`  ${key.system}, ${key.front}, round ${key.round + 1}: not measured: ${error.stack}`)
  }

  publish() {
    const report = { ...this.#head, ended: new Date().toISOString(), runs: this.#runs }
    writeFileSync(join(folder, "report.json"), `${JSON.stringify(report, null, 1)}\n`)
    show(readme, tables(report, Object.keys(SCENARIOS)))
    show(capacity, tables(report, OF_CAPACITY, ["scriptroom"]))
  }
}

/** Puts tables between the markers of a page. */
function show(page, text) {
  const old = readFileSync(page, "utf8")
  writeFileSync(page, `${old.split(BEGIN)[0]}${BEGIN}\n${text}${END}${old.split(END)[1]}`)
}

/** The tables of a report, in Markdown: of these scenarios, and of these systems or all. */
export function tables(report, scenarios, only) {
  const isShown = ({ scenario, system }, name) => scenario === name && (only?.includes(system) ?? true)
  const lines = [about(report), ""]
  if (!only) lines.push(...versions(report.systems), "")
  for (const name of scenarios) {
    const runs = report.runs.filter((run) => isShown(run, name))
    const rounds = Math.max(...runs.map((run) => run.round)) + 1
    const often = rounds > 1 ? `, ${rounds} rounds` : ""
    if (runs.length > 0) lines.push(`**${name}**: ${SCENARIOS[name].what}${often}.`, "", ...table(runs), "")
  }
  return lines.map((line) => `${line}\n`).join("")
}

function about({ machine, platform: on, ...report }) {
  const scripts = Object.entries(report.scriptBytes).map(([name, bytes]) => `${name} ${Math.round(bytes / 1000)} kB`)
  const [day, from, to] = [report.began.slice(0, 10), report.began.slice(11, 16), report.ended.slice(11, 16)]
  return [
    `Commit ${report.commit}, ${day}, ${from} to ${to} UTC, seed ${report.seed}, \`cargo xtask load\`. Of several rounds it is the median, in brackets`,
    `the range. ${machine.processors} processors (${machine.model}), ${Math.round(machine.memoryBytes / 2 ** 30)} GiB; load average before:`,
    `${report.loadBefore.toFixed(1)}. Node ${on.node}, workerd ${on.workerd}, wrangler ${on.wrangler}. Scripts: ${scripts.join(", ")}.`,
  ].join("\n")
}

const versions = (systems) => [
  "| system | version | stores |",
  "|---|---|---|",
  ...Object.entries(systems).map(([name, { version, persists }]) => `| ${name} | ${version ?? "not installed"} | ${persists} |`),
]

function table(runs) {
  const rows = Object.entries(Object.groupBy(runs, (run) => `${run.system}${run.front === "plain" ? "" : ` (${FRONTS[run.front]})`}`))
  const columns = COLUMNS.filter(([, read]) => runs.some((run) => Number.isFinite(read(run))))
  const row = (cells) => `| ${cells.join(" | ")} |`
  return [
    row(["", ...columns.map(([title]) => title)]),
    row(["---", ...columns.map(() => "---")]),
    ...rows.map(([name, of]) => row([name, ...cells(of, columns)])),
  ]
}

const median = (sorted) => (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2

const FRONTS = { wrangler: "behind wrangler dev", sleepy: "after hibernation", own: "and its own client" }

function cells(runs, columns) {
  const measured = runs.filter((run) => !run.failed)
  if (measured.length === 0) return [`not measured: ${runs[0].failed.replaceAll("|", "/")}`, ...columns.slice(1).map(() => "")]
  const cell = ([, read, show]) => {
    const values = measured.map(read).filter(Number.isFinite).sort((a, b) => a - b)
    if (values.length === 0) return "–"
    const [least, middle, most] = [values[0], median(values), values.at(-1)].map(show)
    return least === most ? middle : `${middle} (${least}–${most})`
  }
  return columns.map(cell)
}
