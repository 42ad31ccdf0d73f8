// `cargo xtask crash relay [--seed N] [--kills K]`: kills the relay so often, and says what is gone. README.md has what it does.
import { startPrintingRelay } from "../relay/relay.mjs"
import { options, Report, versionOf } from "./report.mjs"
import { Run } from "./run.mjs"

/** Merges all the time, looks at the scenes all the time, and keeps what it logs. */
const EAGER = {
  SCRIPTROOM_DEV: "1",
  SCRIPTROOM_LOG_LEVEL: "info",
  SCRIPTROOM_COMPACT_ENTRIES: "25",
  SCRIPTROOM_COMPACT_AGE_MS: "0",
  SCRIPTROOM_COMPACT_DELAY_MS: "5",
  SCRIPTROOM_REFRESH_MS: "100",
}

const { seed, kills, commit, publish } = options({ seed: 21, kills: 300 })
const versions = { workerd: versionOf("workerd"), "y-websocket": versionOf("y-websocket"), yjs: versionOf("yjs") }
const command = `cargo xtask crash relay --seed ${seed} --kills ${kills}`
const report = new Report("relay", rows, { command, commit, versions })
// A line now and then: some hundred kills take a while.
const told = (count, wrong) => count % 20 === 0 && console.error(`${count} kills, ${wrong} wrong`)
const relay = await startPrintingRelay(EAGER)
const run = new Run(relay, { seed })
let stuck = null
try {
  await run.go(kills, ({ counts, wrong }) => told(counts.kills, wrong.length))
} catch (error) {
  stuck = error
}
await relay.kill()
const logged = logs(relay.printed)
const { scripts, notes } = run.totals()
const { resent, checks, imports, kills: killed, killsAt, killsWhileStarting } = run.counts
const found = run.wrong.map(({ what }) => what)
report.finish(
  {
    seed,
    kills: { running: killed, at: killsAt, whileStarting: killsWhileStarting },
    keystrokes: scripts.written - scripts.ofFiles,
    charactersOfFiles: scripts.ofFiles,
    ...promised(scripts),
    notes: { written: notes.written, ...promised(notes) },
    lost: found.filter((what) => what === "lost").length,
    wrong: run.wrong,
    ...{ checks, resentAfterRestart: resent, imports, ...logged },
    stuck: stuck && String(stuck.stack),
  },
  publish,
)
process.exit(run.wrong.length > 0 || stuck || logged.errors.length > 0 ? 1 : 0)

function rows({ kills, lost, wrong, errors, imports, merges, notes, ...figures }) {
  return [
    ["kills while people typed, and while it started", `${kills.running}, ${kills.whileStarting}`],
    ["keystrokes, of these letters taken back", `${figures.keystrokes}, ${figures.takenBack}`],
    ["characters of files", figures.charactersOfFiles],
    ["files over HTTP answered; killed before the answer, of these here nevertheless, whole", `${imports.answered}; ${imports.unanswered}, ${imports.unansweredAndWhole}`],
    ["acknowledged", figures.acknowledged],
    ["seen by another", figures.seenByOthers],
    ["acknowledged or seen", figures.acknowledgedOrSeen],
    ["**of these lost**", `**${lost}**`],
    ["anything else that was wrong, errors that the relay logged", `${wrong.length - lost}, ${errors.length}`],
    ["comments, of these acknowledged or seen", `${notes.written}, ${notes.acknowledgedOrSeen}`],
    ["neither acknowledged nor seen, sent again after the restart", figures.resentAfterRestart],
    ["merges of the log begun, and done", `${merges.staged}, ${merges.done}`],
  ]
}

function promised({ takenBack, acknowledged, seen, promised }) {
  return { takenBack, acknowledged, seenByOthers: seen, acknowledgedOrSeen: promised }
}

/** What the relay says of itself: merges, those that a kill has cut in two, and errors, of which there must be none. */
function logs(lines) {
  const events = lines.flatMap((line) => {
    try {
      return [JSON.parse(line)]
    } catch {
      return []
    }
  })
  const count = (name) => events.filter(({ event }) => event === name).length
  const [staged, done] = [count("merge_staged"), count("merge_done")]
  return { merges: { staged, done }, wakes: count("object_woke"), errors: events.filter(({ level }) => level === "error") }
}
