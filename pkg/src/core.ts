/**
 * The wasm module: how it is loaded, what its one class looks like, and how it is started anew after a trap.
 *
 * A trap leaves the instance of the module with whatever was half done in its memory, so nothing of it may be
 * used again. `restart` makes another instance of the same compiled module; every handle then makes its
 * core anew (see `document.ts`).
 */

import * as glue from "../dist/wasm/scriptroom_client.js"
import type {
  Edit,
  FormatChange,
  InitOptions,
  ParagraphInfo,
  ParagraphsChange,
  Scene,
  SceneChanges,
  Selection,
  StyledRange,
  TextChange,
  TitleEntry,
  Diagnostic,
} from "./types.ts"

/** A change as the core returns it: with the bytes for the others, if there are any. */
export interface CoreChange {
  readonly update: Uint8Array | null
  readonly text: readonly TextChange[]
  readonly paragraphs: readonly ParagraphsChange[]
  readonly formats: readonly FormatChange[]
  readonly scenes: SceneChanges
  readonly selection: Selection | null
}

/** A paragraph with its text, as the page worker is sent it. */
export interface PlainParagraph {
  readonly element: string
  readonly runs: readonly { readonly text: string; readonly styles: number }[]
  readonly scene: string | null
  readonly sceneNumber: string | null
  readonly dual: boolean
  readonly depth: number
  readonly joined: boolean
}

/** What the session asks for; see `Effect` in `crates/client/src/session.rs`. */
export type Effect =
  | readonly ["send", Uint8Array<ArrayBuffer>]
  | readonly ["incoming", Uint8Array]
  | readonly ["reoffer"]
  | readonly ["saved"]
  | readonly ["presence"]
  | readonly ["wait", number]
  | readonly ["close", number, string]
  | readonly ["refused", string]

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
  plainParagraphs(from: number, to: number): PlainParagraph[]
  paragraphAt(offset: number): number
  paragraphStart(index: number): number
  runs(from: number, to: number): StyledRange[]
  edit(edits: readonly Edit[], selected: Uint32Array, nowMs: number): CoreChange
  undo(nowMs: number): CoreChange | null
  redo(nowMs: number): CoreChange | null
  closeUndoGroup(): void
  moveScene(id: string, before: string | null | undefined, nowMs: number): CoreChange
  scenes(): Scene[]
  scene(id: string): Scene | null
  sceneAt(offset: number): Scene | null
  titlePage(): TitleEntry[]
  setTitlePage(entries: readonly TitleEntry[]): CoreChange
  importFountain(text: string, nowMs: number): { changes: CoreChange[]; diagnostics: Diagnostic[] }
  exportFountain(): string
  applyUpdate(update: Uint8Array): CoreChange
  encodeState(): Uint8Array
  stateVector(): Uint8Array
  position(offset: number, after: boolean): Uint8Array
  resolve(position: Uint8Array): number | undefined
  connected(own: boolean): Effect[]
  frame(frame: Uint8Array): Effect[]
  disconnected(code: number, reason: string): Effect[]
  edited(update: Uint8Array): Effect[]
  applied(): Effect[]
  waited(): Effect[]
  present(client: number, state: string | null | undefined): Effect[]
  peers(): (number | string)[]
  trapForTests(): void
}

let ready: Promise<void> | null = null
let compiled: WebAssembly.Module | null = null

/** Loads the wasm module. Every call after the first returns the same promise; after a failure it tries again. */
export function init(options: InitOptions = {}): Promise<void> {
  ready ??= load(options).catch((error: unknown) => {
    ready = null
    throw error
  })
  return ready
}

async function load({ wasm }: InitOptions): Promise<void> {
  compiled = await compile(wasm ?? new URL("./wasm/scriptroom_client_bg.wasm", import.meta.url))
  glue.initSync({ module: compiled })
}

async function compile(source: NonNullable<InitOptions["wasm"]>): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return await WebAssembly.compile(source as BufferSource)
  }
  const file = fileUrl(source)
  if (file) return await WebAssembly.compile(await readFile(file))
  const response = source instanceof Response ? source : await fetch(source)
  if (!response.ok) throw new Error(`expected the wasm file at ${response.url}, got status ${response.status}`)
  // A server that does not know the type of .wasm files still has the right bytes.
  if (response.headers.get("content-type")?.startsWith("application/wasm")) {
    return await WebAssembly.compileStreaming(response)
  }
  return await WebAssembly.compile(await response.arrayBuffer())
}

/** Node's `fetch` does not read files. */
function fileUrl(source: string | URL | Request | Response): URL | null {
  return source instanceof URL && source.protocol === "file:" ? source : null
}

async function readFile(file: URL): Promise<BufferSource> {
  // By a name in a variable, so that bundlers for browsers do not look for it.
  const files = "node:fs/promises"
  const { readFile } = (await import(/* @vite-ignore */ files)) as { readFile(file: URL): Promise<Uint8Array<ArrayBuffer>> }
  return await readFile(file)
}

/** The compiled module, to hand to a worker. */
export function wasmModule(): WebAssembly.Module {
  if (!compiled) throw new Error("scriptroom is not loaded yet: call `await init()` once before anything else")
  return compiled
}

/** A core with the document that `updates` make together. */
export function openCore(clientId: number, unsaved: number, updates: readonly Uint8Array[]): Core {
  wasmModule()
  return new glue.ScriptCore(clientId, randomId(), unsaved, updates as Uint8Array[]) as unknown as Core
}

/** Whether an error says that the instance is lost, and not just that the call was wrong. */
export function isTrap(error: unknown): boolean {
  // A stack that overflows inside wasm is a RangeError, and leaves it as broken as any other trap.
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError
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
