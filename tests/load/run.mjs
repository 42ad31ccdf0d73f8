// A stretch of load: connections, a plan of what each sends when, and what came of it.
import { setTimeout as after } from "node:timers/promises"
import { parseUpdateMeta } from "yjs"
import { Connection } from "./connection.mjs"
import { head } from "./script.mjs"

/** So long after the last message was due, what has not arrived counts as missing. */
const DRAIN_MS = 20_000
/** So many connections are opened at a time: the relay is not what is measured then, nor the client's patience. */
const OPENED_AT_ONCE = 50

/** Opens so many connections to the scripts, in turn; each has what the script holds when it is done. */
export async function opened(system, ids, each) {
  const places = ids.flatMap((id) => Array.from({ length: each }, () => id))
  const connections = []
  for (let at = 0; at < places.length; at += OPENED_AT_ONCE) {
    const some = places.slice(at, at + OPENED_AT_ONCE).map((id) => new Connection(system, id))
    connections.push(...some)
    await Promise.all(some.map((connection) => connection.synced()))
  }
  return connections
}

/**
 * Sends each message of the plan when it is due, whether or not the ones before have arrived. A message is `{ at, group, by,
 * frame, client, clock }`: of connection `by`, to be had by all others of its group. `warmUp` milliseconds from the start on count.
 */
export async function carried(system, { groups, plan, warmUp, kind, patience = DRAIN_MS }) {
  const messages = plan.toSorted((a, b) => a.at - b.at)
  const seen = new Seen(groups, messages, warmUp)
  seen.watch(kind)
  let before = null
  const begin = performance.now()
  let late = 0
  for (let next = 0; next < messages.length; ) {
    const now = performance.now() - begin
    if (before === null && now >= warmUp) before = usage(system)
    for (; next < messages.length && messages[next].at <= now; next++) {
      const message = messages[next]
      late = Math.max(late, now - message.at)
      message.sent = performance.now()
      message.by.send(message.frame)
    }
    if (next < messages.length) await after(Math.max(1, messages[next].at - (performance.now() - begin)))
  }
  const ended = performance.now()
  await seen.all(patience)
  const used = since(before, usage(system), warmUp, begin)
  return {
    ...seen.figures(),
    ...used,
    lateMs: late,
    drainMs: performance.now() - ended,
    memory: system.memory(),
  }
}

const usage = (system) => ({ at: performance.now(), relayMs: system.cpuMs(), client: process.cpuUsage() })

function since(before, now) {
  const client = process.cpuUsage(before.client)
  return { tookMs: now.at - before.at, relayMs: now.relayMs - before.relayMs, clientMs: (client.user + client.system) / 1000 }
}

/** Who has got what, and how long it took. */
class Seen {
  #messages
  #index = new Map()
  #groups
  #left = 0
  #times = []
  #twice = 0
  #foreign = 0
  #warmUp
  #done

  constructor(groups, messages, warmUp) {
    this.#groups = groups
    this.#messages = messages
    this.#warmUp = warmUp
    for (const message of messages) {
      message.seen = new Set()
      this.#left += groups[message.group].length - 1
      this.#byClock(message.group, message.client)[message.clock] = message
    }
  }

  #byClock(group, client) {
    const key = `${group} ${client}`
    if (!this.#index.has(key)) this.#index.set(key, [])
    return this.#index.get(key)
  }

  watch(kind) {
    for (const [group, connections] of this.#groups.entries()) {
      const clients = new Map()
      const of = (client) => {
        if (!clients.has(client)) clients.set(client, this.#byClock(group, client))
        return clients.get(client)
      }
      for (const connection of connections) {
        if (kind === "presence") connection.onPresence = (client, clock, at) => this.#state(connection, of(client), clock, at)
        else connection.onUpdate = (bytes, at) => this.#update(connection, of, bytes, at)
      }
    }
  }

  /** An update that is one letter is known by its head; anything else is looked at as a whole. */
  #update(connection, of, bytes, at) {
    const first = head(bytes)
    const letter = first && of(first.client)[first.clock]
    if (letter?.length === bytes.length) return this.#got(connection, letter, at)
    const { from, to } = parseUpdateMeta(bytes)
    for (const [client, begin] of from) {
      for (let clock = begin; clock < to.get(client); clock++) this.#got(connection, of(client)[clock], at)
    }
  }

  /** Who knows where somebody is knows it of all moments before. */
  #state(connection, moves, clock, at) {
    for (let past = clock; moves[past] && !moves[past].seen.has(connection); past--) this.#got(connection, moves[past], at)
  }

  #got(connection, message, at) {
    if (!message) return void (this.#foreign += 1)
    if (message.by === connection) return
    if (message.seen.has(connection)) return void (this.#twice += 1)
    message.seen.add(connection)
    if (message.at >= this.#warmUp) this.#times.push(at - message.sent)
    this.#left -= 1
    if (this.#left === 0) this.#done?.()
  }

  /** Waits until everybody has everything. */
  async all(patienceMs) {
    if (this.#left === 0) return
    const stop = new AbortController()
    await Promise.race([new Promise((done) => (this.#done = done)), after(patienceMs, null, { signal: stop.signal })])
    stop.abort()
  }

  figures() {
    const counted = this.#messages.filter((message) => message.at >= this.#warmUp)
    return {
      messages: counted.length,
      deliveries: this.#times.length,
      missing: this.#left,
      twice: this.#twice,
      ...percentiles(this.#times),
    }
  }
}

/** The usual percentiles of some times, to a hundredth. */
export function percentiles(times) {
  const sorted = Float64Array.from(times).sort()
  const at = (part) => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN) * 100) / 100
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) }
}
