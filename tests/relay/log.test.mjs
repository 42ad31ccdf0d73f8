// The log on disk: what is merged, what a kill in the middle of that leaves, and what happens to damaged blocks.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"
import * as Y from "yjs"
import { batch, peer, socket, step1, updatesOf } from "./clients.mjs"
import { ask } from "./content.mjs"
import { change, rows, untilLogged } from "./log.mjs"
import { person, startPeoplesRelay } from "./people.mjs"
import { startRelay } from "./relay.mjs"

const EAGER = {
  SCRIPTROOM_COMPACT_ENTRIES: "50",
  SCRIPTROOM_COMPACT_AGE_MS: "0",
  SCRIPTROOM_COMPACT_DELAY_MS: "0",
}
const STAGED = "SELECT COUNT(*) AS n FROM entries WHERE staged = 1"
const MERGED = "SELECT COUNT(*) AS n FROM entries WHERE merged > 0 AND staged = 0"

/** Stores as many keystrokes, one entry each, and gives the document that they make. */
async function type(relay, id, keys) {
  const expected = new Y.Doc()
  await using ours = socket(relay, id, ["scriptroom.1"])
  await ours.next("hello")
  const edits = Array.from({ length: keys }, (_, key) => (text) => text.insert(key, String(key % 10)))
  for (const [at, bytes] of updatesOf(...edits, (text) => text.delete(5, 10)).entries()) {
    Y.applyUpdate(expected, bytes)
    ours.send(batch(at + 1, bytes))
    assert.equal((await ours.next("ack")).status, 0)
  }
  return expected
}

async function reads(relay, id, expected) {
  await using late = peer(relay, id)
  await late.reads(expected.getText("text").toString())
}

test("l1_an_entry_says_when_who_over_which_connection_and_how", async () => {
  await using relay = await startRelay()
  const id = randomUUID()
  const before = Date.now()
  await type(relay, id, 20)
  await type(relay, id, 20)
  const entries = rows(relay, "SELECT sequence, time, author, session, origin, checksum FROM entries ORDER BY sequence")
  assert.deepEqual(
    entries.map((entry) => entry.sequence),
    Array.from({ length: 42 }, (_, at) => at + 1),
  )
  for (const entry of entries) {
    assert.ok(entry.time >= before - 1000 && entry.time <= Date.now() + 1000)
    assert.deepEqual([entry.author, entry.origin], ["anonymous", "live"])
    assert.ok(entry.checksum !== null)
  }
  assert.equal(new Set(entries.map((entry) => entry.session)).size, 2)
})

test("u9_compaction_keeps_every_word_and_what_it_covers", async () => {
  await using relay = await startRelay(EAGER)
  const id = randomUUID()
  const expected = await type(relay, id, 120)
  await untilLogged(relay, MERGED)
  const [{ n }] = rows(relay, "SELECT COUNT(*) AS n FROM entries WHERE merged = 0")
  assert.equal(n, 121)
  await using ours = socket(relay, id)
  await ours.open()
  ours.send(step1())
  const { bytes } = await ours.next("step2")
  const whole = new Y.Doc()
  Y.applyUpdate(whole, bytes)
  assert.equal(whole.getText("text").toString(), expected.getText("text").toString())
  await relay.kill()
  await relay.start()
  await reads(relay, id, expected)
})

test("l3_a_kill_between_the_two_turns_of_a_merge_loses_nothing", async () => {
  await using relay = await startRelay({ ...EAGER, SCRIPTROOM_COMPACT_DELAY_MS: "600" })
  const id = randomUUID()
  const expected = await type(relay, id, 60)
  await untilLogged(relay, STAGED)
  await relay.kill()
  assert.equal(rows(relay, MERGED)[0].n, 0)
  await relay.start()
  await reads(relay, id, expected)
  await untilLogged(relay, MERGED)
  await relay.kill()
  assert.equal(rows(relay, STAGED)[0].n, 0)
  await relay.start()
  await reads(relay, id, expected)
})

test("l4_a_merged_block_is_packed", async () => {
  await using relay = await startRelay(EAGER)
  const id = randomUUID()
  const words = "INT. HOUSE - DAY. She waits at the window and does not look up. ".repeat(60)
  {
    await using ada = peer(relay, id)
    await ada.synced()
    for (let at = 0; at < 50; at++) ada.text.insert(0, words)
    await using bob = peer(relay, id)
    await bob.reads(words.repeat(50))
  }
  await untilLogged(relay, MERGED)
  const [block] = rows(relay, "SELECT size, packed, SUM(LENGTH(bytes)) AS stored FROM entries WHERE merged > 0")
  assert.equal(block.packed, 1)
  assert.ok(block.stored < block.size / 4, `${block.stored} of ${block.size} bytes`)
  await relay.kill()
  await relay.start()
  await using late = peer(relay, id)
  await late.reads(words.repeat(50))
})

/** Turns the last byte of the entries that a condition finds. */
const damage = (relay, condition) =>
  change(
    relay,
    `UPDATE entries SET bytes = CAST(substr(bytes, 1, LENGTH(bytes) - 1) || x'ff' AS BLOB) WHERE ${condition}`,
  )

