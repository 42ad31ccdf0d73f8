/**
 * Copies of what the relay has refused for good, kept on the device until their words are stored after all, or until
 * the writer lets go of them.
 *
 * A copy is the whole script as it was in this browser, as bytes, with what the relay has where words hang on what had not come; `read`
 * makes of it what a writer can read.
 */

import { printFountain } from "./background.ts"
import { openCore } from "./core.ts"
import { keptStore } from "./database.ts"
import { done } from "./requests.ts"
import type { KeptCopy } from "./types.ts"

/** A copy as it is stored. */
export interface KeptRow {
  readonly id: string
  readonly refusedAtMs: number
  readonly reason: string
  /** `stored`: the relay has its words. What a tab wrote that is to hear yet that the script has started over builds on it. */
  readonly state: KeptCopy["state"] | "stored"
  /** The whole script, as one update. */
  readonly update: Uint8Array
}

/** A script's copies, oldest first. */
export async function readKept(transaction: IDBTransaction, script: string): Promise<readonly KeptRow[]> {
  const rows = await done(transaction.objectStore(keptStore).getAll(range(script)) as IDBRequest<KeptRow[]>)
  return rows.sort((a, b) => a.refusedAtMs - b.refusedAtMs)
}

/** Removes those of a script's copies for which `is` holds. */
export async function forget(transaction: IDBTransaction, script: string, is: (copy: KeptRow) => boolean): Promise<void> {
  const store = transaction.objectStore(keptStore)
  const rows = await done(store.getAll(range(script)) as IDBRequest<KeptRow[]>)
  for (const row of rows) if (is(row)) store.delete([script, row.id])
}

/** The relay has the words that were offered again. */
export async function settle(transaction: IDBTransaction, script: string): Promise<void> {
  const store = transaction.objectStore(keptStore)
  const rows = await done(store.getAll(range(script)) as IDBRequest<KeptRow[]>)
  for (const row of rows) if (row.state === "offered-again") store.put({ ...row, state: "stored" } satisfies KeptRow)
}

function range(script: string): IDBKeyRange {
  return IDBKeyRange.bound([script], [script, []])
}

/** The copies whose words the relay does not have, as a writer can read them. */
export async function readable(copies: readonly KeptRow[]): Promise<KeptCopy[]> {
  return await Promise.all(copies.flatMap(({ state, ...copy }) => (state === "stored" ? [] : [read({ ...copy, state })])))
}

async function read({ id, refusedAtMs, reason, state, update }: KeptRow & Pick<KeptCopy, "state">): Promise<KeptCopy> {
  const core = openCore(1, 0, null, [update])
  const script = core.plainScript()
  core.free()
  return { id, refusedAtMs, reason, state, fountain: await printFountain(script) }
}

/** The document that a copy and edits that build on it make, as one update. */
export function together(updates: readonly Uint8Array[]): Uint8Array {
  const core = openCore(1, 0, null, updates)
  try {
    return core.encodeState()
  } finally {
    core.free()
  }
}
