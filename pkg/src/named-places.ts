/**
 * Places of a text that changes, by their names, so that a key costs the same however many there are.
 *
 * Neighbours lie in groups, and what is in a group is counted from where the group is: an edit moves the groups behind it each as a
 * whole, and looks only into those that it may touch.
 */

import type { TextChange } from "./document-types.ts"
import { mapOffset } from "./offsets.ts"

/** A place: from, to, and its number. */
export interface Place {
  readonly from: number
  readonly to: number
  readonly number: number
}

/** Larger groups are parted. */
const mostInGroup = 128

/** Places near each other. All of them are between `from` and `to`. */
interface Group {
  at: number
  /** As its places, counted from `at`. */
  from: number
  to: number
  readonly places: Map<string, Place>
}

export class NamedPlaces {
  readonly #groups: Group[] = []
  readonly #groupOf = new Map<string, Group>()

  constructor(places: Iterable<readonly [string, Place]> = []) {
    this.#group([...places])
  }

  get(name: string): Place | undefined {
    const group = this.#groupOf.get(name)
    const place = group?.places.get(name)
    return group && place && absolute(group, place)
  }

  set(name: string, place: Place): void {
    this.delete(name)
    const group = this.#nearest(place.from)
    if (!group) return this.#group([[name, place]])
    const [from, to] = [place.from - group.at, place.to - group.at]
    group.places.set(name, { ...place, from, to })
    group.from = Math.min(group.from, from)
    group.to = Math.max(group.to, to)
    this.#groupOf.set(name, group)
    if (group.places.size > mostInGroup) this.#part(group)
  }

  delete(name: string): void {
    const group = this.#groupOf.get(name)
    if (!group) return
    this.#groupOf.delete(name)
    group.places.delete(name)
    if (group.places.size === 0) this.#groups.splice(this.#groups.indexOf(group), 1)
  }

  /** Moves all of them with the text. At text that comes right there a stretch takes it in, and a point goes behind it. */
  map(text: readonly TextChange[]): void {
    const [first, last] = [text[0], text.at(-1)]
    if (!first || !last) return
    const shift = text.reduce((sum, { from, to, insert }) => sum + insert.length - (to - from), 0)
    for (const group of this.#groups) {
      if (group.at + group.to < first.from) continue
      if (group.at + group.from > last.to) group.at += shift
      else mapGroup(group, text)
    }
  }

  /** Those that have something of a stretch or are at its end. */
  *touching(from: number, to: number): Generator<[string, Place]> {
    for (const group of this.#groups) {
      const [start, end] = [from - group.at, to - group.at]
      if (group.from > end || group.to < start) continue
      for (const [name, place] of group.places) {
        if (place.from <= end && place.to >= start) yield [name, absolute(group, place)]
      }
    }
  }

  *[Symbol.iterator](): Generator<[string, Place]> {
    for (const group of this.#groups) for (const [name, place] of group.places) yield [name, absolute(group, place)]
  }

  /** The one behind whose start an offset is, or the first. */
  #nearest(offset: number): Group | undefined {
    let [nearest, begins] = [this.#groups[0], Number.NEGATIVE_INFINITY]
    for (const group of this.#groups) {
      const start = group.at + group.from
      if (start <= offset && start >= begins) [nearest, begins] = [group, start]
    }
    return nearest
  }

  #part(group: Group): void {
    this.#groups.splice(this.#groups.indexOf(group), 1)
    this.#group([...group.places].map(([name, place]) => [name, absolute(group, place)]))
  }

  /** Adds groups of so many as leaves room for more. */
  #group(places: (readonly [string, Place])[]): void {
    places.sort(([, one], [, other]) => one.from - other.from)
    const size = mostInGroup / 2
    for (let at = 0; at < places.length; at += size) {
      const group = { at: 0, from: 0, to: 0, places: new Map(places.slice(at, at + size)) }
      bound(group)
      this.#groups.push(group)
      for (const name of group.places.keys()) this.#groupOf.set(name, group)
    }
  }
}

function absolute({ at }: Group, { from, to, number }: Place): Place {
  return { from: from + at, to: to + at, number }
}

function mapGroup(group: Group, text: readonly TextChange[]): void {
  for (const [name, relative] of group.places) {
    const { from, to, number } = absolute(group, relative)
    const mapped = mapOffset(from, text, from === to ? 1 : -1)
    group.places.set(name, { from: mapped - group.at, to: mapOffset(to, text, 1) - group.at, number })
  }
  bound(group)
}

function bound(group: Group): void {
  group.from = Number.POSITIVE_INFINITY
  group.to = Number.NEGATIVE_INFINITY
  for (const { from, to } of group.places.values()) {
    group.from = Math.min(group.from, from)
    group.to = Math.max(group.to, to)
  }
}
