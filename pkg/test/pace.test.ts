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

test("while somebody types what others do has a tenth of the time, and is at most 200 ms late", () => {
  const pace = new Pace()
  pace.typed(1_000)
  assert.equal(pace.waitMs(1_001), 0)
  pace.shown(1_010, 1_012)
  assert.equal(pace.waitMs(1_012), 20)
  assert.equal(pace.waitMs(1_032), 0)
  pace.shown(1_040, 1_140)
  assert.equal(pace.waitMs(1_140), 200)
  assert.equal(pace.waitMs(1_401), 0, "they have stopped")
})
