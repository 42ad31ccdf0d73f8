/**
 * The pages, laid out beside the document from only what changed, in front of the frame that shows the key.
 *
 * The first layout of a long script is made piece by piece: no task of it holds up whoever writes. Until all is laid out, breaks
 * are mapped through the text that changed, so that they are true for the document as it is.
 */

import type { PagesCore } from "../dist/wasm/scriptroom_background.js"
import { afterPaint } from "./after-paint.ts"
import type { Background } from "./background.ts"
import { mapBreaks, sameBreaks } from "./breaks.ts"
import type { Core, CoreChange } from "./core.ts"
import { Laid, type PagesChange } from "./laid.ts"
import { MarkedLines } from "./marked-lines.ts"
import type { Pages } from "./page-types.ts"
import type { PlacedEntries } from "./placed-entries.ts"
import type { ProductionState } from "./production-types.ts"
import type { ScriptHandle } from "./types.ts"

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

/** So many paragraphs that never were laid out are in one task: some milliseconds' work. */
const atOnce = 800

/** `removed` paragraphs from index `from` on became `inserted`, which are bytes. */
interface Splice {
  readonly from: number
  readonly removed: number
  readonly inserted: Uint8Array
}

/** Where what is laid out comes from, and who hears of it. */
export interface PagesHost {
  readonly places: PlacedEntries
  read<T>(look: (core: Core) => T): T
  laidOut(pages: Pages): void
  trouble(message: string): void
}

/** Keeps the pages of one script. */
export class PageKeeper {
  pages: Pages = noPages
  /** The lines that revisions changed, where they are now. */
  marks = MarkedLines.none
  /** What a production says of the script; before the first layout nothing. */
  production: ProductionState | null = null
  readonly #background: Background
  readonly #host: PagesHost
  /** Of the paragraphs that it has it knows all but `#splices`. */
  #laid: Laid | null = null
  #splices: Splice[] = []
  /** A layout is to come. */
  #isDue = false
  /** None comes any more: the script is closed, or cannot be laid out. */
  #isOver = false

  constructor(background: Background, host: PagesHost) {
    this.#background = background
    this.#host = host
    this.#soon()
  }

