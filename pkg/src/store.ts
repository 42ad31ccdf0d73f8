/**
 * The device's own copy of a script: a log of updates in IndexedDB, and now and then a snapshot that takes the
 * place of the log so far.
 *
 * A store answers `write` when the transaction is complete and on disk, not when it is queued: what goes out to
 * the relay waits for that (see `Outbox`). What belongs to one relay and one person is one database.
 *
 * Beside each row that the relay is not known to have stands an entry of the store `unsaved`; so a row of another tab is
 * never called saved because a later one is. A script's `life` counts how often its document has started over (see
 * `branch.ts`): rows of an earlier life refer to what is no longer there, and are not read as part of the script.
 */

import { databaseName, keptStore, type LogRow, logStore, openDatabase, reopenDatabase, type ScriptRow, scriptStore, type UnsavedRow, unsavedStore, updatesOf } from "./database.ts"
import { forget, type KeptRow, readKept, settle } from "./kept-copies.ts"
import { LastWords } from "./last-words.ts"
import { complete, done } from "./requests.ts"
import type { DeviceOwner, OpenOptions } from "./types.ts"

/** What a store has of a script. */
export interface Stored {
  /** In causal order. */
  readonly updates: readonly Uint8Array[]
  /** The rows that the relay is not known to have. */
  readonly unsaved: readonly number[]
  /** What is in them. */
  readonly own: readonly Uint8Array[]
  /** The epoch of the relay's log in which the others are; `null` when no relay was heard yet. */
  readonly epoch: string | null
  readonly life: number
  /** Edits of an earlier life that came too late to be taken along; see `Store.startOver`. */
  readonly stray: readonly Uint8Array[]
  readonly kept: readonly KeptRow[]
}

/** One update to be kept. */
export interface Entry {
  readonly update: Uint8Array
  /** An edit of this device, which the relay has yet to store. */
  readonly own: boolean
  /** The life of the document that it belongs to. */
  readonly life: number
}

/** A document that has started over, as it is kept. */
export interface NewLife {
  readonly life: number
  /** What is not among its own; `null` in a tab that follows, whose leading tab has kept it. */
  readonly theirs: Uint8Array | null
  /** Edits of this device that the relay has yet to store. */
  readonly own: readonly Uint8Array[]
  /** The copy of what was refused. */
  readonly kept: KeptRow | null
}

/** Where a script is kept on this device. */
export interface Store {
  /** Whether anything is there after the page is closed. */
  readonly isDurable: boolean
  load(): Promise<Stored>
  /** Resolves when all entries are on disk, with the numbers of their rows. */
  write(entries: readonly Entry[]): Promise<readonly number[]>
  /** The page is left while these are not on disk: whoever loads the script next has them all the same. None are, by then. */
  leave(entries: readonly Entry[]): void
  /** The relay has stored these rows. */
  noteSaved(rows: readonly number[]): Promise<void>
  /** The relay's log is another one than before: nothing of the script counts as saved. Returns what does not. */
  setEpoch(epoch: string): Promise<readonly number[]>
  /** Another tab has written this row, and this document has it: what takes the place of the document takes its place. */
  adopt(row: number): void
  /** Puts one update in the place of everything written before that this store has loaded, written or adopted. */
  compact(state: Uint8Array): Promise<void>
  /** Puts a new life in the place of everything that this store has loaded, written or adopted. Returns its own rows. */
  startOver(life: NewLife): Promise<readonly number[]>
  /** Keeps a copy, and lets go of stray edits, which it has. */
  keep(copy: KeptRow): Promise<void>
  /** The copies of what the relay has refused, oldest first. */
  kept(): Promise<readonly KeptRow[]>
  /** The relay has the words of the copies that were offered again. */
  settle(): Promise<void>
  /** Lets go of those copies for which `is` holds. */
  forget(is: (copy: KeptRow) => boolean): Promise<void>
  close(): void
}

/** Keeps nothing longer than the page: for one that is not to leave anything behind. */
export class NoStore implements Store {
  readonly isDurable = false
  #kept: KeptRow[] = []

  async load(): Promise<Stored> {
    return { updates: [], unsaved: [], own: [], epoch: null, life: 0, stray: [], kept: [] }
  }
  async write(entries: readonly Entry[]): Promise<readonly number[]> {
    return entries.map(() => 0)
  }
  leave(): void {}
  async noteSaved(): Promise<void> {}
  async setEpoch(): Promise<readonly number[]> {
    return []
  }
  adopt(): void {}
  async compact(): Promise<void> {}
  async startOver({ own, kept }: NewLife): Promise<readonly number[]> {
    if (kept) await this.keep(kept)
    return own.map(() => 0)
  }
  async keep(copy: KeptRow): Promise<void> {
    this.#kept.push(copy)
  }
  async kept(): Promise<readonly KeptRow[]> {
    return this.#kept
  }
  async settle(): Promise<void> {
    await this.forget(copy => copy.state === "offered-again")
  }
  async forget(is: (copy: KeptRow) => boolean): Promise<void> {
    this.#kept = this.#kept.filter(copy => !is(copy))
  }
  close(): void {}
}

