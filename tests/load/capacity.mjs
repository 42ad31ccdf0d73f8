// What a script costs the machine while people are in it, while they only have it open, and on disk.
import { readdirSync } from "node:fs"
import { setTimeout as after } from "node:timers/promises"
import { opened } from "./run.mjs"
import { brought } from "./script.mjs"

/** workerd lets an object go that has had nothing to do for ten seconds. */
const ASLEEP_WITHIN_MS = 14_000
const SCRIPTS = 300
const SOCKETS = 4

/** Memory by the difference that more scripts make when there are some already: what is freed is used again, not given back. */
export async function capacity(system, { scripts }) {
  const rest = async () => {
    await after(ASLEEP_WITHIN_MS)
    return system.memory().now
  }
  const first = await some(system, scripts.feature)
  const few = await rest()
  const second = await some(system, scripts.feature)
  const awake = system.memory().now
  const asleep = await rest()
  const more = await opened(system, first.ids, SOCKETS)
  const sockets = await rest()
  const files = readdirSync(`/proc/${system.pid}/fd`).length
  for (const one of [...first.connections, ...second.connections, ...more]) one.close()
  await system.kill()
  return {
    awakeBytes: (awake - few) / SCRIPTS,
    asleepBytes: (asleep - few) / SCRIPTS,
    socketBytes: (sockets - asleep) / (SCRIPTS * SOCKETS),
    files: files / (2 * SCRIPTS + SCRIPTS * SOCKETS),
    diskBytes: system.storedBytes() / (2 * SCRIPTS),
    connections: 2 * SCRIPTS + SCRIPTS * SOCKETS,
  }
}

/** So many scripts, each brought and then open in one editor. */
async function some(system, script) {
  const ids = []
  for (let at = 0; at < SCRIPTS; at += 10) {
    ids.push(...(await Promise.all(Array.from({ length: 10 }, () => brought(system, script)))))
  }
  return { ids, connections: await opened(system, ids, 1) }
}
