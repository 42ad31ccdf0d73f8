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

/** What was measured, scenario by scenario: each can be measured anew by itself, and says when and of what it is. */
export class Report {
  #head
  #began = null
  #runs = []

  constructor(head) {
    const systems = Object.fromEntries(SYSTEMS.map(({ name, version, persists }) => [name, { version: version(), persists }]))
    const machine = { processors: cpus().length, model: cpus()[0]?.model.trim(), memoryBytes: totalmem() }
    this.#head = { ...head, machine, platform: platform(), systems }
  }

  scripts(made) {
    this.#head.scriptBytes = Object.fromEntries(Object.entries(made).map(([name, bytes]) => [name, bytes.length]))
  }

  begin() {
    this.#began = { began: new Date().toISOString(), loadBefore: loadavg()[0] }
    this.#runs = []
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

  /** Writes what was measured of a scenario in the place of what there was. */
  publish(name) {
    const file = join(folder, "report.json")
    const report = JSON.parse(readFileSync(file, "utf8"))
    report[name] = { ...this.#head, ...this.#began, ended: new Date().toISOString(), runs: this.#runs }
    writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`)
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
  const parts = scenarios.filter((name) => report[name]).map((name) => [name, report[name]])
  const lines = only ? [] : [...versions(Object.assign({}, ...parts.map(([, { systems }]) => systems))), ""]
  for (const [name, part] of parts) {
    const runs = part.runs.filter(({ system }) => only?.includes(system) ?? true)
    const rounds = Math.max(...runs.map((run) => run.round)) + 1
    const often = rounds > 1 ? `, ${rounds} rounds: the median, in brackets the range` : ""
    lines.push(`**${name}**: ${SCENARIOS[name].what}${often}.`, about(name, part), "", ...table(runs), "")
  }
  return lines.map((line) => `${line}\n`).join("")
}

function about(name, { machine, platform: on, ...part }) {
  const scripts = Object.entries(part.scriptBytes).map(([length, bytes]) => `${length} ${Math.round(bytes / 1000)} kB`)
  const [day, from, to] = [part.began.slice(0, 10), part.began.slice(11, 16), part.ended.slice(11, 16)]
  return [
    `Commit ${part.commit}, ${day}, ${from} to ${to} UTC, seed ${part.seed}, \`cargo xtask load ${name}\`; ${machine.processors} processors (${machine.model}),`,
    `${Math.round(machine.memoryBytes / 2 ** 30)} GiB; load average before: ${part.loadBefore.toFixed(1)}. Node ${on.node}, workerd ${on.workerd}, wrangler ${on.wrangler}. Scripts: ${scripts.join(", ")}.`,
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