/** A store, or one that keeps nothing and why. */
export interface OpenedStore {
  readonly store: Store
  /** Why there is no store though one was asked for. */
  readonly trouble: unknown
  /** That of the comments, where it is another; without it they are not kept. */
  readonly threads?: Store
}

/** Under which the comments on a script are kept beside it. */
export function threadsKey(script: string): string {
  return `${script}/threads`
}

/** Opens the store that the options ask for; where the device has none, nothing is kept and `trouble` says why. */
export async function openStore(options: OpenOptions): Promise<OpenedStore> {
  if (options.store === "none") return { store: new NoStore(), trouble: null }
  try {
    return { store: await IndexedDbStore.open(options, options.id.toLowerCase()), trouble: null }
  } catch (trouble) {
    return { store: new NoStore(), trouble }
  }
}

/** A script's log in IndexedDB. */
export class IndexedDbStore implements Store {
  readonly isDurable = true
  #db: IDBDatabase
  readonly #of: DeviceOwner
  readonly #script: string
  #life = 0
  /** The keys of the rows that this store has loaded, written or adopted: only these may be compacted away. */
  #known: number[] = []
  readonly #lastWords: LastWords

  #isClosed = false

  private constructor(db: IDBDatabase, of: DeviceOwner, script: string) {
    this.#db = db
    this.#of = of
    this.#script = script
    this.#lastWords = new LastWords(databaseName(of), script)
  }

  static async open(of: DeviceOwner, script: string): Promise<IndexedDbStore> {
    return new IndexedDbStore(await openDatabase(of), of, script)
  }

