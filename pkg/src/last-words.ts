/**
 * What was typed in the moment before a page goes. IndexedDB gives up a transaction whose page is gone before it was asked to
 * commit; what is put into localStorage stays, and that takes no turn. So a page that is left puts there what is not on disk
 * yet, and whoever opens the script next on this device writes it into the log.
 *
 * Browsers write localStorage to its file seconds later. It holds what a reload, a closed tab or a page that the device ends would
 * take, not what a power cut takes: nothing that is only here is called kept.
 */

import type { Entry } from "./store.ts"

/** An entry as it is put there: a character a byte. */
interface Row {
  readonly update: string
  readonly own: boolean
  readonly life: number
}

const start = "scriptroom last words "

/** Those of one script in a database of this device. */
export class LastWords {
  readonly #of: string
  /** Each tab has a place of its own. */
  readonly #place: string

  constructor(database: string, script: string) {
    this.#of = placesOf(database, script)
    this.#place = this.#of + String(Math.random()).slice(2)
  }

  /** Puts these in the place of what this tab has put there before; none lets go of it. Where the browser has no room, nothing is kept. */
  keep(entries: readonly Entry[]): void {
    const rows = entries.map(({ update, own, life }): Row => ({ update: textOf(update), own, life }))
    try {
      if (rows.length > 0) localStorage.setItem(this.#place, JSON.stringify(rows))
      else localStorage.removeItem(this.#place)
    } catch (error) {
      console.warn("what is not on disk yet is kept nowhere else:", error)
    }
  }

  /** Those of all tabs that were left, and what lets go of just these. */
  left(): { readonly entries: readonly Entry[]; readonly forget: () => void } {
    const places = placesThatStart(this.#of)
    const rows = places.flatMap(place => JSON.parse(localStorage.getItem(place) ?? "[]") as Row[])
    return {
      entries: rows.map(({ update, own, life }) => ({ update: bytesOf(update), own, life })),
      forget: () => places.forEach(place => localStorage.removeItem(place)),
    }
  }
}

/** The scripts of a database of which something is there. */
export function scriptsWithLastWords(database: string): readonly string[] {
  const of = placesOf(database)
  return placesThatStart(of).map(place => JSON.parse(place.slice(of.length, place.lastIndexOf(" "))) as string)
}

/** Lets go of those of one script, or of all scripts in a database. */
export function forgetLastWords(database: string, script?: string): void {
  for (const place of placesThatStart(placesOf(database, script))) localStorage.removeItem(place)
}

/** How the places of a script begin, or those of all scripts in a database. */
function placesOf(database: string, script?: string): string {
  const all = `${start}${JSON.stringify(database)} `
  return script === undefined ? all : `${all}${JSON.stringify(script)} `
}

function placesThatStart(of: string): readonly string[] {
  try {
    return Object.keys(localStorage).filter(place => place.startsWith(of))
  } catch {
    // Not in every place that runs JavaScript is there one, and some pages may not use it.
    return []
  }
}

function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, byte => String.fromCharCode(byte)).join("")
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, character => character.charCodeAt(0))
}
