// Members, roles and share links: every role with every kind of request and message, and what happens to open connections.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import { batch, peer, socket, step2, update, updatesOf } from "./clients.mjs"
import { peopled, person, startPeoplesRelay } from "./people.mjs"

let relay
before(async () => {
  relay = await startPeoplesRelay()
})
after(() => relay[Symbol.asyncDispose]())

test("r9_every_role_with_every_request", async () => {
  const { id, owner, all } = await peopled(relay)
  const link = await owner.ask("POST", `/scripts/${id}/links`, { role: "viewer" })
  // What each of owner, editor, commenter, viewer and a stranger is answered.
  const rows = [
    ["GET", "/card", undefined, [200, 200, 200, 200, 403]],
    ["GET", "/members", undefined, [200, 200, 200, 200, 403]],
    ["PATCH", "/card", { title: "Renamed" }, [200, 200, 403, 403, 403]],
    ["PUT", "/members/newcomer", { role: "viewer" }, [200, 403, 403, 403, 403]],
    ["DELETE", "/members/newcomer", undefined, [200, 403, 403, 403, 403]],
    ["GET", "/links", undefined, [200, 403, 403, 403, 403]],
    ["POST", "/links", { role: "editor" }, [201, 403, 403, 403, 403]],
    ["DELETE", `/links/${link.id}`, undefined, [200, 403, 403, 403, 403]],
    ["POST", "/duplicate", {}, [201, 201, 201, 201, 403]],
    ["POST", "/trash", undefined, [200, 403, 403, 403, 403]],
    ["POST", "/restore", undefined, [200, 403, 403, 403, 403]],
    ["DELETE", "", undefined, [409, 403, 403, 403, 403]],
    ["POST", "/accept", { secret: "made up" }, [403, 403, 403, 403, 403]],
    ["GET", "/nothing", undefined, [404, 404, 404, 404, 404]],
  ]
  for (const [method, path, body, expected] of rows) {
    const statuses = []
    for (const one of all) statuses.push((await one.ask(method, `/scripts/${id}${path}`, body)).status)
    assert.deepEqual(statuses, expected, `${method} ${path}`)
  }
  const bare = await fetch(`${relay.http}/api/scripts/${id}`)
  assert.deepEqual([bare.status, bare.headers.get("www-authenticate")], [401, "Bearer"])
  assert.equal((await owner.ask("GET", `/scripts/${randomUUID()}/card`)).status, 404)
  assert.equal((await owner.ask("GET", "/scripts/hamlet")).status, 400)
  assert.equal((await owner.ask("GET", `/scripts/${id.toUpperCase()}/members`)).status, 200)
})

test("r2_every_role_with_every_message", async () => {
  const { id, owner, editor, commenter, viewer, stranger } = await peopled(relay)
  await using reader = peer(relay, id, owner.params)
  await reader.synced()
  const write = async (one, frame, answer) => {
    await using ours = socket(relay, id, one.protocols)
    await ours.next("step1")
    ours.send(frame)
    return await answer(ours)
  }
  const acked = (ours) => ours.next("ack").then(({ status, reason }) => `${status} ${reason}`.trim())
  const refused = (name) => `2 not allowed: expected an editor, this is a ${name}`
  for (const [one, expected] of [
    [owner, "0"],
    [editor, "0"],
    [commenter, refused("commenter")],
    [viewer, refused("viewer")],
  ]) {
    const [live] = updatesOf((text) => text.insert(0, `live words of the ${one.name}. `))
    const [brought] = updatesOf((text) => text.insert(0, `words that the ${one.name} brought. `))
    assert.equal(await write(one, batch(1, live), acked), expected)
    assert.equal(await write(one, step2(brought), acked), expected)
    assert.equal(await write(one, step2(new Uint8Array([0, 0])), acked), "0")
    if (expected === "0") {
      await reader.has(`live words of the ${one.name}. `)
      await reader.has(`words that the ${one.name} brought. `)
    } else {
      // A stock client is told, and closed.
      await using stock = socket(relay, `${id}?token=${one.token}`)
      await stock.next("step1")
      stock.send(update(live))
      assert.match((await stock.next("denied")).reason, /^not allowed/)
      assert.equal((await stock.closed()).code, 4003)
    }
  }
  assert.doesNotMatch(reader.text.toString(), /commenter|viewer/)
  await using closed = socket(relay, id, stranger.protocols)
  assert.deepEqual(await closed.closed(), { code: 4003, reason: "not allowed: not a member of this script" })
})

