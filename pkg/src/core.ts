/**
 * The document's wasm module: how it is loaded, what its one class looks like, and how it is started anew after a trap.
 *
 * A trap leaves the instance of the module with whatever was half done in its memory, so nothing of it may be
 * used again. `restart` makes another instance of the same compiled module; every handle then makes its
 * core anew (see `document.ts`).
 */

import * as glue from "../dist/wasm/scriptroom_client.js"
import { locateBackground } from "./background.ts"
import { locateBranch } from "./branch.ts"
import type { Thread } from "./comment-types.ts"
import type {
  Edit,
  FormatChange,
  ParagraphInfo,
  ParagraphsChange,
  Scene,
  SceneChanges,
  Selection,
  StyledRange,
  TextChange,
  TitleEntry,
} from "./document-types.ts"
import { locateFiles } from "./files-thread.ts"
import type { Role } from "./types.ts"
import { compile, type WasmSource } from "./wasm.ts"

/** A change as the core returns it: with the bytes for the others, if there are any. */
export interface CoreChange {
  readonly update: Uint8Array | null
  readonly text: readonly TextChange[]
  readonly paragraphs: readonly ParagraphsChange[]
  readonly formats: readonly FormatChange[]
  readonly scenes: SceneChanges
  /** The names of the entries that changed, the title page's among them; or any of them may have. */
  readonly entries: readonly string[] | "all"
  readonly selection: Selection | null
}

/** What the session asks for; see `Effect` in `crates/client/src/turns.rs`. */
export type Effect =
  | readonly ["send", Uint8Array<ArrayBuffer>]
  | readonly ["incoming", Uint8Array]
  | readonly ["reoffer"]
  | readonly ["saved"]
  | readonly ["presence"]
  | readonly ["owners"]
  | readonly ["wait", number]
  | readonly ["close", number, string]
  | readonly ["branched", string]
  | readonly ["startOver", Uint8Array]
  | readonly ["newLog", string]
  | readonly ["access", Role, number]
  | readonly ["notRenewed", string]
  | readonly ["refused", string]
  /** The same, about the comments; see `crates/client/src/comments.rs`. */
  | readonly ["threads", Effect]

/** What calls about the comments ask for. */
export type ThreadsEffect = readonly ["threads", Effect]

/** The handle into wasm: see `crates/client/src/core.rs`. */
export interface Core extends Disposable {
  free(): void
  readonly length: number
  readonly paragraphCount: number
  readonly canUndo: boolean
  readonly canRedo: boolean
  readonly hasPending: boolean
  readonly unsaved: number
  readonly isSynced: boolean
  text(): string
  slice(from: number, to: number): string
  paragraphs(from: number, to: number): ParagraphInfo[]
  plainParagraphs(from: number, to: number): Uint8Array
  plainScript(): Uint8Array
  paragraphAt(offset: number): number
  paragraphStart(index: number): number
  runs(from: number, to: number): StyledRange[]
  edit(edits: readonly Edit[], selected: Uint32Array, nowMs: number): CoreChange
  undo(): CoreChange | null
  redo(): CoreChange | null
  closeUndoGroup(): void
  moveScene(id: string, before: string | null | undefined, nowMs: number): CoreChange
  scenes(): Scene[]
  scene(id: string): Scene | null
  sceneAt(offset: number): Scene | null
  titlePage(): TitleEntry[]
  setTitlePage(entries: readonly TitleEntry[]): CoreChange
  import(script: Uint8Array): CoreChange[]
  entries(): unknown[]
  places(): unknown[]
  place(name: string): unknown[]
  writeEntries(list: readonly (readonly unknown[])[]): CoreChange
  applyUpdate(update: Uint8Array, writes: boolean): CoreChange
  encodeState(): Uint8Array
  stateVector(): Uint8Array
  position(offset: number, after: boolean): Uint8Array
  resolve(position: Uint8Array): number | undefined
  connected(ours: boolean, comments: boolean): Effect[]
  frame(frame: Uint8Array): Effect[]
  disconnected(code: number, reason: string): Effect[]
  edited(update: Uint8Array): Effect[]
  applied(): Effect[]
  unfit(reason: string): Effect[]
  waited(): Effect[]
  renew(token: string): Effect[]
  present(client: number, state: string | null | undefined): Effect[]
  peers(): (number | string)[]
  openThreads(clientId: number, own: readonly Uint8Array[], epoch: string | null, updates: readonly Uint8Array[]): void
  threads(): Thread[]
  threadAdd(from: number, to: number, text: string, nowMs: number): [string, Uint8Array]
  threadReply(thread: string, text: string, nowMs: number): Uint8Array | undefined
  threadEdit(thread: string, comment: string, text: string, nowMs: number): Uint8Array | undefined
  threadRemove(thread: string, comment: string): Uint8Array | undefined
  threadResolve(thread: string, resolved: boolean): Uint8Array | undefined
  threadsMe(): string | undefined
  threadsNames(): [string, string][]
  threadsSayName(name: string): Uint8Array | undefined
  threadsAnchorAnew(came: boolean): Uint8Array[]
  threadsApply(update: Uint8Array): ThreadsEffect[]
  threadsEdited(update: Uint8Array): ThreadsEffect[]
  threadsReoffered(updates: Uint8Array[]): ThreadsEffect[]
  threadsWaited(): ThreadsEffect[]
  threadsAgain(unsaved: number): void
  threadsOver(theirs: Uint8Array, clientId: number): Uint8Array[]
  threadsState(): Uint8Array
  readonly maxBatchBytes: number
  takeUp(updates: readonly Uint8Array[], clientId: number, seed: number): void
  trapForTests(): void
}

