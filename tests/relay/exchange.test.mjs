// Frames over plain HTTP (J11): a request is a connection that lasts for one turn.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import * as encoding from "lib0/encoding"
import * as decoding from "lib0/decoding"
import * as Y from "yjs"
import { batch, decode, peer, socket, step1, step2, updatesOf } from "./clients.mjs"
import { person } from "./people.mjs"
import { startClosedRelay, startRelay } from "./relay.mjs"

const secret = "a secret of thirty-two bytes at least"
let relay
let closed
before(async () => {
  ;[relay, closed] = await Promise.all([startRelay(), startClosedRelay({ SCRIPTROOM_JWT_SECRET: secret })])
})
after(() => Promise.all([relay, closed].map((one) => one[Symbol.asyncDispose]())))

/** Sends frames in one request; gives the answer's frames, decoded, and the version. */
async function exchange(id, frames, { seen = null, at = relay, token = null } = {}) {
  const out = encoding.createEncoder()
  for (const frame of frames) encoding.writeVarUint8Array(out, frame)
  const url = new URL(`${at.http}/api/scripts/${id}/updates?form=frames`)
  if (seen !== null) url.searchParams.set("seen", seen)
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  const response = await fetch(url, { method: "POST", headers, body: encoding.toUint8Array(out) })
  if (!response.ok) return { status: response.status, ...(await response.json()) }
  const reader = decoding.createDecoder(new Uint8Array(await response.arrayBuffer()))
  const messages = []
  while (decoding.hasContent(reader)) messages.push(decode(decoding.readVarUint8Array(reader)))
  return { messages, version: response.headers.get("x-scriptroom-version") }
}

const kinds = ({ messages }) => messages.map(({ kind }) => kind)

/** What the step 2 of an answer says. */
function textOf({ messages }) {
  const doc = new Y.Doc()
  for (const { bytes } of messages.filter(({ kind }) => kind === "step2")) Y.applyUpdate(doc, bytes)
  return doc.getText("text").toString()
}

test("j11_no_more_is_looked_at_than_a_connection_may_send", async () => {
  const nothing = (frames) => Array.from({ length: frames }, () => new Uint8Array())
  const many = await exchange(randomUUID(), nothing(4_097))
  assert.deepEqual([many.status, many.error.code], [413, "too_large"])
  // What comes behind the first that ends the connection counts no more.
  const id = randomUUID()
  const [words] = updatesOf((text) => text.insert(0, "words"))
  const ended = await exchange(id, [...nothing(2), batch(1, words)])
  assert.deepEqual([ended.status, ended.error.code], [400, "malformed"])
  assert.equal(textOf(await exchange(id, [step1()])), "")
})

test("j11_a_request_is_greeted_and_answered_as_a_socket_is", async () => {
  const id = randomUUID()
  const [words] = updatesOf((text) => text.insert(0, "words"))
  const first = await exchange(id, [step1(), batch(7, words)])
  assert.deepEqual(kinds(first), ["hello", "access", "step2", "ack", "step1"])
  const ack = first.messages.find(({ kind }) => kind === "ack")
  assert.deepEqual([ack.number, ack.status], [7, 0])
  assert.equal(first.version, "1")
  await using ben = peer(relay, id)
  await ben.reads("words")
  const { bytes } = first.messages.at(-1)
  assert.deepEqual(bytes, Y.encodeStateVector(ben.doc), "what the relay has then, the batch included")
  ben.text.insert(5, " and more")
  await using late = peer(relay, id)
  await late.reads("words and more")
  assert.equal(textOf(await exchange(id, [step1()])), "words and more")
})

test("j11_whoever_has_seen_everything_is_not_told_it_again", async () => {
  const id = randomUUID()
  const [one, two] = updatesOf(
    (text) => text.insert(0, "one "),
    (text) => text.insert(4, "two "),
  )
  const { version } = await exchange(id, [batch(1, one)])
  assert.deepEqual(kinds(await exchange(id, [step1()], { seen: version })), ["hello", "access", "step1"])
  const more = await exchange(id, [batch(2, two), step1()], { seen: version })
  assert.deepEqual(kinds(more), ["hello", "access", "ack", "step1"])
  assert.equal(textOf(await exchange(id, [step1()], { seen: version })), "one two ")
})

test("j11_others_see_at_once_what_came_over_http_and_a_gap_is_held_and_asked_for", async () => {
  const id = randomUUID()
  await using ben = peer(relay, id)
  await ben.synced()
  const [one, two] = updatesOf(
    (text) => text.insert(0, "one "),
    (text) => text.insert(4, "two "),
  )
  const held = await exchange(id, [batch(1, two)])
  assert.equal(held.messages.find(({ kind }) => kind === "ack").status, 1)
  const given = await exchange(id, [step2(one)])
  assert.deepEqual(
    given.messages.filter(({ kind }) => kind === "ack").map(({ number, status }) => [number, status]),
    [[0, 0]],
  )
  await ben.reads("one two ")
})

test("j11_roles_refusals_and_malformed_frames_are_a_sockets", async () => {
  const [ada, bob, eve] = ["ada", "bob", "eve"].map((name) => person(closed, name, {}, secret))
  const id = await ada.script("Shared")
  await ada.ask("PUT", `/scripts/${id}/members/bob`, { role: "viewer" })
  const as = (who) => ({ at: closed, token: who.token })
  const [words] = updatesOf((text) => text.insert(0, "words"))
  const refused = await exchange(id, [step1(), batch(1, words)], as(bob))
  assert.deepEqual(kinds(refused), ["hello", "access", "step2", "ack", "step1"])
  const ack = refused.messages.find(({ kind }) => kind === "ack")
  assert.equal(ack.status, 2)
  assert.match(ack.reason, /^not allowed/)
  assert.equal(refused.messages.find(({ kind }) => kind === "access").role, "viewer")
  const empty = await exchange(id, [step2(Uint8Array.from([0, 0]))], as(bob))
  assert.equal(empty.messages.find(({ kind }) => kind === "ack").status, 0, "R3")
  const errors = [
    await exchange(id, [step1()], as(eve)),
    await exchange(id, [step1()], { at: closed }),
    await exchange(randomUUID(), [step1()], as(ada)),
    await exchange(id, [Uint8Array.from([99])], as(ada)),
  ]
  assert.deepEqual(
    errors.map(({ status, error }) => [status, error.code]),
    [
      [403, "not_allowed"],
      [401, "not_signed_in"],
      [404, "no_such_script"],
      [400, "malformed"],
    ],
  )
  assert.equal((await exchange(id, [batch(1, words)], as(ada))).version, "1")
})

test("j11_a_request_leaves_no_connection_behind", async () => {
  const id = randomUUID()
  await exchange(id, [step1()])
  await exchange(id, [step1()])
  await using ada = socket(relay, id, ["scriptroom.1"])
  await ada.next("step1")
  const health = await (await fetch(`${relay.http}/api/scripts/${id}/health`)).json()
  assert.equal(health.connections, 1)
})
