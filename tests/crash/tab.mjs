// `cargo xtask crash tab [--seed N] [--kills K]`: kills a writer's tab or browser so often, and says what is gone. README.md has what it does.
import { execFileSync } from "node:child_process"
import { Chromium } from "./chromium.ts"
import { Dice } from "./dice.mjs"
import { options, Report } from "./report.mjs"
import { Device, isLost, timesToDisk } from "./tabs.ts"

/** So many kills tell what a browser does that is asked for less. */
const RELAXED_KILLS = 10
const TIMED_KEYS = 300

const { seed, kills, commit, publish } = options({ seed: 1, kills: 100 })
const chromium = execFileSync(Chromium.program, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
const command = `cargo xtask crash tab --seed ${seed} --kills ${kills}`
const report = new Report("tab", rows, { command, commit, versions: { chromium } })
const dice = new Dice(seed)
const outcomes = await killed(kills, () => dice.pick(["package", "package", "app"]), null)
const relaxed = await killed(RELAXED_KILLS, () => "package", "relaxed")
const msToDisk = { strict: await timesToDisk("strict", TIMED_KEYS), relaxed: await timesToDisk("relaxed", TIMED_KEYS) }
const lost = outcomes.filter(isLost)
report.finish({ seed, ...summary(outcomes), lost, relaxed: { ...summary(relaxed), lost: relaxed.filter(isLost).length }, msToDisk }, publish)
process.exit(lost.length > 0 ? 1 : 0)

/** So many kills as the dice choose, of a device that begins a new script at times. */
async function killed(count, screen, durability) {
  await using device = await Device.begin()
  device.asDurableAs(durability)
  const outcomes = []
  while (outcomes.length < count && !outcomes.some(isLost)) {
    const plan = {
      screen: screen(),
      victim: dice.pick(["page", "browser"]),
      isOnline: dice.isLucky(0.5),
      news: dice.between(1, 12),
      afterMs: dice.isLucky(0.5) ? 0 : dice.between(0, 60),
    }
    if (dice.isLucky(0.1)) device.renew(plan.screen)
    outcomes.push(await device.kill(plan))
    if (outcomes.length % 10 === 0) console.error(`${outcomes.length} kills, ${outcomes.filter(isLost).length} of them took something`)
  }
  return outcomes
}

function summary(outcomes) {
  const sum = (value) => outcomes.reduce((total, outcome) => total + value(outcome), 0)
  const count = (is) => outcomes.filter(is).length
  return {
    kills: outcomes.length,
    of: {
      page: count(({ victim }) => victim === "page"),
      browser: count(({ victim }) => victim === "browser"),
      offline: count(({ isOnline }) => !isOnline),
      app: count(({ screen }) => screen === "app"),
    },
    keysCalledSaved: sum(({ before, promised }) => promised - before),
    keysFound: sum(({ before, found }) => found - before),
  }
}

function rows({ kills, of, keysCalledSaved, keysFound, lost, relaxed, msToDisk }) {
  return [
    ["kills: of the page's process, of the whole browser", `${kills}: ${of.page}, ${of.browser}`],
    ["of these without a relay; in the app, by its badge", `${of.offline}; ${of.app}`],
    ["keys that the screen called saved", keysCalledSaved],
    ["keys found without a relay", keysFound],
    ["**kills that took something that was called saved**", `**${lost.length}**`],
    ["the same kills with relaxed transactions; that took something", `${relaxed.kills}; ${relaxed.lost}`],
    ["from a key to \"kept\", p50, p95 in ms: strict", `${msToDisk.strict.p50}, ${msToDisk.strict.p95}`],
    ["relaxed", `${msToDisk.relaxed.p50}, ${msToDisk.relaxed.p95}`],
    ["of this in the key's own task, p50 in ms: strict, relaxed", `${msToDisk.strict.task}, ${msToDisk.relaxed.task}`],
  ]
}
