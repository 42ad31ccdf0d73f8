// Places that move with the text, against ones that are mapped one by one.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { TextChange } from "../src/index.ts"
import { NamedPlaces, type Place } from "../src/named-places.ts"
import { mapOffset } from "../src/offsets.ts"
import { changes, dice } from "./random.ts"

test("places are where they would be if each was mapped by itself, whatever is edited, set and taken away", () => {
  const roll = dice(7)
  let length = 30_000
  const place = (): Place => {
    const from = roll(length)
    return { from, to: Math.min(length, from + (roll(3) === 0 ? 0 : roll(40))), number: roll(3) }
  }
  const known = new Map(Array.from({ length: 500 }, (_, at) => [`m:${at}`, place()] as const))
  const places = new NamedPlaces(known)
  for (let step = 0; step < 2_000; step++) {
    const name = `m:${roll(900)}`
    if (roll(4) === 0) {
      places.delete(name)
      known.delete(name)
    } else if (roll(3) === 0) {
      const now = place()
      places.set(name, now)
      known.set(name, now)
    } else {
      const text = changes(roll, length)
      places.map(text)
      for (const [name, { from, to, number }] of known) {
        const start = mapOffset(from, text, from === to ? 1 : -1)
        known.set(name, { from: start, to: mapOffset(to, text, 1), number })
      }
      length += grown(text)
    }
    assert.deepEqual(places.get(name), known.get(name), `step ${step}`)
    const [from, until] = [roll(length), 60]
    const near = [...known].filter(([, at]) => at.from <= from + until && at.to >= from)
    assert.deepEqual(sorted(places.touching(from, from + until)), sorted(near), `step ${step}`)
  }
  assert.deepEqual(sorted(places), sorted(known))
  assert.ok(known.size > 300, `${known.size} places`)
})

function grown(text: readonly TextChange[]): number {
  return text.reduce((sum, { from, to, insert }) => sum + insert.length - (to - from), 0)
}

function sorted(places: Iterable<readonly [string, Place]>): (readonly [string, Place])[] {
  return [...places].sort(([one], [other]) => (one < other ? -1 : 1))
}
