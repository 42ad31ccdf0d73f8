// Listeners that throw, where the platform reports errors and where it cannot.

import assert from "node:assert/strict"
import { test } from "node:test"
import { Emitter } from "../src/emitter.ts"

test("a listener that throws keeps nobody from hearing, and its error is not lost", context => {
  const later: (() => void)[] = []
  context.mock.method(globalThis, "queueMicrotask", (task: () => void) => void later.push(task))
  const events = new Emitter<{ change: number }>()
  const heard: number[] = []
  events.on("change", () => {
    throw new Error("a listener's own")
  })
  events.on("change", value => heard.push(value))
  events.emit("change", 7)
  assert.deepEqual(heard, [7])
  assert.throws(() => later[0]?.(), /a listener's own/)
})
