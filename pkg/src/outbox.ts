/**
 * The gate between an edit and the network: updates are written to the store in order, a transaction at a time,
 * and what is to be sent waits until every edit made before it is on disk. Writing begins when the edit is painted.
 *
 * When the store fails, the gate opens: words that cannot be kept here had better be elsewhere.
 */

import { afterPaint } from "./after-paint.ts"
import type { Entry, Store } from "./store.ts"

/** What an outbox tells its owner. */
export interface OutboxEvents {
  /** The store does not take what it is given; told once. */
  trouble(error: unknown): void
  /** Everything given so far is on disk, or cannot be. */
  settled(): void
}

/** An entry to write, or something else to do with the store in its turn. */
type Task =
  | { readonly entry: Entry; readonly written: ((row: number | null) => void) | undefined }
  | { readonly run: () => Promise<void> }

/** Writes, and holds back what must wait for the writing. */
export class Outbox {
  readonly #store: Store
  readonly #events: OutboxEvents
  #queue: Task[] = []
  #writing = false
  /** How many tasks were given, and how many of these are done. */
  #given = 0
  #done = 0
  #failed = false
  #waiting: { readonly after: number; readonly then: () => void }[] = []

  constructor(store: Store, events: OutboxEvents) {
    this.#store = store
    this.#events = events
  }

  /** Whether everything given is on disk. */
  get isStored(): boolean {
    return !this.#failed && this.#done === this.#given
  }

  /** Takes an update to be kept; `written` is told its row, `null` where it could not be. */
  write(entry: Entry, written?: (row: number | null) => void): void {
    this.#take({ entry, written })
  }

  /** Does something else with the store, after what was given before and ahead of what is given later. */
  run(run: () => Promise<void>): void {
    this.#take({ run })
  }

  /** Calls `then` when everything given so far is on disk; at once if it is. Calls keep their order. */
  afterWrites(then: () => void): void {
    if (this.#failed || (this.#done === this.#given && this.#waiting.length === 0)) then()
    else this.#waiting.push({ after: this.#given, then })
  }

  /** Resolves when everything given so far is on disk, or cannot be. */
  settled(): Promise<void> {
    return new Promise(resolve => this.afterWrites(resolve))
  }

  #take(task: Task): void {
    this.#queue.push(task)
    this.#given += 1
    if (this.#writing) return
    this.#writing = true
    afterPaint(() => void this.#drain())
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const count = this.#next()
      await this.#do(this.#queue.splice(0, count))
      this.#done += count
      this.#release()
    }
    this.#writing = false
    this.#events.settled()
  }

  /** How many tasks are done at once: all entries up to something else, or that one thing. */
  #next(): number {
    const other = this.#queue.findIndex(task => "run" in task)
    return other < 0 ? this.#queue.length : Math.max(other, 1)
  }

  async #do(tasks: readonly Task[]): Promise<void> {
    const [first] = tasks
    if (first && "run" in first) return void (await this.#try(first.run))
    const writes = tasks.filter(task => "entry" in task)
    const rows = await this.#try(() => this.#store.write(writes.map(({ entry }) => entry)))
    writes.forEach(({ written }, at) => written?.(rows ? (rows[at] as number) : null))
  }

  /** `null` when it fails, which is told. */
  async #try<T>(run: () => Promise<T>): Promise<T | null> {
    try {
      return await run()
    } catch (error) {
      if (!this.#failed) this.#events.trouble(error)
      this.#failed = true
      return null
    }
  }

  #release(): void {
    const ready = this.#waiting.findIndex(({ after }) => after > this.#done)
    for (const { then } of this.#waiting.splice(0, ready < 0 ? this.#waiting.length : ready)) then()
  }
}
