// What comes into a revision without a mark: from other programs, from whoever was offline, from oneself.

import assert from "node:assert/strict"
import { after, before, mock, test } from "node:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Y from "yjs"
import { initSync, ScriptCore } from "../dist/wasm/scriptroom_client.js"
import { Relay } from "../../tests/browser/relay.ts"
import { peer } from "../../tests/relay/clients.mjs"
import type { CoreChange } from "../src/core.ts"
import type { ScriptHandle } from "../src/index.ts"
import { LateMarks, type Stretch } from "../src/late-marks.ts"
import type { ScriptProduction } from "../src/production.ts"
import { MemoryStore } from "./memory-store.ts"
import { opened, openedOn, typed, until } from "./opened.ts"

const limit = { timeout: 60_000 }
let relay: Relay
before(async () => {
  relay = await Relay.start()
})
after(() => relay.stop())

/** Late marks in a document, and what they asked to be marked. */
async function late(turnsBefore = 0) {
  const file = join(import.meta.dirname, "../dist/wasm/scriptroom_client_bg.wasm")
  initSync({ module: await WebAssembly.compile(await readFile(file)) })
  const core = new ScriptCore(1, 1, 0, undefined, [])
  const asked: Stretch[] = []
  const calls = { count: 0 }
  const counted = <T>(value: T): T => (calls.count++, value)
  const holder = {
    position: (offset: number, after: boolean) => counted(core.position(offset, after)),
    resolve: (position: Uint8Array) => counted(core.resolve(position)),
  }
  const marks = new LateMarks({ holder, turnsBefore: () => turnsBefore, mark: stretches => asked.push(...stretches) })
  /** Replaces some of the text, which the marks follow; returns the stretch that stands there then. */
  const replace = (from: number, to: number, text: string): Stretch => {
    const edit = { kind: "replace", from, to, insert: [{ text }] }
    marks.follow((core.edit([edit], new Uint32Array(0), 0) as CoreChange).text)
    return { from, to: from + text.length }
  }
  const words = (): string[] => asked.map(({ from, to }) => core.slice(from, to))
  replace(0, 0, "It rains on the roof. It rains on the street. Nobody is out.")
  return { marks, asked, calls, replace, words }
}

test("what others wrote is marked after a while, where it is then, what was typed on as one", async () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { marks, asked, replace, words } = await late()
  marks.came([replace(10, 10, "X")])
  marks.came([replace(11, 11, "Y")])
  marks.came([replace(40, 45, "")])
  replace(0, 2, "Five!")
  // What comes right before or behind it is somebody else's.
  replace(15, 15, "behind")
  replace(13, 13, "before")
  mock.timers.tick(1_499)
  assert.deepEqual(asked, [])
  mock.timers.tick(1)
  assert.deepEqual(words(), ["XY", ""])
  assert.deepEqual(asked, [{ from: 19, to: 21 }, { from: 55, to: 55 }])
  mock.timers.tick(10_000)
  assert.equal(asked.length, 2)
  mock.timers.reset()
})

test("of several who see it, each has a turn", async () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const [first, third] = [await late(), await late(2)]
  for (const { marks } of [first, third]) marks.came([{ from: 0, to: 5 }])
  mock.timers.tick(1_500)
  assert.deepEqual([first.asked.length, third.asked.length], [1, 0])
  mock.timers.tick(3_000)
  assert.equal(third.asked.length, 1)
  third.marks.came([{ from: 9, to: 9 }])
  third.marks.stop()
  mock.timers.tick(60_000)
  assert.equal(third.asked.length, 1)
  mock.timers.reset()
})

test("who learns of a revision marks what nobody had of them, and nothing that was saved", async () => {
  const { marks, replace, words } = await late()
  marks.wrote([replace(0, 0, "saved")])
  marks.saved()
  marks.wrote([replace(7, 7, "A")])
  replace(8, 8, "others")
  marks.wrote([replace(8, 8, "B")])
  marks.wrote([replace(30, 30, "gone")])
  replace(25, 40, "")
  marks.learned()
  marks.learned()
  assert.deepEqual(words(), ["AB", ""])
})

test("a key costs the same however many stretches wait, in the end all are where they are", async () => {
  const { marks, calls, replace, words } = await late()
  for (let at = 0; at < 100; at++) {
    // Each in front of all there are, and none beside another.
    replace(0, 0, " and ")
    marks.wrote([replace(0, 0, `w${at}`)])
  }
  const before = calls.count
  for (let key = 0; key < 50; key++) marks.wrote([replace(2 + key, 2 + key, "x")])
  assert.equal(calls.count, before)
  marks.learned()
  const expected = Array.from({ length: 100 }, (_, at) => `w${at}`)
  assert.deepEqual(words(), [...expected.slice(0, 99), `w9${"x".repeat(50)}9`])
})

