// The books of one script: what was written, what of that was acknowledged, and who has seen it.
//
// Each thing that is written has a key of its own (a keystroke is a character that stands nowhere else in the script), so
// that a set of keys is all there is to say about a text. The books know what people did, never what the relay has.

/** Characters that every format carries as they are, and that nobody writes a screenplay's rules in. */
const FIRST = 0x3400
const LAST = 0x9fff

/** The books. */
export class Books {
  #written = new Map()
  /** Who wrote what that is not acknowledged yet. */
  #waiting = new Map()
  #groups = []
  #next = FIRST

  get size() {
    return this.#written.size
  }

  /** A character that nobody has typed yet. */
  character() {
    if (this.#next > LAST) throw new Error("expected a script of fewer keystrokes")
    return String.fromCharCode(this.#next++)
  }

  /** Somebody writes this, by a key or with a file. */
  write(key, by, isOfFile = false) {
    const entry = { key, by, isOfFile, writtenMs: performance.now(), acknowledgedMs: null, seenBy: new Set(), taken: null }
    this.#written.set(key, entry)
    this.#waitOf(by).push(entry)
    return entry
  }

  /** Somebody takes it back. */
  takeBack(key, by) {
    const taken = { by, writtenMs: performance.now(), acknowledgedMs: null, seenBy: new Set() }
    this.#written.get(key).taken = taken
    this.#waitOf(by).push(taken)
  }

  /** All that somebody wrote so far is acknowledged. Says how much is so for the first time. */
  acknowledge(by) {
    const entries = this.#waitOf(by).splice(0)
    for (const entry of entries) entry.acknowledgedMs = performance.now()
    return entries.length
  }

  /** These keys were written together, and are there together or not at all. */
  group(keys) {
    this.#groups.push(keys)
  }

  /** Keys that came to nothing, and that nobody was promised: the books forget them. */
  drop(keys) {
    this.#groups = this.#groups.filter((group) => group !== keys)
    for (const key of keys) this.#written.delete(key)
    for (const waiting of this.#waiting.values()) {
      for (let at = waiting.length - 1; at >= 0; at--) if (keys.includes(waiting[at].key)) waiting.splice(at, 1)
    }
  }

  /** What somebody reads: they have seen it, and seen that what they had seen before is taken back. */
  look(reader, present) {
    for (const { by, key, seenBy, taken } of this.#written.values()) {
      if (present.has(key)) {
        if (by !== reader) seenBy.add(reader)
      } else if (taken && taken.by !== reader && (by === reader || seenBy.has(reader))) taken.seenBy.add(reader)
    }
  }

  /** Whether a live key of this writer's is left to be taken back, and which. */
  ownKey(by, dice) {
    const own = [...this.#written.values()].filter((entry) => entry.by === by && !entry.taken)
    return own.length > 0 ? dice.pick(own).key : null
  }

  /** What is wrong with a script that reads so, of what somebody was promised. */
  check(present) {
    const wrong = []
    for (const entry of this.#written.values()) {
      const { key, taken } = entry
      const is = present.has(key)
      if (isPromised(entry) && !is && !taken) wrong.push({ what: "lost", ...told(entry) })
      if (taken && isPromised(taken) && is) wrong.push({ what: "brought back", ...told(entry) })
    }
    for (const key of present) if (!this.#written.has(key)) wrong.push({ what: "written by nobody", key })
    for (const group of this.#groups) {
      const living = group.filter((key) => !this.#written.get(key).taken)
      const there = living.filter((key) => present.has(key)).length
      if (there > 0 && there < living.length) wrong.push({ what: "half", there, of: living.length })
    }
    return wrong
  }

  /** The keys that nobody has taken back. */
  living() {
    return new Set([...this.#written.values()].filter(({ taken }) => !taken).map(({ key }) => key))
  }

  /** How many keys are written, of these with files, taken back, acknowledged, seen by another, or either. */
  totals() {
    const entries = [...this.#written.values()]
    const count = (is) => entries.filter(is).length
    return {
      written: entries.length,
      ofFiles: count(({ isOfFile }) => isOfFile),
      takenBack: count(({ taken }) => taken),
      acknowledged: count(({ acknowledgedMs }) => acknowledgedMs !== null),
      seen: count(({ seenBy }) => seenBy.size > 0),
      promised: count(isPromised),
    }
  }

  #waitOf(by) {
    const waiting = this.#waiting.get(by) ?? []
    this.#waiting.set(by, waiting)
    return waiting
  }
}

const isPromised = ({ acknowledgedMs, seenBy }) => acknowledgedMs !== null || seenBy.size > 0

const told = ({ key, by, writtenMs, acknowledgedMs, seenBy }) => ({
  key,
  by,
  writtenMs: Math.round(writtenMs),
  acknowledgedMs: acknowledgedMs && Math.round(acknowledgedMs),
  seenBy: [...seenBy],
})
