// An entry of the log that ends whatever builds a document of it: it is found and named, and the rest is served.
import assert from "node:assert/strict"
import { test } from "node:test"
import * as Y from "yjs"
import { peer } from "./clients.mjs"
import { ask, imported, plain, stripWith, untilReads, words } from "./content.mjs"
import { rows, untilLogged } from "./log.mjs"
import { startRelay } from "./relay.mjs"

const FOUND = "SELECT (SELECT COUNT(*) FROM quarantine) > 0 AND NOT EXISTS (SELECT 1 FROM search) AS n"
/** More than the reader's memory holds, in one update that a client may well send. */
const HUGE = "INT. HOUSE ".repeat(1_000_000)

/** Adds a strip with the text. */
function addStrip(doc, name, at, words) {
  doc.transact(() => {
    const strip = new Y.Map()
    doc.getMap("strips").set(name, strip)
    strip.set("at", at)
    const text = new Y.Text()
    strip.set("text", text)
    text.insert(0, words)
  })
}

/** Types before some words, a key an entry. */
async function type(relay, id, before, typed) {
  await using one = peer(relay, id)
  await untilReads(one, before)
  const strip = stripWith(one.doc, before)
  const at = plain(strip).indexOf(before)
  ;[...typed].forEach((key, offset) => strip.insert(at + offset, key))
  await using other = peer(relay, id)
  await untilReads(other, typed)
}

const lines = async (relay, id) => words(await ask(relay, id, "GET", ""))

for (const [log, env] of [
  ["a_log_as_it_came", {}],
  ["a_merged_log", { SCRIPTROOM_COMPACT_ENTRIES: "10", SCRIPTROOM_COMPACT_AGE_MS: "0" }],
]) {
  test(`j12_the_entry_that_ends_the_reader_is_found_in_${log}_and_the_rest_is_served`, async () => {
    await using relay = await startRelay({ ...env, SCRIPTROOM_COMPACT_DELAY_MS: "0" })
    const { id } = await imported(relay)
    await type(relay, id, "Anna waits", "It is dark. ")
    const bad = (await ask(relay, id, "GET", "history")).version + 1
    await using eve = peer(relay, id)
    await eve.synced()
    addStrip(eve.doc, "huge", "zz", HUGE)
    await using ben = peer(relay, id)
    await untilReads(ben, "INT. HOUSE INT.")
    // Somebody writes into it, and others elsewhere.
    const inside = stripWith(eve.doc, "INT. HOUSE INT.")
    inside.insert(inside.length, "the end")
    await type(relay, id, "A car stops", "Thunder. ")
    if (env.SCRIPTROOM_COMPACT_ENTRIES) await untilLogged(relay, "SELECT MAX(merged) AS n FROM entries WHERE staged = 0")

    const first = await ask(relay, id, "GET", "")
    assert.deepEqual([first.status, first.error.code], [503, "unreadable"])
    await untilLogged(relay, FOUND)
    const served = await lines(relay, id)
    assert.deepEqual([served[1], served.at(-1)], ["Rain on the window. It is dark. Anna waits.", "Thunder. A car stops."])
    const ill = await ask(relay, id, "GET", "health")
    assert.deepEqual(
      [ill.status, ill.quarantined.map(({ first, version, author }) => [first, version, author])],
      ["degraded", [[bad, bad, "anonymous"]]],
    )
    // Programs and people write on; whoever joins gets everything.
    const content = await ask(relay, id, "GET", "")
    content.blocks[1].children[0].text = "Snow."
    const patch = { base_version: content.version, content_blocks: content.blocks }
    assert.equal((await ask(relay, id, "PATCH", "", patch)).status, 200)
    assert.equal((await lines(relay, id))[1], "Snow.")
    await using late = peer(relay, id)
    await untilReads(late, "the end")
    assert.equal(rows(relay, "SELECT COUNT(*) AS n FROM entries WHERE damaged IS NOT NULL")[0].n, 0)

    // A kill forgets nothing of it, and a look at all of the log does not take it back as long as it is what it is.
    await relay.kill()
    await relay.start()
    assert.equal((await ask(relay, id, "POST", "verify")).ok, true)
    assert.equal((await ask(relay, id, "GET", "health")).quarantined.length, 1)
    await untilReads(late, "Snow.")
    const strip = stripWith(late.doc, "the end")
    strip.delete(0, HUGE.length)
    await using after = peer(relay, id)
    await after.synced()
    await untilReads(after, "INT. HOUSE INT.", false)
    assert.equal((await ask(relay, id, "POST", "verify")).ok, true)
    const well = await ask(relay, id, "GET", "health")
    assert.deepEqual([well.status, well.quarantined], ["healthy", []])
    assert.equal((await lines(relay, id)).at(-1), "the end")
  })
}

test("j12_what_somebody_sends_is_not_taken_for_the_scripts", async () => {
  await using relay = await startRelay({ SCRIPTROOM_COMPACT_DELAY_MS: "0" })
  const { id, version } = await imported(relay)
  const answer = await ask(relay, id, "POST", "import", HUGE)
  assert.deepEqual([answer.status, answer.error.code], [503, "unreadable"])
  await untilLogged(relay, "SELECT NOT EXISTS (SELECT 1 FROM search) AS n")
  const { status, quarantined, version: now } = await ask(relay, id, "GET", "health")
  assert.deepEqual([status, quarantined, now], ["healthy", [], version])
})
