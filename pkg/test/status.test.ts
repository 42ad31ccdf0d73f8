// How a script stands with the relay, by what a tab knows.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { Status } from "../src/index.ts"
import { type Known, ledStatus, ownStatus } from "../src/status.ts"

const known: Known = { unsaved: 0, device: "kept", refusal: null, isOnline: true, transport: "websocket", isDone: true }

test("a script is offline without a network, connecting without a connection, and synced when nothing has to come or to go", () => {
  const kind = (part: Partial<Known>): Status["kind"] => ownStatus({ ...known, ...part }).kind
  assert.equal(kind({}), "synced")
  assert.equal(kind({ isDone: false }), "syncing")
  assert.equal(kind({ transport: null }), "connecting")
  assert.equal(kind({ transport: null, isOnline: false }), "offline")
})

test("a script that the relay refuses says why, and names no way to the relay", () => {
  const refused = ownStatus({ ...known, unsaved: 2, refusal: "not allowed" })
  assert.deepEqual(refused, { kind: "refused", unsaved: 2, device: "kept", transport: null, reason: "not allowed" })
})

test("a tab that is led calls nothing saved of which the leading tab has yet to hear", () => {
  const led = ownStatus(known)
  assert.equal(ledStatus(led, "kept", true).kind, "synced")
  const behind = { ...led, kind: "syncing", unsaved: 1 }
  assert.deepEqual(ledStatus(led, "kept", false), behind)
  assert.deepEqual(ledStatus(led, "writing", true), { ...behind, device: "writing" })
  // Where nothing is kept here, it is the leading tab that knows.
  assert.deepEqual(ledStatus({ ...led, kind: "offline", transport: null }, "unavailable", false).kind, "offline")
})
