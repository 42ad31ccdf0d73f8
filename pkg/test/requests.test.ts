// `scriptroom/relay` at a real relay with a sign-in of its own: what each request does, and how a refusal comes back.

import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { after, before, test } from "node:test"
import { Relay as RunningRelay } from "../../tests/browser/relay.ts"
import { invitation, passwordOf, withAccounts } from "../../tests/browser/people.ts"
import { openRelay, type Relay, RelayError } from "../src/relay.ts"
import { opened, typed, until } from "./opened.ts"

let running: RunningRelay

before(async () => {
  running = await RunningRelay.start(withAccounts)
})
after(() => running.stop())

const limit = { timeout: 60_000 }

/** Somebody with a new account. */
async function newPerson(name: string): Promise<{ readonly relay: Relay; readonly person: string; readonly token: string }> {
  const email = `${name}-${crypto.randomUUID()}@example.org`
  const account = { email, password: passwordOf(email), invitation }
  const { person, token } = await openRelay({ relay: running.origin }).makeAccount(account)
  return { relay: openRelay({ relay: running.origin.replace("http", "ws"), token: () => token }), person, token }
}

/** Writes words at the start of a script, and waits until the relay has them. */
async function write(id: string, token: string, words: string): Promise<void> {
  const script = await opened({ id, relay: running.origin, token })
  await until(script, () => script.status.kind === "synced")
  script.edit([typed(0, words)])
  await until(script, () => script.status.kind === "synced")
  await script.close()
}

test("who signs in is told who they are, and a refusal has its code and its wait", limit, async () => {
  const nobody = openRelay({ relay: `${running.origin}/` })
  assert.deepEqual(await nobody.config(), { accounts: true, guests: false, signIn: ["password"] })
  const email = "ada@example.org"
  const made = await nobody.makeAccount({ email, password: passwordOf(email), invitation })
  assert.equal(made.person, "mail:ada@example.org")
  const back = await nobody.signIn({ email, password: passwordOf(email) })
  const renewed = await nobody.renew(back.token)
  const ada = openRelay({ relay: running.origin, token: async () => renewed.token })
  assert.deepEqual(await ada.saveSettings({ theme: "dark" }), { person: made.person, settings: { theme: "dark" } })
  assert.deepEqual((await ada.me()).settings, { theme: "dark" })

  const refused = (code: string, status: number) => (error: unknown) => {
    assert.ok(error instanceof RelayError)
    assert.deepEqual([error.code, error.status], [code, status])
    return true
  }
  await assert.rejects(nobody.makeAccount({ email, password: passwordOf(email), invitation: "no" }), refused("not_invited", 403))
  await assert.rejects(nobody.makeAccount({ email, password: passwordOf(email), invitation }), refused("exists", 409))
  await assert.rejects(nobody.me(), refused("not_signed_in", 401))
  await assert.rejects(nobody.renew("nonsense"), refused("not_signed_in", 401))
  let last: unknown
  do {
    last = await nobody.signIn({ email, password: "a guess" }).catch((error: unknown) => error)
  } while (last instanceof RelayError && last.status === 401)
  assert.ok(last instanceof RelayError)
  assert.equal(last.status, 429)
  assert.ok(last.retryAfterS !== null && last.retryAfterS > 0)
  const away = openRelay({ relay: "http://127.0.0.1:1" })
  await assert.rejects(away.config(), TypeError)
})

test("scripts are made, listed in pages, found, renamed, copied, put away and deleted", limit, async () => {
  const { relay } = await newPerson("ada")
  const id = crypto.randomUUID()
  const made = await relay.createScript({ id, title: "Rain" })
  assert.deepEqual([made.id, made.title, made.role, made.trashed], [id, "Rain", "owner", null])
  assert.equal((await relay.createScript({ id })).title, "Rain", "made once")
  const script = relay.script(id)
  assert.equal((await script.rename("Rain, again")).title, "Rain, again")
  const copy = await script.duplicate("Snow")
  const first = await relay.scripts({ limit: 1 })
  const second = await relay.scripts({ limit: 1, after: first.next ?? undefined })
  assert.deepEqual(new Set([...first.scripts, ...second.scripts].map(({ id }) => id)), new Set([id, copy.id]))
  assert.equal(second.next, null)
  assert.deepEqual((await relay.scripts({ query: "rain" })).scripts.map(({ title }) => title), ["Rain, again"])
  assert.ok((await script.trash()).trashed)
  assert.deepEqual((await relay.scripts({ trashed: true })).scripts.map(({ id }) => id), [id])
  assert.equal((await script.restore()).trashed, null)
  await assert.rejects(script.delete(), { code: "not_in_the_trash" })
  await script.trash()
  await script.delete()
  await assert.rejects(script.card(), { code: "no_such_script", status: 404 })
})

test("owners let people in by role and by link, and put them out", limit, async () => {
  const ada = await newPerson("ada")
  const ben = await newPerson("ben")
  const { id } = await ada.relay.createScript()
  const hers = ada.relay.script(id)
  const his = ben.relay.script(id)
  await assert.rejects(his.members(), { code: "not_allowed" })
  const link = await hers.makeLink({ role: "commenter", expiresInS: 60 })
  assert.deepEqual([link.role, typeof link.expires], ["commenter", "number"])
  assert.deepEqual(await his.accept(link.secret), { id, title: "Untitled", role: "commenter" })
  await hers.setRole(ben.person, "viewer")
  const members = await his.members()
  assert.deepEqual(members.map(({ person, role }) => [person, role]), [[ada.person, "owner"], [ben.person, "viewer"]])
  assert.equal(members[1]?.by, `link:${link.id}`)
  await assert.rejects(his.links(), { code: "not_allowed" })
  await hers.revokeLink(link.id)
  assert.ok((await hers.links())[0]?.revoked)
  await assert.rejects(hers.remove(ada.person), { code: "last_owner" })
  await his.remove(ben.person)
  await assert.rejects(his.accept(link.secret), { code: "no_such_link" })
  assert.equal((await hers.members()).length, 1)
})