test("r8_a_stock_provider_of_a_viewer_does_not_make_a_storm", async () => {
  const { id, owner, viewer } = await peopled(relay)
  await using writer = peer(relay, id, owner.params)
  writer.text.insert(0, "to be read")
  await using reader = peer(relay, id, viewer.params)
  await reader.reads("to be read")
  const closes = []
  const enough = new Promise((resolve) =>
    reader.provider.on("connection-close", (event) => {
      closes.push({ at: performance.now(), reason: event.reason })
      if (closes.length === 6) resolve()
    }),
  )
  reader.text.insert(0, "not theirs ")
  await enough
  assert.ok(closes.every(({ reason }) => reason.startsWith("not allowed")))
  // Its provider never got as far as a sync again, so it has not forgotten how often it failed.
  assert.ok(reader.provider.wsUnsuccessfulReconnects >= 5)
  assert.equal(writer.text.toString(), "to be read")
})

test("r7_who_is_removed_is_out_at_once_and_who_has_another_role_goes_on", async () => {
  const { id, owner, editor, viewer } = await peopled(relay)
  await using ours = socket(relay, id, editor.protocols)
  await using stock = socket(relay, `${id}?token=${editor.token}`)
  await using raised = socket(relay, id, viewer.protocols)
  for (const one of [ours, stock, raised]) await one.next("step1")
  assert.equal((await raised.next("access")).role, "viewer")
  await owner.ask("PUT", `/scripts/${id}/members/viewer`, { role: "editor" })
  assert.equal((await raised.next("access")).role, "editor")
  const [words] = updatesOf((text) => text.insert(0, "allowed now"))
  raised.send(batch(1, words))
  assert.equal((await raised.next("ack")).status, 0)
  await owner.ask("DELETE", `/scripts/${id}/members/editor`)
  for (const one of [ours, stock]) {
    assert.deepEqual(await one.closed(), { code: 4003, reason: "not allowed: removed from this script" })
  }
  await using again = socket(relay, id, editor.protocols)
  assert.equal((await again.closed()).code, 4003)
  assert.equal((await editor.ask("GET", `/scripts/${id}/card`)).status, 403)
  assert.ok((await editor.ask("GET", "/scripts")).scripts.every((script) => script.id !== id))
})

test("r9_a_script_always_has_an_owner", async () => {
  const { id, owner, editor } = await peopled(relay)
  const path = `/scripts/${id}/members`
  for (const answer of [
    await owner.ask("DELETE", `${path}/owner`),
    await owner.ask("PUT", `${path}/owner`, { role: "editor" }),
  ]) {
    assert.deepEqual([answer.status, answer.error.code], [409, "last_owner"])
  }
  await owner.ask("PUT", `${path}/editor`, { role: "owner" })
  assert.equal((await owner.ask("DELETE", `${path}/owner`)).status, 200)
  assert.equal((await editor.ask("GET", path)).members.find(({ role }) => role === "owner").person, "editor")
  for (const [name, body] of [
    ["x".repeat(201), { role: "viewer" }],
    ["a%20b", { role: "viewer" }],
    ["anonymous", { role: "viewer" }],
    ["eve", { role: "boss" }],
    ["eve", {}],
  ]) {
    assert.equal((await editor.ask("PUT", `${path}/${name}`, body)).status, 400, name)
  }
  // A person's name may have any visible character.
  const odd = "https://issuer.example/|ada@x"
  assert.equal((await editor.ask("PUT", `${path}/${encodeURIComponent(odd)}`, { role: "viewer" })).person, odd)
})

