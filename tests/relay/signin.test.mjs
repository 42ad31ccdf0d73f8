// The relay's own sign-in: by name in development, by e-mail and password where the operator has switched it on, and off otherwise.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { test } from "node:test"
import { socket } from "./clients.mjs"
import { startClosedRelay, startRelay } from "./relay.mjs"
import { fromNow, shared } from "./tokens.mjs"

const secret = "a secret of the sign-in, long enough"
const invitation = "come in, all of you"
const on = { SCRIPTROOM_SIGN_IN: "password", SCRIPTROOM_SIGN_IN_SECRET: secret, SCRIPTROOM_SIGN_IN_INVITATION: invitation }

async function post(relay, path, body, token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  const answer = await fetch(`${relay.http}/api${path}`, { method: "POST", headers, body: JSON.stringify(body) })
  return { status: answer.status, ...(await answer.json()) }
}

async function me(relay, token) {
  const answer = await fetch(`${relay.http}/api/me`, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, ...(await answer.json()) }
}

test("t8_in_development_everybody_is_who_they_say", async () => {
  await using relay = await startRelay()
  const ada = await post(relay, "/signin", { name: "Ada Lovelace" })
  assert.deepEqual([ada.status, ada.person], [200, "dev:ada-lovelace"])
  assert.equal((await me(relay, ada.token)).person, "dev:ada-lovelace")
  const { id } = await post(relay, "/scripts", { title: "Hers" }, ada.token)
  await using open = socket(relay, id, ["scriptroom.1", `token.${ada.token}`])
  const access = await open.next("access")
  assert.equal(access.role, "owner")
  assert.ok(access.expiresInMs > 0)
  assert.equal((await post(relay, "/signin", { name: " " })).status, 400)
})

test("t8_the_sign_in_is_off_unless_everything_for_it_is_set", async () => {
  await using open = await startRelay()
  const developer = await post(open, "/signin", { name: "ada" })
  const whole = Object.entries(on)
  const short = { ...on, SCRIPTROOM_SIGN_IN_SECRET: "short" }
  const other = { ...on, SCRIPTROOM_SIGN_IN: "1" }
  for (const settings of [{}, short, other, Object.fromEntries(whole.slice(1)), { SCRIPTROOM_OPEN_SCRIPTS: "1" }]) {
    await using relay = await startClosedRelay(settings)
    for (const body of [{ name: "ada" }, { email: "ada@example.org", password: "correct horse" }]) {
      assert.equal((await post(relay, "/signin", body)).error.code, "no_sign_in")
    }
    const made = await post(relay, "/account", { email: "ada@example.org", password: "correct horse", invitation })
    assert.equal(made.error.code, "no_sign_in")
    assert.equal((await me(relay, developer.token)).status, 401)
  }
  // With a sign-in by password, a name alone is nobody, and without an invitation nobody makes an account.
  const { SCRIPTROOM_SIGN_IN_INVITATION: _, ...uninviting } = on
  await using relay = await startClosedRelay(uninviting)
  assert.equal((await post(relay, "/signin", { name: "ada" })).status, 400)
  for (const guess of [undefined, "", invitation]) {
    const body = { email: "ada@example.org", password: "correct horse", invitation: guess }
    assert.equal((await post(relay, "/account", body)).error.code, "not_invited")
  }
})

