/**
 * The gate between an edit and the network: updates are written to the store in order, a transaction at a time,
 * and what is to be sent waits until every edit made before it is on disk.
 *
 * When the store fails, the gate opens: words that cannot be kept here had better be elsewhere.
 */

import type { Entry, Store } from "./store.ts"

/** What an outbox tells its owner. */
export interface OutboxEvents {
  /** The store does not take what it is given; told once. */
  trouble(error: unknown): void
  /** Everything given so far is on disk, or cannot be. */
  settled(): void
}

/** Writes, and holds back what must wait for the writing. */
export class Outbox {
  readonly #store: Store
  readonly #events: OutboxEvents
  #queue: Entry[] = []
  #writing = false
  /** How many entries were given, and how many of these are on disk. */
  #given = 0
  #written = 0
  #failed = false
  #waiting: { readonly after: number; readonly then: () => void }[] = []

  constructor(store: Store, events: OutboxEvents) {
    this.#store = store
    this.#events = events
  }

  /** Whether everything given is on disk. */
  get isStored(): boolean {
    return !this.#failed && this.#written === this.#given
  }

  /** Takes an update to be kept. */
  write(entry: Entry): void {
    this.#queue.push(entry)
    this.#given += 1
    if (!this.#writing) void this.#drain()
  }

  /** Calls `then` when everything given so far is on disk; at once if it is. Calls keep their order. */
  afterWrites(then: () => void): void {
    if (this.#failed || (this.#written === this.#given && this.#waiting.length === 0)) then()
    else this.#waiting.push({ after: this.#given, then })
  }

  /** Resolves when everything given so far is on disk, or cannot be. */
  settled(): Promise<void> {
    return new Promise(resolve => this.afterWrites(resolve))
  }

  async #drain(): Promise<void> {
    this.#writing = true
    while (this.#queue.length > 0) {
      const batch = this.#queue
      this.#queue = []
      try {
        await this.#store.write(batch)
      } catch (error) {
        if (!this.#failed) this.#events.trouble(error)
        this.#failed = true
      }
      this.#written += batch.length
      this.#release()
    }
    this.#writing = false
    this.#events.settled()
  }

  #release(): void {
    const ready = this.#waiting.findIndex(({ after }) => after > this.#written)
    for (const { then } of this.#waiting.splice(0, ready < 0 ? this.#waiting.length : ready)) then()
  }
}
