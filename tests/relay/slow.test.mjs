// Who does not read: the others go on, and the relay does not keep without end what it could not send.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import * as Y from "yjs"
import { batch, peer, socket, until } from "./clients.mjs"
import { startRelay } from "./relay.mjs"

const BOUND = 1 << 20
const SET = {
  SCRIPTROOM_MAX_UNREAD_BYTES: String(BOUND),
  SCRIPTROOM_MAX_SCRIPT_BYTES: String(1 << 30),
  SCRIPTROOM_BYTES_AT_ONCE: String(1 << 30),
  SCRIPTROOM_BYTES_PER_S: String(1 << 30),
}
const PIECE = 128 << 10
const STUCK = 20

/** What of a process lies in memory, in bytes. */
function memory(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))
  return Number(kilobytes) * 1024
}

/** Updates of a quarter of a megabyte, each of which overwrites the last one's words. */
function pieces(count) {
  const doc = new Y.Doc()
  const found = []
  doc.on("update", (bytes) => found.push(bytes))
  for (let at = 1; at <= count; at++) doc.getMap("map").set("key", String(at % 10).repeat(PIECE))
  return found
}

/** Sends updates, each when the one before is stored and the reader has it. */
async function write(writer, reader, updates, from) {
  for (const [at, bytes] of updates.entries()) {
    writer.send(batch(from + at, bytes))
    assert.equal((await writer.next("ack")).status, 0)
    await untilWritten(reader, from + at)
  }
}

/** Waits until a peer has the last of so many pieces. */
function untilWritten(one, count) {
  const map = one.doc.getMap("map")
  const last = String(count % 10).repeat(PIECE)
  const subscribe = (look) => (map.observe(look), () => map.unobserve(look))
  return until(subscribe, () => map.get("key") === last, "the last piece", 60_000)
}

test("n7_who_stops_reading_is_closed_and_the_others_and_the_relays_memory_do_not_mind", async () => {
  await using relay = await startRelay(SET)
  const id = randomUUID()
  await using writer = socket(relay, id, ["scriptroom.1"])
  await using reader = peer(relay, id)
  await Promise.all([writer.next("hello"), reader.synced()])
  const statuses = []
  reader.provider.on("status", ({ status }) => statuses.push(status))
  const updates = pieces(200)
  // What the relay itself takes for so much writing, while everybody reads.
  await write(writer, reader, updates.slice(0, 40), 1)
  const stuck = Array.from({ length: STUCK }, () => peer(relay, id))
  await Promise.all(stuck.map((one) => untilWritten(one, 40)))
  const closes = stuck.map((one) => new Promise((resolve) => one.provider.once("connection-close", resolve)))
  const sockets = stuck.map((one) => one.provider.ws)
  for (const one of sockets) one.pause()
  const before = memory(relay.pid)
  await write(writer, reader, updates.slice(40), 41)
  const grown = (memory(relay.pid) - before) >> 20
  const unread = (STUCK * 160 * PIECE) >> 20
  assert.ok(grown < unread / 2, `${grown} MiB more after ${unread} MiB that were not read`)
  assert.deepEqual(statuses, [])
  for (const one of sockets) one.resume()
  for (const { code, reason } of await Promise.all(closes)) {
    assert.deepEqual([code, reason.toString()], [1013, "too slow: expected what was sent to be read"])
  }
  // They connect again by themselves, and have everything.
  await Promise.all(stuck.map((one) => untilWritten(one, 200)))
  for (const one of stuck) await one[Symbol.asyncDispose]()
})

test("n7_a_script_that_is_larger_than_the_bound_is_read_by_whoever_comes", async () => {
  await using relay = await startRelay(SET)
  const id = randomUUID()
  await using writer = socket(relay, id, ["scriptroom.1"])
  await using reader = peer(relay, id)
  await Promise.all([writer.next("hello"), reader.synced()])
  const doc = new Y.Doc()
  const updates = []
  doc.on("update", (bytes) => updates.push(bytes))
  for (let at = 1; at <= 16; at++) doc.getMap("map").set(`key ${at}`, String(at % 10).repeat(PIECE))
  doc.getMap("map").set("key", String(17 % 10).repeat(PIECE))
  for (const [at, bytes] of updates.entries()) {
    writer.send(batch(at + 1, bytes))
    assert.equal((await writer.next("ack")).status, 0)
  }
  await untilWritten(reader, 17)
  await using late = peer(relay, id)
  const statuses = []
  late.provider.on("status", ({ status }) => statuses.push(status))
  await untilWritten(late, 17)
  assert.ok(!statuses.includes("disconnected"))
  assert.equal(late.doc.getMap("map").size, 17)
})
