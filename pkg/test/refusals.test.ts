// What the relay refuses for good: the words are in the script again, or in a copy, and nobody else notices.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import * as Y from "yjs"
import { Relay } from "../../tests/browser/relay.ts"
import { batch, socket } from "../../tests/relay/clients.mjs"
import { branchModule } from "../src/branch.ts"
import { ScriptDocument } from "../src/document.ts"
import type { KeptCopy, ScriptError, ScriptHandle } from "../src/index.ts"
import { readable } from "../src/kept-copies.ts"
import { MemoryStore } from "./memory-store.ts"
import { opened, openedOn, typed, until } from "./opened.ts"

const limits = { SCRIPTROOM_MAX_SYNC_BYTES: "30000", SCRIPTROOM_MAX_UPDATE_BYTES: "10000" }
let relay: Relay
let small: Relay

before(async () => {
  ;[relay, small] = await Promise.all([Relay.start(), Relay.start(limits)])
})
after(() => Promise.all([relay.stop(), small.stop()]))

const limit = { timeout: 60_000 }

function errorsOf(script: ScriptHandle): ScriptError[] {
  const errors: ScriptError[] = []
  script.on("error", error => errors.push(error))
  return errors
}

const synced = (script: ScriptHandle): Promise<void> =>
  until(script, () => script.status.kind === "synced" && script.status.unsaved === 0)

/** Writes under a client id at the relay, as another person. */
async function takeClientId(at: Relay, id: string, clientId: number): Promise<void> {
  const answer = await fetch(`${at.origin}/api/guest`, { method: "POST" })
  const { token } = (await answer.json()) as { token: string }
  const scripts = `${at.origin.replace("http", "ws")}/api/ws/scripts`
  await using eve = socket({ scripts }, id, ["scriptroom.1", `token.${token}`])
  await eve.next("hello")
  const doc = new Y.Doc()
  doc.clientID = clientId
  doc.getText("elsewhere").insert(0, "Eve was here, and wrote more than anybody else did.")
  eve.send(batch(1, Y.encodeStateAsUpdate(doc)))
  assert.equal((await eve.next("ack")).status, 0)
}

test("u6_words_under_an_id_that_somebody_else_took_are_offered_again_under_another", limit, async () => {
  const id = crypto.randomUUID()
  const ben = await opened({ id, relay: relay.origin })
  const benErrors = errorsOf(ben)
  ben.edit([typed(0, "Ben's beginning. ")])
  await synced(ben)
  const device = new MemoryStore()
  const offline = await openedOn(device, { id })
  offline.edit([typed(0, "INT. KITCHEN - DAY", "Ada's words, typed without a network.")])
  const taken = offline.clientId
  await offline.close()
  await takeClientId(relay, id, taken)

  const ada = await openedOn(device, { id, relay: relay.origin })
  const errors = errorsOf(ada)
  await until(ada, () => errors.length > 0)
  await synced(ada)
  assert.deepEqual(errors.map(({ kind }) => kind), ["offered-again"])
  assert.match(errors[0]?.message ?? "", /belongs to somebody else/)
  for (const words of ["INT. KITCHEN - DAY", "Ada's words, typed without a network.", "Ben's beginning."]) {
    assert.ok(ada.text().includes(words), `${words} in ${ada.text()}`)
  }
  await until(ben, () => ben.text() === ada.text())
  assert.deepEqual(benErrors, [])
  assert.deepEqual(await ada.keptCopies(), [], "what is stored after all needs no copy")
  ada.edit([typed(0, "More. ")])
  await until(ben, () => ben.text().startsWith("More. "))
  await synced(ada)
  const text = ben.text()
  await Promise.all([ada.close(), ben.close()])

  const again = await openedOn(device, { id, relay: relay.origin })
  assert.equal(again.text(), text)
  assert.equal(again.status.unsaved, 0)
  await again.close()
})

const words = "Typed without a network, and more than Eve has written under the same id."

/** Opens a script whose words the relay refuses, and applies nothing of what comes in until all has come that there is to start over from. */
async function refusedAndWaiting(id: string): Promise<{ ada: ScriptHandle; came(count: number): Promise<void>; goOn(): void }> {
  const device = new MemoryStore()
  const offline = await openedOn(device, { id })
  offline.edit([typed(0, words)])
  const taken = offline.clientId
  await offline.close()
  await takeClientId(relay, id, taken)
  const ada = await openedOn(device, { id, relay: relay.origin })
  let count = 0
  let look = (): void => {}
  const off = ada.on("incoming", () => (count++, look()))
  const came = (wanted: number): Promise<void> =>
    new Promise(resolve => (look = () => void (count >= wanted && resolve()), look()))
  // What it lacks, and then all that there is.
  await came(2)
  return { ada, came, goOn: () => (off(), void ada.flush()) }
}

