// The document that describes the relay's addresses, held against what the running relay answers: each operation, with success
// and with each error that it may end in.
import assert from "node:assert/strict"
import { createHash, randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import { isDeepStrictEqual } from "node:util"
import * as Y from "yjs"
import { peer, socket, step1, until, update } from "./clients.mjs"
import { block, FOUNTAIN, untilReads } from "./content.mjs"
import { change, untilLogged } from "./log.mjs"
import { call, compileAll, document, needsToken, operation, operations, seen } from "./openapi.mjs"
import { peopled, person, startPeoplesRelay } from "./people.mjs"
import { startClosedRelay, startRelay } from "./relay.mjs"
import { Issuer } from "./tokens.mjs"

const METRICS_TOKEN = "only the operator knows this"
const OPERATOR_TOKEN = "only the operator of this relay knows this"
const INVITATION = "whoever is in the house"
const email = "ada@example.org"
const password = "correct horse"
const LARGE = 200_000

let relay
let people
before(async () => {
  relay = await startPeoplesRelay({
    SCRIPTROOM_METRICS_TOKEN: METRICS_TOKEN,
    SCRIPTROOM_OPERATOR_TOKEN: OPERATOR_TOKEN,
    SCRIPTROOM_MAX_SYNC_BYTES: String(LARGE / 2),
    SCRIPTROOM_WEBHOOK_HOSTS: "127.0.0.1:1",
    SCRIPTROOM_SIGN_IN: "password",
    SCRIPTROOM_SIGN_IN_SECRET: "a long secret of the relay's own sign-in",
    SCRIPTROOM_SIGN_IN_INVITATION: INVITATION,
  })
  people = await peopled(relay)
})
after(() => relay[Symbol.asyncDispose]())

/** An answer of the people's relay: it must have this status, and this code if it is an error. */
async function expect(status, code, id, asked = {}, at = relay) {
  const answer = await call(at, id, asked)
  assert.deepEqual([answer.status, answer.json?.error?.code], [status, code], `${id}: ${JSON.stringify(answer.json)?.slice(0, 300)}`)
  return answer.json
}
const ok = (id, asked, at) => expect(operation(id).answers.has(201) ? 201 : 200, undefined, id, asked, at)

/** Something for each part of an address. */
const somewhere = (parts = {}) => ({ id: randomUUID(), person: "nobody", link: "none", webhook: "none", digest: "none", ...parts })
const ofScripts = () => [...operations.values()].filter((one) => one.address.startsWith("/api/scripts/{id}"))
const all = (matches) => [...operations.values()].filter(matches)

test("every_schema_of_the_document_is_one", async () => {
  assert.ok(compileAll() > 100)
  const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId))
  assert.equal(new Set(ids).size, ids.length, "no two operations have the same name")
  const { json } = await call(relay, "describe")
  assert.ok(isDeepStrictEqual(json, document), "the relay hands out the document of this build")
})

test("an_address_takes_the_methods_that_are_described_and_no_others", async () => {
  for (const [address, methods] of Object.entries(document.paths)) {
    const path = address.replaceAll(/\{\w+\}/g, "6f9619ff-8b86-d011-b42d-00c04fc964ff")
    const answer = await fetch(relay.http + path, { method: "OPTIONS" })
    assert.equal(answer.status, 405, address)
    assert.equal((await answer.json()).error.code, "method_not_allowed")
    const allowed = answer.headers.get("allow").toLowerCase().split(", ")
    assert.deepEqual(allowed.sort(), Object.keys(methods).sort(), address)
  }
  for (const nowhere of ["/api/", "/api/nothing", `/api/scripts/${randomUUID()}/nothing`, `/api/scripts/${randomUUID()}/links/a/b`]) {
    assert.equal((await fetch(relay.http + nowhere)).status, 404, nowhere)
  }
})

test("who_asks_without_a_good_token_is_told_as_described", async () => {
  for (const { operationId } of all(needsToken)) {
    await expect(401, "not_signed_in", operationId, { path: somewhere() })
  }
  await expect(401, "not_signed_in", "metrics")
  await expect(401, "not_signed_in", "persistence")
  await expect(401, "not_signed_in", "openReset", { body: { email } })
  await expect(401, "not_signed_in", "renewSignIn")
  const token = people.owner.token
  for (const { operationId } of all(({ address }) => address.startsWith("/api/"))) {
    const headers = { origin: "https://elsewhere.example" }
    await expect(403, "origin_not_allowed", operationId, { path: somewhere(), token, headers })
  }
})

