// Who else is there: what is told of them, and how their carets move.

import assert from "node:assert/strict"
import { test } from "node:test"
import { Peers } from "../src/peers.ts"
import { encodePresence } from "../src/presence.ts"
import type { Peer } from "../src/types.ts"

/** Positions are an offset in one byte; `known` says up to where the text is here. */
function peersWith(known: { length: number }): { readonly peers: Peers; readonly shown: (readonly Peer[])[] } {
  const shown: (readonly Peer[])[] = []
  const peers = new Peers({
    clientId: 1,
    resolve: position => ((position[0] ?? 0) <= known.length ? position[0] : undefined),
    shown: list => shown.push(list),
  })
  return { peers, shown }
}

function at(offset: number): string {
  const user = { name: "Ben", color: "#aa3300" }
  const end = new Uint8Array([offset])
  return encodePresence(user, { anchor: end, head: end })
}

test("a peer's caret is pushed on by what is typed at it, without a message for each key", () => {
  const { peers } = peersWith({ length: 10 })
  peers.takeAll([2, at(4)])
  peers.map([{ from: 4, to: 4, insert: " falls" }])
  assert.deepEqual(peers.list[0]?.selection, { anchor: 10, head: 10 })
  peers.map([{ from: 0, to: 2, insert: "" }])
  assert.deepEqual(peers.list[0]?.selection, { anchor: 8, head: 8 })
})

test("a caret in text that has not come is shown when it has", () => {
  const known = { length: 3 }
  const { peers, shown } = peersWith(known)
  peers.takeAll([2, at(7)])
  assert.equal(peers.list[0]?.selection, null)
  known.length = 7
  peers.resolve()
  assert.deepEqual(peers.list[0]?.selection, { anchor: 7, head: 7 })
  assert.equal(shown.length, 2)
})

test("a tab is told of once, whichever way, and oneself never", () => {
  const { peers } = peersWith({ length: 10 })
  peers.takeTab(3, at(1))
  peers.takeAll([1, at(0), 2, at(2), 3, at(5)])
  assert.deepEqual(peers.list.map(({ clientId, selection }) => [clientId, selection?.head]), [[3, 1], [2, 2]])
  peers.takeTab(3, null)
  assert.deepEqual(peers.list.map(({ clientId }) => clientId), [2])
})
