/** What has come in and waits to be applied, until whoever shows the script asks for it; where nobody does, in the next moment. */

import type { Incoming } from "./incoming.ts"

/** What an inbox asks of its owner. */
export interface InboxEvents {
  /** Something has come: tells whoever shows the script. Returns whether anybody does, who will take it then. */
  came(): boolean
  /** Nobody does: take it now. */
  take(): void
}

/** What waits, in the order in which it came. */
export class Inbox {
  readonly #events: InboxEvents
  #waiting: Incoming[] = []
  #isScheduled = false

  constructor(events: InboxEvents) {
    this.#events = events
  }

  get waiting(): readonly Incoming[] {
    return this.#waiting
  }

  add(incoming: Incoming): void {
    this.#waiting.push(incoming)
    if (this.#events.came() || this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#events.take()
    })
  }

  /** Takes all that waits. */
  take(): readonly Incoming[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }
}