test("t8_an_account_is_made_with_the_invitation_and_used_with_the_password", async () => {
  await using relay = await startClosedRelay(on)
  const email = "Ada@Example.org"
  const password = "correct horse battery"
  const wrong = await post(relay, "/account", { email, password, invitation: "let me in" })
  assert.equal(wrong.error.code, "not_invited")
  assert.equal((await post(relay, "/account", { email, password: "short", invitation })).status, 400)
  assert.equal((await post(relay, "/account", { email: "ada", password, invitation })).status, 400)
  const made = await post(relay, "/account", { email, password, invitation })
  assert.deepEqual([made.status, made.person], [200, "mail:ada@example.org"])
  assert.equal((await post(relay, "/account", { email, password: "another password", invitation })).status, 409)
  const back = await post(relay, "/signin", { email: "ada@example.org", password })
  assert.equal((await me(relay, back.token)).person, "mail:ada@example.org")
  const renewed = await post(relay, "/signin/renew", {}, back.token)
  assert.equal((await me(relay, renewed.token)).person, "mail:ada@example.org")
  assert.equal((await post(relay, "/signin/renew", {}, "nonsense")).status, 401)
  // Who comes back after weeks is let in, who comes back after more has to sign in.
  const claims = { sub: "mail:ada@example.org", iss: "scriptroom", aud: "scriptroom" }
  const over = (days) => shared(secret, { ...claims, exp: fromNow(-days * 24 * 3600) }, { kid: "scriptroom" })
  assert.equal((await me(relay, over(29))).status, 401)
  const again = await post(relay, "/signin/renew", {}, over(29))
  assert.equal((await me(relay, again.token)).person, "mail:ada@example.org")
  assert.equal((await post(relay, "/signin/renew", {}, over(31))).status, 401)
  assert.equal((await post(relay, "/signin/renew", {}, over(29).slice(0, -2))).status, 401)
  assert.equal((await post(relay, "/signin", { email: "eve@example.org", password })).status, 401)
  // The password lies nowhere on the disk.
  await relay.kill()
  const folder = join(relay.folder, "data")
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const contents = files.map((file) => readFileSync(join(file.parentPath, file.name)))
  assert.ok(contents.some((bytes) => bytes.includes("$argon2id$v=19$m=19456,t=2,p=1$")))
  assert.ok(contents.every((bytes) => !bytes.includes(password)))
})

test("t8_guessing_passwords_is_slow", async () => {
  await using relay = await startClosedRelay(on)
  const email = "ada@example.org"
  await post(relay, "/account", { email, password: "correct horse", invitation })
  const statuses = []
  for (let guess = 0; guess < 7; guess++) {
    statuses.push((await post(relay, "/signin", { email, password: `guess ${guess}` })).status)
  }
  assert.deepEqual(statuses.slice(0, 5), [401, 401, 401, 401, 401])
  assert.ok(statuses.includes(429), statuses.join())
})

test("t8_who_has_to_wait_is_told_for_how_long", async () => {
  await using relay = await startClosedRelay(on)
  const email = "ada@example.org"
  await post(relay, "/account", { email, password: "correct horse", invitation })
  let answer
  do {
    const body = JSON.stringify({ email, password: "a guess" })
    answer = await fetch(`${relay.http}/api/signin`, { method: "POST", body })
  } while (answer.status === 401)
  assert.equal(answer.status, 429)
  const seconds = answer.headers.get("retry-after")
  assert.ok(Number(seconds) >= 1, seconds)
  assert.equal((await answer.json()).error.message, `too many wrong passwords: try again in ${seconds} s`)
})

test("t8_an_address_without_an_account_looks_like_one_with_an_account_and_leaves_nothing", async () => {
  await using relay = await startClosedRelay({ ...on, SCRIPTROOM_OPERATOR_TOKEN: OPERATOR_TOKEN })
  const [known, unknown] = ["ada@example.org", "eve@example.org"]
  await post(relay, "/account", { email: known, password: "correct horse", invitation })
  /** What somebody is told who guesses until they have to wait, in the words that are the same for a while. */
  const guessing = async (email) => {
    const told = []
    for (let guess = 0; told.at(-1)?.status !== 429 && guess < 20; guess++) told.push(await post(relay, "/signin", { email, password: "a guess" }))
    return told.map(({ status, error }) => `${status} ${error.code} ${error.message}`.replace(/\d+ s$/, "some s"))
  }
  const refused = "401 not_signed_in the address or the password is wrong"
  const told = [...Array(5).fill(refused), "429 too_fast too many wrong passwords: try again in some s"]
  // On a slow day a second is over before the next guess, and one more is free.
  for (const email of [known, unknown]) assert.deepEqual([...new Set(await guessing(email))], [...new Set(told)], email)
  for (const code of ["", "0".repeat(32)]) {
    const body = { email: "ben@example.org", code, password: "battery staple" }
    assert.equal((await post(relay, "/account/reset", body)).error.code, "no_such_reset")
  }
  assert.equal((await post(relay, "/account/resets", { email: "cat@example.org" }, OPERATOR_TOKEN)).error.code, "no_such_account")
  const claims = { iss: "scriptroom", aud: "scriptroom", exp: fromNow(60) }
  const stray = shared(secret, { sub: "mail:dan@example.org", ...claims }, { kid: "scriptroom" })
  assert.equal((await post(relay, "/signin/renew", {}, stray)).status, 401)
  assert.equal((await post(relay, "/signin", { email: "fay@example.org", password: "a guess" })).status, 401)
  // What was guessed before there is an account does not count against who makes it.
  assert.equal((await post(relay, "/account", { email: unknown, password: "correct horse", invitation })).status, 200)
  assert.equal((await post(relay, "/signin", { email: unknown, password: "correct horse" })).status, 200)
  // Of the other four there is no more than what workerd itself makes when an object starts: a database without a table.
  await relay.kill()
  const folder = join(relay.folder, "data/scriptroom-people")
  const names = readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))
  const tables = names.map((name) => {
    const database = new DatabaseSync(join(folder, name))
    const { n } = database.prepare("SELECT COUNT(*) AS n FROM sqlite_master").get()
    database.close()
    return n
  })
  assert.deepEqual([tables.length, tables.filter((n) => n > 0).length], [6, 2])
})

