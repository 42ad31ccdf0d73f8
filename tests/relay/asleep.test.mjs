// Roles, removals and tokens while the script's object sleeps: what was so before is so when it wakes.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { batch, renew, socket, updatesOf } from "./clients.mjs"
import { person } from "./people.mjs"
import { startSleepyRelay } from "./relay.mjs"
import { fromNow, shared } from "./tokens.mjs"

const secret = "a secret of thirty-two bytes at least"
let relay
before(async () => {
  relay = await startSleepyRelay({ SCRIPTROOM_DEV: "", SCRIPTROOM_JWT_SECRET: secret, SCRIPTROOM_JWT_LEEWAY_S: "0" })
})
after(() => relay[Symbol.asyncDispose]())

const someone = (name) => person(relay, name, {}, secret)

/** A script of ada's, with bob in that role, and a connection of his that has been greeted. */
async function shareWith(role, token) {
  const [ada, bob] = [someone("ada"), someone("bob")]
  const id = await ada.script("Shared")
  await ada.ask("PUT", `/scripts/${id}/members/bob`, { role })
  const open = socket(relay, id, ["scriptroom.1", `token.${token ?? bob.token}`])
  await open.next("step1")
  assert.equal((await open.next("access")).role, role)
  return { id, ada, bob, open }
}

const words = () => updatesOf((text) => text.insert(0, "words"))[0]

test("r1_a_role_is_the_same_after_a_sleep", async () => {
  for (const [role, status] of [
    ["viewer", 2],
    ["commenter", 2],
    ["editor", 0],
  ]) {
    const { id, open } = await shareWith(role)
    await relay.sleep(id)
    open.send(batch(1, words()))
    assert.equal((await open.next("ack")).status, status, role)
    open.ws.terminate()
  }
})

test("r7_who_is_removed_while_the_room_sleeps_is_out_when_that_is_answered", async () => {
  const { id, ada, open } = await shareWith("editor")
  await relay.sleep(id)
  await ada.ask("DELETE", `/scripts/${id}/members/bob`)
  open.send(batch(1, words()))
  await relay.sleep(id)
  assert.equal((await open.closed()).code, 4003)
  await using owner = socket(relay, id, ada.protocols)
  await owner.next("step1")
  assert.equal(owner.ws.readyState, 1)
})

test("r7_another_role_given_while_the_room_sleeps_counts_when_it_wakes", async () => {
  const { id, ada, open } = await shareWith("viewer")
  await relay.sleep(id)
  await ada.ask("PUT", `/scripts/${id}/members/bob`, { role: "editor" })
  assert.equal((await open.next("access")).role, "editor")
  await relay.sleep(id)
  open.send(batch(1, words()))
  assert.equal((await open.next("ack")).status, 0)
  open.ws.terminate()
})

test("r5_a_token_that_expires_while_the_room_sleeps_ends_its_connection", async () => {
  const { id, open } = await shareWith("editor", shared(secret, { sub: "bob", exp: fromNow(3) }))
  await relay.sleep(id)
  assert.deepEqual(await open.closed(), { code: 4001, reason: "the token has expired" })
})

test("r6_a_renewal_holds_beyond_a_sleep", async () => {
  const { id, open } = await shareWith("editor", shared(secret, { sub: "bob", exp: fromNow(3) }))
  await relay.sleep(id)
  open.send(renew(shared(secret, { sub: "bob", exp: fromNow(600) })))
  assert.equal((await open.next("renewed")).status, 0)
  await relay.sleep(id)
  // Another connection, whose token ends with the first one's: when that is closed, the time of both is over.
  const short = socket(relay, id, ["scriptroom.1", `token.${shared(secret, { sub: "bob", exp: fromNow(3) })}`])
  assert.equal((await short.closed()).code, 4001)
  open.send(batch(1, words()))
  assert.equal((await open.next("ack")).status, 0)
  open.ws.terminate()
})