test("what_is_about_no_script_is_told_as_described", async () => {
  const { token } = people.stranger
  for (const { operationId } of ofScripts()) {
    await expect(400, "not_a_uuid", operationId, { path: somewhere({ id: "hamlet" }), token })
    await expect(404, "no_such_script", operationId, { path: somewhere(), token })
    const stranger = { path: somewhere({ id: people.id }), token }
    if (operationId !== "acceptLink") await expect(403, "not_allowed", operationId, stranger)
  }
  for (const [operationId, rest] of [
    ["socket", ""],
    ["commentSocket", "/threads"],
  ]) {
    await expect(400, "not_a_uuid", operationId, { path: somewhere({ id: "hamlet" }) })
    await expect(426, "upgrade_required", operationId, { path: somewhere() })
    await using open = socket(relay, people.id + rest, people.owner.protocols)
    await open.next("hello")
    seen.answers.add(`${operationId} 101`)
  }
})

test("an_issuer_that_does_not_answer_is_told_as_described", async () => {
  await using issuer = await new Issuer().start()
  issuer.add("one", "ES256")
  await using other = await startClosedRelay({
    SCRIPTROOM_JWKS_URL: "http://127.0.0.1:1/keys.json",
    SCRIPTROOM_JWT_ISSUER: "issuer",
    SCRIPTROOM_JWT_AUDIENCE: "relay",
  })
  const token = issuer.token("one", { sub: "ada", iss: "issuer", aud: "relay" })
  for (const { operationId, answers } of all((one) => needsToken(one) && one.answers.has(503))) {
    assert.ok(answers.has(503))
    await expect(503, "try_again_later", operationId, { path: somewhere(), token }, other)
  }
  await expect(404, "not_found", "metrics", {}, other)
  await expect(404, "not_found", "persistence", {}, other)
  await expect(403, "no_sign_in", "signIn", { body: { email, password } }, other)
})

test("bodies_that_are_too_large_and_keys_that_were_used_are_told_as_described", async () => {
  const { token } = people.owner
  const path = somewhere({ id: people.id })
  const body = { title: "x".repeat(LARGE) }
  for (const { operationId } of all(({ answers }) => answers.has(413))) {
    await expect(413, "too_large", operationId, { path, token: operationId === "openReset" ? OPERATOR_TOKEN : token, body })
  }
  const headers = { "idempotency-key": "used" }
  await ok("renameScript", { path, token, headers, body: { title: "Once" } })
  for (const { operationId } of all(({ answers, parameters }) => answers.has(422) && parameters.some((one) => one.name === "Idempotency-Key"))) {
    await expect(422, "key_reused", operationId, { path, token, headers, body: { title: "Twice" } })
  }
})

test("the_sign_in_answers_as_described", async () => {
  await ok("health")
  await ok("config")
  await expect(403, "guests_not_allowed", "makeGuest")
  const account = { email, password, invitation: INVITATION }
  await expect(403, "not_invited", "makeAccount", { body: { ...account, invitation: "let me in" } })
  await expect(400, "malformed", "makeAccount", { body: { ...account, password: "short" } })
  const { token } = await ok("makeAccount", { body: account })
  await expect(409, "exists", "makeAccount", { body: account })
  await expect(400, "malformed", "signIn", { body: { email } })
  await ok("signIn", { body: { email, password } })
  await ok("renewSignIn", { token })
  await expect(403, "not_allowed", "renewSignIn", { token: people.owner.token })
  for (let guess = 0; guess < 5; guess++) await expect(401, "not_signed_in", "signIn", { body: { email, password: `guess ${guess}` } })
  await expect(429, "too_fast", "signIn", { body: { email, password } })
  await ok("metrics", { token: METRICS_TOKEN })
  const operator = { token: OPERATOR_TOKEN }
  const { code } = await ok("openReset", { ...operator, body: { email } })
  await expect(404, "no_such_account", "openReset", { ...operator, body: { email: "eve@example.org" } })
  await expect(400, "malformed", "openReset", { ...operator, body: {} })
  await expect(400, "malformed", "resetPassword", { body: { email, code } })
  await ok("resetPassword", { body: { email, code, password } })
  await expect(403, "no_such_reset", "resetPassword", { body: { email, code, password } })
})

test("a_relay_that_is_open_to_everybody_answers_as_described", async () => {
  await using open = await startRelay()
  const guest = await ok("makeGuest", {}, open)
  await ok("makeGuest", { token: guest.token }, open)
  const { token } = await ok("signIn", { body: { name: "Ada" } }, open)
  const id = randomUUID()
  await ok("importFile", { path: { id }, body: FOUNTAIN }, open)
  await ok("content", { path: { id } }, open)
  await expect(409, "in_use", "makeScript", { token, body: { id } }, open)
  await using unset = await startClosedRelay({ SCRIPTROOM_OPEN_SCRIPTS: "1" })
  await expect(503, "not_configured", "makeGuest", {}, unset)
})

