// Chance by seed: the same seed plans the same run. When a packet arrives is still the machine's affair.

/** Dice of a seed (mulberry32). */
export class Dice {
  #state
  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** Even in 0..1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number in `least … most`, both included. */
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  isLucky(chance) {
    return this.next() < chance
  }

  pick(list) {
    return list[this.between(0, list.length - 1)]
  }

  /** Dice of their own for a part of the run, so that what one part throws moves no other. */
  split() {
    return new Dice(this.between(0, 2 ** 31))
  }
}
