// Random edits, the same ones in each run.

import type { TextChange } from "../src/index.ts"

/** A whole number below `sides` with each call. */
export type Dice = (sides: number) => number

export function dice(seed: number): Dice {
  let state = seed
  return sides => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** Up to three changes of a text of that length, in order. */
export function changes(roll: Dice, length: number): TextChange[] {
  const found: TextChange[] = []
  let at = 0
  for (let left = 1 + roll(3); left > 0 && at < length; left--) {
    const from = at + roll(length - at)
    const to = Math.min(length, from + (roll(2) === 0 ? 0 : roll(30)))
    found.push({ from, to, insert: "x".repeat(roll(4) === 0 ? roll(50) : 1) })
    at = to + 1
  }
  return found
}