test("history is listed, named, looked at, compared, brought back and taken back", limit, async () => {
  const { relay, token, person } = await newPerson("ada")
  const { id } = await relay.createScript()
  const script = relay.script(id)
  await write(id, token, "Rain.")
  const before = await script.history()
  assert.deepEqual([before.versions[0]?.author, before.versions[0]?.origin, before.before], [person, "live", null])
  await script.nameVersion("First rain", before.version)
  await write(id, token, "Soft ")
  await script.nameVersion("The newest")
  const after = await script.history()
  assert.deepEqual(after.names.map(({ name }) => name).sort(), ["First rain", "The newest"])
  assert.equal((await script.content(before.version)).blocks[0]?.children[0]?.text, "Rain.")
  assert.match(await script.fountain(), /Soft Rain\./)
  assert.match(await script.fountain(before.version), /^Rain\./m)
  const { hunks } = await script.compare(before.version, after.version)
  const [hunk] = hunks
  assert.ok(hunk?.kind === "changed")
  assert.deepEqual(hunk.words.filter(({ kind }) => kind !== "same").map(({ kind, text }) => [kind, text]), [["added", "Soft "]])
  const { version, blocks } = await script.authors(before.version)
  assert.deepEqual([version, blocks[0]?.text.map(({ text, by }) => [text, by])], [before.version, [["Rain.", person]]])
  assert.deepEqual((await script.authors()).blocks[0]?.text.map(({ text }) => text).join(""), "Soft Rain.")
  const restored = await script.restoreVersion(before.version)
  assert.equal(restored.changed, true)
  assert.equal((await script.content()).blocks[0]?.children[0]?.text, "Rain.")
  await script.rollBack({ from: restored.version, to: restored.version })
  assert.equal((await script.content()).blocks[0]?.children[0]?.text, "Soft Rain.")
  await assert.rejects(script.content(after.version + 100), { code: "gone", status: 410 })
})

test("a request whose token is refused is made once more with another, and only once", limit, async () => {
  const { token } = await newPerson("cem")
  const told: (string | undefined)[] = []
  const cem = openRelay({
    relay: running.origin,
    token: refused => {
      told.push(refused)
      return refused === "kept" ? token : "kept"
    },
  })
  const { id } = await cem.createScript({ title: "Rain" })
  assert.deepEqual((await cem.scripts()).scripts.map(script => script.id), [id])
  assert.deepEqual(told, [undefined, "kept", undefined, "kept"])
  let asked = 0
  const never = openRelay({ relay: running.origin, token: () => `bad ${(asked += 1)}` })
  await assert.rejects(never.me(), { status: 401 })
  assert.equal(asked, 2)
})

test("what changes a script is done once and answered, also when the first answer is lost on its way", limit, async () => {
  const { person, token } = await newPerson("dora")
  const { person: ben, relay: bens } = await newPerson("ben")
  const asked: string[] = []
  const between = createServer(async (request, answer) => {
    const key = String(request.headers["idempotency-key"])
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers = { authorization: `Bearer ${token}`, ...(key !== "undefined" && { "idempotency-key": key }) }
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}
    const response = await fetch(running.origin + request.url, { method: request.method ?? "", headers, ...body })
    const text = await response.text()
    const isFirst = !asked.includes(key)
    asked.push(key)
    if (key !== "undefined" && isFirst) return void request.socket.destroy()
    answer.writeHead(response.status).end(text)
  }).listen(0, "127.0.0.1")
  await once(between, "listening")
  const dora = openRelay({ relay: `http://127.0.0.1:${(between.address() as AddressInfo).port}`, token })
  const { id } = await dora.createScript({ title: "Rain" })
  const script = dora.script(id)
  assert.equal((await script.rename("Snow")).title, "Snow")
  const link = await script.makeLink({ role: "commenter", expiresInS: 60 })
  await bens.script(id).accept(link.secret)
  await script.setRole(ben, "viewer")
  await script.remove(ben)
  await script.revokeLink(link.id)
  assert.deepEqual((await script.members()).map(member => member.person), [person])
  const keys = asked.filter(key => key !== "undefined")
  assert.deepEqual([keys.length, new Set(keys).size], [12, 6])
  between.close()
  between.closeAllConnections()
})

test("how long a token is good is reckoned by the relay's clock, where its answer has one", limit, async () => {
  const hourMs = 3_600_000
  for (const [aheadMs, lifeMs] of [[5 * hourMs, hourMs], [-5 * hourMs, hourMs], [null, 6 * hourMs]] as const) {
    const now = Date.now()
    const server = createServer((_, answer) => {
      answer.sendDate = false
      if (aheadMs !== null) answer.setHeader("date", new Date(now + aheadMs).toUTCString())
      answer.end(JSON.stringify({ person: "mail:ada", token: "t", expires: now + (aheadMs ?? 5 * hourMs) + hourMs }))
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const relay = openRelay({ relay: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
    const signedIn = await relay.signIn({ name: "Ada" })
    server.close()
    server.closeAllConnections()
    // A header has whole seconds.
    assert.ok(Math.abs(signedIn.lifeMs - lifeMs) < 10_000, `expected ${lifeMs}, got ${signedIn.lifeMs}`)
  }
})
