// The pages of a handle, with a worker that answers what the test says.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { test } from "node:test"
import { initSync as startBackground, PagesCore, parseFountain } from "../dist/wasm/scriptroom_background.js"
import { initSync as startClient, ScriptCore } from "../dist/wasm/scriptroom_client.js"
import type { CoreChange } from "../src/core.ts"
import type { Pages } from "../src/index.ts"
import { changedBreaks, type FromWorker, type PagesChange, type ToWorker } from "../src/pages.ts"
import { opened } from "./opened.ts"

class StandIn {
  static started: (worker: StandIn) => void
  onmessage: ((event: { data: FromWorker }) => void) | null = null
  postMessage(message: ToWorker): void {
    if (message.kind === "start") StandIn.started(this)
  }
  terminate(): void {}
  answer(count: number): void {
    const change = { count, first: "1", from: 0, removed: 0, inserted: [], shift: { offset: 0, paragraph: 0 } }
    this.onmessage?.({ data: { kind: "pages", version: 0, whole: false, changes: [change], production: null } })
  }
}

test("no page is known before the first layout; it is told, and after it what changed", async context => {
  const before = globalThis.Worker
  context.after(() => void (globalThis.Worker = before))
  globalThis.Worker = StandIn as unknown as typeof Worker
  const started = new Promise<StandIn>(resolve => (StandIn.started = resolve))
  const script = await opened({ pageWorker: "pages-worker.js" })
  assert.equal(script.pages.count, 0)
  const told: Pages[] = []
  script.on("pages", pages => told.push(pages))
  const worker = await started
  const one: Pages = { count: 1, first: "1", breaks: [], marks: [], numbers: {} }
  worker.answer(1)
  assert.deepEqual(told, [one])
  worker.answer(1)
  assert.deepEqual(told, [one])
  worker.answer(2)
  assert.deepEqual(told, [one, { ...one, count: 2 }])
  await script.close()
})

test("the changes of edits anywhere, one after the other, make the breaks of a full layout", async () => {
  await started()
  const core = new ScriptCore(1, 1, 0, undefined, [])
  const speeches = Array.from({ length: 90 }, (_, at) => `INT. HOUSE ${at}\n\n${"She waits. ".repeat(at)}\n\nANNA\n${"No. ".repeat(90)}\n`)
  core.import(parseFountain(speeches.join("\n"))[0] as Uint8Array)
  const laid = new PagesCore(core.plainParagraphs(0, core.paragraphCount), [], [])
  let breaks = changedBreaks([], laid.pages() as PagesChange)
  let most = 0
  for (let step = 0; step < 150; step++) {
    const { from, removed, inserted } = edited(core, step)
    const change = laid.splice(from, removed, core.plainParagraphs(from, from + inserted)) as PagesChange
    breaks = changedBreaks(breaks, change)
    const full = new PagesCore(core.plainParagraphs(0, core.paragraphCount), [], [])
    const { count, inserted: expected } = full.pages() as PagesChange
    full.free()
    assert.equal(change.count, count, `step ${step}`)
    assert.deepEqual(breaks, expected, `step ${step}`)
    if (step % 5 === 0) most = Math.max(most, change.inserted.length)
  }
  assert.ok(breaks.length > 50, `${breaks.length} breaks`)
  assert.ok(most <= 6, `${most} breaks sent for a key`)
})

/** A key at one of many places, a new line, a cut of a few lines, some lines, or a long one. */
function edited(core: ScriptCore, step: number): { from: number; removed: number; inserted: number } {
  const at = (step * 7919) % core.length
  const insert = [[{ text: "x" }], [{ text: "" }, { text: "" }], [{ text: "" }], Array(9).fill({ text: "He runs." }), [{ text: "y".repeat(900) }]]
  const to = step % 5 === 2 ? Math.min(core.length - 1, at + 300) : at
  const edit = { kind: "replace", from: at, to, insert: insert[step % 5] }
  const { paragraphs } = core.edit([edit], new Uint32Array(0), step) as CoreChange
  assert.equal(paragraphs.length, 1)
  const { from, removed, inserted } = paragraphs[0] as CoreChange["paragraphs"][number]
  return { from, removed, inserted: inserted.length }
}

async function started(): Promise<void> {
  for (const [start, name] of [[startClient, "client"], [startBackground, "background"]] as const) {
    const file = join(import.meta.dirname, `../dist/wasm/scriptroom_${name}_bg.wasm`)
    start({ module: await WebAssembly.compile(await readFile(file)) })
  }
}
