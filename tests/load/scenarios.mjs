// What is measured. Each scenario takes a running system and gives back its figures; `main.mjs` runs it on each system in turn.
import { randomUUID } from "node:crypto"
import { setTimeout as after } from "node:timers/promises"
import { capacity } from "./capacity.mjs"
import { Connection, framesOf } from "./connection.mjs"
import { carried, opened, percentiles } from "./run.mjs"
import { brought, dice, moves, reads, typing } from "./script.mjs"

/** The peers store what was written some two seconds later; before it is counted, they are given the time. */
const SAVED_WITHIN_MS = 3_000

const everybody = ["scriptroom", "y-partyserver", "hocuspocus", "y-websocket-server"]
const onWorkerd = ["scriptroom", "y-partyserver"]
/** What the platform costs by itself. */
const alone = ["workerd alone, passing on", "workerd alone, storing"]

/** Lengths of the scripts: a feature film, a short, and a document that takes long to join. */
export const LENGTHS = { feature: { pages: 120 }, short: { pages: 10 }, large: { bytes: 1_400_000 } }

/** In the order in which they run. */
export const SCENARIOS = {
  capacity: {
    what: "what a feature script costs: 600 of them, each open in one editor, then four more connections to half of them, all of them idle",
    runs: [{ front: "plain", systems: ["scriptroom"] }],
    run: capacity,
  },
  cold: {
    what: "opening a feature script that nobody has open, three times, on a system that was started anew and has served another one",
    runs: [
      { front: "plain", systems: everybody },
      { front: "sleepy", systems: ["scriptroom"] },
    ],
    run: coldOpen,
  },
  document: {
    what: "a script of 1.4 MB: joining it after each of some keys; and one writer and one reader at 20 keys a second",
    runs: [{ front: "plain", systems: everybody }],
    run: largeDocument,
  },
  floor: {
    what: "one writer and one reader of a feature script at 20 keys a second, beside what workerd costs that does nothing but pass on",
    rounds: 2,
    runs: [{ front: "plain", systems: [...onWorkerd, ...alone] }],
    run: (system, kit) => onOneScript(system, kit, { writers: 1, readers: 1, perSecond: 20, seconds: 8, quickly: 100 }),
  },
  editors: {
    what: "50 editors on one feature script, five keys a second each",
    rounds: 2,
    runs: [{ front: "plain", systems: everybody }],
    run: (system, kit) => onOneScript(system, kit, { writers: 50, perSecond: 5, seconds: 8, stores: true }),
  },
  readers: {
    what: "one writer, 40 keys a second, and 99 readers of one feature script",
    runs: [
      { front: "plain", systems: everybody },
      { front: "wrangler", systems: [...onWorkerd, ...alone] },
    ],
    run: (system, kit) => onOneScript(system, kit, { writers: 1, readers: 99, perSecond: 40, seconds: 6, quickly: 100 }),
  },
  presence: {
    what: "50 editors who move their selections five times a second each",
    runs: [{ front: "plain", systems: everybody }],
    run: presence,
  },
  burst: {
    what: "1,000 edits a second on one feature script: 20 editors, 50 a second each",
    runs: [
      { front: "plain", systems: everybody },
      { front: "own", systems: ["scriptroom"] },
    ],
    run: (system, kit) => onOneScript(system, kit, { writers: 20, perSecond: 50, seconds: 4 }),
  },
  scripts: {
    what: "1,000 short scripts, two editors each, who type two of every ten seconds: one key a second each",
    runs: [
      { front: "plain", systems: everybody },
      { front: "own", systems: ["scriptroom"] },
    ],
    run: (system, kit) => manyScripts(system, kit, { scripts: 1000, perSecond: 1, seconds: 10 }),
  },
}

/**
 * When each of so many people types: at a steady pace for so many seconds, each at a moment of their own, and before that at a
 * quicker one, until those who compile what is often run have done so.
 */
function paces(people, { warmUp, warmUpPerSecond, perSecond, seconds }, next) {
  const steady = (count, from, period, phase) => Array.from({ length: count }, (_, at) => from + (phase + at) * period)
  return Array.from({ length: people }, () => {
    const phase = next()
    const before = steady(warmUp * warmUpPerSecond, 0, 1000 / warmUpPerSecond, phase)
    return [...before, ...steady(perSecond * seconds, warmUp * 1000, 1000 / perSecond, phase)]
  })
}

/** In bursts of ten letters, two seconds of every ten. */
function bursts(people, letters, next) {
  return Array.from({ length: people }, () => {
    const phase = next() * 10_000
    const all = Array.from({ length: letters }, (_, at) => ((phase + Math.floor(at / 10) * 10_000 + (at % 10) * 200) % (letters * 1000)))
    return all.sort((a, b) => a - b)
  })
}

async function onOneScript(system, { scripts, seed }, { writers, readers = 0, perSecond, seconds, quickly = perSecond, stores = false }) {
  const warmUp = 2
  const times = paces(writers, { warmUp, warmUpPerSecond: quickly, perSecond, seconds }, dice(seed + 3))
  const { edits, doc } = typing(scripts.feature, writers, times[0].length, seed)
  const id = await brought(system, scripts.feature)
  const bytesBefore = stores && (await storedSoFar(system))
  const connections = await opened(system, [id], writers + readers)
  const frames = framesOf(system, id)
  const plan = edits.flatMap((typed, by) => typed.map((edit, at) => message(edit, times[by][at], 0, connections[by], frames.update)))
  const found = await carried(system, { groups: [connections], plan, warmUp: warmUp * 1000 })
  const equal = await reads(system, id, doc)
  connections.forEach((connection) => connection.close())
  if (!stores) return { ...found, equal }
  const bytes = (await storedSoFar(system)) - bytesBefore
  return { ...found, equal, bytesPerEdit: bytes / plan.length }
}