test("a_persons_own_things_are_answered_as_described", async () => {
  const { token } = person(relay, "carol")
  await ok("setSettings", { token, body: { theme: "dark" } })
  await expect(400, "malformed", "setSettings", { token, body: [] })
  await ok("me", { token })
  const made = await ok("makeScript", { token, body: { title: "Hers" } })
  await ok("makeScript", { token, body: { id: made.id } })
  await expect(400, "malformed", "makeScript", { token, body: "[" })
  await expect(400, "not_a_uuid", "makeScript", { token, body: { id: "hamlet" } })
  for (let more = 0; more < 2; more++) await ok("makeScript", { token })
  const page = await ok("listScripts", { token, query: { limit: 2 } })
  await ok("listScripts", { token, query: { q: "her", after: page.next, limit: 2, trashed: 0 } })
  await expect(400, "malformed", "listScripts", { token, query: { after: "nothing" } })
})

test("a_script_its_members_and_links_are_answered_as_described", async () => {
  const { token } = people.owner
  const { id } = await ok("makeScript", { token, body: { title: "Whole" } })
  const path = { id }
  await ok("script", { path, token })
  await ok("renameScript", { path, token, body: { title: "Another" } })
  await expect(400, "malformed", "renameScript", { path, token, body: {} })
  await ok("duplicateScript", { path, token, body: { title: "Copy" } })
  await expect(400, "malformed", "duplicateScript", { path, token, body: "[" })
  const bob = { id, person: "bob" }
  await ok("setMember", { path: bob, token, body: { role: "viewer" } })
  await expect(400, "malformed", "setMember", { path: bob, token, body: { role: "king" } })
  await expect(409, "last_owner", "setMember", { path: { id, person: "owner" }, token, body: { role: "viewer" } })
  await ok("listMembers", { path, token })
  await ok("removeMember", { path: bob, token })
  await expect(404, "no_such_member", "removeMember", { path: bob, token })
  await expect(409, "last_owner", "removeMember", { path: { id, person: "owner" }, token })
  const link = await ok("makeLink", { path, token, body: { role: "editor", expires_in: 3600 } })
  await expect(400, "malformed", "makeLink", { path, token, body: { role: "owner" } })
  const stranger = people.stranger.token
  await ok("acceptLink", { path, token: stranger, body: { secret: link.secret } })
  await expect(403, "no_such_link", "acceptLink", { path, token: stranger, body: { secret: "none" } })
  await expect(400, "malformed", "acceptLink", { path, token: stranger, body: "[" })
  await ok("revokeLink", { path: { id, link: link.id }, token })
  await expect(404, "no_such_link", "revokeLink", { path: { id, link: "none" }, token })
  await ok("listLinks", { path, token })
  for (let more = 1; more < 100; more++) await ok("makeLink", { path, token, body: { role: "viewer" } })
  await expect(409, "too_many", "makeLink", { path, token, body: { role: "viewer" } })
  await expect(409, "not_in_the_trash", "deleteScript", { path, token })
  await ok("trashScript", { path, token })
  await ok("restoreScript", { path, token })
  await ok("trashScript", { path, token })
  await ok("deleteScript", { path, token })
  await expect(409, "deleted", "makeScript", { token, body: { id } })
})

test("a_scripts_webhooks_are_answered_as_described", async () => {
  const { token } = people.owner
  const { id } = await ok("makeScript", { token })
  const asked = (more) => ({ path: { id }, token, ...more })
  const url = "http://127.0.0.1:1/"
  const made = await ok("makeWebhook", asked({ body: { url } }))
  await expect(400, "malformed", "makeWebhook", asked({ body: {} }))
  await expect(403, "host_not_allowed", "makeWebhook", asked({ body: { url: "https://example.org/" } }))
  await ok("listWebhooks", asked())
  await ok("importFile", asked({ body: FOUNTAIN }))
  await ok("scenes", asked())
  const failed = async () => (await ok("listWebhooks", asked())).webhooks[0].pending?.failure
  const subscribe = (look) => {
    const timer = setInterval(async () => ((failure = await failed()), look()), 50)
    return () => clearInterval(timer)
  }
  let failure
  await until(subscribe, () => failure, "a failure to be listed")
  for (let more = 1; more < 10; more++) await ok("makeWebhook", asked({ body: { url } }))
  await expect(409, "too_many", "makeWebhook", asked({ body: { url } }))
  await ok("removeWebhook", { path: { id, webhook: made.id }, token })
  await expect(404, "no_such_webhook", "removeWebhook", { path: { id, webhook: made.id }, token })
})