test("who is refused on two connections before anything is applied starts over once", limit, async () => {
  const { ada, came, goOn } = await refusedAndWaiting(crypto.randomUUID())
  const errors = errorsOf(ada)
  ada.reconnect()
  await came(3)
  goOn()
  await synced(ada)
  assert.deepEqual(errors.map(({ kind }) => kind), ["offered-again"])
  assert.equal(ada.text(), words)
  await ada.close()
})

test("a document that is made anew before it has started over is offered as it was", limit, async () => {
  const { ada, came, goOn } = await refusedAndWaiting(crypto.randomUUID())
  const errors = errorsOf(ada)
  ;(ada as ScriptHandle & { trapForTests(): void }).trapForTests()
  await came(4)
  goOn()
  await synced(ada)
  assert.deepEqual(errors.map(({ kind }) => kind), ["rebuilt", "offered-again"])
  assert.equal(ada.text(), words)
  await ada.close()
})

test("u6_a_relay_with_another_secret_knows_nobody_and_costs_nobody_a_word", limit, async () => {
  const own = await Relay.start()
  const id = crypto.randomUUID()
  const ada = await opened({ id, relay: own.origin })
  const errors = errorsOf(ada)
  // Live, so that the client id is this guest's from then on.
  await synced(ada)
  ada.edit([typed(0, "Before. ")])
  await synced(ada)
  const before = ada.clientId
  await own.kill()
  await until(ada, () => ada.status.kind === "connecting")
  ada.edit([typed(8, "Meanwhile. ")])
  await own.run({ SCRIPTROOM_GUEST_SECRET: "another" })
  await until(ada, () => errors.length > 0)
  ada.edit([typed(0, "First. ")])
  await synced(ada)
  assert.deepEqual(errors.map(({ kind }) => kind), ["offered-again"])
  assert.notEqual(ada.clientId, before)
  assert.equal(ada.text(), "First. Before. Meanwhile. ")
  const ben = await opened({ id, relay: own.origin })
  await synced(ben)
  assert.equal(ben.text(), ada.text())
  await Promise.all([ada.close(), ben.close()])
  await own.stop()
})

test("u7_what_is_too_large_for_one_message_goes_out_in_pieces", limit, async () => {
  const id = crypto.randomUUID()
  const ben = await opened({ id, relay: small.origin })
  ben.edit([typed(0, "Short. ")])
  await synced(ben)
  const device = new MemoryStore()
  const offline = await openedOn(device, { id })
  const paragraphs = Array.from({ length: 400 }, (_, at) => `Paragraph ${at}: ${"all work and no play ".repeat(8)}`)
  offline.edit([typed(0, ...paragraphs)])
  offline.edit([{ kind: "element", from: 3, to: 4, element: "scene-heading" }])
  await offline.close()
  const ada = await openedOn(device, { id, relay: small.origin })
  const errors = errorsOf(ada)
  await until(ada, () => errors.length > 0)
  assert.match(errors[0]?.message ?? "", /larger than 30000 bytes/)
  await synced(ada)
  assert.deepEqual(errors.map(({ kind }) => kind), ["offered-again"])
  for (const words of [...paragraphs, "Short. "]) assert.ok(ada.text().includes(words), words)
  assert.equal(ada.scenes()[0]?.heading, paragraphs[3])
  await until(ben, () => ben.text() === ada.text())
  assert.deepEqual(ben.paragraphs(), ada.paragraphs())
  await Promise.all([ada.close(), ben.close()])
})

test("u1_what_the_relay_calls_malformed_does_not_take_the_words_with_it", limit, async () => {
  const id = crypto.randomUUID()
  const device = new MemoryStore()
  const offline = await openedOn(device, { id })
  offline.edit([typed(0, "INT. KITCHEN - DAY", "Rain on the glass.")])
  await offline.close()
  // As a plug-in of somebody's might have left it: a document within the document.
  const doc = new Y.Doc()
  doc.getMap("script").set("attachment", new Y.Doc())
  device.add(Y.encodeStateAsUpdate(doc), true)
  const ada = await openedOn(device, { id, relay: relay.origin })
  const errors = errorsOf(ada)
  await until(ada, () => errors.length > 0)
  assert.match(errors[0]?.message ?? "", /malformed update: .* is not supported/)
  await synced(ada)
  assert.deepEqual(errors.map(({ kind }) => kind), ["offered-again"])
  const ben = await opened({ id, relay: relay.origin })
  await synced(ben)
  assert.equal(ben.text(), "INT. KITCHEN - DAY\nRain on the glass.")
  await Promise.all([ada.close(), ben.close()])
})

