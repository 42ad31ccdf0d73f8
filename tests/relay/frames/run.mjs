// Mutated frames against the running relay, while people write: `cargo xtask frames` calls this, and the tests do in small.
//
//   node tests/relay/frames/run.mjs SENDER --count N --seed S [--part N] [--round N] [--connections N] [--commit C] [--keep]
//
// A run is parts, each on a relay of its own, and a part is rounds. Each round has new scripts: in some, those who send may
// write, as two people do in one of them; in another they may only read or comment while two people write. After a part's last
// round the relay is killed, and every script of every round must open as it was. `--keep` puts the run into runs.json and
// writes FRAMES.md anew, after each part: who ends a run that lasts for hours loses the part that is under way. Where a script is not as
// it was, what was stored is kept.
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { cp, mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import * as Y from "yjs"
import { opened, until as untilOurs } from "../../../pkg/test/opened.ts"
import { peer } from "../clients.mjs"
import { person, startPeoplesRelay } from "../people.mjs"
import { add, joined, keep, summary } from "./report.mjs"
import { Pair, stateOf } from "./writers.mjs"

const MANY = String(2 ** 40)
/** Only what would throttle the test. */
const LIMITS = {
  SCRIPTROOM_OPEN_SCRIPTS: "1",
  SCRIPTROOM_UPDATES_PER_S: MANY,
  SCRIPTROOM_UPDATES_AT_ONCE: MANY,
  SCRIPTROOM_BYTES_PER_S: MANY,
  SCRIPTROOM_BYTES_AT_ONCE: MANY,
  SCRIPTROOM_PRESENCE_PER_S: MANY,
  SCRIPTROOM_PRESENCE_AT_ONCE: MANY,
}
/** So many people send: one who is refused with a stock client is turned away for a while. */
const SENDERS = 400
const PATIENCE_MS = 120_000

/** What of a process lies in memory, in MiB. */
const memoryMib = (pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) >> 10

/** Runs a part; throws where the relay breaks a promise. `first` is the number of its first round in the whole run. */
export async function run({ sender, count, seed, first = 0, round = count, connections = 16, tell = () => {} }) {
  await using relay = await startPeoplesRelay(LIMITS)
  const pid = relay.pid
  const people = peopleOf(relay)
  const report = { seed, count, round, connections, seconds: 0, rounds: 0, memoryMib: [[]], totals: {}, ...figures() }
  const rooms = []
  const watch = setInterval(() => report.memoryMib[0].push(memoryMib(pid)), 1000)
  try {
    for (let done = 0; done < count; report.rounds += 1) {
      const asked = { count: Math.min(round, count - done), seed: seed * 1000 + first + report.rounds, connections }
      const { counts, seconds } = await playRound({ relay, people, sender, asked, rooms, report, tell })
      add(report.totals, counts)
      done += counts.mutated
      report.seconds += seconds
      tell(`${done} mutated frames, ${memoryMib(pid)} MiB, worst latency ${Math.round(Math.max(...report.latenciesMs))} ms`)
    }
  } finally {
    clearInterval(watch)
  }
  report.memoryMib[0].push(memoryMib(pid))
  assert.equal(relay.pid, pid, "the process never died")
  await relay.kill()
  await relay.start()
  try {
    for (const room of rooms) report.opened.push(await openCold(relay, people.ada, room))
  } catch (error) {
    await relay.kill()
    const kept = await mkdtemp(join(tmpdir(), "scriptroom-frames-"))
    await cp(join(relay.folder, "data"), kept, { recursive: true })
    throw new Error(`a promise is broken; what the relay had stored is in ${kept}`, { cause: error })
  }
  return report
}

const figures = () => ({ edits: 0, presences: 0, latenciesMs: [], clientErrors: {}, opened: [] })

function peopleOf(relay) {
  const as = (name) => person(relay, name)
  const [ada, ben, carol, vic] = ["ada", "ben", "carol", "vic"].map(as)
  const senders = Array.from({ length: SENDERS }, (_, at) => as(`sender ${at}`.replace(" ", "-")))
  return { ada, ben, carol, vic, senders }
}

/** One round: new scripts, so many frames, and people who write meanwhile. */
async function playRound({ relay, people, sender, asked, rooms, report, tell }) {
  const { ada, ben, carol, vic, senders } = people
  const open = Array.from({ length: 3 }, () => randomUUID())
  const closed = await ada.script("Read by those who send")
  for (const [one, role] of [[ben, "editor"], [carol, "commenter"], [vic, "viewer"]]) {
    const { status } = await ada.ask("PUT", `/scripts/${closed}/members/${one.name}`, { role })
    assert.equal(status, 200)
  }
  const pairs = await Promise.all([open[0], closed].map((id) => Pair.open(relay, id, ada, ben)))
  const written = pairs.map((pair) => pair.write())
  const tokens = senders.map(({ token }) => token)
  const targets = [
    { id: open[0], share: 2, tokens },
    { id: open[1], share: 5, tokens },
    { id: open[2], share: 5, tokens },
    { id: closed, share: 3, tokens: [carol.token, vic.token] },
  ]
  const host = `127.0.0.1:${relay.port}`
  const told = await send(sender, { host, patience_ms: PATIENCE_MS, rooms: targets, ...asked }, tell)
  pairs.forEach((pair) => pair.stop())
  await Promise.all(written)
  assert.deepEqual(told.troubles, [])
  const states = []
  for (const pair of pairs) states.push(await pair.finish())
  for (const pair of pairs) {
    report.edits += pair.edits
    report.presences += pair.presences
    report.latenciesMs.push(...pair.latenciesMs)
    for (const error of pair.errors) report.clientErrors[error] = (report.clientErrors[error] ?? 0) + 1
  }
  rooms.push({ id: open[0], ...states[0] }, { id: open[1] }, { id: open[2] }, { id: closed, ...states[1] })
  return told
}

/** Runs the sender, a process of its own, and gives what it counted. */
async function send(sender, asked, tell) {
  const recording = join(import.meta.dirname, "recorded.txt")
  const child = spawn(sender, [recording], { stdio: ["pipe", "pipe", "inherit"] })
  const failed = new Promise((_, reject) => child.once("error", reject))
  await Promise.race([failed, once(child, "spawn")])
  child.stdin.end(JSON.stringify(asked))
  let last = {}
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line)
    if (last.mutated) tell(`  ${last.mutated} of ${asked.count}`, true)
  }
  assert.ok(last.counts, "the sender says what it counted")
  return last
}

