/** What other people's browsers say of themselves, and what of it is shown: never as style or markup that they chose. */

import assert from "node:assert/strict"
import { test } from "node:test"
import { decodePresence } from "../src/presence.ts"

const shown = (user: unknown) => {
  const peer = decodePresence(9, JSON.stringify({ user }))
  return [peer?.name, peer?.color]
}

test("a colour is six hexadecimal digits or the one of the unknown", () => {
  assert.deepEqual(shown({ name: "Eve", color: "#FF0080" }), ["Eve", "#ff0080"])
  const hostile = [
    "red; background: url(https://example.com/seen)",
    "#fff} body { display: none",
    "#ffffff; color: red",
    "#ffffff\n",
    "var(--ink)",
    { toString: "#ffffff" },
    ["#ffffff"],
    null,
  ]
  for (const color of hostile) assert.deepEqual(shown({ name: "Eve", color }), ["Eve", "#767676"], JSON.stringify(color))
})

test("a name is one line of bounded length that turns nothing around", () => {
  assert.equal(shown({ name: "A".repeat(3_000) })[0], "A".repeat(64))
  assert.equal(shown({ name: "\u202eadA\u2066" })[0], "adA")
  assert.equal(shown({ name: "Eve\n\n\u2028Ada" })[0], "Eve Ada")
  for (const name of ["", "\u200b", 7, null, { toString: "Ada" }]) assert.equal(shown({ name })[0], "Guest")
})

test("what is no object is nobody, and a prototype is no user", () => {
  for (const json of ["7", "null", "[", "\"Ada\""]) assert.equal(decodePresence(9, json), null, json)
  const state = '{"__proto__":{"user":{"name":"Ada"}},"constructor":1}'
  assert.equal(decodePresence(9, state)?.name, "Guest")
})
