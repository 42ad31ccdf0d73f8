// What is left of history after the retention time: a state for every hour, and who wrote and deleted each word.
import assert from "node:assert/strict"
import { test } from "node:test"
import * as Y from "yjs"
import { batch, peer, socket, step1, updatesOf } from "./clients.mjs"
import { address, FOUNTAIN, plain, stripWith, untilReads, words } from "./content.mjs"
import { change, rows, untilLogged } from "./log.mjs"
import { person, startPeoplesRelay } from "./people.mjs"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Nothing is merged, so that a test can say when each entry was stored. */
const LAZY = { SCRIPTROOM_COMPACT_ENTRIES: "1000000" }
const EAGER = {
  SCRIPTROOM_COMPACT_ENTRIES: "10",
  SCRIPTROOM_COMPACT_AGE_MS: "0",
  SCRIPTROOM_COMPACT_DELAY_MS: "0",
}
/** What is put by is deleted. */
const PURGED = `SELECT MAX(archived) > 0 AND NOT EXISTS (SELECT 1 FROM entries WHERE covered IS NOT NULL AND sequence <= archived)
  AS n FROM (SELECT CAST(value AS INTEGER) AS archived FROM meta WHERE key = 'archived')`
const MERGED = "SELECT COUNT(*) AS n FROM entries WHERE merged > 0 AND staged = 0"

/** A script of ada's that ben may write, and a line of each of them. */
async function setting(relay) {
  const [ada, ben] = ["ada", "ben"].map((name) => person(relay, name))
  const id = await ada.script("Kept")
  await ada.ask("PUT", `/scripts/${id}/members/ben`, { role: "editor" })
  const response = await fetch(`${relay.http}/api/scripts/${id}/import`, {
    method: "POST",
    headers: { authorization: `Bearer ${ada.token}`, "content-type": "text/plain" },
    body: FOUNTAIN,
  })
  assert.equal(response.status, 200)
  const ask = (method, path, body) => ada.ask(method, address(id, path), body)
  return { relay, id, ada, ben, ask }
}

/** Types before some words, a key an entry; the script's version then. */
async function type({ relay, id, ask }, writer, before, typed) {
  await using one = peer(relay, id, writer.params)
  await untilReads(one, before)
  const strip = stripWith(one.doc, before)
  const at = plain(strip).indexOf(before)
  ;[...typed].forEach((key, offset) => strip.insert(at + offset, key))
  return await stored(relay, id, writer, typed, ask)
}

/** Deletes some words, a key an entry; the script's version then. */
async function erase({ relay, id, ask }, writer, gone) {
  await using one = peer(relay, id, writer.params)
  await untilReads(one, gone)
  const strip = stripWith(one.doc, gone)
  const at = plain(strip).indexOf(gone)
  for (let end = gone.length; end > 0; end--) strip.delete(at + end - 1, 1)
  await using other = peer(relay, id, writer.params)
  await other.synced()
  // Without its last letter alone it is no longer read.
  await untilReads(other, plain(strip))
  return (await ask("GET", "history")).version
}

async function stored(relay, id, writer, typed, ask) {
  await using other = peer(relay, id, writer.params)
  await untilReads(other, typed)
  return (await ask("GET", "history")).version
}

/** Changes the log while the relay is down. */
async function meanwhile(relay, statement, env = {}) {
  await relay.kill()
  change(relay, statement)
  for (const [name, value] of Object.entries(env)) relay.set(name, value)
  await relay.start()
}

/** What came after a version was stored in the middle of an hour so many days and hours ago. */
async function stamp(relay, after, days, hours) {
  const hour = Math.floor(Date.now() / HOUR_MS) - days * 24 - hours
  await meanwhile(relay, `UPDATE entries SET time = ${(hour + 0.5) * HOUR_MS} WHERE sequence > ${after}`)
}

/** The log is merged, and 31 days go by. Whatever is written wakes the room, which finds its alarm due. */
async function age(script, writer) {
  const { relay } = script
  const untouched = "UPDATE meta SET value = value WHERE key = 'schema'"
  await meanwhile(relay, untouched, EAGER)
  await type(script, writer, "A car stops", "T")
  await untilLogged(relay, MERGED)
  await meanwhile(relay, `UPDATE entries SET covered = covered - ${31 * DAY_MS}`)
  await type(script, writer, "A car stops", "hen ")
  await untilLogged(relay, PURGED)
}

const lines = async (ask, version) => words(await ask("GET", `?version=${version}`))

/** What a comparison says of words, each with who did it. */
const signed = ({ hunks }) =>
  hunks
    .flatMap((hunk) => hunk.words ?? [])
    .filter((word) => word.kind !== "same")
    .map(({ kind, text, by }) => `${kind} ${text} by ${by}`)

