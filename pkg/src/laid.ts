/** The pages of a script as they were laid out last, in the module's memory and here. */

import type { PagesCore } from "../dist/wasm/scriptroom_background.js"
import { movedBreak } from "./breaks.ts"
import type { ElementType } from "./document-types.ts"
import { MarkedLines, type MarksChange } from "./marked-lines.ts"
import type { PageBreak, Pages } from "./page-types.ts"
import type { PageSettings, ProductionState } from "./production-types.ts"

/**
 * What one splice changed: `removed` breaks from index `from` on became `inserted`; the text of those behind them moved by
 * `offset`, and their paragraphs by `paragraph`. Most keys change no break: all of them are not told each time.
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

/** The pages of so many paragraphs from the first on. */
export class Laid {
  readonly core: PagesCore
  paragraphs: number
  /** Of the module, in which `core` is. */
  readonly instance: number
  /** Whether it was told of all entries that are places in the text. */
  knowsPlaces = false
  breaks: readonly PageBreak[] = []
  marks = MarkedLines.none
  numbers: Pages["numbers"] = {}
  count = 0
  first = ""

  constructor(core: PagesCore, paragraphs: number, instance: number) {
    this.core = core
    this.paragraphs = paragraphs
    this.instance = instance
    this.take(core.pages() as PagesChange)
  }

  /** Takes in what one call into `core` changed. */
  take(change: PagesChange): void {
    this.breaks = changedBreaks(this.breaks, change)
    this.marks = this.marks.after(marksChange(change))
    if (change.numbers) this.numbers = record(change.numbers)
    this.count = change.count
    this.first = change.first
  }

  /** What a production says of the script. */
  production(): ProductionState {
    const state = this.core.production() as Omit<ProductionState, "settings" | "looks"> & {
      readonly settings: readonly Setting[]
      readonly looks: readonly (readonly [ElementType, readonly Setting[], readonly number[]])[]
    }
    const looks = state.looks.map(([element, settings, rows]) => ({ element, settings: named(settings), sources: pairs(rows) }))
    return { ...state, settings: named(state.settings), looks }
  }
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

type Setting = string | number | boolean

function named(flat: readonly Setting[]): PageSettings {
  return Object.fromEntries(pairs(flat))
}

function pairs<T>(flat: readonly T[]): [T, T][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => flat.slice(2 * at, 2 * at + 2) as [T, T])
}
