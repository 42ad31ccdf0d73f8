// The files that a script was imported from, beside its log (F1 to F3).
import assert from "node:assert/strict"
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import { peopled, startPeoplesRelay } from "./people.mjs"
import { startRelay } from "./relay.mjs"

let relay
let closed
before(async () => {
  ;[relay, closed] = await Promise.all([startRelay(), startPeoplesRelay()])
})
after(() => Promise.all([relay, closed].map((one) => one[Symbol.asyncDispose]())))

const digestOf = (file) => createHash("sha256").update(file).digest("hex")

/** Asks for a file, or brings one. */
function ask(at, id, digest, { file, token } = {}) {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  return fetch(`${at.http}/api/scripts/${id}/sources/${digest}`, { method: file ? "PUT" : "GET", headers, body: file })
}

const refusal = async (response) => [response.status, (await response.json()).error.code]

test("f1_a_file_comes_back_byte_for_byte_under_its_digest_also_from_a_relay_that_was_started_anew", async () => {
  const id = randomUUID()
  // Longer than a row of the store, and of bytes that do not pack.
  const file = randomBytes(3 << 20)
  const digest = digestOf(file)
  assert.deepEqual(await refusal(await ask(relay, id, digest)), [404, "no_such_source"])
  for (const _ of [1, 2]) {
    const answer = await ask(relay, id, digest, { file })
    assert.equal(answer.status, 200)
    assert.deepEqual(await answer.json(), { digest })
  }
  const given = async () => Buffer.from(await (await ask(relay, id, digest)).arrayBuffer())
  assert.ok((await given()).equals(file))
  await relay.kill()
  await relay.start()
  assert.ok((await given()).equals(file))
  const other = await ask(relay, randomUUID(), digest)
  assert.deepEqual(await refusal(other), [404, "no_such_source"], "another script has its own")
})

test("f2_what_is_not_the_file_of_its_digest_or_too_large_is_refused_and_nothing_is_kept", async () => {
  const id = randomUUID()
  const file = Buffer.from("<FinalDraft/>")
  const other = digestOf("another")
  assert.deepEqual(await refusal(await ask(relay, id, other, { file })), [422, "refused"])
  assert.deepEqual(await refusal(await ask(relay, id, other)), [404, "no_such_source"])
  assert.deepEqual(await refusal(await ask(relay, id, "ABC", { file })), [400, "malformed"])
  const large = Buffer.alloc((16 << 20) + 1)
  assert.deepEqual(await refusal(await ask(relay, id, digestOf(large), { file: large })), [413, "too_large"])
  // Three of them fit, a fourth does not.
  for (const expected of [200, 200, 200, 413]) {
    const next = randomBytes((16 << 20) - 1)
    assert.equal((await ask(relay, id, digestOf(next), { file: next })).status, expected)
  }
})

test("f3_editors_bring_files_and_whoever_may_read_the_script_gets_them", async () => {
  const { id, owner, editor, commenter, viewer, stranger } = await peopled(closed)
  const file = Buffer.from("<FinalDraft><Content/></FinalDraft>")
  const digest = digestOf(file)
  for (const { token } of [commenter, viewer, stranger, {}]) {
    const [status, code] = await refusal(await ask(closed, id, digest, { file, token }))
    assert.ok(status === 401 || status === 403, `${status} ${code}`)
  }
  assert.deepEqual(await refusal(await ask(closed, id, digest, { token: owner.token })), [404, "no_such_source"])
  assert.equal((await ask(closed, id, digest, { file, token: editor.token })).status, 200)
  for (const { token } of [owner, commenter, viewer]) {
    const given = await ask(closed, id, digest, { token })
    assert.equal(await given.text(), file.toString())
    assert.equal(given.headers.get("cache-control"), "no-store")
  }
  assert.deepEqual(await refusal(await ask(closed, id, digest, { token: stranger.token })), [403, "not_allowed"])
})

test("f4_a_copy_has_the_files_of_its_script", async () => {
  const { id, editor, viewer, stranger } = await peopled(closed)
  const files = [Buffer.from("<FinalDraft/>"), randomBytes(3 << 20)]
  for (const file of files) assert.equal((await ask(closed, id, digestOf(file), { file, token: editor.token })).status, 200)
  const { id: copy } = await viewer.ask("POST", `/scripts/${id}/duplicate`, {})
  assert.notEqual(copy, id)
  for (const file of files) {
    const given = await ask(closed, copy, digestOf(file), { token: viewer.token })
    assert.ok(Buffer.from(await given.arrayBuffer()).equals(file))
  }
  assert.deepEqual(await refusal(await ask(closed, copy, digestOf(files[0]), { token: stranger.token })), [403, "not_allowed"])
})
