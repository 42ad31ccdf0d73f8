// Fountain and PDF beside other programs, on the same files in one run: `cargo xtask bench --formats`.
//
// Whoever reads a file takes turns with the others, round by round. A PDF is made by the programs as they are installed, from
// their start to their end.

import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"

const here = import.meta.dirname
const { values } = parseArgs({
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
  const times = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const [who, program] of Object.entries(programs)) {
      rmSync(out, { force: true })
      const start = process.hrtime.bigint()
      program()
      ;(times[who] ??= []).push(Number(process.hrtime.bigint() - start) / 1e6)
      if (!readFileSync(out).subarray(0, 5).equals(Buffer.from("%PDF-"))) throw new Error(`expected a PDF of ${who}'s`)
    }
  }
  return { what: `a PDF of ${pages} pages is made, from the program's start to its end`, unit: "ms", times }
}

function memory(pages) {
  const [bytes, before, after] = JSON.parse(run(values.native, "memory", script(pages), "1"))
  return { pages, bytes, took: after - before }
}

const median = list => list.toSorted((a, b) => a - b)[list.length >> 1]
const figure = number => (number < 10 ? number.toFixed(2) : number.toFixed(0))

/** A table: the best of each, in brackets the median, and how many times as long the others took at the median. */
function table({ what, times }) {
  const own = median(times.scriptroom)
  const rows = Object.entries(times).map(([who, list]) => `| ${who} | ${list.length} | ${figure(Math.min(...list))} (${figure(median(list))}) | ${figure(median(list) / own)} |`)
  return [`**${what}**, ms`, "", "| who | rounds | best (median) | times ours |", "| --- | ---: | ---: | ---: |", ...rows, ""].join("\n")
}

try {
  const measured = [parsing(120), parsing(250), printing(120)]
  const grown = [250, 500, 1000, 2000, 4000].map(memory)
  const head = `Commit ${values.commit}, ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, \`cargo xtask bench --formats\`; load ${load} at the start, before other work.`
  const rows = grown.map(({ pages, bytes, took }) => `| ${pages} | ${(bytes / 1e6).toFixed(2)} | ${(took / 1e6).toFixed(1)} | ${(took / bytes).toFixed(1)} |`)
  const growth = ["**What reading takes in memory**", "", "| pages | MB of text | MB more | of it a byte |", "| ---: | ---: | ---: | ---: |", ...rows, ""].join("\n")
  const text = [head, "", ...measured.map(table), growth].join("\n")
  console.log(text)
  if (values.publish) {
    writeFileSync(join(here, "report.json"), `${JSON.stringify({ commit: values.commit, load, measured, memory: grown }, null, 1)}\n`)
    const page = join(here, "README.md")
    const [before, rest] = readFileSync(page, "utf8").split("<!-- report: begin -->")
    const [, behind] = rest.split("<!-- report: end -->")
    writeFileSync(page, `${before}<!-- report: begin -->\n${text}<!-- report: end -->${behind}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