  /** Takes in a change that has been made to the document. */
  change({ paragraphs, text }: CoreChange): void {
    let shift = 0
    for (const { from, removed, inserted } of paragraphs) {
      this.#splice(from + shift, removed, inserted.length)
      shift += inserted.length - removed
    }
    if (text.length > 0) {
      this.pages = { ...this.pages, breaks: mapBreaks(this.pages.breaks, text) }
      this.marks = this.marks.map(text)
    }
    if (paragraphs.length === 0 && !this.#host.places.hasChanged) return
    if (this.#isDue || this.#isOver) return
    this.#isDue = true
    // Once for all that changes now.
    queueMicrotask(() => this.#isDue && this.#layOut(atOnce))
  }

  /** Asks of the pages as they are now. */
  ask<T>(question: (laid: PagesCore) => T): T {
    if (this.#isLost) this.#isDue = true
    while (this.#isDue) this.#layOut(Infinity)
    const core = this.#laid?.core
    if (!core) throw new Error("expected a script that is open and can be laid out")
    return this.#background.run(() => question(core))
  }

  /** The length of each scene, in eighths; none where none can be laid out. */
  sceneLengths(): readonly number[] {
    return this.#isOver ? [] : this.ask(laid => [...laid.sceneLengths()])
  }

  close(): void {
    this.#isOver = true
    this.#isDue = false
    this.#drop()
  }

  /** In a task of its own: whoever made a change may be in the middle of showing it. */
  #soon(): void {
    if (this.#isOver) return
    this.#isDue = true
    setTimeout(() => this.#isDue && this.#layOut(atOnce))
  }

  #splice(from: number, removed: number, inserted: number): void {
    const laid = this.#laid
    // What was never laid out is read when its turn comes.
    if (!laid || from >= laid.paragraphs) return
    const known = Math.min(removed, laid.paragraphs - from)
    laid.paragraphs += inserted - known
    this.#splices.push({ from, removed: known, inserted: this.#bytes(from, from + inserted) })
  }

  #bytes(from: number, to: number): Uint8Array {
    return this.#host.read(core => core.plainParagraphs(from, to))
  }

  /** Lays out what changed, and so many of the paragraphs that never were. */
  #layOut(most: number): void {
    this.#isDue = false
    if (this.#isLost || this.#host.places.hasOtherPage) this.#drop()
    // Until all of it has been laid out once.
    const isFirst = !this.#laid?.knowsPlaces
    try {
      const begun = this.#laid === null
      const laid = (this.#laid ??= this.#begun(most))
      for (const { from, removed, inserted } of this.#splices.splice(0)) {
        this.#take(laid, core => core.splice(from, removed, inserted))
      }
      if (this.#goesOn(laid, begun ? 0 : most)) this.#soon()
      else this.#finish(laid)
    } catch (error) {
      this.#failed(error, isFirst)
    }
  }

  #begun(most: number): Laid {
    const { places, read } = this.#host
    const { entries } = read(core => places.all(core))
    places.pageTold()
    const paragraphs = Math.min(most, read(core => core.paragraphCount))
    const bytes = this.#bytes(0, paragraphs)
    return this.#background.run(({ PagesCore }) => {
      const core = new PagesCore(bytes, [...(entries ?? [])], [])
      return new Laid(core, paragraphs, this.#background.instance)
    })
  }

  /** Whether there are more paragraphs than are laid out, after so many more are. */
  #goesOn(laid: Laid, most: number): boolean {
    const count = this.#host.read(core => core.paragraphCount)
    const [from, to] = [laid.paragraphs, Math.min(laid.paragraphs + most, count)]
    if (to > from) {
      const rest = this.#bytes(from, to)
      laid.paragraphs = to
      this.#take(laid, core => core.splice(from, 0, rest))
    }
    return to < count
  }

  /** Everything is laid out: tells of it where it is another. */
  #finish(laid: Laid): void {
    const { places, read } = this.#host
    const told = read(core => places.take(core))
    const found = laid.knowsPlaces ? (told?.places ?? []) : read(core => core.places())
    if (told?.entries || found.length > 0) {
      const entries = told?.entries ? [...told.entries] : undefined
      this.#take(laid, core => core.takeEntries(entries, [...found]))
    }
    const production = told?.entries || !laid.knowsPlaces ? this.#background.run(() => laid.production()) : null
    laid.knowsPlaces = true
    const { breaks, marks, numbers, count, first } = laid
    const before = this.pages
    const changed =
      production !== null ||
      count !== before.count ||
      first !== before.first ||
      !sameBreaks(breaks, before.breaks) ||
      !marks.equals(this.marks) ||
      !sameNumbers(numbers, before.numbers)
    if (production) this.production = production
    this.marks = marks
    if (!changed) return
    this.pages = { count, first, breaks, numbers }
    this.#host.laidOut(this.pages)
  }

  #take(laid: Laid, call: (core: PagesCore) => unknown): void {
    laid.take(this.#background.run(() => call(laid.core)) as PagesChange)
  }

  /** What fails in an edit is laid out from the beginning; if that fails, the pages stand still. */
  #failed(error: unknown, isFirst: boolean): void {
    this.#drop()
    this.#isOver ||= isFirst
    this.#soon()
    this.#host.trouble(error instanceof Error ? error.message : String(error))
  }

  /** Somebody else's call has trapped. */
  get #isLost(): boolean {
    return this.#laid !== null && this.#laid.instance !== this.#background.instance
  }

  #drop(): void {
    if (!this.#isLost) this.#laid?.core.free()
    this.#laid = null
    this.#splices = []
  }
}

function sameNumbers(a: Pages["numbers"], b: Pages["numbers"]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
