// `cargo xtask load [SCENARIO…]`: runs the scenarios on every system in turn, and reports.
//   --only NAME      this system alone, as often as it is given
//   --rounds N       how often each is run (as SCENARIOS says)
//   --seed N         what is typed, and when (1)
//   --commit NAME    what the report says was measured
//   --publish        writes these scenarios into report.json, and the tables of README.md
import { parseArgs } from "node:util"
import { Report } from "./report.mjs"
import { LENGTHS, SCENARIOS } from "./scenarios.mjs"
import { scripts } from "./script.mjs"
import { SYSTEMS } from "./systems.mjs"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", multiple: true, default: [] },
    rounds: { type: "string" },
    seed: { type: "string", default: "1" },
    commit: { type: "string", default: "unknown" },
    publish: { type: "boolean", default: false },
  },
})
const names = positionals.length ? positionals : Object.keys(SCENARIOS)
for (const name of names) if (!SCENARIOS[name]) throw new Error(`there is no scenario ${name}; there are: ${Object.keys(SCENARIOS).join(", ")}`)
const isChosen = (name) => values.only.length === 0 || values.only.includes(name)
const seed = Number(values.seed)
const report = new Report({ commit: values.commit, seed, arguments: process.argv.slice(2) })
const made = await scripts(LENGTHS, seed)
report.scripts(made)

for (const name of names) {
  console.log(`\n${name}: ${SCENARIOS[name].what}`)
  report.begin()
  for (let round = 0; round < Number(values.rounds ?? SCENARIOS[name].rounds ?? 1); round++) {
    for (const { front, systems } of SCENARIOS[name].runs) {
      // Who comes first in one round comes last in another: what else the machine does hits each of them.
      const order = systems.filter(isChosen)
      order.push(...order.splice(0, round % Math.max(1, order.length)))
      for (const one of order) await measured(name, one, front, round)
    }
  }
  // Whoever has to stop it before its end keeps what is measured.
  if (values.publish) report.publish(name)
}

async function measured(name, systemName, front, round) {
  const key = { scenario: name, system: systemName, front, round }
  try {
    await using system = await SYSTEMS.find((one) => one.name === systemName).fronts[front]()
    report.add(key, await SCENARIOS[name].run(system, { scripts: made, seed: seed + round, front }))
  } catch (error) {
    report.failed(key, error)
  }
}