test("a_script_that_is_full_of_members_is_answered_as_described", async () => {
  await using crowded = await startPeoplesRelay()
  const ada = person(crowded, "ada")
  const path = { id: await ada.script("Crowded"), person: "one-more" }
  const { secret } = await ok("makeLink", { path, token: ada.token, body: { role: "viewer" } }, crowded)
  await crowded.kill()
  change(
    crowded,
    `INSERT INTO members (person, role, since, by) WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 999)
     SELECT 'crowd-' || x, 'viewer', 1, 'ada' FROM n`,
  )
  await crowded.start()
  await expect(409, "too_many", "setMember", { path, token: ada.token, body: { role: "viewer" } }, crowded)
  await expect(409, "too_many", "acceptLink", { path, token: person(crowded, "bob").token, body: { secret } }, crowded)
})

test("what_a_script_says_is_answered_as_described", async () => {
  const { token } = people.editor
  const path = { id: people.id }
  const asked = (more) => ({ path, token, ...more })
  const { version } = await ok("importFile", asked({ body: FOUNTAIN }))
  await ok("importFile", asked({ body: [block("action", "Rain.")] }))
  await expect(400, "malformed_blocks", "importFile", asked({ body: [{ type: 5 }] }))
  const content = await ok("content", asked())
  const { blocks } = await ok("content", asked({ query: { version } }))
  const patched = await ok("writeContent", asked({ body: { base_version: content.version, content_blocks: blocks } }))
  await ok("writeContent", asked({ body: { base_version: version, content_blocks: blocks, merge: true } }))
  await expect(409, "version_conflict", "writeContent", asked({ body: { base_version: version, content_blocks: blocks } }))
  await expect(400, "no_base_version", "writeContent", asked({ body: {} }))
  await expect(400, "malformed", "writeContent", asked({ body: "[" }))
  await ok("scenes", asked())
  await ok("scenes", asked({ query: { since: patched.version } }))
  for (const id of ["exportFountain", "exportJson"]) {
    await ok(id, asked())
    await expect(410, "gone", id, asked({ query: { version: 999 } }))
  }
  await ok("exportJson", asked({ query: { version } }))
  const doc = new Y.Doc()
  Y.applyUpdate(doc, (await call(relay, "updatesSince", asked())).bytes)
  const vector = Buffer.from(Y.encodeStateVector(doc)).toString("hex")
  assert.equal((await call(relay, "updatesSince", asked({ query: { vector } }))).status, 200)
  doc.getMap("script").set("kind", "screenplay")
  await ok("sendUpdate", asked({ query: { kind: "live" }, body: Y.encodeStateAsUpdate(doc) }))
  assert.equal((await call(relay, "commentUpdatesSince", asked())).status, 200)
  await ok("sendCommentUpdate", asked({ query: { kind: "live" }, body: Y.encodeStateAsUpdate(doc) }))
  for (const id of ["sendUpdate", "sendCommentUpdate"]) {
    await expect(422, "refused", id, asked({ body: new Uint8Array([1, 2, 3]) }))
  }
  const frames = (...list) => asked({ query: { form: "frames", seen: 0 }, body: Uint8Array.from(list.flatMap((frame) => [frame.length, ...frame])) })
  await ok("sendUpdate", frames(step1()))
  await expect(400, "malformed", "sendUpdate", frames([99]))
  await expect(429, "too_fast", "sendUpdate", frames(...Array(3_000).fill(update(Uint8Array.from([0, 0])))))
  for (const [id, query] of [
    ["content", { version: "x" }],
    ["exportFountain", { version: "x" }],
    ["exportJson", { version: "x" }],
    ["scenes", { since: "x" }],
    ["updatesSince", { vector: "x" }],
    ["commentUpdatesSince", { vector: "x" }],
    ["history", { before: "x" }],
    ["compareVersions", { from: "x" }],
    ["authors", { version: "x" }],
  ]) {
    await expect(400, "malformed", id, asked({ query }))
  }
  await ok("scriptHealth", asked())
  await ok("verify", asked())
  await ok("scriptHealth", asked())
  await ok("persistence", { token: OPERATOR_TOKEN })
  await ok("snapshot", asked())
  await ok("snapshot", asked({ body: { force: true, validate: true } }))
  await expect(400, "malformed", "snapshot", asked({ body: { force: 1 } }))
})

