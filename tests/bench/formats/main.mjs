// Fountain and PDF beside other programs, on the same files in one run: `cargo xtask bench --formats`.
//
// Whoever reads a file takes turns with the others, round by round. A PDF is made by the programs as they are installed, from
// their start to their end. `memory` measures that alone: other work on the machine does not disturb it.

import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"

const here = import.meta.dirname
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scriptroom: { type: "string" },
    native: { type: "string" },
    python: { type: "string" },
    commit: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    publish: { type: "boolean", default: false },
  },
})
const rounds = Number(values.rounds)
/** How often a file is read in one round, by those who are quick; the others read it once. */
const often = 40

const run = (program, ...args) => execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "pipe"] })
const folder = mkdtempSync(join(tmpdir(), "scriptroom-bench-"))
const load = loadavg()[0].toFixed(1)

/** A script of about so many pages. */
function script(pages) {
  const file = join(folder, `${pages}.fountain`)
  run(values.scriptroom, "generate", "--pages", String(pages), "--seed", "1", file)
  return file
}

function parsing(pages) {
  const file = script(pages)
  const times = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const said of [
      run(values.native, "time", file, String(often)),
      run(process.execPath, join(here, "fountain-js-times.mjs"), file, "8"),
      run(values.python, join(here, "jouvence_times.py"), file, "1"),
    ]) {
      for (const [who, list] of Object.entries(JSON.parse(said))) (times[who] ??= []).push(...list.map(ns => ns / 1e6))
    }
  }
  return { what: `${pages} pages of Fountain (${statSync(file).size} bytes) are read`, unit: "ms", times }
}

function printing(pages) {
  const file = script(pages)
  const out = join(folder, "out.pdf")
  const programs = {
    scriptroom: () => run(values.scriptroom, "convert", file, out),
    afterwriting: () => run(process.execPath, join(here, "node_modules/afterwriting/awc.js"), "--source", file, "--pdf", out, "--overwrite"),
  }
  const [times, read] = [{}, { "the script": summary(file) }]
  for (let round = 0; round < rounds; round += 1) {
    for (const [who, program] of Object.entries(programs)) {
      rmSync(out, { force: true })
      const start = process.hrtime.bigint()
      program()
      ;(times[who] ??= []).push(Number(process.hrtime.bigint() - start) / 1e6)
      if (!readFileSync(out).subarray(0, 5).equals(Buffer.from("%PDF-"))) throw new Error(`expected a PDF of ${who}'s`)
      read[`the PDF of ${who}`] ??= summary(out)
    }
  }
  return { what: `a PDF of ${pages} pages is made, from the program's start to its end`, unit: "ms", times, read }
}

/** What our reader finds in a file. */
function summary(file) {
  const rows = run(values.scriptroom, "report", "summary", file).trim().split(/\r?\n/).map(row => row.split(","))
  return Object.fromEntries(rows.slice(1).map(([figure, value]) => [figure, Number(value)]))
}

/** The scenes and words of a script, and of the PDFs that were made of it: each is read again. */
function found({ read }) {
  const rows = Object.entries(read).map(([of, { scenes, words }]) => `| ${of} | ${scenes} | ${words} |`)
  const counts = Object.values(read).map(({ scenes }) => scenes)
  if (new Set(counts).size > 1) throw new Error(`expected as many scenes in each PDF as in the script, got ${counts}`)
  return ["**What reading those PDFs gives back**", "", "| of | scenes | words |", "| --- | ---: | ---: |", ...rows, ""].join("\n")
}

/** What reading and printing take: of each file its bytes, and how much more the process ever had than before. */
function memory(pages) {
  const fountain = script(pages)
  const converted = ending => {
    const file = join(folder, `${pages}.${ending}`)
    run(values.scriptroom, "convert", fountain, file)
    return file
  }
  const files = { fountain, fdx: converted("fdx"), pdf: converted("pdf"), print: fountain }
  const took = Object.entries(files).map(([how, file]) => {
    const [bytes, before, after] = JSON.parse(run(values.native, "memory", file, how))
    return [how, { bytes, took: after - before }]
  })
  return { pages, ...Object.fromEntries(took) }
}

const median = list => list.toSorted((a, b) => a - b)[list.length >> 1]
const figure = number => (number < 10 ? number.toFixed(2) : number.toFixed(0))

/** A table: the best of each, in brackets the median, and how many times as long the others took at the median. */
function table({ what, times }) {
  const own = median(times.scriptroom)
  const rows = Object.entries(times).map(([who, list]) => `| ${who} | ${list.length} | ${figure(Math.min(...list))} (${figure(median(list))}) | ${figure(median(list) / own)} |`)
  return [`**${what}**, ms`, "", "| who | rounds | best (median) | times ours |", "| --- | ---: | ---: | ---: |", ...rows, ""].join("\n")
}

const ways = { fountain: "Fountain is read", fdx: "Final Draft is read", pdf: "a PDF is read", print: "a PDF is made of Fountain" }

/** How memory grows: the file's MB, how many more the process ever had, and how many bytes that is for each of the file's. */
function growth(grown) {
  const cell = ({ bytes, took }) => `${(bytes / 1e6).toFixed(2)}: ${(took / 1e6).toFixed(1)} (${(took / bytes).toFixed(1)})`
  const rows = grown.map(row => `| ${row.pages} | ${Object.keys(ways).map(way => cell(row[way])).join(" | ")} |`)
  return ["**Memory**: MB of the file, MB more that the process had, and in brackets bytes for each of the file's", "", `| pages | ${Object.values(ways).join(" | ")} |`, `| ---: |${" ---: |".repeat(4)}`, ...rows, ""].join("\n")
}

/** Writes a part of the report: as data, and as tables between its marks in the README. */
function publish(part, data, text) {
  writeFileSync(join(here, `${part}.json`), `${JSON.stringify({ commit: values.commit, load, ...data }, null, 1)}\n`)
  const page = join(here, "README.md")
  const [before, rest] = readFileSync(page, "utf8").split(`<!-- ${part}: begin -->`)
  const [, behind] = rest.split(`<!-- ${part}: end -->`)
  writeFileSync(page, `${before}<!-- ${part}: begin -->\n${text}<!-- ${part}: end -->${behind}`)
}

function report(part, command, data, tables) {
  const head = `Commit ${values.commit}, ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, \`${command}\`; load ${load} at the start, before other work.`
  const text = [head, "", ...tables].join("\n")
  console.log(text)
  if (values.publish) publish(part, data, text)
}

try {
  if (!positionals.includes("memory")) {
    const measured = [parsing(120), parsing(250), printing(120)]
    report("report", "cargo xtask bench --formats", { measured }, [...measured.map(table), found(measured.at(-1))])
  }
  const grown = [250, 500, 1000, 2000, 4000].map(memory)
  report("memory", "cargo xtask bench --formats memory", { memory: grown }, [growth(grown)])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
