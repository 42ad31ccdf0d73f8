// Two handles and a real relay: plain workerd on the Worker that was built.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { Relay } from "../../tests/browser/relay.ts"
import type { ScriptHandle } from "../src/index.ts"
import { opened, typed, until } from "./opened.ts"

let relay: Relay

before(async () => {
  relay = await Relay.start()
})
after(() => relay.stop())

const limit = { timeout: 30_000 }

function atRelay(id: string, name = "Ada"): Promise<ScriptHandle> {
  return opened({ id, relay: relay.origin, user: { name, color: "#aa3300" } })
}

test("two write at once and have the same script", limit, async () => {
  const id = crypto.randomUUID()
  const [ada, ben] = await Promise.all([atRelay(id), atRelay(id, "Ben")])
  ada.edit([typed(0, "Ada's words. ")])
  ben.edit([typed(0, "Ben's words. ")])
  // Both made the first paragraph of an empty script: one of the two stays empty, no word is lost.
  const words = ["Ada's words. ", "Ben's words. "]
  const complete = (script: ScriptHandle): boolean =>
    words.every(part => script.text().includes(part)) && script.status.kind === "synced"
  await Promise.all([until(ada, () => complete(ada)), until(ben, () => complete(ben))])
  assert.equal(ada.text(), ben.text())
  assert.equal(ada.status.unsaved, 0)
  await Promise.all([ada.close(), ben.close()])
})

test("what is written while the relay is dead goes out when it is back, and what it had is there", limit, async () => {
  const id = crypto.randomUUID()
  const ada = await atRelay(id)
  ada.edit([typed(0, "Before. ")])
  await until(ada, () => ada.status.kind === "synced")
  await relay.kill()
  await until(ada, () => ada.status.kind === "connecting")
  ada.edit([typed(8, "Meanwhile. ")])
  assert.equal(ada.status.unsaved, 1)
  await relay.run()
  await until(ada, () => ada.status.kind === "synced")
  assert.equal(ada.status.unsaved, 0)
  const ben = await atRelay(id)
  await until(ben, () => ben.status.kind === "synced")
  assert.equal(ben.text(), "Before. Meanwhile. ")
  await Promise.all([ada.close(), ben.close()])
})

test("an imported file arrives whole", limit, async () => {
  const id = crypto.randomUUID()
  const [ada, ben] = await Promise.all([atRelay(id), atRelay(id)])
  await until(ada, () => ada.status.kind === "synced")
  const scenes = Array.from({ length: 200 }, (_, at) => `INT. ROOM ${at + 1} - DAY\n\nSomething happens.\n`)
  await ada.importFountain(scenes.join("\n"))
  await until(ada, () => ada.status.kind === "synced")
  await until(ben, () => ben.length === ada.length)
  assert.equal(ben.text(), ada.text())
  assert.deepEqual(ben.scenes(), ada.scenes())
  assert.equal(ben.scenes().length, 200)
  await Promise.all([ada.close(), ben.close()])
})

test("each sees the other's name, colour and caret, and that the other has gone", limit, async () => {
  const id = crypto.randomUUID()
  const [ada, ben] = await Promise.all([atRelay(id), atRelay(id, "Ben\u202e <b>")])
  ada.edit([typed(0, "Rain.")])
  await until(ben, () => ben.text() === "Rain.")
  ben.setPresence({ selection: { anchor: 1, head: 3 } })
  await until(ada, () => ada.peers()[0]?.selection?.head === 3)
  const [peer] = ada.peers()
  assert.equal(peer?.name, "Ben <b>")
  assert.equal(peer?.color, "#aa3300")
  assert.equal(peer?.clientId, ben.clientId)
  ada.edit([typed(0, "Soft ")])
  assert.deepEqual(ada.peers()[0]?.selection, { anchor: 6, head: 8 })
  await ben.close()
  await until(ada, () => ada.peers().length === 0)
  await ada.close()
})

test("a trap while connected: the script is rebuilt, connects again and loses nothing", limit, async () => {
  const id = crypto.randomUUID()
  const ada = await atRelay(id)
  await until(ada, () => ada.status.kind === "synced")
  ada.edit([typed(0, "Before. ")])
  ;(ada as unknown as { trapForTests(): void }).trapForTests()
  ada.edit([typed(8, "After.")])
  await until(ada, () => ada.status.kind === "synced")
  const ben = await atRelay(id)
  await until(ben, () => ben.status.kind === "synced")
  assert.equal(ben.text(), "Before. After.")
  await Promise.all([ada.close(), ben.close()])
})
