// What waits until a key is painted, in a page whose frames the test draws.

import assert from "node:assert/strict"
import { afterEach, beforeEach, test } from "node:test"
import { setTimeout as after } from "node:timers/promises"
import { afterPaint } from "../src/after-paint.ts"

const page = globalThis as unknown as Record<string, unknown>
let frames: (() => void)[] = []
const heard = new Map<string, () => void>()

beforeEach(() => {
  frames = []
  const listen = (event: string, listener: () => void): void => void heard.set(event, listener)
  page.requestAnimationFrame = (frame: () => void) => frames.push(frame)
  page.addEventListener = listen
  page.document = { visibilityState: "visible", addEventListener: listen }
})
afterEach(() => {
  for (const name of ["requestAnimationFrame", "addEventListener", "document"]) delete page[name]
})

test("what waits for the paint runs after the frame, all of it, in order", async () => {
  const ran: string[] = []
  afterPaint(() => ran.push("one"))
  afterPaint(() => ran.push("two"))
  await after(0)
  assert.deepEqual(ran, [])
  assert.equal(frames.length, 1)
  frames[0]?.()
  assert.deepEqual(ran, [], "the frame itself is not painted yet")
  await after(5)
  assert.deepEqual(ran, ["one", "two"])
})

test("a page that draws no frame, and one that is left, wait no longer", async () => {
  const ran: string[] = []
  afterPaint(() => ran.push("covered"))
  await after(150)
  assert.deepEqual(ran, ["covered"])
  afterPaint(() => ran.push("left"))
  heard.get("pagehide")?.()
  assert.deepEqual(ran, ["covered", "left"])
  page.document = { visibilityState: "hidden" }
  afterPaint(() => ran.push("hidden"))
  assert.deepEqual(ran, ["covered", "left", "hidden"])
})
