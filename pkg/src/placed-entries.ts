/**
 * Where the entries of a script are that are places in its text: locked pages, changed stretches.
 *
 * They are kept true with numbers while the text changes; those whose paragraphs changed are asked for anew when the
 * pages are told, and only what changed goes to them.
 */

import type { Core, CoreChange } from "./core.ts"
import { NamedPlaces, type Place } from "./named-places.ts"

/** What the pages are told: `[name, value, …]` of all values if one changed, `[name, from, to, number, …]` of places. */
export interface ToldEntries {
  readonly entries: readonly unknown[] | null
  readonly places: readonly unknown[]
}

/** The entries of one script. */
export class PlacedEntries {
  #values = new Map<string, unknown>()
  #places = new NamedPlaces()
  #changed = new Set<string>()
  /** Entries of which nothing was found: places whose text may come yet. */
  readonly #missing = new Set<string>()
  #valuesChanged = false
  #otherPage = false

  constructor(core: Core) {
    this.#reread(core)
    this.#changed.clear()
    this.#valuesChanged = false
    this.#otherPage = false
  }

  value(name: string): unknown {
    return this.#values.get(name)
  }

  /** The places that have something of a stretch or are at its end, and whose names begin so. */
  *touching(from: number, to: number, prefix: string): Generator<[string, Place]> {
    for (const entry of this.#places.touching(from, to)) if (entry[0].startsWith(prefix)) yield entry
  }

  /** Follows a change that has been made in `core`. */
  follow(change: CoreChange, core: Core): void {
    if (change.paragraphs.length > 0) this.#map(change, core)
    if (change.entries === "all") this.#reread(core)
    else if (change.entries.length > 0) {
      const others = this.#look(change.entries, core)
      if (others.length > 0) this.#rereadValues(core)
      for (const name of others) if (!this.#values.has(name)) this.#missing.add(name)
    }
  }

  /** Others have written: what had no text may have it now. */
  came(core: Core): void {
    if (this.#missing.size > 0) this.#look([...this.#missing], core)
  }

  /** All of it, for a layout from the beginning. */
  all(core: Core): ToldEntries {
    this.#reread(core)
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
      else this.#places.set(name, placeOf(found))
      places.push(...(found.length === 0 ? [name, null, null, null] : found))
    }
    const entries = this.#valuesChanged ? core.entries() : null
    this.#changed.clear()
    this.#valuesChanged = false
    return { entries, places }
  }

  /** Whether the pages have something to hear. */
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

  /** Looks where some entries are. Returns those that are no places, or none yet. */
  #look(names: readonly string[], core: Core): string[] {
    const others: string[] = []
    for (const name of names) {
      const [found, before] = [core.place(name), this.#places.get(name)]
      if (found.length > 0) this.#places.set(name, placeOf(found))
      else if (before) this.#places.delete(name)
      else others.push(name)
      if (found.length > 0) this.#missing.delete(name)
      if (!same(before, this.#places.get(name))) this.#changed.add(name)
    }
    return others
  }

  #reread(core: Core): void {
    this.#rereadValues(core)
    const before = this.#places
    const flat = core.places()
    const found: [string, Place][] = []
    for (let at = 0; at < flat.length; at += 4) found.push([String(flat[at]), placeOf(flat.slice(at, at + 4))])
    this.#places = new NamedPlaces(found)
    for (const [name, place] of found) if (!same(before.get(name), place)) this.#changed.add(name)
    for (const [name] of before) if (!this.#places.get(name)) this.#changed.add(name)
  }

  #rereadValues(core: Core): void {
    const values = new Map(pairs(core.entries()))
    for (const name of new Set([...values.keys(), ...this.#values.keys()])) {
      if (values.get(name) === this.#values.get(name)) continue
      this.#valuesChanged = true
      if (name === "preset" || name.startsWith("p:") || name.startsWith("look:")) this.#otherPage = true
    }
    this.#values = values
  }

  #map(change: CoreChange, core: Core): void {
    this.#places.map(change.text)
    let shift = 0
    for (const { from, removed, inserted } of change.paragraphs) {
      const at = from + shift
      shift += inserted.length - removed
      const behind = at + inserted.length
      // A place in front of it may be at the end of the paragraph before, and one behind at the next one's start, or at the very end.
      const start = core.paragraphStart(Math.max(at - 1, 0))
      const end = behind < core.paragraphCount ? core.paragraphStart(behind) : core.length
      for (const [name] of this.#places.touching(start, end)) this.#changed.add(name)
    }
  }
}

function placeOf([, from, to, number]: readonly unknown[]): Place {
  return { from: Number(from), to: Number(to), number: Number(number) }
}

function* pairs(flat: readonly unknown[]): Generator<[string, unknown]> {
  for (let at = 0; at < flat.length; at += 2) yield [String(flat[at]), flat[at + 1]]
}

function same(one: Place | undefined, other: Place | undefined): boolean {
  return one?.from === other?.from && one?.to === other?.to && one?.number === other?.number
}
