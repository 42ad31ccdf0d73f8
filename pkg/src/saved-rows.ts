/**
 * Notes on the device which rows the relay has stored: as soon as it has said so, but while somebody types a few times a second.
 *
 * A note that cannot be written costs no word: the rows count as unsaved, and are offered again with the next opening.
 * But it is told, tried again, and until it has been written nothing is called saved.
 */

import { backoffMs } from "./backoff.ts"
import type { Store } from "./store.ts"

/** A note is written so long after the one before, at the least: each is a transaction. */
const everyMs = 250

/** What is told. */
export interface SavedRowsEvents {
  trouble(error: unknown): void
  /** The relay has everything, and the device knows it; or it does not yet. */
  changed(): void
}

/** The rows that the relay is not known to have. */
export class SavedRows {
  readonly #store: Store
  readonly #events: SavedRowsEvents
  #unsaved: Set<number>
  /** Rows that the relay has and the device does not know of. */
  readonly #due = new Set<number>()
  #failures = 0
  #wroteMs = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | null = null
  #closed = false

  constructor(store: Store, rows: readonly number[], events: SavedRowsEvents) {
    this.#store = store
    this.#events = events
    this.#unsaved = new Set(rows)
  }

  /** Whether the relay has more than this device has noted. */
  get isBehind(): boolean {
    return this.#due.size > 0
  }

  /** The relay is to get what is in this row. */
  add(row: number): void {
    this.#unsaved.add(row)
  }

  /** These rows alone are unsaved. */
  reset(rows: readonly number[]): void {
    this.#unsaved = new Set(rows)
  }

  /** The relay has everything that was added. */
  saved(): void {
    for (const row of this.#unsaved) this.#due.add(row)
    this.#unsaved.clear()
    // One that failed is tried again when it is time, and then with these.
    if (this.#due.size > 0 && this.#failures === 0) this.#writeIn(this.#wroteMs + everyMs - performance.now())
  }

  /** Writes what is due yet, and goes. */
  close(): void {
    this.#closed = true
    this.#stop()
    if (this.#due.size > 0) void this.#write()
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #writeIn(waitMs: number): void {
    if (waitMs <= 0) return void this.#write()
    this.#timer ??= setTimeout(() => void this.#write(), waitMs)
  }

  async #write(): Promise<void> {
    this.#stop()
    this.#wroteMs = performance.now()
    const rows = [...this.#due]
    try {
      await this.#store.noteSaved(rows)
      for (const row of rows) this.#due.delete(row)
      this.#failures = 0
    } catch (error) {
      this.#failed(error)
    }
    this.#events.changed()
  }

  #failed(error: unknown): void {
    if (this.#closed) return
    this.#failures += 1
    if (this.#failures === 1) this.#events.trouble(error)
    this.#timer = setTimeout(() => void this.#write(), backoffMs(this.#failures, 1))
  }
}
