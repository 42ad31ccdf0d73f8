// What this device notes of what the relay has.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { Relay } from "../../tests/browser/relay.ts"
import type { ScriptError, Status } from "../src/index.ts"
import { SavedRows } from "../src/saved-rows.ts"
import type { Store } from "../src/store.ts"
import { MemoryStore } from "./memory-store.ts"
import { openedOn, typed, until } from "./opened.ts"

let relay: Relay

before(async () => {
  relay = await Relay.start()
})
after(() => relay.stop())

const limit = { timeout: 30_000 }

test("a note that cannot be written is told, tried again, and nothing is called saved until then", limit, async () => {
  const device = new MemoryStore()
  device.failingNotes = 2
  const ada = await openedOn(device, { relay: relay.origin })
  const errors: ScriptError[] = []
  const seen: Status[] = []
  ada.on("error", error => errors.push(error))
  await until(ada, () => ada.status.kind === "synced")
  ada.on("status", status => seen.push(status))
  ada.edit([typed(0, "Rain.")])
  await until(ada, () => errors.length > 0)
  assert.equal(ada.status.kind, "syncing", "the relay has it, and this device does not know")
  assert.equal(device.unsaved.size, 1)
  await until(ada, () => ada.status.kind === "synced")
  assert.equal(device.unsaved.size, 0)
  assert.equal(device.failingNotes, 0)
  assert.deepEqual(errors.map(({ kind }) => kind), ["store"])
  assert.match(errors[0]?.message ?? "", /the disk is full/)
  assert.ok(seen.every(({ kind }, at) => kind !== "synced" || at === seen.length - 1), "not saved in between")
  await ada.close()
})

test("an edit of another tab that this one has not heard of is not called saved", limit, async () => {
  const id = crypto.randomUUID()
  const device = new MemoryStore()
  const ada = await openedOn(device, { id, relay: relay.origin })
  const unheard = device.add(new Uint8Array([0, 0]), true)
  ada.edit([typed(0, "Rain.")])
  await until(ada, () => ada.status.kind === "synced" && ada.status.unsaved === 0)
  assert.deepEqual([...device.unsaved], [unheard])
  await ada.close()
  const again = await openedOn(device, { id })
  assert.equal(again.status.unsaved, 1)
  await again.close()
})

test("right after a note the next one waits for what comes, and is written when the script is closed", async () => {
  const noted: (readonly number[])[] = []
  const store = { noteSaved: async (rows: readonly number[]) => void noted.push(rows) }
  const notes = new SavedRows(store as unknown as Store, [1], { trouble: assert.fail, changed: () => {} })
  notes.saved()
  await new Promise(setImmediate)
  for (const row of [2, 3]) {
    notes.add(row)
    notes.saved()
  }
  assert.deepEqual(noted, [[1]])
  assert.ok(notes.isBehind)
  notes.close()
  assert.deepEqual(noted, [[1], [2, 3]])
})
