// A device for tests in Node, which has no IndexedDB: what one handle has written, the next one finds.

import type { KeptRow } from "../src/kept-copies.ts"
import type { Entry, NewLife, Store, Stored } from "../src/store.ts"

interface Row {
  readonly update: Uint8Array
  readonly life: number
  readonly own: boolean
}

/** A script's store on that device. */
export class MemoryStore implements Store {
  readonly isDurable = true
  readonly rows = new Map<number, Row>()
  readonly unsaved = new Set<number>()
  copies: KeptRow[] = []
  epoch: string | null = null
  life = 0
  /** How many notes of what is saved fail from now on. */
  failingNotes = 0
  #next = 1

  async load(): Promise<Stored> {
    const rows = [...this.rows.values()]
    return {
      updates: rows.filter(row => row.life === this.life).map(row => row.update),
      unsaved: [...this.unsaved],
      own: [...this.rows].filter(([row, { own }]) => own && this.unsaved.has(row)).map(([, { update }]) => update),
      epoch: this.epoch,
      life: this.life,
      stray: rows.filter(row => row.own && row.life !== this.life).map(row => row.update),
      kept: this.copies,
    }
  }

  async write(entries: readonly Entry[]): Promise<readonly number[]> {
    return entries.map(entry => this.add(entry.update, entry.own, entry.life))
  }

  /** Puts an update into the log, as a tab or an earlier version would. */
  add(update: Uint8Array, own: boolean, life = this.life): number {
    const row = this.#next++
    this.rows.set(row, { update, own, life })
    if (own) this.unsaved.add(row)
    return row
  }

  async noteSaved(rows: readonly number[]): Promise<void> {
    if (this.failingNotes > 0) {
      this.failingNotes -= 1
      throw new Error("the disk is full")
    }
    for (const row of rows) this.unsaved.delete(row)
  }

  async setEpoch(epoch: string): Promise<readonly number[]> {
    const isAnother = this.epoch !== null && this.epoch !== epoch
    this.epoch = epoch
    if (!isAnother) return []
    for (const row of this.rows.keys()) this.unsaved.add(row)
    return [...this.rows.keys()]
  }

  leave(): void {}

  adopt(): void {}

  async compact(state: Uint8Array): Promise<void> {
    this.#clear()
    this.add(state, false)
  }

  async startOver({ life, theirs, own, kept }: NewLife): Promise<readonly number[]> {
    this.#clear()
    this.life = life
    if (theirs) this.add(theirs, false)
    if (kept) this.copies.push(kept)
    return own.map(update => this.add(update, true))
  }

  async keep(copy: KeptRow): Promise<void> {
    for (const [key, row] of this.rows) if (row.life < this.life) this.rows.delete(key)
    this.copies.push(copy)
  }

  async kept(): Promise<readonly KeptRow[]> {
    return this.copies
  }

  async settle(): Promise<void> {
    this.copies = this.copies.map(copy => (copy.state === "offered-again" ? { ...copy, state: "stored" } : copy))
  }

  async forget(is: (copy: KeptRow) => boolean): Promise<void> {
    this.copies = this.copies.filter(copy => !is(copy))
  }

  close(): void {}

  #clear(): void {
    this.rows.clear()
    this.unsaved.clear()
  }
}
