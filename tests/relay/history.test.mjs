// History: who wrote when, what a script was, what differs, and how it is brought back, as new edits.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { peer } from "./clients.mjs"
import { ask as askRelay, block, file, imported as importInto, plain, stripWith, untilReads, words } from "./content.mjs"
import { change } from "./log.mjs"
import { startTyping } from "./typist.mjs"
import { startRelay } from "./relay.mjs"

let relay
before(async () => {
  relay = await startRelay()
})
after(() => relay[Symbol.asyncDispose]())

const ask = (...request) => askRelay(relay, ...request)
const imported = (...text) => importInto(relay, ...text)

/** A peer with the script open, at the line that has these words. */
async function writer(id, words) {
  const one = peer(relay, id)
  await untilReads(one, words)
  return one
}

/** Types words before others; everybody who reads the script has them then. */
async function typeBefore(one, reader, words, typed) {
  const strip = stripWith(one.doc, words)
  strip.insert(plain(strip).indexOf(words), typed)
  await untilReads(reader, typed)
}

const lines = async (id, path = "") => words(await ask(id, "GET", path))

test("h1_versions_are_listed_by_who_wrote_and_how", async () => {
  const { id, version } = await imported()
  await using ada = await writer(id, "Anna waits")
  await using ben = await writer(id, "Anna waits")
  await typeBefore(ada, ben, "Anna", "dark ")
  await typeBefore(ben, ada, "Anna", "and cold ")
  const { versions, version: now } = await ask(id, "GET", "history")
  assert.deepEqual(
    versions.map(({ origin, first, version, entries }) => [origin, first, version, entries]),
    [
      ["live", version + 1, version + 2, 2],
      ["import", 1, version, version],
    ].map(([origin, first, last, entries]) => [origin, first, last, entries]),
  )
  assert.equal(now, version + 2)
  assert.ok(versions[0].from <= versions[0].to)
})

test("h2_a_script_is_looked_at_as_it_was", async () => {
  const { id, version } = await imported()
  const before = await lines(id)
  const blocks = [block("scene-heading", "INT. CELLAR - DAY"), block("action", "Dark.")]
  await ask(id, "PATCH", "", { base_version: version, content_blocks: blocks })
  assert.deepEqual(await lines(id), ["INT. CELLAR - DAY", "Dark."])
  assert.deepEqual(await lines(id, `?version=${version}`), before)
  assert.match(await file(relay, id, `export.fountain?version=${version}`), /A car stops/)
  assert.deepEqual(await lines(id, "?version=0"), [""])
  assert.equal((await ask(id, "GET", `?version=${version + 9}`)).status, 410)
  assert.equal((await ask(id, "GET", "?version=last")).status, 400)
})

test("h3_a_version_with_a_name_outlives_its_entries", async () => {
  await using relay = await startRelay()
  const { id, version } = await importInto(relay)
  const named = await askRelay(relay, id, "POST", "history/names", { version, name: " First draft " })
  assert.deepEqual([named.status, named.name], [200, "First draft"])
  const blocks = [block("action", "Everything is new.")]
  await askRelay(relay, id, "PATCH", "", { base_version: version, content_blocks: blocks })
  await relay.kill()
  // As after the retention time: what the version was made of is gone.
  change(relay, "UPDATE entries SET first = 1, merged = 1 WHERE sequence = (SELECT MAX(sequence) FROM entries)")
  change(relay, "DELETE FROM entries WHERE merged = 0")
  await relay.start()
  assert.equal((await askRelay(relay, id, "GET", `?version=${version}`)).blocks.length, 6)
  const { names } = await askRelay(relay, id, "GET", "history")
  assert.deepEqual([names.length, names[0].name, names[0].version], [1, "First draft", version])
  assert.equal((await askRelay(relay, id, "POST", "history/names", { version, name: "" })).status, 400)
})

test("h4_a_version_is_brought_back_as_an_edit_that_everybody_sees_and_that_can_be_taken_back", async () => {
  const { id, version } = await imported()
  const first = await lines(id)
  await using ada = await writer(id, "Anna waits")
  await using ben = await writer(id, "Anna waits")
  const blocks = [block("scene-heading", "INT. KITCHEN - NIGHT"), block("action", "Rain on the window.")]
  const patched = await ask(id, "PATCH", "", { base_version: version, content_blocks: blocks })
  await untilReads(ada, "Anna waits", false)
  // Both go on typing while it is brought back.
  await typeBefore(ada, ben, "Rain", "Cold ")
  const restored = await ask(id, "POST", "history/restore", { version })
  assert.equal(restored.status, 200)
  await untilReads(ada, "Anna waits")
  await untilReads(ben, "Anna waits")
  assert.deepEqual(await lines(id), first)
  const { versions } = await ask(id, "GET", "history")
  assert.equal(versions[0].origin, "restore")
  const undone = await ask(id, "POST", "history/rollback", { from: patched.version + 2, to: restored.version })
  assert.equal(undone.status, 200, JSON.stringify(undone))
  await untilReads(ada, "Anna waits", false)
  assert.deepEqual(await lines(id), ["INT. KITCHEN - NIGHT", "Cold Rain on the window."])
})

