/**
 * Where the entries of a script are that are places in its text: locked pages, changed stretches.
 *
 * They are kept true with numbers while the text changes; those whose paragraphs changed are asked for anew when the page
 * worker is told, and only what changed goes to it.
 */

import type { Core, CoreChange } from "./core.ts"
import { mapOffset } from "./offsets.ts"

/** A place: from, to, and its number. */
export interface Place {
  readonly from: number
  readonly to: number
  readonly number: number
}

/** What the page worker is told: `[name, value, …]` of all values if one changed, `[name, from, to, number, …]` of places. */
export interface ToldEntries {
  readonly entries: readonly unknown[] | null
  readonly places: readonly unknown[]
}

/** The entries of one script. */
export class Places {
  #values = new Map<string, unknown>()
  #places = new Map<string, Place>()
  #changed = new Set<string>()
  #valuesChanged = false

  constructor(core: Core) {
    this.reread(core)
    this.#changed.clear()
    this.#valuesChanged = false
    this.#otherPage = false
  }

  value(name: string): unknown {
    return this.#values.get(name)
  }

  /** The places whose names begin so. */
  *named(prefix: string): Generator<[string, Place]> {
    for (const entry of this.#places) if (entry[0].startsWith(prefix)) yield entry
  }

  /** Follows a change that has been made in `core`. */
  follow(change: CoreChange, core: Core): void {
    if (this.#places.size > 0 && change.paragraphs.length > 0) this.#map(change, core)
    if (change.entries) this.reread(core)
  }

  /** All of it, for a worker that starts. */
  all(core: Core): ToldEntries {
    this.#changed.clear()
    this.#valuesChanged = false
    return { entries: core.entries(), places: core.places() }
  }

  /** What changed since it was last asked; `null` for nothing. */
  take(core: Core): ToldEntries | null {
    if (this.#changed.size === 0 && !this.#valuesChanged) return null
    const places: unknown[] = []
    for (const name of this.#changed) {
      const found = core.place(name)
      if (found.length === 0) this.#places.delete(name)
      else this.#set(found)
      places.push(...(found.length === 0 ? [name, null, null, null] : found))
    }
    const entries = this.#valuesChanged ? core.entries() : null
    this.#changed.clear()
    this.#valuesChanged = false
    return { entries, places }
  }

  /** Whether the worker has something to hear. */
  get hasChanged(): boolean {
    return this.#changed.size > 0 || this.#valuesChanged || this.#otherPage
  }

  /** Whether the page itself is another since it was last asked. */
  get hasOtherPage(): boolean {
    return this.#otherPage
  }

  /** The page has been laid out by what it says. */
  pageTold(): void {
    this.#otherPage = false
  }

  #otherPage = false

  reread(core: Core): void {
    const values = new Map(pairs(core.entries()))
    for (const name of new Set([...values.keys(), ...this.#values.keys()])) {
      if (values.get(name) === this.#values.get(name)) continue
      this.#valuesChanged = true
      if (name === "preset" || name.startsWith("p:")) this.#otherPage = true
    }
    this.#values = values
    const before = this.#places
    this.#places = new Map()
    const flat = core.places()
    for (let at = 0; at < flat.length; at += 4) {
      const name = this.#set(flat.slice(at, at + 4))
      if (!same(before.get(name), this.#places.get(name))) this.#changed.add(name)
    }
    for (const name of before.keys()) if (!this.#places.has(name)) this.#changed.add(name)
  }

  #set([name, from, to, number]: readonly unknown[]): string {
    this.#places.set(String(name), { from: Number(from), to: Number(to), number: Number(number) })
    return String(name)
  }

  #map(change: CoreChange, core: Core): void {
    let shift = 0
    const touched = change.paragraphs.map(({ from, removed, inserted }) => {
      const at = from + shift
      shift += inserted.length - removed
      const last = Math.min(at + inserted.length, core.paragraphCount - 1)
      // A place in front of it may be at the end of the paragraph before, and one behind at the next one's start.
      return [core.paragraphStart(Math.max(at - 1, 0)), core.paragraphStart(last)] as const
    })
    for (const [name, place] of this.#places) {
      const from = mapOffset(place.from, change.text, place.from === place.to ? 1 : -1)
      const to = mapOffset(place.to, change.text, 1)
      if (from !== place.from || to !== place.to) this.#places.set(name, { ...place, from, to })
      if (touched.some(([start, end]) => from <= end && to >= start)) this.#changed.add(name)
    }
  }
}

function* pairs(flat: readonly unknown[]): Generator<[string, unknown]> {
  for (let at = 0; at < flat.length; at += 2) yield [String(flat[at]), flat[at + 1]]
}

function same(one: Place | undefined, other: Place | undefined): boolean {
  return one?.from === other?.from && one?.to === other?.to && one?.number === other?.number
}
