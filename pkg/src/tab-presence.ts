/**
 * Which tabs of this browser are there: this one tells the others of itself, and that it goes. One that crashes, or is closed
 * before it can say so, is missed by the lock that it has held.
 */

import type { Tabs } from "./tabs.ts"

/** What is asked of the tab. */
export interface TabPresenceHost {
  /** Which client this tab is now. */
  client(): number
  /** Its presence, as JSON; `null` while nobody has heard of it. */
  own(): string | null
  /** Another tab; `null` when it has gone. */
  show(client: number, state: string | null): void
  /** The page was put aside, and is shown again. */
  isBack(): void
}

/** This tab and the others. */
export class TabPresence {
  readonly #tabs: Tabs
  readonly #host: TabPresenceHost
  /** The others that have said that they are there, and not that they go. */
  readonly #watched = new Set<number>()
  readonly #left = new AbortController()

  constructor(tabs: Tabs, host: TabPresenceHost) {
    this.#tabs = tabs
    this.#host = host
    const { signal } = this.#left
    globalThis.addEventListener?.("pagehide", () => this.bye(host.client()), { signal })
    globalThis.addEventListener?.("pageshow", event => "persisted" in event && event.persisted && this.#comeBack(), { signal })
  }

  /** Shows this tab to the others, once they can see when it goes. */
  tell(state = this.#host.own()): void {
    if (state === null) return
    const client = this.#host.client()
    void this.#tabs.stay(client).then(() => {
      if (!this.#left.signal.aborted && client === this.#host.client()) this.#tabs.post({ kind: "present", client, state })
    })
  }

  /** A client of this tab is no more. */
  bye(client: number): void {
    this.#tabs.post({ kind: "present", client, state: null })
  }

  /** From now on nothing is told or heard. */
  leave(): void {
    this.bye(this.#host.client())
    this.#left.abort()
  }

  /** Another tab has said that it is there, or goes. */
  heard(client: number, state: string | null): void {
    if (state === null) this.#watched.delete(client)
    else this.#watch(client)
    this.#host.show(client, state)
  }

  #watch(client: number): void {
    if (this.#watched.has(client)) return
    this.#watched.add(client)
    this.#tabs.whenGone(client, () => {
      if (!this.#left.signal.aborted && this.#watched.delete(client)) this.#host.show(client, null)
    })
  }

  /** The others have heard that this tab went, and it has not heard what they said since. */
  #comeBack(): void {
    this.tell()
    this.#host.isBack()
  }
}
