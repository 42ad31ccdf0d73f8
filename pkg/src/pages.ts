/**
 * The pages, laid out in a Web Worker that is sent only what changed.
 *
 * While the worker is busy the script goes on: breaks are mapped through the text that changed since the worker
 * was told, so that they are true for the document as it is when they are shown.
 */

import { afterPaint } from "./after-paint.ts"
import type { Core, CoreChange } from "./core.ts"
import type { TextChange } from "./document-types.ts"
import { MarkedLines, type MarksChange } from "./marked-lines.ts"
import { mapOffset } from "./offsets.ts"
import type { Places, ToldEntries } from "./places.ts"
import type { ProductionState } from "./production-types.ts"
import type { OpenOptions, PageBreak, Pages, ScriptHandle } from "./types.ts"

/** What the worker can be asked. */
export type Question = "writes" | "printed" | "title" | "lengths"

/** What the worker is sent. */
export type ToWorker =
  | {
      readonly kind: "start"
      /** Only the first time: a page that is another is laid out from its beginning. */
      readonly wasm: WebAssembly.Module | null
      readonly version: number
      readonly paragraphs: Uint8Array
      readonly told: ToldEntries
    }
  | {
      readonly kind: "splices"
      readonly version: number
      readonly splices: readonly Splice[]
      readonly told: ToldEntries | null
    }
  | { readonly kind: "ask"; readonly id: number; readonly what: Question; readonly request: readonly unknown[] }

/** `removed` paragraphs from index `from` on became `inserted`, which are bytes. */
export interface Splice {
  readonly from: number
  readonly removed: number
  readonly inserted: Uint8Array
}

/** What the worker sends. */
export type FromWorker =
  | {
      readonly kind: "pages"
      readonly version: number
      /** It is all of the pages, in the place of those there were. */
      readonly whole: boolean
      readonly changes: readonly PagesChange[]
      /** Where it is another. */
      readonly production: ProductionState | null
    }
  | { readonly kind: "answer"; readonly id: number; readonly value?: unknown; readonly error?: string }
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
  /** The label of the first page. */
  readonly first: string
  /** What became of the marks, likewise: `[offset, revision, offset, …]`. */
  readonly marks?: { readonly from: number; readonly removed: number; readonly inserted: readonly number[] }
  /** The scenes' numbers, where one is another: `[scene, number, …]`. */
  readonly numbers?: readonly string[]
}

/** Where the page worker is; `null` where there is none or none is wanted. */
export function workerUrl(option: OpenOptions["pageWorker"]): string | URL | null {
  if (option === false || typeof Worker !== "function") return null
  return option ?? new URL("./pages-worker.js", import.meta.url)
}

/** Runs when a script's text can be shown: as long as that is still to come from the relay, the processors have it to do. */
export function whenTextIsThere(script: ScriptHandle, run: () => void): void {
  const isAwaited = (): boolean => script.length === 0 && ["connecting", "syncing"].includes(script.status.kind)
  // Later: whoever opens the script has yet to show it.
  if (!isAwaited()) return void setTimeout(run)
  const look = (then: (run: () => void) => void): void => {
    if (isAwaited()) return
    for (const stop of stops) stop()
    then(run)
  }
  const stops = [
    // What is written here, such as a file, waits for nobody.
    script.on("change", ({ origin }) => look(origin === "remote" ? afterPaint : run => run())),
    script.on("status", () => look(afterPaint)),
  ]
}

/** Before the first layout. */
export const noPages: Pages = { count: 0, first: "", breaks: [], numbers: {} }

