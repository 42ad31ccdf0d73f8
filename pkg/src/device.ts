/**
 * What lies on this device of somebody's scripts, apart from any open one: what the relay does not have yet, moving a script
 * to another person's, and removing all of it when they sign out.
 */

import {
  databaseName,
  keptStore,
  type LogRow,
  logStore,
  openDatabase,
  type ScriptRow,
  scriptStore,
  type SourceRow,
  sourceStore,
  unsavedStore,
  updatesOf,
} from "./database.ts"
import { forget, type KeptRow, readKept } from "./kept-copies.ts"
import { forgetLastWords, LastWords, scriptsWithLastWords } from "./last-words.ts"
import { complete, done } from "./requests.ts"
import { threadsKey } from "./store.ts"
import type { DeviceOwner } from "./types.ts"

/** The ids of the scripts of which this device has something that no relay is known to have. */
export async function unsavedOnDevice(of: DeviceOwner): Promise<readonly string[]> {
  const db = await openDatabase(of)
  try {
    const transaction = db.transaction([unsavedStore, keptStore], "readonly")
    const [unsaved, kept] = await Promise.all([
      done(transaction.objectStore(unsavedStore).getAll() as IDBRequest<{ script: string }[]>),
      done(transaction.objectStore(keptStore).getAll() as IDBRequest<(KeptRow & { script: string })[]>),
    ])
    const leftOut = kept.filter(copy => copy.state === "left-out")
    // What was said about a script is a part of it here.
    const scripts = [...[...unsaved, ...leftOut].map(row => row.script), ...scriptsWithLastWords(databaseName(of))]
    return [...new Set(scripts.map(script => script.replace(/\/threads$/, "")))]
  } finally {
    db.close()
  }
}

/** Removes one script from this device, or all of them. It must not be open. What the relay has stays there. */
export async function removeFromDevice(of: DeviceOwner, id?: string): Promise<void> {
  if (id === undefined) {
    // Tabs that still have a script open let go of the database when they hear of this.
    await done(indexedDB.deleteDatabase(databaseName(of))).finally(() => forgetLastWords(databaseName(of)))
    return
  }
  const db = await openDatabase(of)
  try {
    for (const key of keysOf(id)) await takeOut(db, key)
  } finally {
    db.close()
  }
}

/**
 * Moves a script that was only ever on this device to somebody, of whose scripts at a relay it becomes one: opened there,
 * all of it is sent. Begun twice, it is moved once. It must not be open.
 */
export async function moveOnDevice(id: string, from: DeviceOwner, to: DeviceOwner): Promise<void> {
  const [source, target] = await Promise.all([openDatabase(from), openDatabase(to)])
  try {
    for (const key of keysOf(id)) await move(key, source, target)
  } finally {
    source.close()
    target.close()
  }
}

/** Under which a script and the comments on it are kept. */
function keysOf(id: string): readonly string[] {
  const script = id.toLowerCase()
  return [script, threadsKey(script)]
}

async function move(key: string, source: IDBDatabase, target: IDBDatabase): Promise<void> {
  const { entries } = new LastWords(source.name, key).left()
  const updates = [...(await readUpdates(source, key)), ...entries.map(({ update }) => update)]
  const files = await done(source.transaction(sourceStore).objectStore(sourceStore).getAll(filesOf(key)) as IDBRequest<SourceRow[]>)
  const names = [logStore, unsavedStore, scriptStore, sourceStore]
  const transaction = target.transaction(names, "readwrite", { durability: "strict" })
  for (const file of files) transaction.objectStore(sourceStore).put({ ...file, atRelay: false } satisfies SourceRow)
  const scripts = transaction.objectStore(scriptStore)
  const known = await done(scripts.get(key) as IDBRequest<ScriptRow | undefined>)
  const life = known?.life ?? 0
  if (!known) scripts.put({ script: key, epoch: null, life } satisfies ScriptRow)
  for (const update of updates) {
    const request = transaction.objectStore(logStore).add({ script: key, update, own: true, life } satisfies LogRow)
    request.onsuccess = () => transaction.objectStore(unsavedStore).put({ script: key }, request.result)
  }
  await complete(transaction)
  await takeOut(source, key)
}

/** A script's updates, in causal order. */
async function readUpdates(db: IDBDatabase, script: string): Promise<readonly Uint8Array[]> {
  const transaction = db.transaction([logStore, scriptStore], "readonly")
  const range = IDBKeyRange.only(script)
  const [rows, row] = await Promise.all([
    done(transaction.objectStore(logStore).index("script").getAll(range) as IDBRequest<LogRow[]>),
    done(transaction.objectStore(scriptStore).get(script) as IDBRequest<ScriptRow | undefined>),
  ])
  return updatesOf(rows, row?.life ?? 0)
}

/** The keys of the files that a script was imported from. */
function filesOf(script: string): IDBKeyRange {
  return IDBKeyRange.bound([script], [script, []])
}

async function takeOut(db: IDBDatabase, script: string): Promise<void> {
  const names = [logStore, unsavedStore, scriptStore, keptStore, sourceStore]
  const transaction = db.transaction(names, "readwrite", { durability: "strict" })
  for (const name of [logStore, unsavedStore]) {
    const store = transaction.objectStore(name)
    const keys = await done(store.index("script").getAllKeys(IDBKeyRange.only(script)))
    for (const key of keys) store.delete(key)
  }
  transaction.objectStore(scriptStore).delete(script)
  transaction.objectStore(sourceStore).delete(filesOf(script))
  if ((await readKept(transaction, script)).length > 0) await forget(transaction, script, () => true)
  await complete(transaction)
  forgetLastWords(db.name, script)
}
