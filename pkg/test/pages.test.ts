// The pages of a handle, with a worker that answers what the test says.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { Pages } from "../src/index.ts"
import { changedBreaks, type FromWorker, pagesChange, type ToWorker } from "../src/pages.ts"
import type { PageBreak } from "../src/index.ts"
import { opened } from "./opened.ts"

class StandIn {
  static started: (worker: StandIn) => void
  onmessage: ((event: { data: FromWorker }) => void) | null = null
  postMessage(message: ToWorker): void {
    if (message.kind === "start") StandIn.started(this)
  }
  terminate(): void {}
  answer(pages: Pages): void {
    this.onmessage?.({ data: { kind: "pages", version: 0, pages: pagesChange([], pages) } })
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
  const one: Pages = { count: 1, breaks: [] }
  worker.answer(one)
  assert.deepEqual(told, [one])
  worker.answer(one)
  assert.deepEqual(told, [one])
  worker.answer({ count: 2, breaks: [] })
  assert.deepEqual(told, [one, { count: 2, breaks: [] }])
  await script.close()
})

test("what is told of pages is what changed, and makes the same breaks of those that are known", () => {
  const at = (page: number, offset: number, paragraph: number): PageBreak => ({
    page: String(page),
    offset,
    paragraph,
    line: 0,
    more: false,
    contd: null,
  })
  const before = [at(2, 100, 10), at(3, 200, 20), at(4, 300, 30), at(5, 400, 40)]
  const cases: readonly (readonly [string, readonly PageBreak[], number])[] = [
    ["nothing", before, 0],
    ["a key on page 3", [at(2, 100, 10), at(3, 200, 20), at(4, 301, 30), at(5, 401, 40)], 0],
    ["a paragraph on page 1", [at(2, 104, 10), at(3, 205, 21), at(4, 305, 31), at(5, 405, 41)], 1],
    ["a page more in the middle", [at(2, 100, 10), at(3, 200, 20), at(4, 250, 25), at(5, 350, 35), at(6, 450, 45)], 3],
    ["a page less at the end", before.slice(0, 3), 0],
    ["one page alone", [], 0],
  ]
  for (const [name, breaks, inserted] of cases) {
    const change = pagesChange(before, { count: breaks.length + 1, breaks })
    assert.deepEqual(changedBreaks(before, change), breaks, name)
    assert.ok(change.inserted.length <= Math.max(inserted, breaks.length - 1), name)
    if (breaks.length === before.length) assert.equal(change.inserted.length, inserted, name)
  }
})