const synced = (script: ScriptHandle): Promise<void> => until(script, () => script.status.kind === "synced" && script.status.unsaved === 0)

/** The words that have a mark, in order; nothing taken out is "". */
function marked(script: ScriptHandle): string[] {
  const places = [...(script.production as ScriptProduction).places.touching(0, Number.POSITIVE_INFINITY, "m:")].map(([, place]) => place)
  return places.filter(({ number }) => number > 0).sort((one, other) => one.from - other.from).map(({ from, to }) => script.slice(from, to))
}

/** Another program at the script. */
async function foreign(id: string) {
  const other = peer({ scripts: `ws://127.0.0.1:${relay.port}/api/ws/scripts` }, id)
  await other.synced()
  const [strip] = [...other.doc.getMap<Y.Map<unknown>>("strips").values()]
  return { text: strip?.get("text") as Y.Text, entries: other.doc.getMap("script"), [Symbol.asyncDispose]: () => other[Symbol.asyncDispose]() }
}

/** Begins the first revision, as the pages would have it written. */
async function revise(script: ScriptHandle, other: { readonly entries: Y.Map<unknown> }): Promise<void> {
  other.entries.set("v:1.name", "Blue")
  other.entries.set("revising", 1)
  await until(script, () => (script.production as ScriptProduction).revising === 1)
}

test("words of another program, and what it takes out, are in the revision once they come", limit, async () => {
  const id = crypto.randomUUID()
  const ana = await opened({ id, relay: relay.origin })
  ana.edit([typed(0, "It rains on the roof.")])
  await synced(ana)
  await using other = await foreign(id)
  await revise(ana, other)
  assert.deepEqual(marked(ana), [])
  other.text.insert(2, " still")
  await until(ana, () => marked(ana).join() === " still")
  other.text.delete(12, 3)
  await until(ana, () => marked(ana).length === 2)
  assert.deepEqual(marked(ana), [" still", ""])
  await ana.close()
})

test("words that were written offline before the revision was known are in it when they come, and what was there is not", limit, async () => {
  const id = crypto.randomUUID()
  const ana = await opened({ id, relay: relay.origin })
  ana.edit([typed(0, "It rains on the roof.")])
  await synced(ana)
  const device = new MemoryStore()
  const before = await openedOn(device, { id, relay: relay.origin })
  await synced(before)
  await before.close()
  // Offline, in a tab that is closed again: ben's own browser knows nothing of what is new when it comes back.
  const offline = await openedOn(device, { id })
  offline.edit([typed(offline.length, " Ben was offline.")])
  await offline.close()
  await using other = await foreign(id)
  await revise(ana, other)
  const ben = await openedOn(device, { id, relay: relay.origin })
  await until(ana, () => marked(ana).join() === " Ben was offline.")
  await until(ben, () => marked(ben).join() === " Ben was offline.")
  await Promise.all([ana.close(), ben.close()])
})

test("who is alone with a revision that they learn of marks what they have written meanwhile", limit, async () => {
  const id = crypto.randomUUID()
  const ana = await opened({ id, relay: relay.origin })
  ana.edit([typed(0, "It rains on the roof.")])
  await synced(ana)
  {
    await using other = await foreign(id)
    await revise(ana, other)
    await ana.close()
  }
  const ben = await opened({ id, relay: relay.origin })
  ben.edit([typed(0, "Before the network was there.")])
  await until(ben, () => marked(ben).join() === "Before the network was there.")
  await ben.close()
})

test("marks that somebody takes off stay off", limit, async () => {
  const id = crypto.randomUUID()
  const [ana, ben] = await Promise.all([opened({ id, relay: relay.origin }), opened({ id, relay: relay.origin })])
  ana.edit([typed(0, "It rains on the roof.")])
  await synced(ana)
  await using other = await foreign(id)
  await Promise.all([revise(ana, other), revise(ben, other)])
  ana.edit([typed(ana.length, " And on the street.")])
  await until(ben, () => marked(ben).join() === " And on the street.")
  ana.production.unmark(ana.length - 11, ana.length - 1)
  assert.deepEqual(marked(ana), [" And on ", "."])
  await until(ben, () => marked(ben).join("|") === " And on |.")
  await Promise.all([ana.close(), ben.close()])
})