test("h4_two_go_on_typing_while_a_version_is_brought_back_and_every_letter_is_kept", async () => {
  const { id, version } = await imported()
  const first = await lines(id)
  const content = await ask(id, "GET", "")
  // Ada writes in a line that both versions have, Ben in one that the older version does not have.
  content.blocks.splice(2, 4, block("action", "Dark night. The door opens."))
  const patched = await ask(id, "PATCH", "", { base_version: version, content_blocks: content.blocks })
  assert.equal(patched.status, 200)
  await using ada = await writer(id, "The door opens")
  await using ben = await writer(id, "The door opens")
  const adas = startTyping(ada, "Anna waits", "ada")
  const bens = startTyping(ben, "The door", "ben")
  await Promise.all([adas.typed(20), bens.typed(20)])
  const restored = await ask(id, "POST", "history/restore", { version })
  assert.equal(restored.status, 200)
  await Promise.all([untilReads(ada, "He is late"), untilReads(ben, "He is late")])
  // From here on both see the old version: not one of these letters was before the restoring.
  const since = [adas, bens].map((one) => one.letters.length)
  await Promise.all([adas.typed(20), bens.typed(20)])
  adas.stop()
  bens.stop()
  const last = [adas, bens].map((one) => one.letters.at(-1))
  for (const one of [ada, ben]) for (const letter of last) await untilReads(one, letter)

  const now = (await lines(id)).join("\n")
  assert.deepEqual(text(ada), text(ben))
  for (const [at, one] of [adas, bens].entries()) {
    for (const letter of one.letters.slice(since[at])) assert.equal(now.split(letter).length, 2, letter)
  }
  assert.ok(!now.includes("Dark night"))
  let from = 0
  for (const line of first) {
    const at = without(now, adas, bens).indexOf(line, from)
    assert.ok(at >= from, `expected ${line} after ${from} in ${now}`)
    from = at + line.length
  }

  const undone = await ask(id, "POST", "history/rollback", { from: restored.version, to: restored.version })
  assert.equal(undone.status, 200, JSON.stringify(undone))
  const after = (await lines(id)).join("\n")
  for (const one of [adas, bens]) {
    for (const letter of one.letters) assert.equal(after.split(letter).length, 2, letter)
  }
  assert.ok(without(after, adas, bens).includes("Dark night. The door opens."))
})

/** A text without what was typed into it. */
const without = (all, ...typists) =>
  typists.flatMap((one) => one.letters).reduce((rest, letter) => rest.replace(letter, ""), all)

/** Everything that a peer's document has, strip by strip. */
const text = (one) =>
  Object.fromEntries([...one.doc.getMap("strips")].map(([strip, inside]) => [strip, plain(inside.get("text"))]))

test("h5_two_versions_are_compared", async () => {
  const { id, version } = await imported()
  const content = await ask(id, "GET", "")
  content.blocks[1].children[0].text = "Rain on the dark window. Anna waits."
  content.blocks.pop()
  const { version: to } = await ask(id, "PATCH", "", { base_version: version, content_blocks: content.blocks })
  const { hunks, edits } = await ask(id, "GET", `history/compare?from=${version}&to=${to}`)
  assert.deepEqual(
    hunks.map((hunk) => hunk.kind),
    ["same", "changed", "same", "removed"],
  )
  assert.equal(
    hunks[1].words.filter((word) => word.kind === "added").map((word) => word.text).join("").trim(),
    "dark",
  )
  assert.deepEqual([edits.length, edits[0].origin], [1, "autosave"])
})

test("h6_what_one_person_did_is_taken_back_and_the_others_words_stay", async () => {
  const token = await (await fetch(`${relay.http}/api/guest`, { method: "POST" })).json()
  const { id, version } = await imported()
  await using ada = peer(relay, id, { params: { token: token.token } })
  await using ben = await writer(id, "Anna waits")
  await untilReads(ada, "Anna waits")
  await typeBefore(ada, ben, "Anna", "dark ")
  await typeBefore(ben, ada, "Anna", "and cold ")
  await typeBefore(ada, ben, "A car", "Silence. ")
  const answer = await ask(id, "POST", "history/rollback", {
    author: token.guest,
    from: version + 1,
    to: version + 3,
  })
  assert.equal(answer.status, 200, JSON.stringify(answer))
  await untilReads(ada, "Silence", false)
  const now = await lines(id)
  assert.deepEqual([now[1], now[5]], ["Rain on the window. and cold Anna waits.", "A car stops."])
})
