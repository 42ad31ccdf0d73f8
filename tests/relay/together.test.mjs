// Many connections to one script: what they send at the same moment is stored and shown together (U11).
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import * as Y from "yjs"
import { batch, peer, socket, until, untilPresent, update, updatesOf } from "./clients.mjs"
import { startRelay } from "./relay.mjs"

const MANY = 40
let relay

before(async () => (relay = await startRelay()))
after(() => relay[Symbol.asyncDispose]())

/** A word of one's own, as some updates of a letter each. */
const word = (at) => `<${String(at).padStart(3, "0")}>`
const typed = (at) => updatesOf(...[...word(at)].map((letter, place) => (text) => text.insert(place, letter)))

/** Somebody with a document, who reads every update that comes. */
function reader(ws) {
  const doc = new Y.Doc()
  const read = async () => Y.applyUpdate(doc, (await ws.next("update")).bytes)
  const has = (words) => words.every((one) => doc.getText("text").toString().includes(one))
  return {
    doc,
    async reads(words) {
      while (!has(words)) await read()
    },
  }
}

const all = Array.from({ length: MANY }, (_, at) => word(at))

test("u11_what_many_write_at_once_is_acknowledged_and_reaches_each_of_the_others", async () => {
  const id = randomUUID()
  const sockets = Array.from({ length: MANY }, () => socket(relay, id, ["scriptroom.1"]))
  await Promise.all(sockets.map((one) => one.next("hello")))
  await using stock = peer(relay, id)
  await stock.synced()
  const readers = sockets.map(reader)
  for (const [at, one] of sockets.entries()) {
    for (const [place, bytes] of typed(at).entries()) {
      Y.applyUpdate(readers[at].doc, bytes)
      one.send(batch(place + 1, bytes))
    }
  }
  for (const one of sockets) {
    for (let number = 1; number <= word(0).length; number++) {
      const ack = await one.next("ack")
      assert.deepEqual([ack.number, ack.status, ack.reason], [number, 0, ""])
    }
  }
  await Promise.all(readers.map((one) => one.reads(all)))
  await Promise.all(all.map((one) => stock.has(one)))
  // Each letter once: a join reads the same as those who were there.
  await using late = peer(relay, id)
  await late.synced()
  const text = late.text.toString()
  assert.equal(text.length, all.join("").length)
  for (const one of [stock, ...readers]) assert.equal(one.doc.getText("text").toString(), text)
  for (const one of sockets) one.ws.terminate()
})

test("u11_who_leaves_the_moment_they_have_written_loses_nothing", async () => {
  const id = randomUUID()
  const sockets = Array.from({ length: MANY }, () => socket(relay, id))
  await using stays = peer(relay, id)
  await Promise.all([...sockets.map((one) => one.next("step1")), stays.synced()])
  for (const [at, one] of sockets.entries()) {
    for (const bytes of typed(at)) one.send(update(bytes))
    one.ws.close()
  }
  await Promise.all(sockets.map((one) => one.closed()))
  await Promise.all(all.map((one) => stays.has(one)))
  await using late = peer(relay, id)
  await Promise.all(all.map((one) => late.has(one)))
})

test("u11_each_sees_where_all_the_others_are", async () => {
  const id = randomUUID()
  const peers = Array.from({ length: MANY }, () => peer(relay, id))
  await Promise.all(peers.map((one) => one.synced()))
  const ids = peers.map((one) => one.doc.clientID)
  for (let move = 1; move <= 3; move++) {
    for (const [at, one] of peers.entries()) one.awareness.setLocalState({ at, move })
  }
  await Promise.all(peers.map((one) => untilPresent(one, ids)))
  const moved = (one) => [...one.awareness.getStates().values()].every(({ move }) => move === 3)
  const subscribe = (one) => (look) => (one.awareness.on("change", look), () => one.awareness.off("change", look))
  await Promise.all(peers.map((one) => until(subscribe(one), () => moved(one), "where all are now")))
  for (const one of peers) await one[Symbol.asyncDispose]()
})
