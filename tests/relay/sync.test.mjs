// Stock y-websocket clients against the running relay: SPEC.md's rules as other people's software sees them.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import * as Y from "yjs"
import { peer, untilPresent } from "./clients.mjs"
import { startRelay } from "./relay.mjs"

let relay
before(async () => {
  relay = await startRelay()
})
after(() => relay[Symbol.asyncDispose]())

test("c1_two_stock_clients_write_one_script", async () => {
  const id = randomUUID()
  await using ada = peer(relay, id)
  await using bob = peer(relay, id)
  await Promise.all([ada.synced(), bob.synced()])
  ada.text.insert(0, "INT. OFFICE - DAY 🎬\n")
  await bob.has("DAY 🎬")
  bob.text.insert(0, "FADE IN:\n")
  bob.text.format(0, 4, { bold: true })
  await ada.has("FADE IN")
  ada.text.delete(0, 2)
  await bob.reads("DE IN:\nINT. OFFICE - DAY 🎬\n")
  assert.deepEqual(ada.text.toDelta(), bob.text.toDelta())
  assert.notEqual(ada.doc.store.pendingStructs, undefined)
  assert.equal(ada.doc.store.pendingStructs, null)
})

test("c1_the_case_of_an_id_does_not_matter", async () => {
  const id = randomUUID()
  await using ada = peer(relay, id)
  ada.text.insert(0, "one script")
  await ada.synced()
  await using bob = peer(relay, id.toUpperCase())
  await bob.has("one script")
})

test("u8_a_late_comer_gets_everything_that_is_there", async () => {
  const id = randomUUID()
  const written = new Y.Doc()
  {
    await using ada = peer(relay, id)
    await ada.synced()
    for (let key = 0; key < 300; key++) ada.text.insert(key, String.fromCharCode(97 + (key % 26)))
    ada.text.delete(10, 20)
    await using bob = peer(relay, id)
    await bob.reads(ada.text.toString())
    Y.applyUpdate(written, Y.encodeStateAsUpdate(ada.doc))
  }
  await using late = peer(relay, id)
  await late.reads(written.getText("text").toString())
})

test("u3_what_was_typed_offline_arrives_on_reconnecting", async () => {
  const id = randomUUID()
  await using ada = peer(relay, id)
  await using bob = peer(relay, id)
  await Promise.all([ada.synced(), bob.synced()])
  ada.text.insert(0, "before ")
  await bob.has("before")
  ada.provider.disconnect()
  ada.text.insert(7, "offline ")
  bob.text.insert(0, "meanwhile ")
  ada.provider.connect()
  await bob.reads("meanwhile before offline ")
  await ada.reads("meanwhile before offline ")
})

test("a5_presence_comes_and_goes_with_its_connection_only", async () => {
  const id = randomUUID()
  await using ada = peer(relay, id)
  await using bob = peer(relay, id)
  await using eve = peer(relay, id)
  const ids = [ada, bob, eve].map((one) => one.doc.clientID)
  for (const one of [ada, bob, eve]) one.awareness.setLocalStateField("user", { name: "x" })
  await Promise.all([ada, bob, eve].map((one) => untilPresent(one, ids)))
  // Without a goodbye: the socket just ends.
  bob.provider.shouldConnect = false
  bob.provider.ws.terminate()
  await untilPresent(ada, [ids[0], ids[2]])
  await untilPresent(eve, [ids[0], ids[2]])
  bob.provider.connect()
  await untilPresent(ada, ids)
})

test("u7_a_text_of_many_megabytes_is_stored_in_pieces_and_read_back_whole", async () => {
  const id = randomUUID()
  const long = "All work and no play. ".repeat(220_000)
  {
    await using ada = peer(relay, id, { connect: false })
    // Typed before the connection: it goes as the answer to the relay's step 1, which may be large.
    ada.text.insert(0, long)
    ada.provider.connect()
    await using bob = peer(relay, id)
    await bob.reads(long)
  }
  await relay.kill()
  await relay.start()
  await using late = peer(relay, id)
  await late.reads(long)
})