test("t9_everybody_is_told_how_people_come_here", async () => {
  const { SCRIPTROOM_SIGN_IN_INVITATION: _, ...uninviting } = on
  const open = { SCRIPTROOM_OPEN_SCRIPTS: "1", SCRIPTROOM_GUEST_SECRET: "guests" }
  const rows = [
    [{ SCRIPTROOM_DEV: "1" }, { signIn: ["name"], accounts: false, guests: true }],
    [{ SCRIPTROOM_DEV: "1", ...on }, { signIn: ["name", "password"], accounts: true, guests: true }],
    [on, { signIn: ["password"], accounts: true, guests: false }],
    [uninviting, { signIn: ["password"], accounts: false, guests: false }],
    [{ ...on, SCRIPTROOM_SIGN_IN_SECRET: "short" }, { signIn: [], accounts: false, guests: false }],
    [open, { signIn: [], accounts: false, guests: true }],
    [{ SCRIPTROOM_JWT_SECRET: "a secret that a backend shares with it" }, { signIn: [], accounts: false, guests: false }],
  ]
  for (const [settings, told] of rows) {
    await using relay = await startClosedRelay(settings)
    assert.deepEqual(await (await fetch(`${relay.http}/api/config`)).json(), told)
  }
  await using relay = await startClosedRelay({})
  assert.equal((await fetch(`${relay.http}/api/config`, { method: "POST" })).status, 405)
})

const OPERATOR_TOKEN = "only the operator of this relay knows this"

