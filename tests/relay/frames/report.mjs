// The reports of long runs: runs.json has their figures, FRAMES.md is made of it.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const at = (name) => join(import.meta.dirname, name)

const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)]
const rounded = (value) => Math.round(value * 10) / 10

/** Adds figures, and figures by name. */
export function add(sum, figures) {
  for (const [name, figure] of Object.entries(figures)) {
    if (typeof figure === "number") sum[name] = (sum[name] ?? 0) + figure
    else add((sum[name] ??= {}), figure)
  }
}

/** Two parts of one run as one. */
export function joined(one, other) {
  const whole = structuredClone(one)
  for (const name of ["count", "seconds", "rounds", "edits", "presences"]) whole[name] += other[name]
  for (const name of ["latenciesMs", "memoryMib", "opened"]) whole[name].push(...other[name])
  for (const name of ["totals", "clientErrors"]) add(whole[name], other[name])
  return whole
}

/** What is kept of a run. */
export function summary({ latenciesMs, memoryMib, opened, ...report }) {
  // Of each part's relay: what it takes in the end must not grow with what came before.
  const halves = memoryMib.map((of) => [of.slice(0, (of.length >> 1) || 1), of.slice(of.length >> 1)])
  const worst = (at) => Math.max(...halves.map((of) => Math.max(...of[at])))
  const sum = (name) => opened.reduce((all, room) => all + room[name], 0)
  return {
    ...report,
    seconds: rounded(report.seconds),
    framesPerSecond: Math.round(report.totals.mutated / report.seconds),
    latencyMs: {
      p50: rounded(percentile(latenciesMs, 0.5)),
      p99: rounded(percentile(latenciesMs, 0.99)),
      worst: rounded(latenciesMs.reduce((worst, one) => Math.max(worst, one), 0)),
    },
    memoryMib: { begin: memoryMib[0][0], worstOfFirstHalf: worst(0), worst: worst(1) },
    opened: { scripts: opened.length, entries: sum("entries"), bytes: sum("bytes"), slowestMs: Math.max(...opened.map(({ coldMs }) => coldMs)) },
  }
}

/** Keeps a run's figures, in place of those of the same run when it was shorter. */
export function keep(report) {
  const others = readRuns().filter(({ commit, seed }) => commit !== report.commit || seed !== report.seed)
  const runs = [...others, summary(report)]
  writeFileSync(at("runs.json"), `${JSON.stringify(runs, null, 1)}\n`)
  writeFileSync(at("FRAMES.md"), page(runs))
}

function readRuns() {
  try {
    return JSON.parse(readFileSync(at("runs.json"), "utf8"))
  } catch (error) {
    if (error.code === "ENOENT") return []
    throw error
  }
}

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, " ")

function page(runs) {
  const sum = {}
  for (const { totals } of runs) {
    for (const [table, names] of Object.entries(totals)) {
      if (typeof names === "number") sum[table] = (sum[table] ?? 0) + names
      else for (const [name, count] of Object.entries(names)) (sum[table] ??= {})[name] = (sum[table][name] ?? 0) + count
    }
  }
  const table = (head, names) => {
    const rows = Object.entries(names ?? {}).sort(([, a], [, b]) => b - a)
    return [`| ${head} | |`, "|---|---:|", ...rows.map(([name, count]) => `| ${name} | ${grouped(count)} |`), ""]
  }
  const row = (run) =>
    `| \`${run.commit}\` | ${run.seed} | ${grouped(run.totals.mutated)} | ${grouped(run.framesPerSecond)} | ${run.rounds * 4} | ${grouped(run.edits)} | ` +
    `${run.latencyMs.p50} / ${run.latencyMs.p99} / ${run.latencyMs.worst} | ${run.memoryMib.begin} / ${run.memoryMib.worstOfFirstHalf} / ${run.memoryMib.worst} | ${run.opened.slowestMs} |`
  return [
    "# Mutated frames against the running relay",
    "",
    "Made by `cargo xtask frames --count N --seed S --keep` from `runs.json`; not edited by hand. What a run is, and what it checks, is said in",
    "`run.mjs`; what counts as a mutated frame, in `crates/frames/src/counts.rs`. A part that breaks a promise ends its run, and is not kept: ARCHITECTURE.md says what is known of that.",
    "",
    `In ${runs.length} runs **${grouped(sum.mutated)} mutated frames** were handled, and ${grouped(sum.genuine)} genuine ones between them; ${grouped(sum.in_vain)} more were sent after what closed`,
    "their connection. The relay never died and no connection went without an answer; every edit of those who wrote meanwhile arrived and was acknowledged; every",
    "script opened after a kill as it was, was played again from its log, and was found right by `POST …/verify`.",
    "",
    "| commit | seed | mutated frames | a second | scripts | edits meanwhile | ms from edit to peer: p50 / p99 / worst | MiB of workerd: begin / worst of the first half / of the second | slowest cold open, ms |",
    "|---|---|---:|---:|---:|---:|---|---|---:|",
    ...runs.map(row),
    "",
    ...table("how they were made", sum.by_mutation),
    ...table("made of", sum.by_message),
    ...table("what became of them", sum.by_answer),
    ...table("connections", sum.connections),
    ...table("closes by code", sum.closes),
    ...table("requests by status", sum.requests),
  ].join("\n")
}
