// What the relay refuses, and what it tells the sender: nobody else notices and nothing changes.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import * as Y from "yjs"
import { batch, peer, socket, step1, step2, update, until, updatesOf } from "./clients.mjs"
import { startRelay } from "./relay.mjs"

let relay
before(async () => {
  relay = await startRelay()
})
after(() => relay[Symbol.asyncDispose]())

/** Sends a frame as a stock client, and checks that a bystander works on, and that the script is as it was. */
async function refused(frame, code, reason) {
  const id = randomUUID()
  await using bystander = peer(relay, id)
  await bystander.synced()
  bystander.text.insert(0, "as it was")
  await using bad = socket(relay, id)
  await bad.open()
  bad.send(frame)
  const denied = await bad.next("denied")
  const closed = await bad.closed()
  assert.equal(closed.code, code)
  assert.match(closed.reason, reason)
  assert.equal(closed.reason, denied.reason)
  bystander.text.insert(9, ", and more")
  await using late = peer(relay, id)
  await late.reads("as it was, and more")
  assert.ok(bystander.provider.wsconnected)
}

test("w2_an_unknown_message_type_is_refused", () => refused(new Uint8Array([42, 1]), 4010, /unknown message type 42/))
test("w2_text_where_bytes_are_due_is_refused", () => refused("hello", 4010, /expected a binary frame, got text/))
test("w2_a_frame_that_ends_early_is_refused", () => refused(new Uint8Array([0, 2, 9, 1]), 4010, /malformed message/))
test("w2_our_own_types_are_refused_from_stock_clients", () =>
  refused(batch(1, new Uint8Array([0, 0])), 4010, /not for a client/))
test("u1_a_malformed_update_is_refused", () =>
  refused(update(new Uint8Array([255, 255, 255, 255, 15])), 4010, /malformed update/))
test("w3_a_malformed_state_vector_is_refused", () =>
  refused(step1(new Uint8Array([255, 255, 255, 122])), 4010, /malformed state vector/))
test("u7_a_live_update_of_two_megabytes_is_refused", () => {
  const [large] = updatesOf((text) => text.insert(0, "x".repeat(2 << 20)))
  return refused(update(large), 4009, /larger than 1048576 bytes/)
})

test("c3_an_id_that_is_no_uuid_is_refused_where_a_browser_can_read_it", async () => {
  await using bad = socket(relay, "hamlet", ["scriptroom.1"])
  const closed = await bad.closed()
  assert.equal(closed.code, 4004)
  assert.match(closed.reason, /UUID/)
  const answer = await fetch(`${relay.http}/api/ws/scripts/hamlet`)
  assert.equal(answer.status, 400)
  assert.equal((await answer.json()).error.code, "not_a_uuid")
})

test("c3_a_token_of_another_relay_is_refused", async () => {
  await using bad = socket(relay, `${randomUUID()}?token=me.${"0".repeat(64)}`)
  assert.equal((await bad.closed()).code, 4001)
})

test("u4_an_update_with_missing_structs_waits_for_them", async () => {
  const id = randomUUID()
  const [first, second] = updatesOf(
    (text) => text.insert(0, "first "),
    (text) => text.insert(6, "second"),
  )
  await using reader = peer(relay, id)
  await reader.synced()
  await using writer = socket(relay, id)
  await writer.open()
  await writer.next("step1")
  writer.send(update(second))
  await writer.next("step1")
  assert.equal(reader.text.toString(), "")
  // The relay dies: what it holds is on disk.
  await relay.kill()
  await relay.start()
  await using other = socket(relay, id)
  await other.open()
  other.send(step2(first))
  await reader.reads("first second")
})

test("u2_each_batch_of_our_own_client_is_acknowledged", async () => {
  const id = randomUUID()
  await using ours = socket(relay, id, ["scriptroom.1"])
  const hello = await ours.next("hello")
  assert.equal(ours.ws.protocol, "scriptroom.1")
  assert.deepEqual([hello.version, hello.max], [3, 1 << 20])
  assert.ok(hello.epoch.length >= 16)
  await ours.next("step1")
  const [first, second, third] = updatesOf(
    (text) => text.insert(0, "a"),
    (text) => text.insert(1, "b"),
    (text) => text.insert(2, "x".repeat(2 << 20)),
  )
  ours.send(batch(1, first))
  assert.deepEqual(await ours.next("ack"), { kind: "ack", number: 1, status: 0, reason: "" })
  ours.send(batch(2, third))
  const large = await ours.next("ack")
  assert.deepEqual([large.number, large.status], [2, 2])
  ours.send(batch(3, new Uint8Array([9])))
  assert.equal((await ours.next("ack")).status, 2)
  ours.send(batch(4, first))
  assert.equal((await ours.next("ack")).status, 0)
  const [, gap] = updatesOf(
    (text) => text.insert(0, "c"),
    (text) => text.insert(1, "d"),
  )
  ours.send(batch(5, gap))
  assert.equal((await ours.next("ack")).status, 1)
  await ours.next("step1")
  ours.send(step2(second))
  assert.deepEqual(await ours.next("ack"), { kind: "ack", number: 0, status: 0, reason: "" })
  ours.send("ping")
  assert.equal((await ours.next("text")).text, "pong")
})