test("r10_a_link_lets_in_until_it_is_revoked_or_over_and_takes_no_role_away", async () => {
  const { id, owner, commenter } = await peopled(relay)
  const links = `/scripts/${id}/links`
  const link = await owner.ask("POST", links, { role: "editor" })
  const guest = person(relay, "by link")
  const accept = (one, secret) => one.ask("POST", `/scripts/${id}/accept`, { secret })
  assert.equal((await guest.ask("GET", `/scripts/${id}/card`)).status, 401, "a subject with a space is nobody")
  const eve = person(relay, "eve")
  assert.equal((await accept(eve, "x".repeat(32))).status, 403)
  assert.equal((await accept(eve, link.secret)).role, "editor")
  assert.deepEqual(await eve.titles(), ["Peopled"])
  // It raises a role, open connections included, and does not lower one.
  await using open = socket(relay, id, commenter.protocols)
  assert.equal((await open.next("access")).role, "commenter")
  assert.equal((await accept(commenter, link.secret)).role, "editor")
  assert.equal((await open.next("access")).role, "editor")
  const lesser = await owner.ask("POST", links, { role: "viewer" })
  assert.equal((await accept(owner, lesser.secret)).role, "owner")
  assert.equal((await accept(commenter, lesser.secret)).role, "editor")
  // Whoever was removed does not come back by the link that they have.
  await owner.ask("DELETE", `/scripts/${id}/members/eve`)
  assert.equal((await accept(eve, link.secret)).status, 403)
  const newer = await owner.ask("POST", links, { role: "viewer" })
  assert.equal((await accept(eve, newer.secret)).role, "viewer")
  await owner.ask("DELETE", `${links}/${newer.id}`)
  assert.equal((await accept(person(relay, "mallory"), newer.secret)).status, 403)
  // Nor does whoever was given less, or more than nothing, get more by it.
  await owner.ask("PUT", `/scripts/${id}/members/commenter`, { role: "viewer" })
  assert.equal((await accept(commenter, link.secret)).role, "viewer")
  assert.equal((await accept(eve, link.secret)).role, "viewer", "who came by a newer one, too")
  const over = await owner.ask("POST", links, { role: "viewer", expires_in: 0 })
  assert.equal((await accept(person(relay, "mallory"), over.secret)).status, 403)
  const listed = await owner.ask("GET", links)
  assert.equal(listed.links.length, 4)
  assert.ok(listed.links.every((one) => !("secret" in one)))
  assert.equal((await owner.ask("POST", links, { role: "owner" })).status, 400)
  const members = (await owner.ask("GET", `/scripts/${id}/members`)).members
  assert.equal(members.find(({ person: name }) => name === "eve").by, `link:${newer.id}`)
})

test("r11_a_page_of_another_origin_may_not_connect_unless_it_is_named", async () => {
  await using named = await startPeoplesRelay({ SCRIPTROOM_ALLOWED_ORIGINS: "https://app.example" })
  const ada = person(named, "ada")
  const id = await ada.script("Mine")
  const from = (origin) => socket(named, id, ada.protocols, { headers: { origin } })
  await using foreign = from("https://evil.example")
  assert.deepEqual(await foreign.closed(), { code: 4003, reason: "not allowed: this page is of another origin" })
  for (const origin of [named.http, "https://app.example"]) {
    await using own = from(origin)
    await own.next("step1")
  }
  const ask = (origin, method = "GET") =>
    fetch(`${named.http}/api/scripts/${id}`, { method, headers: { origin, authorization: `Bearer ${ada.token}` } })
  assert.equal((await ask("https://evil.example")).status, 403)
  assert.equal((await ask("https://evil.example", "OPTIONS")).status, 403)
  const allowed = await ask("https://app.example")
  assert.deepEqual([allowed.status, allowed.headers.get("access-control-allow-origin")], [200, "https://app.example"])
  const before = await ask("https://app.example", "OPTIONS")
  assert.equal(before.status, 204)
  assert.match(before.headers.get("access-control-allow-headers"), /authorization/)
  const own = await ask(named.http)
  assert.deepEqual([own.status, own.headers.get("access-control-allow-origin")], [200, null])
})