test("h5_h7_after_31_days_hours_can_be_compared_and_every_word_has_its_author", async () => {
  await using relay = await startPeoplesRelay(LAZY)
  const script = await setting(relay)
  const { ada, ben, ask } = script
  const first = await type(script, ada, "Anna waits", "Dark. And cold. ")
  await stamp(relay, 0, 31, 3)
  const middle = await type(script, ben, "A car stops", "Thunder. ")
  const last = await erase(script, ben, "And cold. ")
  await stamp(relay, first, 31, 1)
  const [before, then] = [await lines(ask, first), await lines(ask, last)]
  const fresh = await ask("GET", `history/compare?from=${first}&to=${last}`)
  assert.deepEqual(signed(fresh), ["removed And cold.  by ben", "added Thunder.  by ben"])
  assert.deepEqual(fresh.edits.map((edit) => [edit.author, edit.origin]), [["ben", "live"]])
  await age(script, ada)
  assert.ok(rows(relay, "SELECT COUNT(*) AS n FROM entries WHERE merged = 0")[0].n < 10)

  assert.deepEqual([await lines(ask, first), await lines(ask, last)], [before, then])
  assert.deepEqual((await ask("GET", `?version=${middle}`)).status, 410)
  const compared = await ask("GET", `history/compare?from=${first}&to=${last}`)
  assert.deepEqual(compared.hunks, fresh.hunks)
  assert.deepEqual(compared.edits.map((edit) => [edit.origin, edit.version, edit.authors]), [["hour", last, ["ben"]]])
  // A roll-back plays the entries again, and they are gone.
  assert.equal((await ask("POST", "history/rollback", { from: first, to: last })).status, 410)

  const { versions } = await ask("GET", "history")
  assert.deepEqual(
    versions.map(({ origin, authors }) => [origin, authors]),
    [
      ["live", ["ada"]],
      ["hour", ["ben"]],
      ["hour", ["ada"]],
    ],
  )
  const { blocks } = await ask("GET", "history/authors")
  assert.equal(byAuthor(blocks[1]), "ada: Rain on the window. Dark. Anna waits.")
  assert.equal(byAuthor(blocks.at(-1)), "ben: Thunder. | ada: Then A car stops.")
  const { ok, differences } = await ask("POST", "verify")
  assert.deepEqual([ok, differences], [true, []])
})

test("l5_an_hour_stands_in_for_a_damaged_entry_whose_originals_are_gone", async () => {
  await using relay = await startPeoplesRelay(LAZY)
  const script = await setting(relay)
  const { ada, ask } = script
  await type(script, ada, "Anna waits", "Dark. And cold. ")
  await stamp(relay, 0, 31, 3)
  await age(script, ada)
  const { version, epoch } = await standing(script)
  const now = await lines(ask, version)
  await meanwhile(relay, "UPDATE entries SET bytes = x'ff' WHERE merged > 0 AND covered IS NULL")
  assert.deepEqual(await lines(ask, version), now)
  assert.deepEqual(await standing(script), { version, epoch })
  const { damaged, lost } = await ask("GET", "health")
  assert.deepEqual([damaged, lost], [1, false])
})

/** The version, and which log it is. */
async function standing({ relay, id, ada, ask }) {
  await using ours = socket(relay, id, ada.protocols)
  const { epoch } = await ours.next("hello")
  return { version: (await ask("GET", "history")).version, epoch }
}

test("m1_what_went_before_there_were_hours_is_one_by_itself", async () => {
  await using relay = await startPeoplesRelay(LAZY)
  const script = await setting(relay)
  const { ada, ben, ask } = script
  await type(script, ada, "Anna waits", "Dark. And cold. ")
  await stamp(relay, 0, 31, 3)
  await meanwhile(relay, "UPDATE meta SET value = value WHERE key = 'schema'", EAGER)
  await type(script, ada, "A car stops", "T")
  await untilLogged(relay, MERGED)
  await relay.kill()
  for (const [name, value] of Object.entries(LAZY)) relay.set(name, value)
  for (const table of ["hours", "authorship", "meta WHERE key = 'archived'"]) change(relay, `DELETE FROM ${table}`)
  // All that a merge has covered is gone; of what none has, the relay knew no more than that it was there.
  change(relay, "DELETE FROM entries WHERE covered IS NOT NULL")
  const [{ base }] = rows(relay, "SELECT MAX(sequence) AS base FROM entries WHERE merged > 0")
  await relay.start()
  const last = await type(script, ben, "A car stops", "Thunder. ")
  await stamp(relay, base, 31, 1)
  const then = [await lines(ask, base), await lines(ask, last)]
  await age(script, ada)
  assert.deepEqual([await lines(ask, base), await lines(ask, last)], then)
  const compared = await ask("GET", `history/compare?from=0&to=${last}`)
  assert.ok(signed(compared).includes("added Rain on the window. Dark. And cold. Anna waits. by null"), JSON.stringify(signed(compared)))
  assert.ok(signed(compared).includes("added Thunder.  by ben"))
})