test("l5_what_a_damaged_block_covers_stands_in_for_it", async () => {
  await using relay = await startRelay(EAGER)
  const id = randomUUID()
  const expected = await type(relay, id, 60)
  await untilLogged(relay, MERGED)
  await relay.kill()
  damage(relay, "merged > 0 AND covered IS NULL")
  await relay.start()
  await reads(relay, id, expected)
  assert.equal(rows(relay, "SELECT COUNT(*) AS n FROM entries WHERE damaged IS NOT NULL")[0].n, 1)
})

test("l5_a_copy_of_a_script_with_a_damaged_block_has_all_of_it", async () => {
  await using relay = await startPeoplesRelay(EAGER)
  const ada = person(relay, "ada")
  const id = await ada.script("Damaged")
  const words = "0123456789".repeat(6)
  {
    await using writer = peer(relay, id, ada.params)
    await writer.synced()
    for (const letter of words) writer.text.insert(writer.text.length, letter)
    await using reader = peer(relay, id, ada.params)
    await reader.reads(words)
  }
  await untilLogged(relay, MERGED)
  await relay.kill()
  damage(relay, "merged > 0 AND covered IS NULL")
  await relay.start()
  const copy = await ada.ask("POST", `/scripts/${id}/duplicate`, {})
  await using late = peer(relay, copy.id, ada.params)
  await late.reads(words)
})

test("l5_without_a_copy_the_rest_is_served_and_who_has_the_lost_part_brings_it_back", async () => {
  await using relay = await startRelay()
  const id = randomUUID()
  await using ada = peer(relay, id)
  await using bob = peer(relay, id)
  await Promise.all([ada.synced(), bob.synced()])
  for (const word of ["one ", "two ", "three ", "four "]) {
    ada.text.insert(ada.text.length, word)
    await bob.has(word)
  }
  bob.text.insert(0, "zero ")
  await ada.has("zero")
  const everything = ada.text.toString()
  for (const one of [ada, bob]) one.provider.disconnect()
  await relay.kill()
  damage(relay, "sequence = 2")
  await relay.start()
  {
    // "three" and "four" follow "two", which is lost; "zero" stands before "one".
    await using late = peer(relay, id)
    await late.reads("zero one ")
    assert.equal(late.doc.store.pendingStructs, null)
    ada.provider.connect()
    await late.reads(everything)
  }
  await relay.kill()
  await relay.start()
  await using later = peer(relay, id)
  await later.reads(everything)
})

test("j7_verification_finds_what_differs_from_the_log_and_makes_it_right", async () => {
  await using relay = await startRelay(EAGER)
  const id = randomUUID()
  const expected = await type(relay, id, 60)
  await untilLogged(relay, MERGED)
  const good = await ask(relay, id, "POST", "verify")
  assert.deepEqual([good.ok, good.originalsCompared, good.differences], [true, true, []])
  await relay.kill()
  change(relay, "UPDATE clocks SET next = next - 3")
  await relay.start()
  const bad = await ask(relay, id, "POST", "verify")
  assert.equal(bad.ok, false)
  assert.match(bad.differences[0], /expected the clock 60, got Some\(57\)/)
  assert.equal((await ask(relay, id, "POST", "verify")).ok, true)
  await reads(relay, id, expected)
})

test("j10_a_snapshot_is_built_when_it_is_asked_for_and_held_against_the_log", async () => {
  await using relay = await startRelay()
  const id = randomUUID()
  await type(relay, id, 20)
  const snapshot = async (body) => {
    const { status, version, built, replayEquals } = await ask(relay, id, "POST", "snapshot", body)
    return [status, version, built, replayEquals]
  }
  assert.deepEqual(await snapshot(), [200, 21, true, undefined])
  assert.equal(rows(relay, "SELECT value FROM meta WHERE key = 'scenes'")[0].value, "21")
  assert.deepEqual(await snapshot({ force: false }), [200, 21, false, undefined])
  assert.deepEqual(await snapshot({ force: true, validate: true }), [200, 21, true, true])
  assert.equal((await snapshot({ validate: 1 }))[0], 400)
  await relay.kill()
  change(relay, "UPDATE clocks SET next = next - 3")
  await relay.start()
  assert.deepEqual(await snapshot({ validate: true }), [200, 21, false, false])
  assert.deepEqual(await snapshot({ validate: true }), [200, 21, false, true])
})

test("j8_health_tells_of_damage", async () => {
  await using relay = await startRelay()
  const id = randomUUID()
  await type(relay, id, 5)
  const well = await ask(relay, id, "GET", "health")
  assert.deepEqual([well.status, well.version, well.entries.unmerged, well.damaged], ["healthy", 5, 5, 0])
  await relay.kill()
  damage(relay, "sequence = 2")
  await relay.start()
  await ask(relay, id, "POST", "verify")
  const ill = await ask(relay, id, "GET", "health")
  assert.deepEqual([ill.status, ill.damaged, ill.lost], ["unhealthy", 1, true])
})
