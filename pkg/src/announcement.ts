/** What this client says of itself to the others: sent when it changed, and not too often. */

import type { Selection } from "./document-types.ts"
import type { ScriptDocument } from "./document.ts"
import { type HeldSelection, hold } from "./held-selection.ts"
import { encodePresence } from "./presence.ts"
import type { User } from "./types.ts"

/** At most 12 times a second. */
const everyMs = 83

/** This client's presence. */
export class Announcement {
  readonly #document: ScriptDocument
  readonly #send: (state: string) => void
  #user: User
  #selection: Selection | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #sent: string | null = null
  #stopped = false

  constructor(document: ScriptDocument, user: User, send: (state: string) => void) {
    this.#document = document
    this.#user = user
    this.#send = send
  }

  /** What was sent last, as JSON; `null` while nobody has heard of this client. */
  get sent(): string | null {
    return this.#sent
  }

  select(selection: Selection | null): void {
    this.#selection = selection
    this.#soon()
  }

  setUser(user: User): void {
    this.#user = user
    this.#soon()
  }

  /** The document is another client now, of which nobody has heard. */
  again(): void {
    this.#sent = null
    this.#soon()
  }

  /** What is selected now. */
  held(): HeldSelection | null {
    const selection = this.#selection
    return selection && this.#document.call(core => hold(core, selection))
  }

  now(): void {
    const state = encodePresence(this.#user, this.held())
    if (state === this.#sent) return
    this.#sent = state
    this.#send(state)
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #soon(): void {
    if (this.#stopped) return
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.now()
    }, everyMs)
  }
}
