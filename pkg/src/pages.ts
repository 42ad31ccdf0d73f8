/**
 * The pages, laid out in a Web Worker that is sent only what changed.
 *
 * While the worker is busy the script goes on: breaks are mapped through the text that changed since the worker
 * was told, so that they are true for the document as it is when they are shown.
 */

import type { Core, CoreChange } from "./core.ts"
import { mapOffset } from "./offsets.ts"
import type { OpenOptions, PageBreak, Pages, TextChange } from "./types.ts"

/** What the worker is sent. */
export type ToWorker =
  | { readonly kind: "start"; readonly wasm: WebAssembly.Module; readonly paragraphs: Uint8Array }
  | { readonly kind: "splices"; readonly version: number; readonly splices: readonly Splice[] }
  | { readonly kind: "lengths" }

/** `removed` paragraphs from index `from` on became `inserted`, which are bytes. */
export interface Splice {
  readonly from: number
  readonly removed: number
  readonly inserted: Uint8Array
}

/** What the worker sends. */
export type FromWorker =
  | { readonly kind: "pages"; readonly version: number; readonly changes: readonly PagesChange[] }
  | { readonly kind: "lengths"; readonly eighths: readonly number[] }
  | { readonly kind: "failed"; readonly message: string }

/**
 * What one splice changed: `removed` breaks from index `from` on became `inserted`; the text of those behind them moved by
 * `offset`, and their paragraphs by `paragraph`. Most keys change no break: all of them are not sent each time.
 */
export interface PagesChange {
  readonly count: number
  readonly from: number
  readonly removed: number
  readonly inserted: readonly PageBreak[]
  readonly shift: { readonly offset: number; readonly paragraph: number }
}

/** Layouts start so long after the first key that they are for: when that key has been painted. */
const afterPaintMs = 30

/** Where the page worker is; `null` where there is none or none is wanted. */
export function workerUrl(option: OpenOptions["pageWorker"]): string | URL | null {
  if (option === false || typeof Worker !== "function") return null
  return option ?? new URL("./pages-worker.js", import.meta.url)
}

/** Before the first layout. */
export const noPages: Pages = { count: 0, breaks: [] }

/** Keeps the pages of one script. */
export class PageKeeper {
  pages: Pages = noPages
  readonly #worker: Worker
  #version = 0
  /** Text changes since the version that the worker answered last; `version` is the one after the change. */
  #since: { readonly version: number; readonly text: readonly TextChange[] }[] = []
  #unsent: Splice[] = []
  #sending: ReturnType<typeof setTimeout> | null = null
  #busy = true
  /** Who waits for the lengths of scenes, in the order of their questions. */
  #asked: ((eighths: readonly number[]) => void)[] = []
  /** The breaks as the worker told them last, for the version that it answered. */
  #told: readonly PageBreak[] = []

  constructor(
    url: string | URL,
    wasm: WebAssembly.Module,
    core: Core,
    onPages: (pages: Pages) => void,
    onTrouble: (message: string) => void,
  ) {
    this.#worker = new Worker(url, { type: "module", name: "scriptroom pages" })
    this.#worker.onmessage = (event: MessageEvent<FromWorker>) => {
      if (event.data.kind === "failed") onTrouble(event.data.message)
      else if (event.data.kind === "lengths") this.#asked.shift()?.(event.data.eighths)
      else if (this.#take(event.data.version, event.data.changes)) onPages(this.pages)
    }
    this.#worker.onerror = event => onTrouble(event.message || "the page worker could not be loaded")
    this.#post({ kind: "start", wasm, paragraphs: core.plainParagraphs(0, core.paragraphCount) })
  }

  /** Takes in a change that has been made to the document in `core`. */
  change(change: CoreChange, core: Core): void {
    if (change.paragraphs.length === 0) return
    this.#version += 1
    let shift = 0
    for (const { from, removed, inserted } of change.paragraphs) {
      const at = from + shift
      this.#unsent.push({ from: at, removed, inserted: core.plainParagraphs(at, at + inserted.length) })
      shift += inserted.length - removed
    }
    if (change.text.length > 0) {
      this.#since.push({ version: this.#version, text: change.text })
      this.pages = { ...this.pages, breaks: mapBreaks(this.pages.breaks, change.text) }
    }
    if (!this.#busy) this.#sendSoon()
  }

  /** The length of each scene, as it was laid out last. */
  sceneLengths(): Promise<readonly number[]> {
    return new Promise(resolve => {
      this.#asked.push(resolve)
      this.#post({ kind: "lengths" })
    })
  }

  close(): void {
    for (const resolve of this.#asked.splice(0)) resolve([])
    if (this.#sending !== null) clearTimeout(this.#sending)
    this.#worker.terminate()
  }

  #sendSoon(): void {
    this.#sending ??= setTimeout(() => {
      this.#sending = null
      this.#send()
    }, afterPaintMs)
  }

  #send(): void {
    this.#busy = true
    this.#post({ kind: "splices", version: this.#version, splices: this.#unsent })
    this.#unsent = []
  }

  #take(version: number, changes: readonly PagesChange[]): boolean {
    this.#since = this.#since.filter(change => change.version > version)
    for (const change of changes) this.#told = changedBreaks(this.#told, change)
    let breaks = this.#told
    for (const { text } of this.#since) breaks = mapBreaks(breaks, text)
    const count = changes.at(-1)?.count ?? this.pages.count
    const changed = count !== this.pages.count || !sameBreaks(breaks, this.pages.breaks)
    if (changed) this.pages = { count, breaks }
    this.#busy = false
    if (this.#unsent.length > 0) this.#sendSoon()
    return changed
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }
}

/** The breaks where they are after a change; those before it are the same objects. */
export function mapBreaks(breaks: readonly PageBreak[], text: readonly TextChange[]): readonly PageBreak[] {
  return breaks.map(pageBreak => {
    const offset = mapOffset(pageBreak.offset, text, -1)
    return offset === pageBreak.offset ? pageBreak : { ...pageBreak, offset }
  })
}

/** The breaks after a change, from those before it. */
export function changedBreaks(before: readonly PageBreak[], change: PagesChange): readonly PageBreak[] {
  const { from, removed, inserted, shift } = change
  const behind = before.slice(from + removed).map(pageBreak => shifted(pageBreak, shift))
  return [...before.slice(0, from), ...inserted, ...behind]
}

function shifted(pageBreak: PageBreak, { offset, paragraph }: PagesChange["shift"]): PageBreak {
  if (offset === 0 && paragraph === 0) return pageBreak
  return { ...pageBreak, offset: pageBreak.offset + offset, paragraph: pageBreak.paragraph + paragraph }
}

function sameBreaks(a: readonly PageBreak[], b: readonly PageBreak[]): boolean {
  return a.length === b.length && a.every((pageBreak, at) => sameBreak(pageBreak, b[at] as PageBreak))
}

function sameBreak(a: PageBreak, b: PageBreak): boolean {
  return (
    a.offset === b.offset &&
    a.page === b.page &&
    a.paragraph === b.paragraph &&
    a.line === b.line &&
    a.more === b.more &&
    a.contd === b.contd
  )
}
