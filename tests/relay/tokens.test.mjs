// Tokens of every kind against the running relay: which are taken, and what is said of the others.
import assert from "node:assert/strict"
import { createHmac, randomUUID } from "node:crypto"
import { test } from "node:test"
import { batch, peer, renew, socket, updatesOf } from "./clients.mjs"
import { person } from "./people.mjs"
import { startClosedRelay, startRelay } from "./relay.mjs"
import { fromNow, Issuer, shared, token } from "./tokens.mjs"

const secret = "a secret of thirty-two bytes at least"
const claims = { iss: "https://issuer.example/", aud: "scriptroom", sub: "ada" }

/** What is said to a good token about a script that nobody has made. */
const taken = "4004 there is no such script"

/** Which role a connection with this token is given, or how it is closed. */
async function outcome(relay, bearer, id = randomUUID()) {
  await using one = socket(relay, id, ["scriptroom.1", `token.${bearer}`])
  const opened = one.next("access").then((access) => access.role)
  return await Promise.race([opened, one.closed().then(({ code, reason }) => `${code} ${reason}`)])
}

test("t1_a_token_of_the_shared_secret_opens_a_script_in_each_of_the_three_ways", async () => {
  await using relay = await startClosedRelay({ SCRIPTROOM_JWT_SECRET: secret })
  const ada = person(relay, "ada", {}, secret)
  const [good, id] = [ada.token, await ada.script("Hers")]
  assert.equal(await outcome(relay, good, id), "owner")
  await using asked = socket(relay, `${id}?token=${good}`, ["scriptroom.1"])
  assert.equal((await asked.next("access")).role, "owner")
  await using headed = socket(relay, id, ["scriptroom.1"], { headers: { authorization: `Bearer ${good}` } })
  assert.equal((await headed.next("access")).role, "owner")
  // A stock provider brings it as a parameter.
  await using stock = peer(relay, id, { params: { token: good } })
  await stock.synced()
})

test("t2_a_token_that_is_not_good_is_refused_with_the_reason", async () => {
  await using relay = await startClosedRelay({ SCRIPTROOM_JWT_SECRET: secret })
  const hs = (changes, head) => shared(secret, { sub: "ada", ...changes }, head)
  const [head, body] = hs().split(".")
  const cases = {
    "4001 expected a JSON Web Token": ["nonsense", "a.b.c", `${head}.${body}`.repeat(400)],
    "4001 the token's signature is wrong": [shared("another secret", { sub: "ada" }), `${head}.${body}.`],
    "4001 the token has expired": [hs({ exp: fromNow(-61) })],
    "4001 the token is not valid yet": [hs({ nbf: fromNow(90) })],
    "4001 expected the claim exp in the token": [hs({ exp: undefined }), hs({ exp: "tomorrow" })],
    "4001 expected the claim sub in the token": [hs({ sub: undefined })],
    "4001 expected a subject of at most 200 visible ASCII characters in the token": [
      ...[hs({ sub: "" }), hs({ sub: "anonymous" }), hs({ sub: "a b" }), hs({ sub: "é" }), hs({ sub: "x".repeat(201) })],
    ],
    "4001 the token is for another audience": [hs({ aud: "another service" })],
    "4001 the token's algorithm is none that this relay takes": [
      token({ alg: "none" }, { sub: "ada", exp: fromNow(60) }, () => ""),
      token({ alg: "HS512" }, { sub: "ada", exp: fromNow(60) }, (content) =>
        createHmac("sha512", secret).update(content).digest(),
      ),
    ],
    "4003 the token is for another script": [hs({ script: randomUUID() })],
  }
  for (const [expected, tokens] of Object.entries(cases)) {
    for (const bad of tokens) assert.equal(await outcome(relay, bad), expected)
  }
  // Clocks may differ by a minute, and a token may be for this very script.
  const id = randomUUID()
  for (const good of [hs({ exp: fromNow(-30) }), hs({ nbf: fromNow(30) }), hs({ script: id.toUpperCase() })]) {
    assert.equal(await outcome(relay, good, id), taken)
  }
})