/** After a kill: newcomers have what was there, the log replays, and the relay can say what the script says. */
async function openCold(relay, ada, room) {
  const { id } = room
  const from = performance.now()
  await using late = peer(relay, id, ada.params)
  await late.synced()
  const coldMs = performance.now() - from
  const { snapshot, content: words } = stateOf(late.doc)
  const mine = await opened({ id, relay: relay.http, token: ada.token })
  await untilOurs(mine, () => mine.status.kind === "synced")
  const text = mine.text()
  await mine.close()
  if (room.snapshot) {
    const differs = differing(late.doc, snapshot, room.snapshot)
    assert.deepEqual(differs, {}, "the relay has what the writers have, and nothing else")
    assert.deepEqual(words, room.content, "each word, format and attribute")
    assert.equal(text, room.text)
  }
  const content = await ada.ask("GET", `/scripts/${id}`)
  assert.equal(content.status, 200, JSON.stringify(content.error))
  const paragraphs = content.blocks.map(({ children }) => children.map(({ text }) => text).join(""))
  assert.equal(paragraphs.join("\n"), text, "the relay's document is the clients'")
  const replayed = await ada.ask("POST", `/scripts/${id}/snapshot`, { force: true, validate: true })
  assert.deepEqual([replayed.status, replayed.replayEquals, replayed.differences], [200, true, []])
  const { ok, entries, differences } = await ada.ask("POST", `/scripts/${id}/verify`)
  assert.deepEqual([ok, differences], [true, []])
  const health = await ada.ask("GET", `/scripts/${id}/health`)
  assert.deepEqual([health.quarantined, health.lost], [[], false])
  return { entries, bytes: health.storedBytes, held: health.held, coldMs: Math.round(coldMs) }
}

/**
 * How what the relay has differs from what a writer had: clients with other clocks, and deletions of each kind of content. But for
 * formats: each Yjs document deletes those that change nothing by itself, when it loads them too, and what is deleted is collected.
 */
function differing(doc, theirs, mine) {
  const found = {}
  const note = (what) => (found[what] = (found[what] ?? 0) + 1)
  for (const client of new Set([...theirs.sv.keys(), ...mine.sv.keys()])) {
    if (theirs.sv.get(client) !== mine.sv.get(client)) note("clocks of a client")
  }
  if (Y.equalSnapshots(theirs, mine)) return found
  const [here, there] = [mine.ds, theirs.ds].map((set) => (id) => Y.isDeleted(set, id))
  for (const [client, structs] of doc.store.clients) {
    for (const struct of structs) {
      const [was, is] = [here(struct.id), there(struct.id)]
      if (was !== is && !tidied(struct)) note(`${is ? "deleted at the relay alone" : "deleted at the writer alone"}: ${struct.content?.constructor.name ?? "collected"} of ${client}`)
    }
  }
  return found
}

/** Whether it is a format, or something that is collected already: what became of words and attributes is seen in the content. */
function tidied({ content }) {
  return content === undefined || content instanceof Y.ContentFormat || content instanceof Y.ContentDeleted
}

async function main() {
  const number = { type: "string" }
  const options = { count: number, seed: number, part: number, round: number, connections: number, commit: number, keep: { type: "boolean" } }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const { count = "100000", seed = "1", part = "100000", round = "50000", connections = "16", commit = "unknown" } = values
  const asked = { seed: Number(seed), round: Number(round), connections: Number(connections) }
  const tell = (line, passing) => passing || console.log(line)
  let whole = null
  for (let left = Number(count); left > 0; left = Number(count) - whole.totals.mutated) {
    const next = { ...asked, count: Math.min(left, Number(part)), first: whole?.rounds ?? 0 }
    const done = await run({ sender: positionals[0], ...next, tell })
    whole = whole ? joined(whole, done) : done
    if (values.keep) keep({ commit, ...whole })
  }
  console.log(JSON.stringify(summary({ commit, ...whole }), null, 2))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main()
  process.exit(0)
}
