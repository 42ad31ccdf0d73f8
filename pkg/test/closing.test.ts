// What a handle does while it is closed, and after that.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { Status } from "../src/index.ts"
import { MemoryStore } from "./memory-store.ts"
import { opened, openedOn, typed } from "./opened.ts"

const closed = { message: "expected an open script, got one that was closed" }

test("what was typed before a script is closed is kept, what comes while it is throws, and each call waits for the same", async () => {
  const [store, said] = [new MemoryStore(), new MemoryStore()]
  let writes = (): void => {}
  const gate = new Promise<void>(resolve => (writes = resolve))
  const write = store.write.bind(store)
  store.write = async entries => (await gate, await write(entries))
  const script = await openedOn(store, {}, said)
  const statuses: Status["kind"][] = []
  script.on("status", ({ kind }) => statuses.push(kind))
  script.edit([typed(0, "Before.")])
  const first = script.close()
  assert.equal(script.close(), first)
  assert.throws(() => script.edit([typed(0, "Too late. ")]), closed)
  assert.throws(() => script.undo(), closed)
  assert.throws(() => script.setTitlePage([]), closed)
  assert.throws(() => script.threads.add({ from: 0, to: 6 }, "Too late."), closed)
  assert.throws(() => script.threads.sayName("Ada"), closed)
  await assert.rejects(script.importFountain("Too late."), closed)
  await assert.rejects(script.production.lockPages(), closed)
  assert.equal(script.text(), "Before.")
  let isOver = false
  const second = script.close().then(() => (isOver = true))
  await new Promise(setImmediate)
  assert.equal(isOver, false)
  writes()
  await second
  assert.equal(script.status.kind, "offline")
  assert.equal(statuses.at(-1), "offline")
  await using again = await openedOn(store)
  assert.equal(again.text(), "Before.")
})

test("a file that is read while its script is closed is not in it, nor kept", async () => {
  const store = new MemoryStore()
  const script = await openedOn(store)
  const file = new TextEncoder().encode("<FinalDraft><Content><Paragraph><Text>Rain</Text></Paragraph></Content></FinalDraft>")
  const coming = assert.rejects(script.importFinalDraft(file), closed)
  await script.close()
  await coming
  assert.equal(store.rows.size, 0)
})

test("a closed script says so", async () => {
  const script = await opened()
  await script.close()
  await script.close()
  assert.throws(() => script.text(), closed)
  assert.throws(() => script.length, closed)
  assert.throws(() => script.scenes(), closed)
  assert.throws(() => script.threads.list(), closed)
  assert.throws(() => script.edit([typed(0, "Too late.")]), closed)
  await assert.rejects(script.exportFountain(), closed)
  await assert.rejects(script.exportPdf(), closed)
  await assert.rejects(script.importFinalDraft(new Uint8Array()), closed)
  assert.deepEqual(script.flush(), [])
  script.setPresence({ selection: null })
  assert.deepEqual(script.peers(), [])
})
