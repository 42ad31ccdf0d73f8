// When what others do is shown to somebody who types.

import assert from "node:assert/strict"
import { test } from "node:test"
import { Pace } from "../src/codemirror/pace.ts"

test("nobody waits who does not type", () => {
  const pace = new Pace()
  assert.equal(pace.waitMs(0), 0)
  pace.shown(1_000, 1_015)
  assert.equal(pace.waitMs(1_016), 0)
})

test("while somebody types on a slow device what others do has a tenth of the time, and is at most 200 ms late", () => {
  const pace = new Pace()
  pace.typed(1_000)
  assert.equal(pace.waitMs(1_001), 0)
  pace.shown(1_010, 1_022)
  pace.shown(1_030, 1_040)
  assert.equal(pace.waitMs(1_040), 100)
  assert.equal(pace.waitMs(1_140), 0)
  pace.shown(1_140, 1_190)
  assert.equal(pace.waitMs(1_190), 100, "as long as it takes at least")
  pace.shown(1_200, 1_300)
  assert.equal(pace.waitMs(1_300), 200)
  assert.equal(pace.waitMs(1_401), 0, "they have stopped")
})

test("what takes half a frame makes nothing wait, nor does what was slow once", () => {
  const pace = new Pace()
  pace.typed(1_000)
  pace.shown(1_010, 1_018)
  pace.shown(1_020, 1_028)
  assert.equal(pace.waitMs(1_028), 0)
  pace.shown(1_030, 1_130)
  assert.equal(pace.waitMs(1_130), 0)
})
