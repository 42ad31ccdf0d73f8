/**
 * From the relay's refusal until the document starts over: that takes all that the relay has, and the fourth wasm module
 * (`branch.ts`). Until both have come the document stays as it is. What happens then is in `refusals.ts`.
 */

import { backoffMs } from "./backoff.ts"
import { branchModule } from "./branch.ts"
import type { Branch, Incoming } from "./incoming.ts"

/** What a document waits for that is to start over. */
export class StartingOver {
  readonly #begin: (incoming: Incoming) => void
  #branch: Branch | null = null
  /** All that the relay has, until the module has come; and what it has sent meanwhile. */
  #base: { readonly theirs: Uint8Array; readonly since: Uint8Array[] } | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #closed = false

  /** `begin` is given what to start over from. */
  constructor(begin: (incoming: Incoming) => void) {
    this.#begin = begin
  }

  /** What the relay has refused, if anything. */
  get branch(): Branch | null {
    return this.#branch
  }

  /** The relay has refused edits for good. */
  refused(reason: string): void {
    this.#branch = { reason }
    // What will be needed is under way before the relay has said what it has.
    void branchModule().catch(() => {})
  }

  /** This is all that the relay has. */
  from(theirs: Uint8Array): void {
    this.#base = { theirs, since: [] }
    this.whenLoaded(() => this.#beginFromBase())
  }

  /** The relay has sent something. */
  came(update: Uint8Array): void {
    this.#base?.since.push(update)
  }

  /** The document has started over. */
  done(): void {
    this.#branch = null
  }

  /** Nothing is refused any more: another log, or a document that was made anew, is asked again. */
  callOff(): void {
    this.#branch = null
    this.#base = null
  }

  /** Does something for which the module is needed, when it is there. */
  whenLoaded(then: () => void): void {
    void this.#load().then(() => this.#closed || then())
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #beginFromBase(): void {
    const base = this.#base
    this.#base = null
    if (!base) return
    // Without a refusal it has started over from what an earlier connection was told.
    if (this.#branch) this.#begin({ ...base, from: "refusal", branch: this.#branch })
    else this.#begin({ update: base.theirs, from: "relay" })
  }

  async #load(): Promise<void> {
    for (let tries = 1; !this.#closed; tries++) {
      try {
        return await branchModule()
      } catch {
        await new Promise(resolve => (this.#timer = setTimeout(resolve, backoffMs(tries))))
      }
    }
  }
}