/** Keeps the pages of one script. */
export class PageKeeper {
  pages: Pages = noPages
  /** The lines that revisions changed, where they are now. */
  marks = MarkedLines.none
  readonly #worker: Worker
  #version = 0
  /** Text changes since the version that the worker answered last; `version` is the one after the change. */
  #since: { readonly version: number; readonly text: readonly TextChange[] }[] = []
  #unsent: Splice[] = []
  /** A layout is to start. */
  #isDue = false
  #busy = true
  /** The breaks as the worker told them last, for the version that it answered. */
  #told: readonly PageBreak[] = []
  #toldMarks = MarkedLines.none
  /** What a production says of the script; before the first layout nothing. */
  production: ProductionState | null = null
  readonly #places: Places
  readonly #core: () => Core
  #asked = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  #lastAsked = 0

  constructor(
    url: string | URL,
    wasm: WebAssembly.Module,
    core: () => Core,
    places: Places,
    onPages: (pages: Pages) => void,
    onTrouble: (message: string) => void,
  ) {
    this.#worker = new Worker(url, { type: "module", name: "scriptroom pages" })
    this.#worker.onmessage = (event: MessageEvent<FromWorker>) => {
      const { data } = event
      if (data.kind === "failed") onTrouble(data.message)
      else if (data.kind === "answer") this.#answer(data)
      else if (this.#take(data)) onPages(this.pages)
    }
    this.#worker.onerror = event => onTrouble(event.message || "the page worker could not be loaded")
    this.#core = core
    this.#places = places
    this.#start(wasm)
  }

  /** Asks the worker, of the pages as they are now. */
  ask<T>(what: Question, request: readonly unknown[]): Promise<T> {
    this.#sendNow()
    this.#lastAsked += 1
    const id = this.#lastAsked
    return new Promise<T>((resolve, reject) => {
      this.#asked.set(id, { resolve, reject })
      this.#post({ kind: "ask", id, what, request })
    })
  }

