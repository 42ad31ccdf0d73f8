// The harness itself, for some seconds on our relay alone: words arrive, and it counts right. How fast is not asked here.
import assert from "node:assert/strict"
import { before, test } from "node:test"
import { carried, opened, percentiles } from "./run.mjs"
import { framesOf } from "./connection.mjs"
import { SCENARIOS } from "./scenarios.mjs"
import { brought, head, moves, reads, scripts, typing } from "./script.mjs"
import { tables } from "./report.mjs"
import { SYSTEMS } from "./systems.mjs"

const start = () => SYSTEMS[0].fronts.plain()
let short

before(async () => ({ short } = await scripts({ short: { pages: 2 } }, 1)))

const LETTERS = 10
/** What three editors type, ten letters each within half a second. */
function plan(connections, edits, frames, kind) {
  return edits.flatMap((typed, by) =>
    typed.map(({ client, clock, bytes }, at) => {
      return { at: at * 50, group: 0, by: connections[by], client, clock, length: bytes.length, frame: frames[kind](bytes) }
    }),
  )
}

test("each_letter_reaches_each_of_the_others_once_and_is_there_for_who_joins", async () => {
  await using system = await start()
  const { edits, doc } = typing(short, 3, LETTERS, 1)
  const id = await brought(system, short)
  const connections = await opened(system, [id], 5)
  const frames = framesOf(system, id)
  const found = await carried(system, { groups: [connections], plan: plan(connections, edits, frames, "update"), warmUp: 0 })
  const { messages, deliveries, missing, twice } = found
  assert.deepEqual({ messages, deliveries, missing, twice }, { messages: 30, deliveries: 120, missing: 0, twice: 0 })
  assert.ok(found.p50 > 0 && found.p50 <= found.p95 && found.p95 <= found.most)
  assert.ok(found.relayMs > 0 && found.clientMs > 0 && found.memory.now > 0)
  assert.ok(await reads(system, id, doc))
  assert.ok(!(await reads(system, id, typing(short, 3, LETTERS, 2).doc)), "other words are not taken for these")
  connections.forEach((connection) => connection.close())
})

test("what_its_own_client_collects_arrives_letter_by_letter", async () => {
  await using system = await SYSTEMS[0].fronts.own()
  const { edits, doc } = typing(short, 3, LETTERS, 1)
  const id = await brought(system, short)
  const connections = await opened(system, [id], 3)
  // All at once: the first two go out, and the others as one when these are acknowledged.
  const letters = plan(connections, edits, framesOf(system, id), "update").map((letter) => ({ ...letter, at: 0 }))
  const { deliveries, missing, twice } = await carried(system, { groups: [connections], plan: letters, warmUp: 0 })
  assert.deepEqual({ deliveries, missing, twice }, { deliveries: 60, missing: 0, twice: 0 })
  assert.ok(await reads(system, id, doc))
  connections.forEach((connection) => connection.close())
})

test("what_workerd_passes_on_alone_arrives", async () => {
  for (const name of ["workerd alone, passing on", "workerd alone, storing"]) {
    await using system = await SYSTEMS.find((one) => one.name === name).fronts.plain()
    const { edits } = typing(short, 3, LETTERS, 1)
    const id = await brought(system, short)
    const connections = await opened(system, [id], 3)
    const letters = plan(connections, edits, framesOf(system, id), "update")
    const { deliveries, missing } = await carried(system, { groups: [connections], plan: letters, warmUp: 0 })
    assert.deepEqual({ deliveries, missing }, { deliveries: 60, missing: 0 }, name)
    connections.forEach((connection) => connection.close())
  }
})

test("what_does_not_arrive_is_missing", async () => {
  await using system = await start()
  const { edits } = typing(short, 1, LETTERS, 1)
  const id = await brought(system, short)
  const connections = await opened(system, [id], 2)
  const letters = plan(connections, edits, framesOf(system, id), "update")
  // The last two go to another script.
  const [elsewhere] = await opened(system, [await brought(system, short)], 1)
  const strayed = letters.map((letter, at) => (at < 8 ? letter : { ...letter, by: elsewhere }))
  const { deliveries, missing } = await carried(system, { groups: [connections], plan: strayed, warmUp: 0, patience: 500 })
  assert.ok(missing >= 2)
  assert.equal(deliveries + missing, LETTERS)
  for (const one of [...connections, elsewhere]) one.close()
})

test("presence_reaches_the_others", async () => {
  await using system = await start()
  const id = await brought(system, short)
  const connections = await opened(system, [id], 3)
  const moved = plan(connections, moves(3, LETTERS, 1), framesOf(system, id), "awareness")
  const { deliveries, missing } = await carried(system, { groups: [connections], plan: moved, warmUp: 0, kind: "presence" })
  assert.deepEqual({ deliveries, missing }, { deliveries: 60, missing: 0 })
  connections.forEach((connection) => connection.close())
})

test("the_same_seed_types_the_same", () => {
  const letters = (seed) => typing(short, 2, 5, seed).edits.flat().map(({ bytes }) => Buffer.from(bytes).toString("hex"))
  assert.deepEqual(letters(1), letters(1))
  assert.notDeepEqual(letters(1), letters(2))
  const { client, clock, bytes } = typing(short, 1, 3, 1).edits[0][2]
  assert.deepEqual(head(bytes), { client, clock })
})

test("the_report_has_a_row_for_each_system_and_says_what_was_not_measured", () => {
  assert.deepEqual(percentiles([4, 1, 3, 2]), { p50: 3, p95: 4, p99: 4, most: 4 })
  const run = { scenario: "editors", front: "plain", p50: 1, p95: 2, p99: 3, missing: 0 }
  const runs = [
    { ...run, system: "scriptroom", round: 0 },
    { ...run, system: "scriptroom", round: 1, p95: 5 },
    { scenario: "editors", front: "plain", system: "hocuspocus", round: 0, failed: "it did not start" },
  ]
  const head = { commit: "c", began: "2026-01-01T10:00:00Z", ended: "2026-01-01T10:10:00Z", seed: 1, loadBefore: 1 }
  const machine = { processors: 2, model: "m", memoryBytes: 2 ** 30 }
  const text = tables({ editors: { ...head, machine, platform: {}, systems: {}, scriptBytes: {}, runs } }, ["capacity", "editors"])
  assert.ok(text.includes(`${SCENARIOS.editors.what}, 2 rounds: `), text)
  assert.ok(text.includes("| scriptroom | 1.0 | 3.5 (2.0–5.0) | 3.0 | 0 |"), text)
  assert.ok(text.includes("| hocuspocus | not measured: it did not start |"), text)
})
