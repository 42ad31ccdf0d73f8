/**
 * The database of one relay and one person on this device: which rows there are, and how it is opened and brought to this version.
 *
 * What is done with a script's rows is in `store.ts`, with its copies in `kept-copies.ts`, with its file in `source.ts`.
 */

import { relayName } from "./relay-addresses.ts"
import { done } from "./requests.ts"
import type { DeviceOwner } from "./types.ts"

const version = 3
/** The names of the object stores. */
export const logStore = "log"
export const unsavedStore = "unsaved"
export const scriptStore = "scripts"
export const sourceStore = "sources"
export const keptStore = "kept"

/** An update as it is stored. */
export interface LogRow {
  readonly script: string
  readonly update: Uint8Array
  readonly own: boolean
  /** The life that it belongs to; the first one where there is none. */
  readonly life?: number
  /** A whole state: it builds on nothing. */
  readonly whole?: true
}

/** Stands under the key of an update that the relay is not known to have. */
export interface UnsavedRow {
  readonly script: string
}

/** What is stored of a script besides. */
export interface ScriptRow {
  readonly script: string
  readonly epoch: string | null
  readonly life: number
}

/** A file that a script was imported from. */
export interface SourceRow {
  readonly script: string
  /** Its SHA-256, in hexadecimal. */
  readonly digest: string
  readonly file: Uint8Array
  readonly atRelay: boolean
}

/** What is in those rows that are of a life, in causal order: a whole state comes first, since rows with lower keys may build on it. */
export function updatesOf(rows: readonly LogRow[], of: number): readonly Uint8Array[] {
  const mine = rows.filter(({ life = 0 }) => life === of)
  return [...mine.filter(row => row.whole), ...mine.filter(row => !row.whole)].map(row => row.update)
}

/** The database of what belongs to one relay and one person. */
export function databaseName({ relay = "", person = "guest" }: DeviceOwner): string {
  return `scriptroom ${relayName(relay)} ${person}`
}

/** How long to wait before a database that did not open is tried again. */
const openAgainMs = [50, 200, 800, 2_000]

/**
 * Opens that database. A browser that starts after a crash may still be putting its files in order, and fails at first:
 * nobody is to see an empty script for that.
 */
export async function openDatabase(of: DeviceOwner): Promise<IDBDatabase> {
  for (const waitMs of openAgainMs) {
    try {
      return await openOnce(of)
    } catch (error) {
      // A newer version of the package was here, or the browser keeps nothing: that stays so.
      if (!(error instanceof DOMException) || error.name === "VersionError" || error.name === "SecurityError") throw error
    }
    await new Promise(resolve => setTimeout(resolve, waitMs))
  }
  return await openOnce(of)
}

/**
 * Opens it on a new connection, for whoever had it open. It is not made anew where it is gone: they know rows that would be others then. Rejects with
 * an `AbortError` there.
 */
export function reopenDatabase(of: DeviceOwner): Promise<IDBDatabase> {
  return openOnce(of, request => request.transaction?.abort())
}

async function openOnce(of: DeviceOwner, upgraded: typeof upgrade = upgrade): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName(of), version)
  request.onupgradeneeded = ({ oldVersion }) => upgraded(request, oldVersion)
  const db = await done(request)
  // Another tab with a newer version of the package wants to change the database, or it is to go: do not stand in the way.
  db.onversionchange = () => db.close()
  return db
}

/**
 * Brings the database to this version. Version 1 said of each script up to which row everything was saved; version 2 had no
 * files.
 */
function upgrade(request: IDBOpenDBRequest, oldVersion: number): void {
  const db = request.result
  if (oldVersion < 1) {
    const log = db.createObjectStore(logStore, { autoIncrement: true })
    log.createIndex("script", "script")
  }
  db.createObjectStore(sourceStore, { keyPath: ["script", "digest"] })
  if (oldVersion > 1) return
  db.createObjectStore(unsavedStore).createIndex("script", "script")
  db.createObjectStore(scriptStore, { keyPath: "script" })
  db.createObjectStore(keptStore, { keyPath: ["script", "id"] })
  const transaction = request.transaction
  if (oldVersion !== 1 || !transaction) return
  const saved = transaction.objectStore("saved").getAll() as IDBRequest<{ script: string; upTo: number }[]>
  saved.onsuccess = () => {
    const upTo = new Map(saved.result.map(row => [row.script, row.upTo]))
    const cursor = transaction.objectStore(logStore).openCursor()
    cursor.onsuccess = () => {
      const at = cursor.result
      if (!at) return db.deleteObjectStore("saved")
      const { script, own } = at.value as LogRow
      if (own && (at.key as number) > (upTo.get(script) ?? 0)) {
        transaction.objectStore(unsavedStore).put({ script } satisfies UnsavedRow, at.key)
      }
      at.continue()
    }
  }
}
