/**
 * The device's own copy of a script: a log of updates in IndexedDB, and now and then a snapshot that takes the
 * place of the log so far.
 *
 * A store answers `write` when the transaction is complete and on disk, not when it is queued: what goes out to
 * the relay waits for that (see `Outbox`). What belongs to one relay and one person is one database.
 */

import type { OpenOptions } from "./types.ts"

/** What a store has of a script. */
export interface Stored {
  /** In causal order. */
  readonly updates: readonly Uint8Array[]
  /** How many edits of this device the relay is not known to have. */
  readonly unsaved: number
}

/** One update to be kept. */
export interface Entry {
  readonly update: Uint8Array
  /** An edit of this device, which the relay has yet to store. */
  readonly own: boolean
}

/** Where a script is kept on this device. */
export interface Store {
  load(): Promise<Stored>
  /** Resolves when all entries are on disk. */
  write(entries: readonly Entry[]): Promise<void>
  /** Everything written so far by this device is at the relay. */
  markSaved(): Promise<void>
  /** Puts one update in the place of everything written before that this store has loaded or written itself. */
  compact(state: Uint8Array): Promise<void>
  close(): void
}

/** Keeps nothing: for a page that is not to leave anything behind. */
export const noStore: Store = {
  load: async () => ({ updates: [], unsaved: 0 }),
  write: async () => {},
  markSaved: async () => {},
  compact: async () => {},
  close: () => {},
}

/** A store, or none and why. */
export interface OpenedStore {
  readonly store: Store
  /** Why there is no store though one was asked for. */
  readonly trouble: unknown
}

/** Opens the store that the options ask for; where the device has none, nothing is kept and `trouble` says why. */
export async function openStore(options: OpenOptions): Promise<OpenedStore> {
  if (options.store === "none") return { store: noStore, trouble: null }
  try {
    const { id, relay = "", person = "guest" } = options
    return { store: await IndexedDbStore.open(relay, person, id.toLowerCase()), trouble: null }
  } catch (trouble) {
    return { store: noStore, trouble }
  }
}

interface LogRow {
  readonly script: string
  readonly update: Uint8Array
  readonly own: boolean
  /** A whole state: it builds on nothing, and rows of other tabs with lower keys may build on it. */
  readonly whole?: true
}

interface SavedRow {
  readonly script: string
  /** Own rows up to this key are at the relay. */
  readonly upTo: number
}

const version = 1
const logStore = "log"
const savedStore = "saved"

/** A script's log in IndexedDB. */
export class IndexedDbStore implements Store {
  readonly #db: IDBDatabase
  readonly #script: string
  /** The keys of the rows that this store has loaded or written: only these may be compacted away. */
  #known: number[] = []
  #lastOwn = 0

  private constructor(db: IDBDatabase, script: string) {
    this.#db = db
    this.#script = script
    // Another tab with a newer version of the package wants to change the database: do not stand in its way.
    db.onversionchange = () => db.close()
  }

  static async open(relay: string, person: string, script: string): Promise<IndexedDbStore> {
    const request = indexedDB.open(`scriptroom ${relay} ${person}`, version)
    request.onupgradeneeded = () => {
      const log = request.result.createObjectStore(logStore, { autoIncrement: true })
      log.createIndex("script", "script")
      request.result.createObjectStore(savedStore, { keyPath: "script" })
    }
    return new IndexedDbStore(await done(request), script)
  }

  async load(): Promise<Stored> {
    const transaction = this.#db.transaction([logStore, savedStore], "readonly")
    const index = transaction.objectStore(logStore).index("script")
    const range = IDBKeyRange.only(this.#script)
    const [rows, keys, saved] = await Promise.all([
      done(index.getAll(range) as IDBRequest<LogRow[]>),
      done(index.getAllKeys(range) as IDBRequest<number[]>),
      done(transaction.objectStore(savedStore).get(this.#script) as IDBRequest<SavedRow | undefined>),
    ])
    this.#known = keys
    const unsaved = rows.filter((row, at) => row.own && (keys[at] ?? 0) > (saved?.upTo ?? 0)).length
    this.#lastOwn = keys.at(-1) ?? 0
    const inOrder = [...rows.filter(row => row.whole), ...rows.filter(row => !row.whole)]
    return { updates: inOrder.map(row => row.update), unsaved }
  }

  async write(entries: readonly Entry[]): Promise<void> {
    const transaction = this.#readwrite(logStore)
    const log = transaction.objectStore(logStore)
    const requests = entries.map(({ update, own }) => {
      const row: LogRow = { script: this.#script, update, own }
      return { own, request: log.add(row) as IDBRequest<number> }
    })
    await complete(transaction)
    for (const { own, request } of requests) {
      this.#known.push(request.result)
      if (own) this.#lastOwn = request.result
    }
  }

  async markSaved(): Promise<void> {
    const upTo = this.#lastOwn
    const transaction = this.#readwrite(savedStore)
    const saved = transaction.objectStore(savedStore)
    const before = await done(saved.get(this.#script) as IDBRequest<SavedRow | undefined>)
    if ((before?.upTo ?? 0) < upTo) saved.put({ script: this.#script, upTo } satisfies SavedRow)
    await complete(transaction)
  }

  async compact(state: Uint8Array): Promise<void> {
    const covered = this.#known
    const transaction = this.#readwrite(logStore)
    const log = transaction.objectStore(logStore)
    // Not one's own edit: the rows that it takes the place of are at the relay (see `Script.#compactSoon`).
    const request = log.add({ script: this.#script, update: state, own: false, whole: true } satisfies LogRow)
    for (const key of covered) log.delete(key)
    await complete(transaction)
    const written = new Set(covered)
    this.#known = [request.result as number, ...this.#known.filter(key => !written.has(key))]
  }

  close(): void {
    this.#db.close()
  }

  /** Strict: complete means on disk, not on its way there. */
  #readwrite(name: string): IDBTransaction {
    return this.#db.transaction(name, "readwrite", { durability: "strict" })
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function complete(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error("the store gave up a transaction"))
  })
}