const message = ({ client, clock, bytes }, at, group, by, frame) => ({ at, group, by, client, clock, length: bytes.length, frame: frame(bytes) })

/** What lies on disk, all journals folded in. The system is started anew: it may not be running meanwhile. */
async function storedSoFar(system) {
  await after(SAVED_WITHIN_MS)
  await system.kill()
  const bytes = system.storedBytes()
  await system.restart()
  return bytes
}

async function presence(system, { scripts, seed }) {
  const [editors, perSecond, warmUp, seconds] = [50, 5, 2, 5]
  const times = paces(editors, { warmUp, warmUpPerSecond: perSecond, perSecond, seconds }, dice(seed + 3))
  const id = await brought(system, scripts.feature)
  const connections = await opened(system, [id], editors)
  const frames = framesOf(system, id)
  const plan = moves(editors, times[0].length, seed).flatMap((moved, by) =>
    moved.map((move, at) => message(move, times[by][at], 0, connections[by], frames.awareness)),
  )
  const found = await carried(system, { groups: [connections], plan, warmUp: warmUp * 1000, kind: "presence" })
  connections.forEach((connection) => connection.close())
  return found
}

async function largeDocument(system, { scripts, seed }) {
  const [perSecond, warmUp, seconds, joins] = [20, 5, 8, 15]
  const [due] = paces(1, { warmUp, warmUpPerSecond: 100, perSecond, seconds }, dice(seed + 3))
  const { edits, doc } = typing(scripts.large, 1, joins + due.length, seed)
  const id = await brought(system, scripts.large)
  await joined(system, id, 8)
  const connections = await opened(system, [id], 2)
  const frames = framesOf(system, id)
  const measured = new Joins(system, id)
  for (const { bytes } of edits[0].slice(0, joins)) {
    const read = new Promise((resolve) => (connections[1].onUpdate = resolve))
    connections[0].send(frames.update(bytes))
    await read
    await measured.measure()
  }
  const plan = edits[0].slice(joins).map((edit, at) => message(edit, due[at], 0, connections[0], frames.update))
  const found = await carried(system, { groups: [connections], plan, warmUp: warmUp * 1000 })
  const equal = await reads(system, id, doc)
  connections.forEach((connection) => connection.close())
  return { ...found, equal, join: percentiles(measured.times), joinMs: measured.cpuMs / joins }
}

/** Joins of one script, one at a time. */
class Joins {
  times = []
  cpuMs = 0

  constructor(system, id) {
    this.system = system
    this.id = id
  }

  async measure() {
    const before = this.system.cpuMs()
    this.times.push(...(await joined(this.system, this.id, 1)))
    this.cpuMs += this.system.cpuMs() - before
  }
}

/** So many joins, one after the other: from the socket's opening to the last byte of the script. */
async function joined(system, id, count) {
  const times = []
  for (let join = 0; join < count; join++) {
    const begin = performance.now()
    const connection = new Connection(system, id)
    await connection.synced()
    times.push(performance.now() - begin)
    connection.close()
  }
  return times
}

async function coldOpen(system, { scripts, front }) {
  const id = await brought(system, scripts.feature)
  await after(SAVED_WITHIN_MS)
  const times = []
  for (let run = 0; run < 3; run++) times.push(await (front === "sleepy" ? afterSleep : afterStart)(system, id))
  return { join: percentiles(times) }
}

async function afterSleep(system, id) {
  const [open] = await opened(system, [id], 1)
  await system.sleep(id)
  const [time] = await joined(system, id, 1)
  open.close()
  return time
}

async function afterStart(system, id) {
  await system.kill()
  await system.restart()
  await joined(system, randomUUID(), 3)
  const [time] = await joined(system, id, 1)
  return time
}

async function manyScripts(system, kit, { scripts: count, perSecond, seconds }) {
  const { scripts, seed, warmUp = 10 } = kit
  const letters = perSecond * (warmUp + seconds)
  const { edits, doc } = typing(scripts.short, 2, letters, seed)
  const empty = system.memory().now
  const ids = []
  for (let at = 0; at < count; at += 20) {
    ids.push(...(await Promise.all(Array.from({ length: Math.min(20, count - at) }, () => brought(system, scripts.short)))))
  }
  const connections = await opened(system, ids, 2)
  const open = system.memory().now
  const groups = ids.map((_, at) => connections.slice(2 * at, 2 * at + 2))
  const next = dice(seed + 3)
  const plan = groups.flatMap((group, at) => {
    const frames = framesOf(system, ids[at])
    const times = bursts(2, letters, next)
    return edits.flatMap((typed, by) => typed.map((edit, key) => message(edit, times[by][key], at, group[by], frames.update)))
  })
  const found = await carried(system, { groups, plan, warmUp: warmUp * 1000 })
  const equal = (await Promise.all(ids.filter((_, at) => at % 100 === 0).map((id) => reads(system, id, doc)))).every(Boolean)
  connections.forEach((connection) => connection.close())
  return { ...found, equal, perScript: (open - empty) / count }
}
