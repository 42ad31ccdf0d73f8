// The room sleeps between two messages: its sockets live on, and nobody notices that it was gone.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import * as Y from "yjs"
import { batch, peer, socket, untilPresent } from "./clients.mjs"
import { startSleepyRelay } from "./relay.mjs"

let relay
before(async () => {
  relay = await startSleepyRelay()
})
after(() => relay[Symbol.asyncDispose]())

const state = (name) => new TextEncoder().encode(JSON.stringify({ user: { name } }))

/** Presence of one client, as our own client sends it. */
function present(client, clock, bytes) {
  return new Uint8Array([1, bytes.length + 4, 1, client, clock, bytes.length, ...bytes])
}

/** Updates of one document, one for each edit. */
function typist(initial = "") {
  const doc = new Y.Doc()
  const updates = []
  doc.on("update", (bytes) => updates.push(bytes))
  const text = doc.getText("text")
  if (initial) text.insert(0, initial)
  return { text, take: () => updates.splice(0) }
}

/** A connection of our own client that has been greeted. */
async function ours(id) {
  const one = socket(relay, id, ["scriptroom.1"])
  await one.next("hello")
  await one.next("step1")
  return one
}

test("a2_a_newcomer_to_a_room_that_has_slept_sees_everybody_and_every_word", async () => {
  const id = randomUUID()
  await using ada = await ours(id)
  const words = typist("before ")
  ada.send(batch(1, words.take()[0]))
  await ada.next("ack")
  ada.send(present(77, 1, state("Ada")))
  ada.send("ping")
  await ada.next("text")
  await relay.sleep(id)
  await using late = peer(relay, id)
  await late.reads("before ")
  await untilPresent(late, [late.doc.clientID, 77])
  assert.equal(late.awareness.getStates().get(77).user.name, "Ada")
})

test("u2_typing_goes_on_after_a_sleep_and_reaches_those_who_slept_too", async () => {
  const id = randomUUID()
  await using ada = await ours(id)
  await using bob = await ours(id)
  const words = typist("one ")
  ada.send(batch(1, words.take()[0]))
  assert.equal((await ada.next("ack")).status, 0)
  await bob.next("update")
  for (const [at, word] of ["two ", "three "].entries()) {
    await relay.sleep(id)
    words.text.insert(words.text.length, word)
    ada.send(batch(at + 2, words.take()[0]))
    assert.deepEqual(await ada.next("ack"), { kind: "ack", number: at + 2, status: 0, reason: "" })
    await bob.next("update")
  }
  await using late = peer(relay, id)
  await late.reads("one two three ")
})

test("u6_a_room_remembers_through_a_sleep_whose_a_client_id_is", async () => {
  const id = randomUUID()
  const guest = async () => (await (await fetch(`${relay.http}/api/guest`, { method: "POST" })).json()).token
  await using ada = socket(relay, id, ["scriptroom.1", `token.${await guest()}`])
  await using eve = socket(relay, id, ["scriptroom.1", `token.${await guest()}`])
  await Promise.all([ada.next("hello"), eve.next("hello")])
  const words = typist("mine")
  ada.send(batch(1, words.take()[0]))
  assert.equal((await ada.next("ack")).status, 0)
  words.text.insert(4, "!")
  const [more] = words.take()
  await relay.sleep(id)
  eve.send(batch(1, more))
  assert.equal((await eve.next("ack")).status, 2)
  ada.send(batch(2, more))
  assert.equal((await ada.next("ack")).status, 0)
})

test("u6_an_id_that_was_only_shown_is_taken_also_after_a_sleep", async () => {
  const id = randomUUID()
  const guest = async () => (await (await fetch(`${relay.http}/api/guest`, { method: "POST" })).json()).token
  await using ada = socket(relay, id, ["scriptroom.1", `token.${await guest()}`])
  await using eve = socket(relay, id, ["scriptroom.1", `token.${await guest()}`])
  await Promise.all([ada.next("step1"), eve.next("step1")])
  ada.send(present(77, 1, state("Ada")))
  await eve.next("awareness")
  await relay.sleep(id)
  const typedBy = (words) => {
    const doc = new Y.Doc()
    doc.clientID = 77
    doc.getText("text").insert(0, words)
    return Y.encodeStateAsUpdate(doc)
  }
  // Whoever got there first would make Ada's first keys known ones.
  eve.send(batch(1, typedBy("words of somebody else")))
  const refusal = await eve.next("ack")
  assert.deepEqual([refusal.status, refusal.reason], [2, "client id 77 belongs to somebody else"])
  ada.send(batch(1, typedBy("my first key")))
  assert.equal((await ada.next("ack")).status, 0)
  await using reader = peer(relay, id)
  await reader.reads("my first key")
})

test("a5_who_leaves_while_the_room_sleeps_is_gone_for_everybody", async () => {
  const id = randomUUID()
  await using bob = peer(relay, id)
  await bob.synced()
  // A state with the clock 0 is none to y-protocols.
  bob.awareness.setLocalStateField("user", { name: "Bob" })
  const ada = await ours(id)
  ada.send(present(77, 1, state("Ada")))
  await untilPresent(bob, [bob.doc.clientID, 77])
  await relay.sleep(id)
  // Without a goodbye.
  ada.ws.terminate()
  await untilPresent(bob, [bob.doc.clientID])
  await using late = peer(relay, id)
  await late.synced()
  await untilPresent(late, [late.doc.clientID, bob.doc.clientID])
})

test("c1_a_ping_is_answered_without_waking_the_room", async () => {
  const id = randomUUID()
  await using ada = await ours(id)
  await relay.sleep(id)
  ada.send("ping")
  assert.equal((await ada.next("text")).text, "pong")
  // What is not running cannot be put to sleep.
  await assert.rejects(relay.sleep(id), /not currently running/)
})
