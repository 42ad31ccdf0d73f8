// Marked lines that move with the text, against a list of them all.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { RevisionMark } from "../src/index.ts"
import { MarkedLines } from "../src/marked-lines.ts"
import { mapOffset } from "../src/offsets.ts"
import { changes, dice } from "./random.ts"

test("marked lines are those of a plain list, whatever is edited and told, and equal exactly those", () => {
  const roll = dice(11)
  let list: RevisionMark[] = []
  let lines = MarkedLines.none
  for (let step = 0; step < 400; step++) {
    const before = [list, lines] as const
    if (roll(2) === 0) {
      const from = roll(list.length + 1)
      const removed = roll(Math.min(40, list.length - from + 1))
      const start = list[from - 1]?.offset ?? 0
      const inserted = Array.from({ length: roll(44) }, (_, at) => ({ offset: start + at, revision: roll(3) }))
      const shift = inserted.length
      const behind = list.slice(from + removed).map(mark => ({ ...mark, offset: mark.offset + shift }))
      list = [...list.slice(0, from), ...inserted, ...behind]
      lines = lines.after({ from, removed, inserted, shift })
    } else {
      const text = changes(roll, (list.at(-1)?.offset ?? 0) + 10)
      list = list.map(mark => ({ ...mark, offset: mapOffset(mark.offset, text, -1) }))
      lines = lines.map(text)
    }
    assert.deepEqual(lines.between(0, Number.POSITIVE_INFINITY), list, `step ${step}`)
    const from = roll((list.at(-1)?.offset ?? 0) + 1)
    const near = list.filter(({ offset }) => from <= offset && offset <= from + 50)
    assert.deepEqual(lines.between(from, from + 50), near, `step ${step}`)
    const whole = MarkedLines.none.after({ from: 0, removed: 0, inserted: list, shift: 0 })
    assert.ok(lines.equals(whole) && whole.equals(lines), `step ${step}`)
    assert.equal(lines.equals(before[1]), JSON.stringify(list) === JSON.stringify(before[0]), `step ${step}`)
  }
  assert.ok(list.length > 300, `${list.length} marks`)
})
