// The parts that need neither wasm nor a network.

import assert from "node:assert/strict"
import { test } from "node:test"
import { backoffMs } from "../src/backoff.ts"
import { retryMs } from "../src/connection.ts"
import { mapOffset } from "../src/offsets.ts"
import { decodePresence, validColor, validName } from "../src/presence.ts"

test("an offset moves with the text around it", () => {
  const insert = [{ from: 5, to: 5, insert: "abc" }]
  assert.deepEqual([4, 5, 6].map(at => mapOffset(at, insert, -1)), [4, 5, 9])
  assert.equal(mapOffset(5, insert, 1), 8)
  const replace = [{ from: 2, to: 6, insert: "x" }, { from: 8, to: 9, insert: "" }]
  assert.deepEqual([1, 2, 4, 6, 8, 10].map(at => mapOffset(at, replace, -1)), [1, 2, 2, 3, 5, 6])
})

test("waits double, are spread over the whole span, and have an end", () => {
  assert.equal(backoffMs(1, 1), 500)
  assert.equal(backoffMs(3, 1), 2_000)
  assert.equal(backoffMs(3, 0.25), 500)
  assert.equal(backoffMs(1, 0), 50)
  assert.equal(backoffMs(60, 1), 30_000)
})

test("who looks at the page waits for the relay no longer than 8 s, unless it is busy; where nobody looks it is four times that", () => {
  const seen = { isBusy: false, isHidden: false }
  assert.equal(retryMs(3, 1, seen), 2_000)
  assert.equal(retryMs(60, 1, seen), 8_000)
  assert.equal(retryMs(60, 1, { ...seen, isBusy: true }), 30_000)
  assert.equal(retryMs(3, 1, { ...seen, isHidden: true }), 8_000)
})

test("names and colours of others are data", () => {
  assert.equal(validName("  Ada\n\u202eLovelace\u0000 "), "Ada Lovelace")
  assert.equal(validName(7), "Guest")
  assert.equal(validName("👩‍🚀".repeat(80)).length <= 64 * 2, true)
  assert.equal(validColor("#AA3300"), "#aa3300")
  assert.equal(validColor("red;background:url(x)"), "#767676")
  assert.equal(decodePresence(1, "{"), null)
  assert.equal(decodePresence(1, "null"), null)
  assert.deepEqual(decodePresence(1, '{"user":3,"selection":{"anchor":"%","head":"AA=="}}'), {
    clientId: 1,
    name: "Guest",
    color: "#767676",
    selection: null,
    unresolved: null,
  })
})
