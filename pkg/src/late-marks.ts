/**
 * What comes into a script while a revision is being written, and brings no mark.
 *
 * A revision is what differs from the pages that were given out before it. So words are in it that somebody wrote without
 * knowing of it, offline or with another program, from the moment on at which they come into the script. Whoever sees them come
 * and knew of the revision already marks them, after a while in which their writer may do so; of several, those with larger
 * client ids wait longer, and find them marked then. Whoever learns of a revision marks what they have written that nobody had yet.
 */

import { mapOffset } from "./offsets.ts"
import type { TextChange } from "./types.ts"

/** How long a writer's own marks may be behind the words. */
const patienceMs = 1_500

/** A stretch of the text. Empty where something was taken out. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** What late marks need of their script. */
export interface LateMarksHost {
  /** How many others are here whose turn is first. */
  turnsBefore(): number
  /** Marks what of these has no mark. */
  mark(stretches: readonly Stretch[]): void
}

export class LateMarks {
  readonly #host: LateMarksHost
  /** What others wrote, and what was written here that the relay may not have. */
  #came: Stretch[] = []
  #own: Stretch[] = []
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(host: LateMarksHost) {
    this.#host = host
  }

  /** Follows a change of the text, whoever made it. */
  follow(text: readonly TextChange[]): void {
    if (text.length === 0) return
    // What comes right before or behind it is somebody else's.
    const moved = ({ from, to }: Stretch): Stretch => {
      const start = mapOffset(from, text, 1)
      return { from: start, to: Math.max(start, mapOffset(to, text, -1)) }
    }
    this.#came = this.#came.map(moved)
    this.#own = this.#own.map(moved)
  }

  /** Somebody else's words came while a revision was being written. */
  came(stretches: readonly Stretch[]): void {
    if (stretches.length === 0) return
    for (const stretch of stretches) add(this.#came, stretch)
    this.#timer ??= setTimeout(() => this.#markCome(), patienceMs * (1 + this.#host.turnsBefore()))
  }

  /** This writer wrote while they knew of no revision. */
  wrote(stretches: readonly Stretch[]): void {
    for (const stretch of stretches) add(this.#own, stretch)
  }

  /** The relay has everything: a revision that begins after this begins with these words. */
  saved(): void {
    this.#own = []
  }

  /** A revision has begun that this writer didn't know of. */
  learned(): void {
    const own = this.#own
    this.#own = []
    if (own.length > 0) this.#host.mark(own)
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #markCome(): void {
    this.#timer = null
    const came = this.#came
    this.#came = []
    this.#host.mark(came)
  }
}

/** Adds a stretch; what is typed on is one. */
function add(list: Stretch[], stretch: Stretch): void {
  const last = list.at(-1)
  if (last && stretch.from <= last.to && stretch.to >= last.from) {
    list[list.length - 1] = { from: Math.min(last.from, stretch.from), to: Math.max(last.to, stretch.to) }
  } else {
    list.push(stretch)
  }
}
