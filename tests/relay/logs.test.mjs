// The relay's logs: a JSON object a line, and nothing in them of what was written or of whoever wrote it.
import assert from "node:assert/strict"
import { test } from "node:test"
import { batch, socket, until, updatesOf } from "./clients.mjs"
import { person } from "./people.mjs"
import { startPrintingRelay } from "./relay.mjs"
import { shared } from "./tokens.mjs"

const signing = "a secret of thirty-two bytes at least"
const invitation = "an invitation nobody guesses"
const settings = {
  SCRIPTROOM_JWT_SECRET: signing,
  SCRIPTROOM_SIGN_IN: "password",
  SCRIPTROOM_SIGN_IN_SECRET: "a secret of the sign-in, long enough",
  SCRIPTROOM_SIGN_IN_INVITATION: invitation,
}

const words = "Zanzibarquark walks in"
const title = "Quixotroomtitle"
const email = "wilhelmina.zwart@example.org"
const password = "correct horse zebrastaple"
const owner = "ownerqueequeg"
const viewer = "viewerstarbuck"

const post = (relay, path, body) => fetch(`${relay.http}/api${path}`, { method: "POST", body: JSON.stringify(body) })

/** Waits for a line of that event with these fields, and gives it. */
function logged(relay, event, fields = {}) {
  const fits = (line) => line.event === event && Object.entries(fields).every(([name, value]) => line[name] === value)
  const found = () => relay.printed.map((line) => JSON.parse(line)).find(fits)
  return until((look) => relay.watch(look), found, `${event} ${JSON.stringify(fields)}`)
}

/** Does what there is to do with a relay; gives what no log may hold, and the script. */
async function useAll(relay, claims = {}) {
  const ada = person(relay, owner, claims, signing)
  const bob = person(relay, viewer, claims, signing)
  const id = await ada.script(title)
  assert.equal((await ada.ask("PUT", `/scripts/${id}/members/${viewer}`, { role: "viewer" })).role, "viewer")
  const link = await ada.ask("POST", `/scripts/${id}/links`, { role: "viewer", expires_in: null })
  assert.ok(link.secret)
  const [typed] = updatesOf((text) => text.insert(0, words))
  await using writing = socket(relay, id, ada.protocols)
  await writing.next("access")
  writing.send(batch(1, typed))
  assert.equal((await writing.next("ack")).status, 0)
  await using reading = socket(relay, id, bob.protocols)
  await reading.next("access")
  reading.send(batch(1, updatesOf((text) => text.insert(0, words))[0]))
  assert.equal((await reading.next("ack")).status, 2)
  writing.ws.close(1000)
  await writing.closed()
  reading.send(new Uint8Array([42, 1]))
  assert.equal((await reading.closed()).code, 4010)
  assert.equal((await ada.ask("GET", `/nowhere/${title}`)).status, 404)
  assert.equal((await ada.ask("PUT", `/scripts/${id}/members/${email}`, { role: words })).status, 400)
  const wrong = shared("another secret of thirty-two bytes!", { sub: owner })
  assert.equal((await fetch(`${relay.http}/api/me?token=${wrong}`)).status, 401)
  await using stranger = socket(relay, id, ["scriptroom.1", `token.${wrong}`])
  assert.equal((await stranger.closed()).code, 4001)
  const made = await post(relay, "/account", { email, password, invitation })
  assert.ok(made.ok)
  const { token } = await made.json()
  assert.equal((await post(relay, "/signin", { email, password: `${password}!` })).status, 401)
  const secrets = [...Object.values(settings).slice(0, 1), settings.SCRIPTROOM_SIGN_IN_SECRET, invitation, link.secret]
  const said = [...words.split(" ").slice(0, 1), title, email, "wilhelmina", password, "zebrastaple", owner, viewer]
  return { id, never: [...said, ...secrets, ada.token, bob.token, wrong, token] }
}