test("t2_without_a_token_nobody_gets_in_and_a_stock_client_is_told_why", async () => {
  await using relay = await startClosedRelay({ SCRIPTROOM_JWT_SECRET: secret })
  await using bare = socket(relay, randomUUID())
  assert.equal((await bare.next("denied")).reason, "expected a token")
  assert.deepEqual(await bare.closed(), { code: 4001, reason: "expected a token" })
})

test("t7_an_open_relay_signs_guests_and_no_other_takes_them", async () => {
  await using relay = await startClosedRelay({ SCRIPTROOM_JWT_SECRET: secret })
  const guest = await fetch(`${relay.http}/api/guest`, { method: "POST" })
  assert.equal(guest.status, 403)
  // A guest's token of a relay for development, whose secret everybody knows.
  await using open = await startRelay()
  const known = await (await fetch(`${open.http}/api/guest`, { method: "POST" })).json()
  assert.equal(await outcome(relay, known.token), "4001 expected a token of a person, got a guest's")
  assert.equal(await outcome(open, known.token), "editor")
  await using lasting = socket(open, randomUUID(), ["scriptroom.1", `token.${known.token}`])
  assert.equal((await lasting.next("access")).expiresInMs, 0, "it does not expire")
})

test("t3_tokens_of_published_keys_are_held_against_issuer_and_audience", async () => {
  await using issuer = await new Issuer().start()
  issuer.add("rsa", "RS256")
  issuer.add("curve", "ES256")
  await using relay = await startClosedRelay({
    SCRIPTROOM_JWKS_URL: issuer.url,
    SCRIPTROOM_JWT_ISSUER: claims.iss,
    SCRIPTROOM_JWT_AUDIENCE: "another, scriptroom",
  })
  for (const kid of ["rsa", "curve"]) {
    const made = (changes, head) => outcome(relay, issuer.token(kid, { ...claims, ...changes }, head))
    assert.equal(await made({}), taken)
    assert.equal(await made({ aud: ["x", "scriptroom"] }), taken)
    assert.equal(await made({}, { kid: undefined }), taken, "one key of its kind needs no name")
    assert.equal(await made({ aud: "elsewhere" }), "4001 the token is for another audience")
    assert.equal(await made({ aud: undefined }), "4001 expected the claim aud in the token")
    assert.equal(await made({ iss: "https://eve.example/" }), "4001 the token is of another issuer")
    assert.equal(await made({ iss: undefined }), "4001 expected the claim iss in the token")
    assert.equal(await made({ exp: fromNow(-90) }), "4001 the token has expired")
    assert.equal(await made({ nbf: fromNow(90) }), "4001 the token is not valid yet")
  }
  assert.equal(issuer.asked, 1, "the keys are kept")
})

test("t4_a_public_key_is_no_shared_secret_and_a_secret_is_no_key", async () => {
  await using issuer = await new Issuer().start()
  issuer.add("rsa", "RS256")
  issuer.add("curve", "ES256")
  const keys = {
    SCRIPTROOM_JWKS_URL: issuer.url,
    SCRIPTROOM_JWT_ISSUER: claims.iss,
    SCRIPTROOM_JWT_AUDIENCE: "scriptroom",
  }
  const forged = shared(issuer.publicPem("rsa"), claims, { kid: "rsa" })
  {
    await using relay = await startClosedRelay(keys)
    assert.equal(await outcome(relay, forged), "4001 the token's algorithm is none that this relay takes")
  }
  await using both = await startClosedRelay({ ...keys, SCRIPTROOM_JWT_SECRET: secret })
  assert.equal(await outcome(both, forged), "4001 the token's signature is wrong")
  assert.equal(await outcome(both, shared(secret, claims)), taken)
  // A key's name does not say which algorithm: the token of one key that names the other is refused.
  const mixed = issuer.token("curve", claims, { kid: "rsa" })
  assert.equal(await outcome(both, mixed), "4001 the token names a key that its issuer does not have")
  // Keys without an issuer and an audience would let everybody in whom that issuer knows.
  await using lax = await startClosedRelay({ SCRIPTROOM_JWKS_URL: issuer.url })
  assert.equal(await outcome(lax, issuer.token("rsa", { sub: "ada" })), "4001 the token's algorithm is none that this relay takes")
})