/** How to find the four wasm files. Without it: beside the package's own modules. */
export interface InitOptions {
  /** The document: `init` loads it. */
  readonly wasm?: WasmSource | undefined
  /** Pages and Fountain: loaded when it is first needed. */
  readonly backgroundWasm?: WasmSource | undefined
  /** Files that few have, such as Final Draft's: fetched for the first of them. */
  readonly filesWasm?: WasmSource | undefined
  /** The address of `files-worker.js`, in which those files are made and read. Without it: beside the module. */
  readonly filesWorker?: string | URL | undefined
  /** What becomes of edits that a relay refuses for good: fetched when one does. */
  readonly branchWasm?: WasmSource | undefined
}

let ready: Promise<void> | null = null

/** Loads the wasm module. Every call after the first returns the same promise; after a failure it tries again. */
export function init(options: InitOptions = {}): Promise<void> {
  ready ??= load(options).catch((error: unknown) => {
    ready = null
    throw error
  })
  return ready
}

/** Resolves when the wasm module is there that `init` was asked for. */
export function loaded(): Promise<void> {
  if (!ready) throw new Error("scriptroom is not loaded: call `init()` once before anything else")
  return ready
}

async function load({ wasm, backgroundWasm, filesWasm, filesWorker, branchWasm }: InitOptions): Promise<void> {
  locateBackground(backgroundWasm)
  locateFiles(filesWasm, filesWorker)
  locateBranch(branchWasm)
  glue.initSync({ module: await compile(wasm ?? new URL("./wasm/scriptroom_client_bg.wasm", import.meta.url)) })
}

/** A core with the document that `updates` make together; `epoch` is that of the log that has what is saved. */
export function openCore(clientId: number, unsaved: number, epoch: string | null, updates: readonly Uint8Array[]): Core {
  return new glue.ScriptCore(clientId, randomId(), unsaved, epoch, updates as Uint8Array[]) as unknown as Core
}

/** Starts the module anew. All cores made before are useless from now on. */
export function restart(): void {
  glue.__wbg_reset_state()
}

/** A random whole number of 53 bits, never 0: a client id, a seed. */
export function randomId(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2))
  return (high & 0x1fffff) * 2 ** 32 + low || 1
}

/** Whether a change changed nothing that anybody sees. */
export function isEmpty({ text, paragraphs, formats, scenes, entries }: CoreChange): boolean {
  const { added, removed, moved, changed } = scenes
  return [text, paragraphs, formats, entries, added, removed, moved, changed].every(list => list.length === 0)
}
