// Networks that let no WebSockets through: the same words, the same "saved" and the same refusals, over plain HTTP.

import assert from "node:assert/strict"
import { cp, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import * as Y from "yjs"
import { Gate } from "../../tests/browser/gate.ts"
import { Relay } from "../../tests/browser/relay.ts"
import { batch, socket } from "../../tests/relay/clients.mjs"
import { nextWaitMs } from "../src/http-line.ts"
import type { OpenOptions, ScriptError, ScriptHandle, Status } from "../src/index.ts"
import { MemoryStore } from "./memory-store.ts"
import { opened, openedOn, typed, until } from "./opened.ts"
import { giveRole, scriptOf, startPeoplesRelay, tokenOf } from "./people.ts"

const limit = { timeout: 60_000 }
let relay: Relay
let gate: Gate

before(async () => {
  relay = await Relay.start()
  gate = await Gate.before(relay.port)
})
after(async () => {
  await gate.stop()
  await relay.stop()
})

const isSaved = ({ status }: ScriptHandle): boolean => status.kind === "synced" && status.unsaved === 0

/** Resolves when all is stored, over that transport. */
const saved = (script: ScriptHandle, transport: Status["transport"] = "http"): Promise<void> =>
  until(script, () => isSaved(script) && script.status.transport === transport)

function errorsOf(script: ScriptHandle): ScriptError[] {
  const errors: ScriptError[] = []
  script.on("error", error => errors.push(error))
  return errors
}

test("requests are seldom when nobody writes, and frequent as soon as somebody does", () => {
  const waits = [500]
  while (waits.length < 12) waits.push(nextWaitMs(waits.at(-1) as number, false))
  assert.deepEqual(waits.slice(0, 4), [500, 750, 1125, 1687.5])
  assert.equal(waits.at(-1), 10_000)
  assert.equal(nextWaitMs(10_000, true), 500)
})

test("j11_two_behind_a_network_without_sockets_write_one_script", limit, async () => {
  const id = crypto.randomUUID()
  const [ada, ben] = await Promise.all([opened({ id, relay: gate.origin }), opened({ id, relay: gate.origin })])
  await Promise.all([saved(ada), saved(ben)])
  const words = (name: string): string[] => Array.from({ length: 60 }, (_, at) => `${name}${at}.`)
  for (const [at, word] of words("a").entries()) {
    ada.edit([typed(0, word)])
    ben.edit([typed(ben.length, words("b")[at] as string)])
    // Now and then the others get a word in.
    if (at % 10 === 9) await Promise.all([saved(ada), saved(ben)])
  }
  const all = [...words("a"), ...words("b")]
  const isWhole = (script: ScriptHandle): boolean => all.every(word => script.text().includes(word))
  await until(ada, () => isWhole(ada))
  await until(ben, () => isWhole(ben))
  await Promise.all([saved(ada), saved(ben)])
  assert.equal(ada.text(), ben.text())
  assert.deepEqual(ada.peers(), [], "nobody's presence is seen")
  await Promise.all([ada.close(), ben.close()])
})

test("j11_one_over_http_and_one_over_a_socket_write_one_script", limit, async () => {
  const id = crypto.randomUUID()
  const [ada, ben] = await Promise.all([opened({ id, relay: gate.origin }), opened({ id, relay: relay.origin })])
  await Promise.all([saved(ada), saved(ben, "websocket")])
  ada.edit([typed(0, "INT. KITCHEN - DAY", "Ada over HTTP.")])
  await until(ben, () => ben.text().includes("Ada over HTTP."))
  ben.edit([typed(ben.length, " Ben over a socket.")])
  await until(ada, () => ada.text().includes("Ben over a socket."))
  ada.undo()
  await until(ben, () => !ben.text().includes("KITCHEN"))
  await Promise.all([saved(ada), saved(ben, "websocket")])
  assert.equal(ada.text(), ben.text())
  await Promise.all([ada.close(), ben.close()])
})

test("j11_what_was_written_offline_goes_out_and_counts_as_saved_only_then", limit, async () => {
  const id = crypto.randomUUID()
  const device = new MemoryStore()
  const offline = await openedOn(device, { id })
  offline.edit([typed(0, ...Array.from({ length: 300 }, (_, at) => `Paragraph ${at}.`))])
  await offline.close()
  assert.ok(device.unsaved.size > 0)
  const ada = await openedOn(device, { id, relay: gate.origin })
  assert.ok(ada.status.unsaved > 0)
  await saved(ada)
  assert.equal(device.unsaved.size, 0)
  const ben = await opened({ id, relay: relay.origin })
  await saved(ben, "websocket")
  assert.equal(ben.text(), ada.text())
  await Promise.all([ada.close(), ben.close()])
})

test("j11_words_under_an_id_that_somebody_else_took_are_offered_again", limit, async () => {
  const id = crypto.randomUUID()
  const device = new MemoryStore()
  const offline = await openedOn(device, { id })
  offline.edit([typed(0, "Ada's words, typed without a network, one after the other, for a long while.")])
  const taken = offline.clientId
  await offline.close()
  const answer = await fetch(`${relay.origin}/api/guest`, { method: "POST" })
  const { token } = (await answer.json()) as { token: string }
  const scripts = `${relay.origin.replace("http", "ws")}/api/ws/scripts`
  const doc = new Y.Doc()
  doc.clientID = taken
  doc.getText("elsewhere").insert(0, "Eve was here.")
  {
    await using eve = socket({ scripts }, id, ["scriptroom.1", `token.${token}`])
    await eve.next("hello")
    eve.send(batch(1, Y.encodeStateAsUpdate(doc)))
    assert.equal((await eve.next("ack")).status, 0)
  }
  const ada = await openedOn(device, { id, relay: gate.origin })
  const errors = errorsOf(ada)
  await until(ada, () => errors.length > 0)
  await saved(ada)
  assert.deepEqual(errors.map(({ kind }) => kind), ["offered-again"])
  const ben = await opened({ id, relay: relay.origin })
  await saved(ben, "websocket")
  assert.equal(ben.text(), "Ada's words, typed without a network, one after the other, for a long while.")
  await Promise.all([ada.close(), ben.close()])
})

test("j11_a_relay_on_older_data_gets_back_what_it_had_acknowledged", limit, async () => {
  for (const variables of [{}, { SCRIPTROOM_GENERATION: "restored" }]) {
    const own = await Relay.start()
    const between = await Gate.before(own.port)
    const backup = await mkdtemp(join(tmpdir(), "scriptroom-backup-"))
    const ada = await opened({ relay: between.origin })
    await saved(ada)
    ada.edit([typed(0, "Before. ")])
    await saved(ada)
    await own.kill()
    await cp(own.data, backup, { recursive: true })
    await own.run()
    ada.edit([typed(8, "After. ")])
    await saved(ada)
    await own.kill()
    await rm(own.data, { recursive: true })
    await cp(backup, own.data, { recursive: true })
    const told: Status[] = []
    ada.on("status", status => told.push(status))
    await own.run(variables)
    await until(ada, () => told.some(({ unsaved }) => unsaved > 0))
    await saved(ada)
    const ben = await opened({ id: ada.id, relay: own.origin })
    await until(ben, () => ben.text() === "Before. After. ")
    await Promise.all([ada.close(), ben.close()])
    await between.stop()
    await own.stop()
    await rm(backup, { recursive: true })
  }
})

test("a socket takes over as soon as one opens, and http when sockets are blocked later", limit, async () => {
  const between = await Gate.before(relay.port)
  const ada = await opened({ relay: between.origin })
  const ben = await opened({ id: ada.id, relay: relay.origin })
  await saved(ada)
  ada.edit([typed(0, "Over HTTP. ")])
  await saved(ada)
  between.upgrades = "pass"
  await saved(ada, "websocket")
  await until(ada, () => ada.peers().length === 1)
  ada.edit([typed(11, "Over a socket. ")])
  await saved(ada, "websocket")
  between.block("refused")
  ada.edit([typed(26, "And back. ")])
  await saved(ada)
  assert.deepEqual(ada.peers(), [])
  await until(ben, () => ben.text() === "Over HTTP. Over a socket. And back. ")
  await Promise.all([ada.close(), ben.close()])
  await between.stop()
})

test("where an upgrade is neither taken nor refused, http does not wait for ever", limit, async () => {
  const between = await Gate.before(relay.port, "hang")
  const ada = await opened({ relay: between.origin })
  ada.edit([typed(0, "Patience.")])
  await saved(ada)
  await ada.close()
  await between.stop()
})

test("j11_roles_and_tokens_over_http_are_what_they_are_over_a_socket", limit, async () => {
  const peoples = await startPeoplesRelay()
  const between = await Gate.before(peoples.port)
  const id = await scriptOf(peoples, "ada")
  await giveRole(peoples, "ada", id, "ben", "viewer")
  const as = (token: OpenOptions["token"]): Promise<ScriptHandle> => opened({ id, relay: between.origin, token })
  const ben = await as(tokenOf("ben", 60))
  await saved(ben)
  assert.equal(ben.role, "viewer")
  await giveRole(peoples, "ada", id, "ben", "editor")
  await new Promise<void>(resolve => ben.on("role", () => resolve()))
  ben.edit([typed(0, "Ben's words. ")])
  await saved(ben)

  let asked = 0
  let askedOften = (): void => {}
  const often = new Promise<void>(resolve => (askedOften = resolve))
  const ada = await as(() => {
    asked += 1
    // The first one is over by then, and so is the second.
    if (asked === 5) askedOften()
    return tokenOf("ada", 3)
  })
  await saved(ada)
  const errors = errorsOf(ada)
  await until(ada, () => ada.text().includes("Ben's words."))
  await often
  ada.edit([typed(0, "Ada's words. ")])
  await saved(ada)
  assert.deepEqual(errors, [])
  await until(ben, () => ben.text() === ada.text())

  const eve = await as(tokenOf("eve", 60))
  await until(eve, () => eve.status.kind === "refused")
  assert.match(eve.status.reason ?? "", /not a member/)
  await Promise.all([ada.close(), ben.close(), eve.close()])
  await between.stop()
  await peoples.stop()
})