test("u6_a_guest_cannot_continue_another_guests_words", async () => {
  const id = randomUUID()
  const guest = async () => (await (await fetch(`${relay.http}/api/guest`, { method: "POST" })).json()).token
  await using ada = socket(relay, id, ["scriptroom.1", `token.${await guest()}`])
  await using eve = socket(relay, `${id}?token=${await guest()}`, ["scriptroom.1"])
  const [mine, more] = updatesOf(
    (text) => text.insert(0, "mine"),
    (text) => text.insert(4, "!"),
  )
  await ada.next("hello")
  await eve.next("hello")
  ada.send(batch(1, mine))
  assert.equal((await ada.next("ack")).status, 0)
  eve.send(batch(1, more))
  const refusal = await eve.next("ack")
  assert.equal(refusal.status, 2)
  assert.match(refusal.reason, /belongs to somebody else/)
  ada.send(batch(2, more))
  assert.equal((await ada.next("ack")).status, 0)
})

test("http_the_routes_are_as_in_the_table", async () => {
  const health = await fetch(`${relay.http}/api/health`)
  assert.equal(health.status, 200)
  assert.equal((await health.json()).status, "ok")
  const first = await (await fetch(`${relay.http}/api/guest`, { method: "POST" })).json()
  const headers = { authorization: `Bearer ${first.token}` }
  const again = await (await fetch(`${relay.http}/api/guest`, { method: "POST", headers })).json()
  assert.equal(again.guest, first.guest)
  assert.equal((await fetch(`${relay.http}/api/nothing`)).status, 404)
  assert.equal((await fetch(`${relay.http}/api/ws/scripts/${randomUUID()}`)).status, 426)
})

test("http_the_apps_files_are_served_and_nothing_beside_them", async () => {
  const page = await fetch(`${relay.http}/s/${randomUUID()}`)
  assert.equal(page.status, 200)
  assert.match(page.headers.get("content-type"), /^text\/html/)
  assert.match(page.headers.get("content-security-policy"), /script-src 'self' 'wasm-unsafe-eval'/)
  assert.equal(page.headers.get("cache-control"), "no-cache")
  const wasm = await fetch(`${relay.http}/assets/core-X.wasm`)
  assert.equal(wasm.headers.get("content-type"), "application/wasm")
  assert.match(wasm.headers.get("cache-control"), /immutable/)
  for (const path of ["/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/.env"]) {
    const answer = await fetch(relay.http + path)
    assert.doesNotMatch(await answer.text(), /not for you/, path)
  }
})

test("u1_mutated_frames_never_stop_the_room", async () => {
  const id = randomUUID()
  await using bystander = peer(relay, id)
  await bystander.synced()
  const [valid] = updatesOf((text) => {
    text.insert(0, "some text", { bold: true })
    text.insertEmbed(0, { type: "action" })
  })
  let seed = 7
  const random = (below) => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8) % below
  for (let round = 0; round < 60; round++) {
    await using bad = socket(relay, id, ["scriptroom.1"])
    await bad.next("hello")
    // One batch each, as our client sends it: a refusal leaves the connection open.
    for (let number = 1; number <= 10; number++) {
      const bytes = Uint8Array.from(valid)
      for (let change = 0; change <= random(3); change++) bytes[random(bytes.length)] = random(256)
      bad.send(batch(number, bytes))
      await bad.next("ack")
    }
  }
  const marker = `still here ${randomUUID()}`
  const other = new Y.Doc()
  other.getText("other").insert(0, marker)
  await using writer = socket(relay, id)
  await writer.open()
  writer.send(update(Y.encodeStateAsUpdate(other)))
  await using late = peer(relay, id)
  // The two are on connections of their own: either may be first.
  const heard = (look) => (late.doc.on("update", look), () => late.doc.off("update", look))
  await until(heard, () => late.doc.getText("other").toString() === marker, marker)
})
