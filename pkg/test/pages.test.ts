// The pages of a handle, with a worker that answers what the test says.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { Pages } from "../src/index.ts"
import type { FromWorker, ToWorker } from "../src/pages.ts"
import { opened } from "./opened.ts"

class StandIn {
  static started: (worker: StandIn) => void
  onmessage: ((event: { data: FromWorker }) => void) | null = null
  postMessage(message: ToWorker): void {
    if (message.kind === "start") StandIn.started(this)
  }
  terminate(): void {}
  answer(pages: Pages): void {
    this.onmessage?.({ data: { kind: "pages", version: 0, pages } })
  }
}

test("the first layout is told even if it is the one page that was guessed; after it, what changed", async context => {
  const before = globalThis.Worker
  context.after(() => void (globalThis.Worker = before))
  globalThis.Worker = StandIn as unknown as typeof Worker
  const started = new Promise<StandIn>(resolve => (StandIn.started = resolve))
  const script = await opened({ pageWorker: "pages-worker.js" })
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