test("t5_an_issuer_may_change_its_keys_and_a_flood_of_unknown_ones_costs_nothing", async () => {
  await using issuer = await new Issuer().start()
  issuer.add("first", "ES256")
  await using relay = await startClosedRelay({
    SCRIPTROOM_JWKS_URL: issuer.url,
    SCRIPTROOM_JWT_ISSUER: claims.iss,
    SCRIPTROOM_JWT_AUDIENCE: "scriptroom",
  })
  assert.equal(await outcome(relay, issuer.token("first", claims)), taken)
  issuer.add("second", "ES256")
  issuer.published = ["second"]
  assert.equal(await outcome(relay, issuer.token("second", claims)), taken)
  assert.equal(issuer.asked, 2)
  // Signed with a key that was taken back, or that never was.
  for (const bad of [issuer.token("first", claims), issuer.token("second", claims, { kid: "made up" })]) {
    assert.equal(await outcome(relay, bad), "4001 the token names a key that its issuer does not have")
  }
  assert.equal(issuer.asked, 2)
})

test("t6_an_issuer_that_does_not_answer_is_no_fault_of_the_token", async () => {
  const issuer = await new Issuer().start()
  issuer.add("key", "ES256")
  await using relay = await startClosedRelay({
    SCRIPTROOM_JWKS_URL: issuer.url,
    SCRIPTROOM_JWT_ISSUER: claims.iss,
    SCRIPTROOM_JWT_AUDIENCE: "scriptroom",
  })
  const good = issuer.token("key", claims)
  await issuer[Symbol.asyncDispose]()
  assert.equal(await outcome(relay, good), "1013 the issuer's keys cannot be had now")
})

test("r5_an_open_connection_ends_with_its_token_and_r6_not_when_it_is_renewed", async () => {
  await using relay = await startClosedRelay({ SCRIPTROOM_JWT_SECRET: secret, SCRIPTROOM_JWT_LEEWAY_S: "0" })
  const owner = person(relay, "owner", {}, secret)
  const id = await owner.script("Long")
  for (const name of ["ada", "bob", "eve"]) {
    await owner.ask("PUT", `/scripts/${id}/members/${name}`, { role: "editor" })
  }
  const lasting = (sub, seconds) => shared(secret, { sub, exp: fromNow(seconds) })
  await using ada = socket(relay, id, ["scriptroom.1", `token.${lasting("ada", 3)}`])
  await using bob = socket(relay, id, ["scriptroom.1", `token.${lasting("bob", 3)}`])
  assert.ok((await ada.next("access")).expiresInMs <= 3000)
  await bob.next("access")
  const [first, second] = updatesOf(
    (text) => text.insert(0, "typed before, "),
    (text) => text.insert(14, "and after"),
  )
  ada.send(renew(lasting("bob", 60)))
  assert.deepEqual(await ada.next("renewed"), { kind: "renewed", status: 2, reason: "the token is another person's" })
  ada.send(renew("nonsense"))
  assert.deepEqual(await ada.next("renewed"), { kind: "renewed", status: 2, reason: "expected a JSON Web Token" })
  ada.send(renew(lasting("ada", 60)))
  ada.send(batch(1, first))
  assert.deepEqual(await ada.next("renewed"), { kind: "renewed", status: 0, reason: "" })
  assert.ok((await ada.next("access")).expiresInMs > 3000)
  assert.equal((await ada.next("ack")).status, 0)
  // Nobody says anything: it is the alarm that ends bob's.
  assert.deepEqual(await bob.closed(), { code: 4001, reason: "the token has expired" })
  ada.send(batch(2, second))
  assert.equal((await ada.next("ack")).status, 0)
  await using reader = peer(relay, id, { params: { token: lasting("eve", 60) } })
  await reader.reads("typed before, and after")
})