test("a_scripts_source_files_are_answered_as_described", async () => {
  const file = new TextEncoder().encode("<FinalDraft/>")
  const digest = createHash("sha256").update(file).digest("hex")
  const asked = (more) => ({ path: { id: people.id, digest }, token: people.editor.token, ...more })
  await expect(404, "no_such_source", "source", asked())
  await ok("keepSource", asked({ body: file }))
  assert.equal((await call(relay, "source", asked())).status, 200)
  await expect(422, "refused", "keepSource", asked({ body: new Uint8Array([1]) }))
  for (const id of ["source", "keepSource"]) {
    await expect(400, "malformed", id, asked({ path: { id: people.id, digest: "none" }, ...(id === "keepSource" && { body: file }) }))
  }
})

test("a_scripts_history_is_answered_as_described", async () => {
  const { token } = people.editor
  const asked = (more) => ({ path: { id: people.id }, token, ...more })
  const { version } = await ok("importFile", asked({ body: FOUNTAIN }))
  await ok("importFile", asked({ body: FOUNTAIN.replace("car", "bus").replace("He is late.", "He is\n\nlate. Or not.") }))
  await ok("nameVersion", asked({ body: { version, name: "First" } }))
  await ok("nameVersion", asked({ body: { name: "Newest" } }))
  await ok("history", asked())
  await ok("history", asked({ query: { before: version } }))
  await ok("compareVersions", asked({ query: { from: version } }))
  await ok("compareVersions", asked())
  await ok("authors", asked())
  await ok("authors", asked({ query: { version } }))
  await ok("restoreVersion", asked({ body: { version } }))
  await ok("rollBack", asked({ body: { from: version + 1, to: version + 1, author: "editor" } }))
  for (const id of ["nameVersion", "restoreVersion", "rollBack"]) await expect(400, "malformed", id, asked({ body: {} }))
  await expect(410, "gone", "content", asked({ query: { version: 999 } }))
  await expect(410, "gone", "compareVersions", asked({ query: { from: 999 } }))
  await expect(410, "gone", "authors", asked({ query: { version: 999 } }))
  await expect(410, "gone", "restoreVersion", asked({ body: { version: 999 } }))
  await expect(410, "gone", "nameVersion", asked({ body: { version: 999, name: "None" } }))
})

test("what_is_no_longer_kept_is_answered_as_described", async () => {
  await using old = await startPeoplesRelay({
    SCRIPTROOM_COMPACT_ENTRIES: "3",
    SCRIPTROOM_COMPACT_AGE_MS: "0",
    SCRIPTROOM_COMPACT_DELAY_MS: "0",
  })
  const ada = person(old, "ada")
  const asked = (more) => ({ path: { id }, token: ada.token, ...more })
  const id = await ada.script("Old")
  for (const words of ["One.", "Two.", "Three."]) await ok("importFile", asked({ body: [block("action", words)] }), old)
  await untilLogged(old, "SELECT COUNT(*) AS n FROM entries WHERE covered IS NOT NULL")
  await old.kill()
  change(old, "DELETE FROM entries WHERE covered IS NOT NULL")
  await old.start()
  const patch = { base_version: 1, content_blocks: [block("action", "Four.")], merge: true }
  await expect(410, "gone", "writeContent", asked({ body: patch }), old)
  await expect(410, "gone", "rollBack", asked({ body: { from: 2, to: 2 } }), old)
})

test("content_that_cannot_be_built_is_answered_as_described", async () => {
  await using open = await startRelay()
  const id = randomUUID()
  await using ada = peer(open, id, { connect: false })
  await using ben = peer(open, id)
  ada.doc.transact(() => {
    const strip = new Y.Map()
    ada.doc.getMap("strips").set("one", strip)
    strip.set("at", "a")
    const text = new Y.Text()
    strip.set("text", text)
    text.insert(0, "INT. HOUSE ".repeat(1_000_000))
  })
  ada.provider.connect()
  await untilReads(ben, "HOUSE")
  await expect(503, "unreadable", "content", { path: { id } }, open)
})

test("every_answer_that_is_described_was_given", () => {
  const described = [...operations].flatMap(([id, { answers }]) => [...answers.keys()].map((status) => `${id} ${status}`))
  assert.deepEqual(described.filter((answer) => !seen.answers.has(answer)), [])
  const codes = [...JSON.stringify(document).matchAll(/"code":\{"enum":(\[[^\]]*\])/g)].flatMap(([, list]) => JSON.parse(list))
  assert.ok(codes.length > 30)
  assert.deepEqual([...new Set(codes)].filter((code) => !seen.codes.has(code)), [])
})
