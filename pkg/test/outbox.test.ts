// The gate between an edit and the network, with a store that writes when it is told to.

import assert from "node:assert/strict"
import { test } from "node:test"
import { Outbox } from "../src/outbox.ts"
import type { Entry, Store } from "../src/store.ts"

/** A store whose writes end when the test says so. */
class SlowStore {
  readonly writes: { readonly count: number; readonly end: (error?: Error) => void }[] = []

  write(entries: readonly Entry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.writes.push({ count: entries.length, end: error => (error ? reject(error) : resolve()) })
    })
  }
}

function outboxOn(store: SlowStore): { readonly outbox: Outbox; readonly told: string[] } {
  const told: string[] = []
  const outbox = new Outbox(store as unknown as Store, {
    trouble: error => told.push(`trouble: ${String(error)}`),
    settled: () => told.push(`settled: ${outbox.isStored}`),
  })
  return { outbox, told }
}

const entry = { update: new Uint8Array([0, 0]) } as unknown as Entry
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test("what is sent waits for every edit before it, and the owner is told when all is on disk", async () => {
  const store = new SlowStore()
  const { outbox, told } = outboxOn(store)
  outbox.write(entry)
  outbox.afterWrites(() => told.push("sent"))
  await turn()
  assert.deepEqual(told, [])
  assert.equal(outbox.isStored, false)
  store.writes[0]?.end()
  await turn()
  assert.deepEqual(told, ["sent", "settled: true"])
})

test("edits made while the store writes go out in one write after it", async () => {
  const store = new SlowStore()
  const { outbox, told } = outboxOn(store)
  for (let i = 0; i < 3; i++) outbox.write(entry)
  await turn()
  store.writes[0]?.end()
  await turn()
  assert.deepEqual(store.writes.map(write => write.count), [1, 2])
  assert.deepEqual(told, [])
  store.writes[1]?.end()
  await turn()
  assert.deepEqual(told, ["settled: true"])
})

test("a store that fails opens the gate: words that cannot be kept here go elsewhere", async () => {
  const store = new SlowStore()
  const { outbox, told } = outboxOn(store)
  outbox.write(entry)
  outbox.afterWrites(() => told.push("sent"))
  await turn()
  store.writes[0]?.end(new Error("disk full"))
  await turn()
  assert.deepEqual(told, ["trouble: Error: disk full", "sent", "settled: false"])
  outbox.write(entry)
  outbox.afterWrites(() => told.push("sent at once"))
  store.writes[1]?.end(new Error("disk full"))
  await turn()
  assert.deepEqual(told.slice(3), ["sent at once", "settled: false"])
})
