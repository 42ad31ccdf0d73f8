/**
 * The gate between an edit and the network: updates are written to the store in order, a transaction at a time,
 * and what is to be sent waits until every edit made before it is on disk. Writing begins when the edit is painted.
 *
 * When the store fails, the gate opens: words that cannot be kept here had better be elsewhere. They stay in line, and are
 * tried again: what comes after them on the disk builds on them. When the page is left, the store is told what is not on
 * disk yet.
 */

import { afterPaint, whenLeaving } from "./after-paint.ts"
import { backoffMs } from "./backoff.ts"
import { sameBytes } from "./document.ts"
import type { Entry, Store } from "./store.ts"

/** What an outbox tells its owner. */
export interface OutboxEvents {
  /** The store does not take what it is given; told once, and again when it has taken something since. */
  trouble(error: unknown): void
  /** Everything given so far is on disk. */
  settled(): void
}

/** An entry to write, or something else to do with the store in its turn. */
type Task =
  | { readonly entry: Entry; readonly written: ((row: number | null) => void) | undefined }
  | { readonly run: () => Promise<void>; readonly missed: (() => void) | undefined }

/** Writes, and holds back what must wait for the writing. */
export class Outbox {
  readonly #store: Store
  readonly #events: OutboxEvents
  #queue: Task[] = []
  #writing = false
  /** How many tasks were given, and how many of these are done. */
  #given = 0
  #done = 0
  /** How often the first task of the queue has failed. */
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #closed = false
  /** Whether the store was told at leaving what is not on disk, and not since that it is. */
  #isLeft = false
  readonly #gone = new AbortController()
  #waiting: { readonly after: number; readonly then: () => void }[] = []

  constructor(store: Store, events: OutboxEvents) {
    this.#store = store
    this.#events = events
    whenLeaving(() => this.#leave(), this.#gone.signal)
  }

  /** Whether everything given is on disk. */
  get isStored(): boolean {
    return this.#done === this.#given
  }

  /** Whether the store did not take what it was given last. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  /** What is not on disk yet, oldest first. */
  get unwritten(): readonly Entry[] {
    return this.#queue.flatMap(task => ("entry" in task ? [task.entry] : []))
  }

  /** Takes an update to be kept; `written` is told its row, and `null` before that where the store fails. */
  write(entry: Entry, written?: (row: number | null) => void): void {
    this.#take({ entry, written })
  }

  /**
   * Does something else with the store, after what was given before and ahead of what is given later. It is done again
   * where it fails, which `missed` is told before.
   */
  run(run: () => Promise<void>, missed?: () => void): void {
    this.#take({ run, missed })
  }

  /** Another tab has put this on disk: it is not tried again. */
  keptElsewhere(update: Uint8Array): void {
    const at = this.#timer === null ? -1 : this.#queue.findIndex(task => "entry" in task && sameBytes(task.entry.update, update))
    if (at < 0) return
    this.#queue.splice(at, 1)
    this.#done += 1
    if (this.#queue.length > 0) return
    this.#stopTimer()
    this.#writing = false
    this.#settle()
  }

  /** Calls `then` when everything given so far is on disk; at once if it is, and where it cannot be. Calls keep their order. */
  afterWrites(then: () => void): void {
    if (this.#waiting.length === 0 && (this.isFailing || this.isStored)) then()
    else this.#waiting.push({ after: this.#given, then })
  }

  /** Resolves when everything given so far is on disk, or cannot be. */
  settled(): Promise<void> {
    return new Promise(resolve => this.afterWrites(resolve))
  }

  /** Resolves when everything is on disk, or could not be, tried once more. */
  async close(): Promise<void> {
    await this.settled()
    this.#closed = true
    this.#gone.abort()
    if (this.#timer === null) return
    this.#stopTimer()
    await this.#drain()
  }

  /** The page goes, perhaps: the store is told what is not on disk. */
  #leave(): void {
    const unwritten = this.unwritten
    if (unwritten.length === 0 && !this.#isLeft) return
    this.#isLeft = unwritten.length > 0
    this.#store.leave(unwritten)
  }

  #settle(): void {
    this.#leave()
    this.#events.settled()
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #take(task: Task): void {
    this.#queue.push(task)
    this.#given += 1
    if (this.isFailing) missed(task)
    if (this.#writing) return
    this.#writing = true
    afterPaint(() => void this.#drain())
  }

  async #drain(): Promise<void> {
    this.#timer = null
    while (this.#queue.length > 0) {
      const tasks = this.#queue.slice(0, this.#next())
      try {
        await this.#do(tasks)
      } catch (error) {
        return this.#failed(error)
      }
      this.#queue.splice(0, tasks.length)
      this.#done += tasks.length
      this.#failures = 0
      this.#release(this.#done)
    }
    this.#writing = false
    this.#settle()
  }

  #failed(error: unknown): void {
    this.#failures += 1
    if (!this.#closed) this.#timer = setTimeout(() => void this.#drain(), backoffMs(this.#failures))
    if (this.#failures > 1) return
    this.#events.trouble(error)
    for (const task of this.#queue) missed(task)
    this.#release(Number.POSITIVE_INFINITY)
  }

  /** How many tasks are done at once: all entries up to something else, or that one thing. */
  #next(): number {
    const other = this.#queue.findIndex(task => "run" in task)
    return other < 0 ? this.#queue.length : Math.max(other, 1)
  }

  async #do(tasks: readonly Task[]): Promise<void> {
    const [first] = tasks
    if (first && "run" in first) return await first.run()
    const writes = tasks.filter(task => "entry" in task)
    const rows = await this.#store.write(writes.map(({ entry }) => entry))
    writes.forEach(({ written }, at) => written?.(rows[at] as number))
  }

  /** What one of them says in its turn comes behind the others. */
  #release(upTo: number): void {
    for (let next = this.#waiting[0]; next && next.after <= upTo; next = this.#waiting[0]) {
      this.#waiting.shift()
      next.then()
    }
  }
}

function missed(task: Task): void {
  if ("entry" in task) task.written?.(null)
  else task.missed?.()
}