test("o3_logs_are_a_json_object_a_line_without_what_was_written_or_who_wrote_it", async () => {
  await using relay = await startPrintingRelay(settings)
  const { id, never } = await useAll(relay)
  await logged(relay, "request_answered", { method: "POST", address: "/api/scripts", status: 201 })
  await logged(relay, "request_answered", { address: "/api/scripts/{id}/members/{person}", script: id, status: 200 })
  await logged(relay, "request_answered", { address: "/api/ws/scripts/{id}", script: id, status: 101 })
  await logged(relay, "request_answered", { address: "/api/*", status: 404 })
  await logged(relay, "request_answered", { address: "/api/signin", status: 401 })
  await logged(relay, "request_refused", { status: 404, code: "not_found" })
  await logged(relay, "request_refused", { status: 401, code: "not_signed_in" })
  await logged(relay, "object_woke", { script: id })
  const joined = await logged(relay, "socket_joined", { script: id, role: "owner", lane: "script" })
  await logged(relay, "socket_left", { script: id, session: joined.session, code: 1000 })
  const reader = await logged(relay, "socket_joined", { script: id, role: "viewer" })
  const refused = await logged(relay, "update_refused", { script: id, session: reader.session, number: 1 })
  assert.match(refused.error, /expected an editor/)
  await logged(relay, "socket_closed", { script: id, session: reader.session, code: 4010, reason: "malformed" })
  await logged(relay, "socket_refused", { script: id, code: 4001, reason: "not_signed_in" })
  for (const line of relay.printed) {
    const { level, event } = JSON.parse(line)
    assert.ok(["info", "error"].includes(level), line)
    assert.match(event, /^[a-z]+(_[a-z]+)*$/)
  }
  const all = relay.printed.join("\n")
  for (const one of never) assert.ok(!all.includes(one), `the logs have ${one}`)
})

test("o3_with_errors_only_there_is_no_line_of_another_level", async () => {
  // Nobody listens at that address, so that there is an error to tell of.
  const keys = { SCRIPTROOM_JWKS_URL: "http://127.0.0.1:9/keys.json", SCRIPTROOM_JWT_ISSUER: "i", SCRIPTROOM_JWT_AUDIENCE: "a" }
  await using relay = await startPrintingRelay({ ...settings, ...keys, SCRIPTROOM_LOG_LEVEL: "error" })
  const claims = { iss: "i", aud: "a" }
  await useAll(relay, claims)
  const token = shared("whoever", { sub: owner, ...claims }, { alg: "ES256", kid: "one" })
  assert.equal((await fetch(`${relay.http}/api/me?token=${token}`)).status, 503)
  await logged(relay, "keys_unavailable", { level: "error" })
  assert.deepEqual(relay.printed.map((line) => JSON.parse(line)).filter(({ level }) => level !== "error"), [])
})

test("o3_a_setting_that_does_not_count_is_told_once_with_what_it_has_to_be", async () => {
  const wrong = { SCRIPTROOM_MOMENT_MS: "22ms", SCRIPTROOM_METRICS_TOKEN: "tooshort", SCRIPTROOM_SIGN_IN_SECRET: "shorter than it has to be" }
  await using relay = await startPrintingRelay({ ...settings, ...wrong })
  const ada = person(relay, owner, {}, signing)
  const id = await ada.script(title)
  await using other = socket(relay, id, ada.protocols)
  await other.next("access")
  await logged(relay, "socket_joined")
  const said = relay.printed.map((line) => JSON.parse(line)).filter(({ event }) => event === "setting_ignored")
  assert.deepEqual(said, [
    { level: "error", event: "setting_ignored", name: "SIGN_IN_SECRET", expected: "at least 32 bytes" },
    { level: "error", event: "setting_ignored", name: "METRICS_TOKEN", expected: "at least 16 bytes" },
    { level: "error", event: "setting_ignored", name: "MOMENT_MS", expected: "a whole number" },
  ])
  for (const value of Object.values(wrong)) assert.ok(!relay.printed.join("\n").includes(value))
})
