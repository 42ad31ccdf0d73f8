// The pages of a handle, with a worker that answers what the test says.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { Pages } from "../src/index.ts"
import type { FromWorker } from "../src/pages.ts"
import { opened } from "./opened.ts"

class StandIn {
  static last: StandIn | null = null
  onmessage: ((event: { data: FromWorker }) => void) | null = null
  constructor() {
    StandIn.last = this
  }
  postMessage(): void {}
  terminate(): void {}
  answer(pages: Pages): void {
    this.onmessage?.({ data: { kind: "pages", version: 0, pages } })
  }
}

test("the first layout is told even if it is the one page that was guessed; after it, what changed", async context => {
  const before = globalThis.Worker
  context.after(() => void (globalThis.Worker = before))
  globalThis.Worker = StandIn as unknown as typeof Worker
  const script = await opened({ pageWorker: "pages-worker.js" })
  const told: Pages[] = []
  script.on("pages", pages => told.push(pages))
  await new Promise(resolve => setTimeout(resolve, 20))
  const worker = StandIn.last
  assert.ok(worker, "the handle has started its page worker")
  const one: Pages = { count: 1, breaks: [] }
  worker.answer(one)
  assert.deepEqual(told, [one])
  worker.answer(one)
  assert.deepEqual(told, [one])
  worker.answer({ count: 2, breaks: [] })
  assert.deepEqual(told, [one, { count: 2, breaks: [] }])
  await script.close()
})
