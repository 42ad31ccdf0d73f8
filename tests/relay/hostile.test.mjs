// The corpus of hostile input (`crates/fuzz/src/corpus`) against the running relay: a refusal with its code, nothing changed,
// nobody else disturbed, and no row that cannot be loaded after a kill.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import * as Y from "yjs"
import { batch, peer, socket, untilPresent, update } from "./clients.mjs"
import { person, startPeoplesRelay } from "./people.mjs"

/** What the corpus takes to be there: client ids, and words at the beginning of the text. */
const [ADA, EVE, ADAS_PRESENCE] = [7, 9, 700]
/** What is too much at once is too much however long it takes: nothing flows in again. */
const LIMITS = {
  SCRIPTROOM_OPEN_SCRIPTS: "1",
  SCRIPTROOM_UPDATES_PER_S: "0",
  SCRIPTROOM_BYTES_PER_S: "0",
  SCRIPTROOM_PRESENCE_PER_S: "0",
}
const AT_A_TIME = 8
const words = { [ADA]: "hello", [EVE]: "evil" }

function corpus() {
  const folder = process.env.SCRIPTROOM_CORPUS
  assert.ok(folder, "SCRIPTROOM_CORPUS names the folder of the corpus: `cargo xtask test relay` writes it")
  const cases = JSON.parse(readFileSync(join(folder, "corpus.json"), "utf8"))
  return cases.map((one) => ({ ...one, contents: one.files.map((name) => readFileSync(join(folder, name))) }))
}

/** What somebody types first, as one update. */
function typedBy(client) {
  const doc = new Y.Doc()
  doc.clientID = client
  doc.getText("text").insert(0, words[client])
  return { doc, first: Y.encodeStateAsUpdate(doc) }
}

/** A script with Ada, Bob and Eve in it. */
async function scene(relay, people, isOurs) {
  const id = randomUUID()
  const typing = typedBy(ADA)
  const bob = peer(relay, id, people.bob.params)
  const ada = socket(relay, id, people.ada.protocols)
  const eve = isOurs ? socket(relay, id, people.eve.protocols) : socket(relay, `${id}?token=${people.eve.token}`)
  await Promise.all([bob.synced(), ada.next("step1"), eve.next("step1")])
  ada.send(batch(1, typing.first))
  assert.equal((await ada.next("ack")).status, 0)
  eve.send(isOurs ? batch(1, typedBy(EVE).first) : update(typedBy(EVE).first))
  if (isOurs) assert.equal((await eve.next("ack")).status, 0)
  ada.send(presence(ADAS_PRESENCE))
  await Promise.all(Object.values(words).map((theirs) => bob.has(theirs)))
  await untilPresent(bob, [bob.doc.clientID, ADAS_PRESENCE])
  return { id, ada, bob, eve, typing }
}

function presence(client) {
  const state = Buffer.from(JSON.stringify({ user: { name: "Ada" } }))
  const states = Buffer.from([1, 0x80 | (client & 0x7f), client >> 7, 1, state.length, ...state])
  return Buffer.from([1, states.length, ...states])
}

/** What Eve is answered: an acknowledgement's status, a close code, or nothing but the answer to a question after it. */
async function answered(eve, one, isOurs) {
  const isUpdate = one.way !== "frames"
  if (isUpdate && isOurs) {
    eve.send(batch(2, one.contents[0]))
    return { status: (await eve.next("ack")).status }
  }
  const frames = isUpdate ? [update(one.contents[0])] : one.contents
  frames.forEach((frame) => eve.send(frame))
  if (one.closeCode !== null) return { code: (await eve.closed()).code }
  const question = Uint8Array.from([0, 0, 1, 0])
  eve.send(question)
  await eve.next("step2")
  return {}
}

const versionOf = async (people, id) => (await people.bob.ask("GET", `/scripts/${id}/health`)).version

/** Sends one case, and looks at what became of it and of the others. */
async function play(relay, people, one, isOurs) {
  const what = `${one.name}, ${isOurs ? "ours" : "stock"}`
  const { id, ada, bob, eve, typing } = await scene(relay, people, isOurs)
  await using _all = { [Symbol.asyncDispose]: () => Promise.all([ada, bob, eve].map((each) => each[Symbol.asyncDispose]())) }
  const before = await versionOf(people, id)
  const closes = []
  bob.provider.on("connection-close", (event) => closes.push(event?.code))
  const { status, code } = await answered(eve, one, isOurs)
  if (status !== undefined) assert.equal(status, one.ackStatus, what)
  else assert.equal(code ?? null, one.closeCode, what)
  const grown = (await versionOf(people, id)) - before
  assert.equal(grown > 0, one.verdict === "Stored", `${what}: ${grown} entries more`)
  typing.doc.on("update", (bytes) => ada.send(batch(2, bytes)))
  typing.doc.getText("text").insert(5, " there")
  assert.equal((await ada.next("ack")).status, 0, what)
  await bob.has(" there")
  assert.deepEqual([ada.ws.readyState, closes], [1, []], what)
  assert.ok(bob.awareness.getStates().has(ADAS_PRESENCE), what)
  return { id, text: bob.text.toString() }
}

test("u1_the_corpus_of_hostile_input_changes_nothing_and_disturbs_nobody", async () => {
  await using relay = await startPeoplesRelay(LIMITS)
  // Each case in one of the two ways; `crates/fuzz/tests/hostile.rs` has all of them.
  const plays = corpus().map((one, at) => {
    // Each Eve is another: who was refused with a stock client is turned away for a while.
    const people = Object.fromEntries(["ada", "bob", "eve"].map((name) => [name, person(relay, `${name}-${at}`)]))
    return () => play(relay, people, one, one.way === "frames" || at % 2 === 0)
  })
  assert.ok(plays.length > 100, `${plays.length} cases`)
  const played = await inTurns(plays)
  await relay.kill()
  await relay.start()
  const reader = person(relay, "reader")
  await inTurns(played.map((one) => () => openCold(relay, reader, one)))
})

/** Some at a time: each waits for the relay, mostly. */
async function inTurns(tasks) {
  const results = []
  for (let at = 0; at < tasks.length; at += AT_A_TIME) {
    results.push(...(await Promise.all(tasks.slice(at, at + AT_A_TIME).map((task) => task()))))
  }
  return results
}

async function openCold(relay, reader, { id, text }) {
  await using late = peer(relay, id, reader.params)
  await late.synced()
  assert.equal(late.text.toString(), text)
  const { ok, differences } = await reader.ask("POST", `/scripts/${id}/verify`)
  assert.deepEqual([ok, differences], [true, []])
}
