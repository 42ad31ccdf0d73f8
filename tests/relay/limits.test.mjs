// How many may be here, how fast one may write, and how much a script holds, against the running relay.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"
import { batch, peer, socket, step2, update, updatesOf } from "./clients.mjs"
import { person, startPeoplesRelay } from "./people.mjs"
import { startRelay } from "./relay.mjs"

test("n1_one_connection_too_many_is_told_so", async () => {
  await using relay = await startPeoplesRelay({
    SCRIPTROOM_MAX_CONNECTIONS: "3",
    SCRIPTROOM_MAX_CONNECTIONS_OF_PERSON: "2",
  })
  const [ada, bob] = [person(relay, "ada"), person(relay, "bob")]
  const id = await ada.script("Crowded")
  await ada.ask("PUT", `/scripts/${id}/members/bob`, { role: "viewer" })
  const join = async (one) => {
    const joined = socket(relay, id, one.protocols)
    const outcome = await Promise.race([joined.next("step1"), joined.closed()])
    return { joined, outcome: outcome.code ?? "in" }
  }
  const first = await join(ada)
  assert.deepEqual([first.outcome, (await join(ada)).outcome, (await join(ada)).outcome], ["in", "in", 4012])
  assert.deepEqual([(await join(bob)).outcome, (await join(bob)).outcome], ["in", 4012])
  const [words] = updatesOf((text) => text.insert(0, "nobody noticed"))
  first.joined.send(batch(1, words))
  assert.equal((await first.joined.next("ack")).status, 0)
})

test("n2_what_comes_too_fast_is_stored_when_it_comes_again", async () => {
  await using relay = await startRelay({ SCRIPTROOM_UPDATES_AT_ONCE: "20", SCRIPTROOM_UPDATES_PER_S: "1" })
  const id = randomUUID()
  const keys = Array.from({ length: 25 }, (_, at) => (text) => text.insert(at, String.fromCharCode(97 + at)))
  await using ours = socket(relay, id, ["scriptroom.1"])
  await ours.next("step1")
  const updates = updatesOf(...keys)
  updates.forEach((bytes, at) => ours.send(batch(at + 1, bytes)))
  const acks = []
  for (const _ of updates) acks.push(await ours.next("ack"))
  assert.ok(acks.slice(0, 20).every(({ status }) => status === 0))
  assert.deepEqual([acks[20].status, acks[20].reason], [3, "too fast: expected fewer updates in a second"])
  assert.deepEqual([acks.at(-1).status, acks.at(-1).reason], [3, "too fast: expected a step 2 with what was put off"])
  await using stock = socket(relay, id)
  await stock.next("step1")
  updates.forEach((bytes) => stock.send(update(bytes)))
  assert.equal((await stock.closed()).code, 4008)
  // A stock provider loses nothing: it brings what is missing when it syncs again.
  await using typist = peer(relay, randomUUID())
  await typist.synced()
  for (let key = 0; key < 60; key++) typist.text.insert(key, String.fromCharCode(97 + (key % 26)))
  await using reader = peer(relay, typist.provider.roomname)
  await reader.reads(typist.text.toString())
})

test("n5_a_full_script_says_so_and_can_be_read_and_cut", async () => {
  await using relay = await startPeoplesRelay({ SCRIPTROOM_MAX_SCRIPT_BYTES: "20000" })
  const dora = person(relay, "dora")
  const id = await dora.script("Full")
  await using writer = socket(relay, id, dora.protocols)
  await writer.next("hello")
  const [long, cut] = updatesOf(
    (text) => text.insert(0, "x".repeat(19_000)),
    (text) => text.delete(0, 18_000),
  )
  const [more] = updatesOf((text) => text.insert(0, "y".repeat(2_000)))
  writer.send(batch(1, long))
  assert.equal((await writer.next("ack")).status, 0)
  for (const frame of [batch(2, more), step2(more)]) {
    writer.send(frame)
    const ack = await writer.next("ack")
    assert.deepEqual([ack.status, ack.reason], [2, "the script is full: more than 20000 bytes would be stored of it"])
  }
  // Also after a restart, when the relay counts what is on disk.
  await relay.kill()
  await relay.start()
  await using again = socket(relay, id, dora.protocols)
  await again.next("hello")
  again.send(batch(1, more))
  assert.equal((await again.next("ack")).status, 2)
  again.send(batch(2, cut))
  assert.equal((await again.next("ack")).status, 0)
  await using reader = peer(relay, id, dora.params)
  await reader.reads("x".repeat(1_000))
})

test("n5_a_full_script_says_so_over_http_too", async () => {
  await using relay = await startPeoplesRelay({ SCRIPTROOM_MAX_SCRIPT_BYTES: "20000" })
  const dora = person(relay, "dora")
  const id = await dora.script("Full")
  const action = (text) => [{ type: "action", children: [{ text }] }]
  const full = (answer) => {
    const message = "the script is full: more than 20000 bytes would be stored of it"
    assert.deepEqual([answer.status, answer.error], [413, { code: "too_large", message }])
  }
  const json = { "content-type": "application/json" }
  const { version } = await dora.ask("POST", `/scripts/${id}/import`, action("Rain."), json)
  const long = action("x".repeat(30_000))
  full(await dora.ask("POST", `/scripts/${id}/import`, long, json))
  full(await dora.ask("PATCH", `/scripts/${id}`, { base_version: version, content_blocks: long }))
  const [update] = updatesOf((text) => text.insert(0, "y".repeat(30_000)))
  const headers = { authorization: `Bearer ${dora.token}` }
  const sent = await fetch(`${relay.http}/api/scripts/${id}/updates`, { method: "POST", headers, body: update })
  full({ status: sent.status, ...(await sent.json()) })
  // Nothing of it was stored, and what fits is written on.
  assert.equal((await dora.ask("GET", `/scripts/${id}`)).version, version)
  const patch = { base_version: version, content_blocks: action("Snow.") }
  assert.equal((await dora.ask("PATCH", `/scripts/${id}`, patch)).status, 200)
})

test("n3_a_paste_passes_and_a_flood_of_bytes_is_put_off", async () => {
  await using relay = await startRelay({ SCRIPTROOM_BYTES_AT_ONCE: "4000000", SCRIPTROOM_BYTES_PER_S: "1" })
  await using writer = socket(relay, randomUUID(), ["scriptroom.1"])
  await writer.next("hello")
  const [paste] = updatesOf((text) => text.insert(0, "word ".repeat(200_000)))
  const statuses = []
  for (let number = 1; number <= 5; number++) {
    writer.send(batch(number, paste))
    statuses.push((await writer.next("ack")).status)
  }
  assert.deepEqual(statuses, [0, 0, 0, 3, 3])
})