test("s5_of_a_copy_everything_is_by_who_made_it", async () => {
  await using relay = await startPeoplesRelay(LAZY)
  const script = await setting(relay)
  const { ada, ben } = script
  await type(script, ada, "Anna waits", "Dark. And cold. ")
  await stamp(relay, 0, 31, 3)
  await age(script, ada)
  const { id } = await ben.ask("POST", `/scripts/${script.id}/duplicate`, {})
  const { blocks } = await ben.ask("GET", `/scripts/${id}/history/authors`)
  assert.equal(byAuthor(blocks[1]), "ben: Rain on the window. Dark. And cold. Anna waits.")
})

/** A paragraph, divided by who wrote it, whatever the hour. */
function byAuthor(block) {
  const parts = []
  for (const { text, by } of block.text) {
    if (parts.at(-1)?.by === by) parts.at(-1).text += text
    else parts.push({ text, by })
  }
  return parts.map(({ text, by }) => `${by}: ${text.trim()}`).join(" | ")
}

/** Types as many keys, a batch each, and gives the document that they make. */
async function typeKeys(relay, id, protocols, keys) {
  const expected = new Y.Doc()
  await using ours = socket(relay, id, protocols)
  await ours.next("hello")
  const edits = Array.from({ length: keys }, (_, key) => (text) => text.insert(key, String(key % 10)))
  const updates = updatesOf(...edits, (text) => text.delete(5, 10))
  updates.forEach((bytes, at) => ours.send(batch(at + 1, bytes)))
  for (const bytes of updates) {
    assert.equal((await ours.next("ack")).status, 0)
    Y.applyUpdate(expected, bytes)
  }
  return expected
}

test("l3_l6_l7_a_kill_at_each_step_of_a_logs_life_loses_nothing_and_the_next_alarm_goes_on", async () => {
  // After a turn of the alarm there is none of what must wait for another.
  const oneTurn = { ...EAGER, SCRIPTROOM_COMPACT_DELAY_MS: "1000000000" }
  // One turn deletes 2,000 rows: these take two.
  const keys = 2_300
  const never = { ...LAZY, SCRIPTROOM_COMPACT_DELAY_MS: "1000000000" }
  await using relay = await startPeoplesRelay({ ...never, SCRIPTROOM_UPDATES_AT_ONCE: "5000" })
  const ada = person(relay, "ada")
  const id = await ada.script("Steps")
  const expected = (await typeKeys(relay, id, ada.protocols, keys)).getText("text").toString()
  await stamp(relay, 0, 31, 3)

  /** Somebody comes, reads all, and writes; the alarm that is due is set by that. */
  const wake = async () => {
    await using ours = socket(relay, id, ada.protocols)
    await ours.next("hello")
    ours.send(step1())
    const { bytes } = await ours.next("step2")
    const doc = new Y.Doc()
    Y.applyUpdate(doc, bytes)
    assert.equal(doc.getText("text").toString(), expected)
    const [update] = updatesOf((text) => text.doc.getMap("steps").set("step", 1))
    ours.send(batch(1, update))
    assert.equal((await ours.next("ack")).status, 0)
  }
  const nothing = "UPDATE meta SET value = value WHERE key = 'schema'"
  const aMonth = `UPDATE entries SET covered = covered - ${31 * DAY_MS}`
  const gone = `SELECT ${keys} - COUNT(*) AS n FROM entries WHERE merged = 0 AND sequence <= ${keys}`
  for (const [reached, before, env] of [
    ["SELECT COUNT(*) AS n FROM entries WHERE staged = 1", nothing, oneTurn],
    [MERGED, nothing, EAGER],
    ["SELECT COUNT(*) AS n FROM hours", nothing, EAGER],
    [gone, aMonth, oneTurn],
    [PURGED, nothing, EAGER],
  ]) {
    await meanwhile(relay, before, env)
    await wake()
    await untilLogged(relay, reached)
    await relay.kill()
    if (reached === gone) assert.ok(rows(relay, reached)[0].n < keys, "the rest is deleted later")
  }
  await meanwhile(relay, nothing)
  await wake()
  // Nothing was put by twice, and nothing is missing.
  const [{ n, first, last }] = rows(relay, "SELECT SUM(entries) AS n, MIN(first) AS first, MAX(sequence) AS last FROM hours")
  assert.deepEqual([first, n], [1, last])
  const { ok, differences } = await ada.ask("POST", `/scripts/${id}/verify`)
  assert.deepEqual([ok, differences], [true, []])
  const { blocks } = await ada.ask("GET", `/scripts/${id}/history/authors?version=${last}`)
  assert.ok(Array.isArray(blocks))
})
