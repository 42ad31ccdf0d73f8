/**
 * What comes into a script while a revision is being written, and brings no mark.
 *
 * A revision is what differs from the pages that were given out before it. So words are in it that somebody wrote without
 * knowing of it, offline or with another program, from the moment on at which they come into the script. Whoever sees them come
 * and knew of the revision already marks them, after a while in which their writer may do so; of several, those with larger
 * client ids wait longer, and find them marked then. Whoever learns of a revision marks what they have written that nobody had yet.
 */

import type { TextChange } from "./document-types.ts"
import { mapOffset } from "./offsets.ts"

/** How long a writer's own marks may be behind the words. */
const patienceMs = 1_500

/** A stretch of the text. Empty where something was taken out. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** What holds places by the text around them: the document. */
export interface Holder {
  /** A position that stays with the unit after an offset, or with the one before it. */
  position(offset: number, after: boolean): Uint8Array
  /** Where a position is now; `undefined` when its text is gone. */
  resolve(position: Uint8Array): number | undefined
}

/** What late marks need of their script. */
export interface LateMarksHost {
  readonly holder: Holder
  /** How many others are here whose turn is first. */
  turnsBefore(): number
  /** Marks what of these has no mark. */
  mark(stretches: readonly Stretch[]): void
}

export class LateMarks {
  readonly #host: LateMarksHost
  /** What others wrote, and what was written here that the relay may not have. */
  #came = new Stretches()
  #own = new Stretches()
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(host: LateMarksHost) {
    this.#host = host
  }

  /** Follows a change of the text, whoever made it. */
  follow(text: readonly TextChange[]): void {
    this.#came.follow(text)
    this.#own.follow(text)
  }

  /** Somebody else's words came while a revision was being written. */
  came(stretches: readonly Stretch[]): void {
    if (stretches.length === 0) return
    for (const stretch of stretches) this.#came.add(stretch, this.#host.holder)
    this.#timer ??= setTimeout(() => this.#markCome(), patienceMs * (1 + this.#host.turnsBefore()))
  }

  /** This writer wrote while they knew of no revision. */
  wrote(stretches: readonly Stretch[]): void {
    for (const stretch of stretches) this.#own.add(stretch, this.#host.holder)
  }

  /** The relay has everything: a revision that begins after this begins with these words. */
  saved(): void {
    this.#own = new Stretches()
  }

  /** A revision has begun that this writer didn't know of. */
  learned(): void {
    const own = this.#own.all(this.#host.holder)
    this.saved()
    if (own.length > 0) this.#host.mark(own)
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #markCome(): void {
    this.#timer = null
    const came = this.#came.all(this.#host.holder)
    this.#came = new Stretches()
    this.#host.mark(came)
  }
}

/**
 * Stretches of a text that changes. The last one is kept in numbers, since it may be typed on; all others are held by the text
 * that they are in, so that a key costs the same however many there are.
 */
class Stretches {
  readonly #held: (readonly [from: Uint8Array, to: Uint8Array])[] = []
  #last: Stretch | null = null

  follow(text: readonly TextChange[]): void {
    if (!this.#last || text.length === 0) return
    // What comes right before or behind it is somebody else's.
    const from = mapOffset(this.#last.from, text, 1)
    this.#last = { from, to: Math.max(from, mapOffset(this.#last.to, text, -1)) }
  }

  /** Adds one; what is typed on is one. */
  add({ from, to }: Stretch, holder: Holder): void {
    const last = this.#last
    if (last && from <= last.to && to >= last.from) {
      this.#last = { from: Math.min(last.from, from), to: Math.max(last.to, to) }
      return
    }
    if (last) this.#held.push([holder.position(last.from, true), holder.position(last.to, false)])
    this.#last = { from, to }
  }

  /** All of them, where they are now. One whose text is gone is none. */
  all(holder: Holder): Stretch[] {
    const all = this.#held.flatMap(([start, end]) => {
      const [from, to] = [holder.resolve(start), holder.resolve(end)]
      return from === undefined ? [] : [{ from, to: Math.max(from, to ?? from) }]
    })
    return this.#last ? [...all, this.#last] : all
  }
}
