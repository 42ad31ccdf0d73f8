// `cargo xtask bench --browser [PART…]`: how the app feels, measured in Chromium, and beside the usual ways to build it.
//   PART          typing, breaks, opening, memory, beside, printing; all of them without
//   --rounds N    how often each thing is measured (3)
//   --commit NAME what the report says was measured
//   --publish     writes report.json and the tables of the README
//
// Other work on the machine makes every figure worse and none better: things that are compared take turns in each round,
// and of several rounds the best is the machine's own.

import { parseArgs } from "node:util"
import { beside } from "./beside.mjs"
import { breaks } from "./breaks.mjs"
import { memory } from "./memory.mjs"
import { opening } from "./opening.mjs"
import { printing } from "./printing.mjs"
import { Report } from "./report.mjs"
import { typing } from "./typing.mjs"

const parts = { typing, breaks, opening, memory, beside, printing }
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    commit: { type: "string", default: "unknown" },
    publish: { type: "boolean", default: false },
  },
})
const names = positionals.length > 0 ? positionals : Object.keys(parts)
for (const name of names) if (!parts[name]) throw new Error(`there is no part ${name}; there are: ${Object.keys(parts).join(", ")}`)

const report = new Report(values.commit)
for (const name of names) {
  console.log(`\n${name}`)
  report.begin(name)
  await parts[name]({ rounds: Number(values.rounds), note: (...row) => report.note(...row) })
  // Whoever has to stop it before its end keeps what is measured.
  if (values.publish) report.publish()
}