  async load(): Promise<Stored> {
    const late = await this.#takeUpLastWords()
    const transaction = await this.#begin("readonly", logStore, unsavedStore, scriptStore, keptStore)
    const index = transaction.objectStore(logStore).index("script")
    const range = IDBKeyRange.only(this.#script)
    const [rows, keys, unsaved, script, kept] = await Promise.all([
      done(index.getAll(range) as IDBRequest<LogRow[]>),
      done(index.getAllKeys(range) as IDBRequest<number[]>),
      done(transaction.objectStore(unsavedStore).index("script").getAllKeys(range) as IDBRequest<number[]>),
      done(transaction.objectStore(scriptStore).get(this.#script) as IDBRequest<ScriptRow | undefined>),
      readKept(transaction, this.#script),
    ])
    this.#known = keys
    this.#life = script?.life ?? 0
    const stray = [...rows, ...late].filter(({ life = 0, own }) => life !== this.#life && own)
    const waiting = new Set(unsaved)
    return {
      updates: [...updatesOf(rows, this.#life), ...late.filter(({ life }) => life === this.#life).map(({ update }) => update)],
      unsaved,
      own: [...rows.filter((_, at) => waiting.has(keys[at] as number)), ...late].filter(row => row.own).map(row => row.update),
      epoch: script?.epoch ?? null,
      life: this.#life,
      stray: stray.map(row => row.update),
      kept,
    }
  }

  async write(entries: readonly Entry[]): Promise<readonly number[]> {
    const transaction = await this.#readwrite(logStore, unsavedStore)
    const keys = await this.#add(transaction, entries)
    await complete(transaction)
    this.#known.push(...keys)
    return keys
  }

  leave(entries: readonly Entry[]): void {
    this.#lastWords.keep(entries)
  }

  async noteSaved(rows: readonly number[]): Promise<void> {
    const transaction = await this.#readwrite(unsavedStore)
    for (const row of rows) transaction.objectStore(unsavedStore).delete(row)
    await complete(transaction)
  }

  async setEpoch(epoch: string): Promise<readonly number[]> {
    const transaction = await this.#readwrite(logStore, unsavedStore, scriptStore)
    const scripts = transaction.objectStore(scriptStore)
    const before = await done(scripts.get(this.#script) as IDBRequest<ScriptRow | undefined>)
    scripts.put({ script: this.#script, epoch, life: before?.life ?? 0 } satisfies ScriptRow)
    const unsaved = transaction.objectStore(unsavedStore)
    let rows: readonly number[] = []
    if (before && before.epoch !== null && before.epoch !== epoch) {
      const range = IDBKeyRange.only(this.#script)
      rows = await done(transaction.objectStore(logStore).index("script").getAllKeys(range) as IDBRequest<number[]>)
      for (const row of rows) unsaved.put({ script: this.#script } satisfies UnsavedRow, row)
    }
    await complete(transaction)
    return rows
  }

  adopt(row: number): void {
    this.#known.push(row)
  }

  async compact(state: Uint8Array): Promise<void> {
    const covered = [...this.#known]
    const transaction = await this.#readwrite(logStore, unsavedStore)
    const log = transaction.objectStore(logStore)
    // Not one's own edit: the rows that it takes the place of are at the relay (see `Script.#compactSoon`).
    const row: LogRow = { script: this.#script, update: state, own: false, life: this.#life, whole: true }
    const request = log.add(row)
    remove(transaction, covered)
    await complete(transaction)
    this.#forgetKeys(covered, [request.result as number])
  }

  async startOver({ life, theirs, own, kept }: NewLife): Promise<readonly number[]> {
    const covered = [...this.#known]
    const transaction = await this.#readwrite(logStore, unsavedStore, scriptStore, keptStore)
    const scripts = transaction.objectStore(scriptStore)
    const before = await done(scripts.get(this.#script) as IDBRequest<ScriptRow | undefined>)
    scripts.put({ script: this.#script, epoch: before?.epoch ?? null, life } satisfies ScriptRow)
    remove(transaction, covered)
    this.#life = life
    const whole: number[] = []
    if (theirs) {
      const row: LogRow = { script: this.#script, update: theirs, own: false, life, whole: true }
      whole.push(await done(transaction.objectStore(logStore).add(row) as IDBRequest<number>))
    }
    const keys = await this.#add(transaction, own.map(update => ({ update, own: true, life })))
    if (kept) transaction.objectStore(keptStore).put({ ...kept, script: this.#script })
    await complete(transaction)
    this.#forgetKeys(covered, [...whole, ...keys])
    return keys
  }

  async keep(copy: KeptRow): Promise<void> {
    const transaction = await this.#readwrite(logStore, unsavedStore, keptStore)
    const index = transaction.objectStore(logStore).index("script")
    const range = IDBKeyRange.only(this.#script)
    const [rows, keys] = await Promise.all([
      done(index.getAll(range) as IDBRequest<LogRow[]>),
      done(index.getAllKeys(range) as IDBRequest<number[]>),
    ])
    remove(transaction, keys.filter((_, at) => (rows[at]?.life ?? 0) < this.#life))
    transaction.objectStore(keptStore).put({ ...copy, script: this.#script })
    await complete(transaction)
  }

  async kept(): Promise<readonly KeptRow[]> {
    return await readKept(await this.#begin("readonly", keptStore), this.#script)
  }

  async settle(): Promise<void> {
    const transaction = await this.#readwrite(keptStore)
    await settle(transaction, this.#script)
    await complete(transaction)
  }

  async forget(is: (copy: KeptRow) => boolean): Promise<void> {
    const transaction = await this.#readwrite(keptStore)
    await forget(transaction, this.#script, is)
    await complete(transaction)
  }

  close(): void {
    this.#isClosed = true
    this.#db.close()
  }

  async #add(transaction: IDBTransaction, entries: readonly Entry[]): Promise<number[]> {
    const log = transaction.objectStore(logStore)
    const requests = entries.map(({ update, own, life }) => {
      const row: LogRow = { script: this.#script, update, own, life }
      const request = log.add(row) as IDBRequest<number>
      if (own) {
        request.addEventListener("success", () => {
          transaction.objectStore(unsavedStore).put({ script: this.#script } satisfies UnsavedRow, request.result)
        })
      }
      return done(request)
    })
    return await Promise.all(requests)
  }

  /** Writes what pages that were left had not on disk. Returns it where the disk does not take it: then it waits for the next time. */
  async #takeUpLastWords(): Promise<readonly Entry[]> {
    const { entries, forget } = this.#lastWords.left()
    if (entries.length === 0) return []
    try {
      await this.write(entries)
    } catch {
      return entries
    }
    forget()
    return []
  }

  #forgetKeys(gone: readonly number[], instead: readonly number[]): void {
    const removed = new Set(gone)
    this.#known = [...instead, ...this.#known.filter(key => !removed.has(key))]
  }

  /** Strict: complete means on disk, not on its way there. */
  #readwrite(...names: readonly string[]): Promise<IDBTransaction> {
    return this.#begin("readwrite", ...names)
  }

  /** What another tab has made anew since is not this one's to write in: its rows have the numbers of others. */
  async #openAgain(): Promise<void> {
    try {
      this.#db = await reopenDatabase(this.#of)
    } catch (error) {
      this.#isClosed = error instanceof DOMException && error.name === "AbortError"
      throw error
    }
    const index = this.#db.transaction(logStore, "readonly").objectStore(logStore).index("script")
    const there = new Set(await done(index.getAllKeys(this.#script)))
    this.#known = this.#known.filter(row => there.has(row))
  }

  /** Begins a transaction; where the browser has closed the database under the page, as some do behind other apps or when a disk fails, on a new connection to it. */
  async #begin(mode: IDBTransactionMode, ...names: readonly string[]): Promise<IDBTransaction> {
    try {
      return this.#db.transaction(names, mode, { durability: "strict" })
    } catch (error) {
      if (this.#isClosed || !(error instanceof DOMException)) throw error
      await this.#openAgain()
    }
    return this.#db.transaction(names, mode, { durability: "strict" })
  }
}

function remove(transaction: IDBTransaction, rows: readonly number[]): void {
  for (const row of rows) {
    transaction.objectStore(logStore).delete(row)
    transaction.objectStore(unsavedStore).delete(row)
  }
}
