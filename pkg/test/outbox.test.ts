// The gate between an edit and the network, with a store that writes when it is told to.

import assert from "node:assert/strict"
import { test } from "node:test"
import { Outbox } from "../src/outbox.ts"
import type { Entry, Store } from "../src/store.ts"

/** A store whose writes end when the test says so. */
class SlowStore {
  /** How many entries each leaving of the page found unwritten. */
  readonly left: number[] = []
  readonly writes: { readonly count: number; readonly end: (error?: Error) => void }[] = []

  write(entries: readonly Entry[]): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      this.writes.push({ count: entries.length, end: error => (error ? reject(error) : resolve(entries.map(() => 7))) })
    })
  }

  leave(entries: readonly Entry[]): void {
    this.left.push(entries.length)
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

test("a store that fails opens the gate: words that cannot be kept here go elsewhere", async context => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const store = new SlowStore()
  const { outbox, told } = outboxOn(store)
  outbox.write(entry, row => told.push(`row ${row}`))
  outbox.afterWrites(() => told.push("sent"))
  await turn()
  store.writes[0]?.end(new Error("disk full"))
  await turn()
  assert.deepEqual(told.splice(0), ["trouble: Error: disk full", "row null", "sent"])
  outbox.write(entry, row => told.push(`next row ${row}`))
  outbox.afterWrites(() => told.push("sent at once"))
  assert.deepEqual(told.splice(0), ["next row null", "sent at once"])
  assert.deepEqual([outbox.isFailing, outbox.isStored, outbox.unwritten.length], [true, false, 2])
  await outbox.settled()
})

test("what waited for a store that fails goes out before what is said when that is heard", async context => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const store = new SlowStore()
  const told: string[] = []
  const outbox = new Outbox(store as unknown as Store, {
    trouble: () => outbox.afterWrites(() => told.push("said at the failure")),
    settled: () => {},
  })
  outbox.write(entry)
  outbox.afterWrites(() => {
    told.push("first")
    outbox.afterWrites(() => told.push("said at the first"))
  })
  outbox.afterWrites(() => told.push("second"))
  await turn()
  store.writes[0]?.end(new Error("disk full"))
  await turn()
  assert.deepEqual(told, ["first", "second", "said at the failure", "said at the first"])
})

test("what a store did not take is tried again, ahead of what came after it, and the gate closes again", async context => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const store = new SlowStore()
  const { outbox, told } = outboxOn(store)
  outbox.write(entry, row => told.push(`first ${row}`))
  outbox.run(async () => void told.push("ran"), () => told.push("not run"))
  await turn()
  store.writes[0]?.end(new Error("disk full"))
  await turn()
  assert.deepEqual(told.splice(0), ["trouble: Error: disk full", "first null", "not run"])
  outbox.write(entry, row => told.push(`second ${row}`))
  assert.deepEqual(told.splice(0), ["second null"])
  context.mock.timers.tick(500)
  store.writes[1]?.end(new Error("disk full"))
  await turn()
  assert.deepEqual(told, [], "trouble is told once")
  context.mock.timers.tick(1_000)
  store.writes[2]?.end()
  await turn()
  assert.deepEqual(told.splice(0), ["first 7", "ran"])
  outbox.afterWrites(() => told.push("sent"))
  store.writes[3]?.end()
  await turn()
  assert.deepEqual(store.writes.map(({ count }) => count), [1, 1, 1, 1])
  assert.deepEqual(told, ["second 7", "sent", "settled: true"])
  assert.deepEqual([outbox.isFailing, outbox.unwritten], [false, []])
})

test("whoever closes while the store fails tries once more, and no longer", async context => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const store = new SlowStore()
  const { outbox, told } = outboxOn(store)
  outbox.write(entry, row => told.push(`row ${row}`))
  await turn()
  store.writes[0]?.end(new Error("disk full"))
  await turn()
  const closed = outbox.close()
  await turn()
  store.writes[1]?.end()
  await closed
  assert.deepEqual(told, ["trouble: Error: disk full", "row null", "row 7", "settled: true"])
  context.mock.timers.tick(60_000)
  assert.equal(store.writes.length, 2)
})

test("a page that is left tells the store what is not on disk, and that it is where the page goes on", async context => {
  const page = new EventTarget()
  Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page) })
  context.after(() => void delete (globalThis as { addEventListener?: unknown }).addEventListener)
  const leave = (): boolean => page.dispatchEvent(new Event("pagehide"))
  const store = new SlowStore()
  const { outbox } = outboxOn(store)
  leave()
  assert.deepEqual(store.left, [], "there is nothing to tell")
  outbox.write(entry)
  await turn()
  for (let i = 0; i < 2; i++) outbox.write(entry)
  leave()
  assert.deepEqual(store.left, [3], "what is being written may not get there")
  store.writes[0]?.end()
  await turn()
  assert.deepEqual(store.left, [3])
  store.writes[1]?.end()
  await turn()
  assert.deepEqual(store.left, [3, 0])
  await outbox.close()
  outbox.write(entry)
  leave()
  assert.deepEqual(store.left, [3, 0], "a script that is closed says nothing")
})
