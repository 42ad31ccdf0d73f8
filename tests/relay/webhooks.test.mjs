// Webhooks: a server that an owner names is told which scenes have changed, signed, in order, and until it has heard.
import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import { test } from "node:test"
import { until } from "./clients.mjs"
import { block, FOUNTAIN } from "./content.mjs"
import { rows } from "./log.mjs"
import { document, fits } from "./openapi.mjs"
import { person, startPeoplesRelay } from "./people.mjs"

/** A server that notes what it is sent, and answers each with the next of `answers`, or 204; `null`: with nothing. */
class Receiver {
  received = []
  answers = []
  #looks = new Set()
  #server = createServer(async (request, response) => {
    const parts = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts).toString()
    this.received.push({ path: request.url, method: request.method, headers: request.headers, body, message: JSON.parse(body) })
    const status = this.answers.length > 0 ? this.answers.shift() : 204
    if (status !== null) response.writeHead(status, status === 302 ? { location: `${this.url}/elsewhere` } : {}).end()
    this.#looks.forEach((look) => look())
  })

  async start() {
    this.#server.listen(0, "127.0.0.1")
    await once(this.#server, "listening")
    this.host = `127.0.0.1:${this.#server.address().port}`
    this.url = `http://${this.host}`
    return this
  }

  /** Waits until so many messages have come, and gives the last. */
  async has(count) {
    const subscribe = (look) => (this.#looks.add(look), () => this.#looks.delete(look))
    await until(subscribe, () => this.received.length >= count, `message ${count}`, 40_000)
    return this.received[count - 1]
  }

  async [Symbol.asyncDispose]() {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

const settings = (receiver, more = {}) => ({
  SCRIPTROOM_WEBHOOK_HOSTS: receiver.host,
  SCRIPTROOM_WEBHOOK_RETRY_MS: "50",
  SCRIPTROOM_REFRESH_MS: "1",
  ...more,
})

/** Ada's script, whose changes a receiver hears of. */
async function hooked(relay, receiver) {
  const ada = person(relay, "ada")
  const id = await ada.script("Told")
  const made = await ada.ask("POST", `/scripts/${id}/webhooks`, { url: `${receiver.url}/hook?key=in-the-address` })
  assert.equal(made.status, 201, JSON.stringify(made.error))
  const { version } = await importInto(relay, ada, id, FOUNTAIN)
  return { ada, id, made, version, list: async () => (await ada.ask("GET", `/scripts/${id}/webhooks`)).webhooks }
}

async function importInto(relay, who, id, text) {
  const headers = { "content-type": "text/plain", authorization: `Bearer ${who.token}` }
  const answer = await fetch(`${relay.http}/api/scripts/${id}/import`, { method: "POST", headers, body: text })
  assert.equal(answer.status, 200)
  return await answer.json()
}

/** Makes the second scene say something else. */
async function patch(who, id, words) {
  const content = await who.ask("GET", `/scripts/${id}`)
  const blocks = [...content.blocks.slice(0, 5), block("action", words)]
  const asked = { base_version: content.version, content_blocks: blocks }
  return (await who.ask("PATCH", `/scripts/${id}`, asked)).version
}

/** Waits until the webhooks of a script are as `check` wants them. */
async function untilListed(list, check, what) {
  let last
  const subscribe = (look) => {
    const timer = setInterval(async () => {
      // One that was under way when the relay ended is of no interest.
      last = await list().catch(() => last)
      look()
    }, 50)
    return () => clearInterval(timer)
  }
  await until(subscribe, () => last && check(last[0]), what)
  return last[0]
}

/** What the specification makes of a secret, an id, a time and a body. */
function signatureOf(secret, { headers, body }) {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64")
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`
}

test("k1_a_receiver_is_told_which_scenes_have_changed_and_k2_who_says_so", async () => {
  await using receiver = await new Receiver().start()
  await using relay = await startPeoplesRelay(settings(receiver))
  const { ada, id, made, version } = await hooked(relay, receiver)
  const first = await receiver.has(1)
  assert.deepEqual([first.method, first.path, first.headers["content-type"]], ["POST", "/hook?key=in-the-address", "application/json"])
  assert.match(first.headers["webhook-id"], /^msg_[0-9a-f]{32}$/)
  assert.ok(Math.abs(Number(first.headers["webhook-timestamp"]) - Date.now() / 1000) < 60)
  assert.equal(first.headers["webhook-signature"], signatureOf(made.secret, first))
  assert.notEqual(first.headers["webhook-signature"], signatureOf(made.secret, { ...first, body: `${first.body} ` }))
  fits(document.webhooks.scenesChanged.post.requestBody.content["application/json"].schema, first.message, "the message")
  const { data } = first.message
  assert.deepEqual([data.script, data.since, data.version, data.removed, data.complete], [id, 0, version, [], true])
  const { scenes } = await ada.ask("GET", `/scripts/${id}/scenes`)
  assert.deepEqual(data.scenes, scenes)
  const next = await patch(ada, id, "Two cars stop.")
  const second = (await receiver.has(2)).message.data
  assert.deepEqual([second.since, second.version, second.removed], [version, next, []])
  assert.deepEqual(second.scenes.map((scene) => scene.heading), ["EXT. STREET - NIGHT"])
  await importInto(relay, ada, id, FOUNTAIN.split("EXT.")[0])
  const third = (await receiver.has(3)).message.data
  assert.deepEqual([third.removed, third.scenes], [[scenes[1].id], []])
})

test("k1_what_somebody_sees_by_looking_is_told_at_once", async () => {
  await using receiver = await new Receiver().start()
  await using relay = await startPeoplesRelay(settings(receiver, { SCRIPTROOM_REFRESH_MS: String(60 * 60 * 1000) }))
  const { ada, id, version } = await hooked(relay, receiver)
  assert.deepEqual(receiver.received, [])
  await ada.ask("GET", `/scripts/${id}/scenes`)
  assert.equal((await receiver.has(1)).message.data.version, version)
})

test("k3_a_receiver_that_fails_is_told_the_same_again_and_then_what_came_meanwhile", async () => {
  await using receiver = await new Receiver().start()
  await using relay = await startPeoplesRelay(settings(receiver))
  receiver.answers = [500, 302, 404]
  const { ada, id, made, version, list } = await hooked(relay, receiver)
  await receiver.has(1)
  const next = await patch(ada, id, "Two cars stop.")
  const messages = [await receiver.has(1), await receiver.has(2), await receiver.has(3), await receiver.has(4)]
  for (const again of messages) {
    assert.deepEqual([again.body, again.headers["webhook-id"]], [messages[0].body, messages[0].headers["webhook-id"]])
    assert.equal(again.headers["webhook-signature"], signatureOf(made.secret, again))
  }
  const after = await receiver.has(5)
  assert.notEqual(after.headers["webhook-id"], messages[0].headers["webhook-id"])
  assert.deepEqual([after.message.data.since, after.message.data.version], [version, next])
  const hook = await untilListed(list, (hook) => hook.pending === null, "the last message to have arrived")
  assert.deepEqual([hook.told, hook.givenUp, hook.stopped], [next, null, null])
  assert.ok(receiver.received.every(({ path }) => path !== "/elsewhere"), "no redirect is followed")
})

test("k3_a_relay_that_is_killed_delivers_when_it_is_back", async () => {
  await using receiver = await new Receiver().start()
  await using relay = await startPeoplesRelay(settings(receiver, { SCRIPTROOM_WEBHOOK_RETRY_MS: "1500" }))
  receiver.answers = [500]
  const { id, list } = await hooked(relay, receiver)
  const first = await receiver.has(1)
  await untilListed(list, (hook) => hook.pending?.attempts === 1, "the failure to be noted")
  await relay.kill()
  await relay.start()
  const second = await receiver.has(2)
  assert.deepEqual([second.body, second.headers["webhook-id"]], [first.body, first.headers["webhook-id"]])
  assert.equal(second.message.data.script, id)
})

test("k3_a_relay_that_is_killed_before_it_hears_the_answer_sends_again", async () => {
  await using receiver = await new Receiver().start()
  await using relay = await startPeoplesRelay(settings(receiver))
  receiver.answers = [null]
  await hooked(relay, receiver)
  const first = await receiver.has(1)
  await relay.kill()
  await relay.start()
  const second = await receiver.has(2)
  assert.equal(second.headers["webhook-id"], first.headers["webhook-id"])
})

test("k4_a_message_is_given_up_after_a_time_and_what_it_told_is_in_the_next", async () => {
  await using receiver = await new Receiver().start()
  await using relay = await startPeoplesRelay(settings(receiver, { SCRIPTROOM_WEBHOOK_GIVE_UP_MS: "100" }))
  receiver.answers = Array(50).fill(503)
  const { ada, id, list } = await hooked(relay, receiver)
  const hook = await untilListed(list, (hook) => hook.givenUp !== null, "the message to be given up")
  assert.deepEqual([hook.told, hook.pending], [0, null])
  const tries = receiver.received.length
  assert.ok(tries >= 2 && tries < 50, `${tries} tries`)
  receiver.answers = []
  await patch(ada, id, "Two cars stop.")
  const { message, headers } = await receiver.has(tries + 1)
  assert.notEqual(headers["webhook-id"], receiver.received[0].headers["webhook-id"])
  assert.deepEqual([message.data.since, message.data.scenes.length], [0, 2])
  const after = await untilListed(list, (hook) => hook.givenUp === null, "it to have arrived")
  assert.equal(after.told, message.data.version)
})

test("k4_a_receiver_that_is_gone_or_removed_is_told_nothing_more", async () => {
  await using receiver = await new Receiver().start()
  await using other = await new Receiver().start()
  const hosts = `${receiver.host}, ${other.host}`
  await using relay = await startPeoplesRelay(settings(receiver, { SCRIPTROOM_WEBHOOK_HOSTS: hosts }))
  receiver.answers = [410]
  const { ada, id, made, list } = await hooked(relay, receiver)
  const hook = await untilListed(list, (hook) => hook.stopped !== null, "it to have stopped")
  assert.deepEqual([hook.pending, hook.told], [null, 0])
  // Another one is told of what comes: once it has heard, the first would have.
  const { id: another } = await ada.ask("POST", `/scripts/${id}/webhooks`, { url: other.url })
  await patch(ada, id, "Two cars stop.")
  await other.has(1)
  assert.equal(receiver.received.length, 1)
  other.answers = Array(100).fill(500)
  await patch(ada, id, "Three cars stop.")
  await other.has(2)
  for (const one of [made.id, another]) assert.equal((await ada.ask("DELETE", `/scripts/${id}/webhooks/${one}`)).removed, one)
  assert.equal((await ada.ask("DELETE", `/scripts/${id}/webhooks/${another}`)).error.code, "no_such_webhook")
  assert.deepEqual(await list(), [])
  const sent = other.received.length
  await ada.ask("POST", `/scripts/${id}/webhooks`, { url: `${receiver.url}/again` })
  await patch(ada, id, "Four cars stop.")
  assert.equal((await receiver.has(2)).path, "/again")
  // At most the try that was under way.
  assert.ok(other.received.length <= sent + 1)
})

test("k4_a_script_in_the_trash_tells_nobody_until_it_is_back", async () => {
  await using receiver = await new Receiver().start()
  await using relay = await startPeoplesRelay(settings(receiver, { SCRIPTROOM_WEBHOOK_RETRY_MS: "300" }))
  receiver.answers = [500]
  const { ada, id, list } = await hooked(relay, receiver)
  await untilListed(list, (hook) => hook.pending?.attempts === 1, "the failure to be noted")
  await ada.ask("POST", `/scripts/${id}/trash`)
  await relay.kill()
  await relay.start()
  assert.equal((await list())[0].pending.attempts, 1)
  assert.equal(receiver.received.length, 1)
  await ada.ask("POST", `/scripts/${id}/restore`)
  await receiver.has(2)
})

test("k5_only_hosts_that_the_operator_allows_are_reached_and_only_owners_name_them", async () => {
  await using receiver = await new Receiver().start()
  await using relay = await startPeoplesRelay(settings(receiver))
  const { ada, id, made } = await hooked(relay, receiver)
  const bob = person(relay, "bob")
  await ada.ask("PUT", `/scripts/${id}/members/bob`, { role: "editor" })
  for (const [method, path, body] of [
    ["GET", "", undefined],
    ["POST", "", { url: receiver.url }],
    ["DELETE", `/${made.id}`, undefined],
  ]) {
    assert.equal((await bob.ask(method, `/scripts/${id}/webhooks${path}`, body)).status, 403, method)
  }
  for (const [url, status, code] of [
    ["http://127.0.0.1/", 403, "host_not_allowed"],
    [`http://localhost:${receiver.host.split(":")[1]}/`, 403, "host_not_allowed"],
    ["https://example.org/", 403, "host_not_allowed"],
    [`http://ada:secret@${receiver.host}/`, 400, "malformed"],
    ["file:///etc/passwd", 400, "malformed"],
    [undefined, 400, "malformed"],
  ]) {
    const answer = await ada.ask("POST", `/scripts/${id}/webhooks`, { url })
    assert.deepEqual([answer.status, answer.error.code], [status, code], url)
  }
  await receiver.has(1)
  // What the operator no longer allows is not reached any more, either.
  await relay.kill()
  relay.set("SCRIPTROOM_WEBHOOK_HOSTS", "")
  await relay.start()
  await patch(ada, id, "Two cars stop.")
  const list = async () => (await ada.ask("GET", `/scripts/${id}/webhooks`)).webhooks
  const hook = await untilListed(list, (hook) => hook.pending?.attempts > 0, "the failure to be noted")
  assert.match(hook.pending.failure, /operator/)
  assert.equal(receiver.received.length, 1)
  assert.ok(!JSON.stringify(hook).includes(made.secret))
})

test("k2_a_secret_is_shown_once_and_goes_with_its_webhook", async () => {
  await using receiver = await new Receiver().start()
  await using relay = await startPeoplesRelay(settings(receiver))
  const { ada, id, made, list } = await hooked(relay, receiver)
  await receiver.has(1)
  assert.ok(!JSON.stringify(await list()).includes(made.secret.slice(6)))
  assert.equal(Buffer.from(made.secret.slice(6), "base64").length, 32)
  await ada.ask("DELETE", `/scripts/${id}/webhooks/${made.id}`)
  assert.deepEqual(rows(relay, "SELECT * FROM webhooks"), [])
  const other = await ada.ask("POST", `/scripts/${id}/webhooks`, { url: receiver.url })
  assert.notEqual(other.secret, made.secret)
})
