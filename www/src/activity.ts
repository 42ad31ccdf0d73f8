// Who else is typing. Nobody says so: a co-writer types when text comes, or goes, right where their caret stands.

import type { Change, Peer } from "scriptroom"

/** So long after their last letter somebody is no longer typing. */
const pauseMs = 2_500

/** Notices who types. */
export class Activity {
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>()

  /** `changed` hears who types now. */
  constructor(private readonly changed: (typing: ReadonlySet<number>) => void) {}

  /** A change was made; `peers` are where they are after it. */
  take({ origin, text }: Change, peers: readonly Peer[]): void {
    if (origin !== "remote") return
    let shift = 0
    for (const { from, to, insert } of text) {
      const end = from + shift + insert.length
      for (const { clientId, selection } of peers) if (selection?.head === end) this.types(clientId)
      shift += insert.length - (to - from)
    }
  }

  /** Forgets everybody. */
  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
  }

  private types(clientId: number): void {
    const before = this.timers.get(clientId)
    clearTimeout(before)
    this.timers.set(clientId, setTimeout(() => this.rests(clientId), pauseMs))
    if (before === undefined) this.tell()
  }

  private rests(clientId: number): void {
    this.timers.delete(clientId)
    this.tell()
  }

  private tell(): void {
    this.changed(new Set(this.timers.keys()))
  }
}