test("t10_the_operator_lets_somebody_choose_another_password_once", async () => {
  await using relay = await startClosedRelay({ ...on, SCRIPTROOM_OPERATOR_TOKEN: OPERATOR_TOKEN })
  const email = "ada@example.org"
  const before = await post(relay, "/account", { email, password: "correct horse", invitation })
  for (let guess = 0; guess < 6; guess++) await post(relay, "/signin", { email, password: `guess ${guess}` })
  assert.equal((await post(relay, "/account/resets", { email })).status, 401)
  assert.equal((await post(relay, "/account/resets", { email }, before.token)).status, 401)
  assert.equal((await post(relay, "/account/resets", { email: "eve@example.org" }, OPERATOR_TOKEN)).error.code, "no_such_account")
  const first = await post(relay, "/account/resets", { email }, OPERATOR_TOKEN)
  const { status, code, person, expires } = await post(relay, "/account/resets", { email: "Ada@Example.org" }, OPERATOR_TOKEN)
  assert.deepEqual([status, person], [201, "mail:ada@example.org"])
  assert.ok(expires > Date.now() && expires <= Date.now() + 31 * 60 * 1000)
  const reset = (body) => post(relay, "/account/reset", { email, password: "battery staple", ...body })
  for (const wrong of ["", "0".repeat(32), first.code]) assert.equal((await reset({ code: wrong })).error.code, "no_such_reset", wrong)
  assert.equal((await reset({ code, email: "eve@example.org" })).error.code, "no_such_reset")
  assert.equal((await reset({ code, password: "short" })).status, 400)
  const after = await reset({ code })
  assert.deepEqual([after.status, after.person], [200, person])
  assert.equal((await reset({ code })).error.code, "no_such_reset", "it is good once")
  // What was guessed wrong before does not count against the new password.
  assert.equal((await post(relay, "/signin", { email, password: "battery staple" })).status, 200)
  assert.equal((await post(relay, "/signin", { email, password: "correct horse" })).status, 401)
  // Who was signed in before is so until their token ends, and not longer.
  assert.equal((await me(relay, before.token)).status, 200)
  assert.equal((await post(relay, "/signin/renew", {}, before.token)).status, 401)
  const renewed = await post(relay, "/signin/renew", {}, after.token)
  assert.equal((await post(relay, "/signin/renew", {}, renewed.token)).status, 200)
  await relay.kill()
  const files = readdirSync(join(relay.folder, "data"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  assert.ok(files.every((file) => !readFileSync(join(file.parentPath, file.name)).includes(code)), "the code lies nowhere on the disk")
})

test("t10_a_code_ends_and_needs_an_operator", async () => {
  await using relay = await startClosedRelay({ ...on, SCRIPTROOM_OPERATOR_TOKEN: OPERATOR_TOKEN })
  const email = "ada@example.org"
  await post(relay, "/account", { email, password: "correct horse", invitation })
  const { code } = await post(relay, "/account/resets", { email }, OPERATOR_TOKEN)
  await relay.kill()
  changeAccount(relay, "UPDATE meta SET value = CAST(value AS INTEGER) - 30 * 60 * 1000 WHERE key = 'reset_until'")
  relay.set("SCRIPTROOM_OPERATOR_TOKEN", "")
  await relay.start()
  assert.equal((await post(relay, "/account/reset", { email, code, password: "battery staple" })).error.code, "no_such_reset")
  assert.equal((await post(relay, "/account/resets", { email }, OPERATOR_TOKEN)).status, 404)
  assert.equal((await post(relay, "/signin", { email, password: "correct horse" })).status, 200)
})

/** Changes the one account that has a reset, while the relay is down. */
function changeAccount(relay, statement) {
  const folder = join(relay.folder, "data")
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".sqlite"))
  let changed = 0
  for (const name of names) {
    const database = new DatabaseSync(join(folder, name))
    const there = database.prepare("SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'meta'").get().n
    if (there) changed += Number(database.prepare(statement).run().changes)
    database.close()
  }
  assert.equal(changed, 1)
}

test("t8_no_other_issuer_speaks_for_an_account", async () => {
  const theirs = "a secret that a backend shares with it"
  await using relay = await startClosedRelay({ ...on, SCRIPTROOM_JWT_SECRET: theirs })
  const claims = { sub: "mail:ada@example.org", iss: "scriptroom", aud: "scriptroom" }
  assert.equal((await me(relay, shared(theirs, { sub: claims.sub }))).status, 401)
  assert.equal((await me(relay, shared(theirs, claims, { kid: "scriptroom" }))).status, 401)
  assert.equal((await me(relay, shared(theirs, { sub: "ada" }))).status, 200)
  assert.equal((await me(relay, shared(secret, { sub: "ada", iss: "scriptroom", aud: "scriptroom" }, { kid: "scriptroom" }))).status, 401)
  assert.equal((await post(relay, "/signin/renew", {}, shared(theirs, { sub: "ada" }))).status, 403)
  // The relay's own token is good for nothing without its claims.
  assert.equal((await me(relay, shared(secret, claims, { kid: "scriptroom" }))).person, claims.sub)
  assert.equal((await me(relay, shared(secret, { sub: claims.sub }, { kid: "scriptroom" }))).status, 401)
  assert.equal((await me(relay, shared(secret, { ...claims, sub: "dev:ada" }, { kid: "scriptroom" }))).status, 401)
  assert.equal((await me(relay, randomUUID())).status, 401)
})