test("what is refused twice stays in a copy on the device, and is not offered a third time", limit, async () => {
  const id = crypto.randomUUID()
  const device = new MemoryStore()
  const offline = await openedOn(device, { id })
  offline.edit([typed(0, "Words that can be stored.")])
  offline.setTitlePage([{ key: "Title", lines: ["Endless ".repeat(8_000)] }])
  await offline.close()
  const ada = await openedOn(device, { id, relay: small.origin })
  const errors = errorsOf(ada)
  await until(ada, () => errors.length > 1)
  await synced(ada)
  assert.deepEqual(errors.map(({ kind }) => kind), ["offered-again", "left-out"])
  assert.equal(ada.text(), "Words that can be stored.", "only what was refused is left out")
  const copies = await ada.keptCopies()
  assert.deepEqual(copies.map(({ state }) => state), ["left-out"])
  assert.match(copies[0]?.reason ?? "", /larger than/)
  assert.match(copies[0]?.fountain ?? "", /Endless Endless/)
  ada.edit([typed(0, "It goes on. ")])
  await synced(ada)
  await ada.close()

  const again = await openedOn(device, { id, relay: small.origin })
  await synced(again)
  assert.equal(again.text(), "It goes on. Words that can be stored.")
  const [copy] = await again.keptCopies()
  await again.dropKeptCopy(copy?.id ?? "")
  assert.deepEqual(await again.keptCopies(), [])
  await again.close()
})

test("edits of a tab that was closed before it heard of the new life are kept as a copy", limit, async () => {
  const id = crypto.randomUUID()
  const device = new MemoryStore()
  const tab = await openedOn(device, { id })
  tab.edit([typed(0, "Typed at the very moment.")])
  await tab.close()
  // The tab that led has started over without them.
  device.life += 1
  const ada = await openedOn(device, { id })
  const errors = errorsOf(ada)
  await until(ada, () => errors.length > 0)
  assert.deepEqual(errors.map(({ kind }) => kind), ["left-out"])
  assert.equal(ada.text(), "")
  assert.match((await ada.keptCopies())[0]?.fountain ?? "", /Typed at the very moment\./)
  await ada.close()
  const again = await openedOn(device, { id })
  assert.equal((await again.keptCopies()).length, 1, "once")
  await again.close()
})

test("a copy whose words were stored just before the page was closed goes with the next opening", limit, async () => {
  const device = new MemoryStore()
  const update = new Uint8Array([0, 0])
  device.copies.push({ id: "1", refusedAtMs: 1, reason: "because", state: "offered-again", update })
  device.copies.push({ id: "2", refusedAtMs: 2, reason: "because", state: "left-out", update })
  const ada = await openedOn(device)
  assert.deepEqual((await ada.keptCopies()).map(({ id }) => id), ["2"])
  await ada.close()
  // It stays for a tab that may have written on what it has; an hour later there is none.
  const again = await openedOn(device)
  await again.close()
  assert.deepEqual(device.copies.map(({ id }) => id), ["2"])
})

test("words behind what has not come yet can be read in a copy, and the editor is told of all that it shows", limit, async () => {
  const id = crypto.randomUUID()
  const [bens, adas] = [new MemoryStore(), new MemoryStore()]
  const ben = await openedOn(bens, { id })
  ben.edit([typed(0, "First. ")])
  ben.edit([typed(7, "It goes on. ")])
  await ben.importFountain("INT. KITCHEN\n")
  await ben.close()
  const updates = [...bens.rows.values()].map(({ update }) => update)
  // What came in from a file stands by itself, and is shown before what was there first.
  for (const update of [updates[1], updates.at(-1)]) adas.add(update as Uint8Array, false)
  const ada = await openedOn(adas, { id })
  ada.edit([typed(ada.length, " - DAY")])
  const shown = ada.text()
  await ada.close()
  assert.match(shown, /INT\. KITCHEN - DAY$/)

  await branchModule()
  const journal = [...adas.rows.values()].map(({ update }) => update)
  const document = new ScriptDocument(journal, 1, null, { rebuilt: () => assert.fail("nothing traps") })
  const whole = new ScriptDocument(updates, 0, null, { rebuilt: () => assert.fail("nothing traps") })
  const theirs = whole.call(core => core.encodeState())
  const { change, copy } = document.startOver(theirs, false)
  const [read] = await readable([{ id: "1", refusedAtMs: 1, reason: "not allowed", state: "left-out", update: copy }])
  const { fountain } = read as KeptCopy
  assert.match(fountain, /INT\. KITCHEN - DAY/)
  const [text] = change.text
  assert.ok(text)
  const after = shown.slice(0, text.from) + text.insert + shown.slice(text.to)
  assert.equal(after, document.call(core => core.slice(0, core.length)))
  document.free()
  whole.free()
})
