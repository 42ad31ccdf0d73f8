/**
 * The fourth wasm module: what becomes of edits that the relay refuses for good (`crates/branch`).
 *
 * It is fetched when a relay refuses, so there is a network then. Should the file not come, the document waits, whole
 * and on this device, and it is asked for again. A trap in a call costs that call alone.
 */

import { LazyModule } from "./lazy.ts"
import type { WasmSource } from "./wasm.ts"

/** What starting over did, as the module tells it: see `exports.rs`. */
export interface Branched {
  /** Whether everything that was written is in the script again. */
  readonly complete: boolean
  readonly change: Outline
  /** The words again. */
  readonly updates: readonly Uint8Array[]
}

/** What changed: where the text did, which paragraphs, the stretch of styles, and scenes added, removed, moved and changed. */
export type Outline = readonly [
  text: readonly [from: number, to: number, insert: string] | readonly [],
  paragraphs: readonly [from: number, removed: number, inserted: number] | readonly [],
  formats: readonly [from: number, to: number] | readonly [],
  scenes: readonly [readonly string[], readonly string[], readonly string[], readonly string[]],
]

/** How words are offered again. */
export interface Offer {
  readonly clientId: number
  readonly maxBatchBytes: number
}

type Glue = typeof import("../dist/wasm/scriptroom_branch.js")

const branch = new LazyModule<Glue>(
  () => import("../dist/wasm/scriptroom_branch.js"),
  () => new URL("./wasm/scriptroom_branch_bg.wasm", import.meta.url),
)

/** Says where the file is, unless it is beside the package's own module. */
export function locateBranch(wasm: WasmSource | undefined): void {
  branch.locate(wasm)
}

/** Fetches the module, for the calls below. After a failure the next call tries again. */
export function branchModule(): Promise<void> {
  return branch.load()
}

/** A document, as the updates that it is made of, and all that was written in it. */
export interface Tab {
  /** One by one: where one of them is missing, a document shows more of the rest than it tells of in one state. */
  readonly journal: readonly Uint8Array[]
  readonly written: Uint8Array
}

/**
 * All that was written in a document which is made of these updates, as one. What the document has made of them is not always the same: where
 * somebody else used its client id, other people's words hang in it on what is something else.
 */
export function written(updates: readonly Uint8Array[]): Uint8Array {
  return branch.run(glue => glue.written(updates as Uint8Array[]))
}

/**
 * A copy to keep of what the relay refused of `mine`, as it is where that can be read alone; with all that the relay has where the document `waits`
 * for what has not come, or the relay has something else under its ids.
 */
export function kept(mine: Uint8Array, theirs: Uint8Array, seed: number, waits: boolean): Uint8Array {
  return branch.run(glue => glue.kept(mine, theirs, seed, waits))
}

/** Starts a document over from `theirs`. */
export function startOver({ journal, written }: Tab, theirs: Uint8Array, seed: number, again: boolean, offer: Offer): Branched {
  const { clientId, maxBatchBytes } = offer
  return branched(glue => glue.startOver(journal as Uint8Array[], written, theirs, seed, clientId, maxBatchBytes, again, Date.now()))
}

/** Starts a document over as another tab has, in which `mine` was written and which is `made` now. */
export function followOver(
  { journal, written }: Tab,
  { theirs, mine, seed, made }: { theirs: Uint8Array; mine: Uint8Array; seed: number; made: readonly Uint8Array[] },
  { clientId, maxBatchBytes }: Offer,
): Branched {
  const updates = made as Uint8Array[]
  return branched(glue => glue.followOver(journal as Uint8Array[], written, theirs, mine, seed, updates, clientId, maxBatchBytes, Date.now()))
}

function branched(start: (glue: Glue) => unknown[]): Branched {
  const [complete, change, ...updates] = branch.run(start) as [boolean, Outline, ...Uint8Array[]]
  return { complete, change, updates }
}