  #start(wasm: WebAssembly.Module | null): void {
    const core = this.#core()
    const told = this.#places.all(core)
    this.#places.pageTold()
    this.#unsent = []
    this.#post({ kind: "start", wasm, version: this.#version, paragraphs: core.plainParagraphs(0, core.paragraphCount), told })
  }

  /** Takes in a change that has been made to the document in `core`. */
  change(change: CoreChange, core: Core): void {
    if (change.paragraphs.length === 0) {
      if (this.#places.hasChanged && !this.#busy) this.#sendSoon()
      return
    }
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
      this.marks = this.marks.map(change.text)
    }
    if (!this.#busy) this.#sendSoon()
  }

  /** The length of each scene; none once the script is closed. */
  sceneLengths(): Promise<readonly number[]> {
    return this.ask<readonly number[]>("lengths", []).catch(() => [])
  }

  close(): void {
    this.#isDue = false
    for (const { reject } of this.#asked.values()) reject(new Error("expected the script to stay open for the answer"))
    this.#asked.clear()
    this.#worker.terminate()
  }

  #sendSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    // When the first key that it is for has been painted.
    afterPaint(() => this.#isDue && this.#sendNow())
  }

  /** What has not been told, before anything is asked. */
  #sendNow(): void {
    this.#isDue = false
    this.#send()
  }

  #send(): void {
    this.#busy = true
    if (this.#places.hasOtherPage) return this.#start(null)
    const told = this.#places.take(this.#core())
    this.#post({ kind: "splices", version: this.#version, splices: this.#unsent, told })
    this.#unsent = []
  }

  #answer({ id, value, error }: Extract<FromWorker, { kind: "answer" }>): void {
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    if (error === undefined) asked?.resolve(value as never)
    else asked?.reject(new Error(error))
  }

  #take({ version, whole, changes, production }: Extract<FromWorker, { kind: "pages" }>): boolean {
    this.#since = this.#since.filter(change => change.version > version)
    if (whole) [this.#told, this.#toldMarks] = [[], MarkedLines.none]
    let { numbers } = this.pages
    for (const change of changes) {
      this.#told = changedBreaks(this.#told, change)
      this.#toldMarks = this.#toldMarks.after(marksChange(change))
      if (change.numbers) numbers = record(change.numbers)
    }
    let [breaks, marks] = [this.#told, this.#toldMarks]
    for (const { text } of this.#since) [breaks, marks] = [mapBreaks(breaks, text), marks.map(text)]
    const { count = this.pages.count, first = this.pages.first } = changes.at(-1) ?? {}
    const same = this.pages
    const changed =
      production !== null ||
      count !== same.count ||
      first !== same.first ||
      !sameBreaks(breaks, same.breaks) ||
      !marks.equals(this.marks) ||
      !sameNumbers(numbers, same.numbers)
    if (production) this.production = production
    if (changed) this.pages = { count, first, breaks, numbers }
    this.marks = marks
    this.#busy = false
    if (this.#unsent.length > 0 || this.#places.hasChanged) this.#sendSoon()
    return changed
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }
}

/** The breaks where they are after a change; those before it are the same objects. */
export function mapBreaks(breaks: readonly PageBreak[], text: readonly TextChange[]): readonly PageBreak[] {
  return breaks.map(pageBreak => movedBreak(pageBreak, offset => mapOffset(offset, text, -1)))
}

/** A break whose places are others; the same object where none is. */
export function movedBreak(pageBreak: PageBreak, now: (offset: number) => number): PageBreak {
  const offset = now(pageBreak.offset)
  const right = pageBreak.right && now(pageBreak.right.offset)
  if (offset === pageBreak.offset && right === (pageBreak.right?.offset ?? null)) return pageBreak
  return { ...pageBreak, offset, right: pageBreak.right && { ...pageBreak.right, offset: right ?? 0 } }
}

/** What a change says of the marks. */
export function marksChange({ marks, shift }: PagesChange): MarksChange {
  const { from, removed, inserted } = marks ?? noMarks
  const came = Array.from({ length: inserted.length / 2 }, (_, at) => ({
    offset: inserted[2 * at] as number,
    revision: inserted[2 * at + 1] as number,
  }))
  return { from, removed, inserted: came, shift: shift.offset }
}

/** It says nothing of them where there are none. */
const noMarks = { from: 0, removed: 0, inserted: [] }

function record(flat: readonly string[]): Readonly<Record<string, string>> {
  const numbers: Record<string, string> = {}
  for (let at = 0; at < flat.length; at += 2) numbers[flat[at] as string] = flat[at + 1] as string
  return numbers
}

function sameNumbers(a: Pages["numbers"], b: Pages["numbers"]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** The breaks after a change, from those before it. */
export function changedBreaks(before: readonly PageBreak[], change: PagesChange): readonly PageBreak[] {
  const { from, removed, inserted, shift } = change
  const behind = before.slice(from + removed).map(pageBreak => shifted(pageBreak, shift))
  return [...before.slice(0, from), ...inserted, ...behind]
}

function shifted(pageBreak: PageBreak, { offset, paragraph }: PagesChange["shift"]): PageBreak {
  if (offset === 0 && paragraph === 0) return pageBreak
  return { ...movedBreak(pageBreak, before => before + offset), paragraph: pageBreak.paragraph + paragraph }
}

function sameBreaks(a: readonly PageBreak[], b: readonly PageBreak[]): boolean {
  return a.length === b.length && a.every((one, at) => one.paragraph === b[at]?.paragraph && sameBreak(one, b[at] as PageBreak))
}

/** Whether they say the same, wherever the paragraphs are. */
export function sameBreak(a: PageBreak, b: PageBreak): boolean {
  return (
    a.offset === b.offset &&
    a.page === b.page &&
    a.line === b.line &&
    a.more === b.more &&
    a.contd === b.contd &&
    a.sceneBottom === b.sceneBottom &&
    a.sceneTop === b.sceneTop &&
    a.right?.offset === b.right?.offset &&
    a.right?.line === b.right?.line &&
    a.right?.contd === b.right?.contd
  )
}
