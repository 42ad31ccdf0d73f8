// Bodies that are larger than what is taken: refused before they are read, or as soon as they are.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { connect } from "node:net"
import { after, before, test } from "node:test"
import { person, startPeoplesRelay } from "./people.mjs"
import { startClosedRelay } from "./relay.mjs"

const OPERATOR_TOKEN = "only the operator of this relay knows this"
const KIB = 1024
const MIB = 1024 * KIB

let relay
let ada
let id
before(async () => {
  relay = await startPeoplesRelay({
    SCRIPTROOM_SIGN_IN: "password",
    SCRIPTROOM_SIGN_IN_SECRET: "a long secret of the relay's own sign-in",
    SCRIPTROOM_OPERATOR_TOKEN: OPERATOR_TOKEN,
  })
  ada = person(relay, "ada")
  id = await ada.script("Hers")
})
after(() => relay[Symbol.asyncDispose]())

/** Every request that a body is read of, with the most that is. */
const requests = () => [
  ["POST", "/signin", 4 * KIB, ""],
  ["POST", "/account", 4 * KIB, ""],
  ["POST", "/account/reset", 4 * KIB, ""],
  ["POST", "/account/resets", 4 * KIB, OPERATOR_TOKEN],
  ["PUT", "/me/settings", 16 * KIB, ada.token],
  ["POST", "/scripts", 64 * KIB, ada.token],
  ["POST", `/scripts/${id}/duplicate`, 64 * KIB, ada.token],
  ["PATCH", `/scripts/${id}/card`, 64 * KIB, ada.token],
  ["POST", `/scripts/${id}/import`, 32 * MIB, ada.token],
  ["POST", `/scripts/${id.toUpperCase()}/import`, 32 * MIB, ada.token],
  ["POST", `/scripts/${id}/updates?form=frames&seen=0`, 32 * MIB + KIB, ada.token],
]

/**
 * Sends a request as no library would: the head, and then so many bytes in chunks, without an end. Gives the status and the error of
 * the answer, which there is only if the relay waits for no more.
 */
async function send(at, method, path, headers, length = 0) {
  const socket = connect(at.port, "127.0.0.1")
  const lines = Object.entries({ host: "relay", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`${method} /api${path} HTTP/1.1\r\n${lines.join("")}\r\n`)
  for (let rest = length; rest > 0; rest -= MIB) {
    const chunk = "x".repeat(Math.min(rest, MIB))
    socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)
  }
  const patience = AbortSignal.timeout(20_000)
  try {
    let answer = ""
    while (!/\r\n\r\n{.*}/s.test(answer)) answer += (await once(socket, "data", { signal: patience }))[0]
    return { status: Number(answer.split(" ")[1]), error: JSON.parse(/{.*}/s.exec(answer)[0]).error }
  } finally {
    socket.destroy()
  }
}

const bearer = (token) => (token ? { authorization: `Bearer ${token}` } : {})
const refused = (max) => ({ code: "too_large", message: `expected a body of at most ${max} bytes` })

test("s8_a_body_that_says_that_it_is_too_large_is_not_waited_for", async () => {
  for (const [method, path, max, token] of requests()) {
    const headers = { ...bearer(token), "content-length": max + 1 }
    const answer = await send(relay, method, path, headers)
    assert.deepEqual([answer.status, answer.error], [413, refused(max)], path)
  }
  // Nor is a token looked at before, nor one that is none.
  for (const path of ["/scripts", `/scripts/${randomUUID()}/import`]) {
    assert.equal((await send(relay, "POST", path, { "content-length": 300 * MIB })).status, 413)
  }
})

test("s8_a_body_that_says_no_length_is_read_as_far_as_it_may_go", async () => {
  for (const [method, path, max, token] of requests()) {
    // What is said beside it counts for nothing.
    for (const lie of [{}, { "content-length": 2 }]) {
      const headers = { ...bearer(token), "transfer-encoding": "chunked", ...lie }
      const answer = await send(relay, method, path, headers, max + 1)
      assert.deepEqual([answer.status, answer.error], [413, refused(max)], path)
    }
  }
})

test("s8_where_the_sign_in_is_off_no_body_is_read", async () => {
  await using closed = await startClosedRelay()
  for (const path of ["/signin", "/account", "/account/reset"]) {
    for (const headers of [{ "content-length": 300 * MIB }, { "transfer-encoding": "chunked" }]) {
      const answer = await send(closed, "POST", path, headers)
      assert.deepEqual([answer.status, answer.error.code], [403, "no_sign_in"], path)
    }
  }
  // Who is not let in is told so at once, too.
  const nobody = await send(closed, "POST", "/scripts", { "transfer-encoding": "chunked" })
  assert.equal(nobody.status, 401)
})

test("s8_a_body_of_just_that_size_is_taken_however_it_comes", async () => {
  const words = `{"title":"${"x".repeat(64 * KIB - 12)}"}`
  for (const address of [id, id.toUpperCase()]) {
    for (const body of [words, new Blob([words]).stream()]) {
      const url = `${relay.http}/api/scripts/${address}/card`
      const answer = await fetch(url, { method: "PATCH", headers: bearer(ada.token), body, duplex: "half" })
      assert.deepEqual([answer.status, (await answer.json()).title], [200, "x".repeat(200)])
    }
  }
})
