// How long an edit takes from its writer to a reader, and to its acknowledgement, on plain workerd:
//   node tests/relay/latency.mjs [readers] [edits]
import { randomUUID } from "node:crypto"
import { batch, socket, step1, updatesOf } from "./clients.mjs"
import { startRelay } from "./relay.mjs"

const [readers = 1, edits = 500] = process.argv.slice(2).map(Number)
// The writer waits for nothing but the relay: faster than anybody types.
await using relay = await startRelay({ SCRIPTROOM_UPDATES_AT_ONCE: "1000000" })
const id = randomUUID()
const writer = socket(relay, id, ["scriptroom.1"])
await writer.next("hello")
const others = Array.from({ length: readers }, () => socket(relay, id, ["scriptroom.1"]))
await Promise.all(others.map((other) => other.next("hello")))
const updates = updatesOf(...Array.from({ length: edits }, (_, at) => (text) => text.insert(at, "k")))
const toReaders = []
const toAck = []
for (const [at, bytes] of updates.entries()) {
  const start = performance.now()
  const arrivals = others.map((other) => other.next("update").then(() => toReaders.push(performance.now() - start)))
  writer.send(batch(at + 1, bytes))
  await writer.next("ack")
  toAck.push(performance.now() - start)
  await Promise.all(arrivals)
}
const start = performance.now()
others[0].send(step1())
await others[0].next("step2")
const joined = performance.now() - start
const at = (all, part) => all.sort((a, b) => a - b)[Math.floor((all.length - 1) * part)].toFixed(2)
const line = (name, all) => console.log(`${name}: p50 ${at(all, 0.5)} ms, p95 ${at(all, 0.95)} ms, p99 ${at(all, 0.99)} ms`)
line(`edit to each of ${readers} readers`, toReaders)
line("edit to acknowledgement", toAck)
console.log(`join after ${edits} edits: ${joined.toFixed(2)} ms`)
for (const one of [writer, ...others]) one.ws.terminate()
