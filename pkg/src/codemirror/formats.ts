/** Bold, italic and the like as marks on the text, in step with the script's styles. */

import { type ChangeDesc, type Range, RangeSet, StateEffect, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view"
import type { Change, FormatChange, Style, StyledRange } from "../document-types.ts"
import { handleOf } from "./handle.ts"

/** What the script says about the styles of some text; offsets count after the transaction. */
export const formatsChanged = StateEffect.define<readonly FormatChange[]>()

/** The styled text. Each range has the classes `style-bold`, `style-italic`, … */
export const formatsField = StateField.define<DecorationSet>({
  create: state => markSet(handleOf(state).runs(0, state.doc.length)),
  update(marks, transaction) {
    let next = transaction.docChanged ? withoutReplaced(marks.map(transaction.changes), transaction.changes) : marks
    for (const effect of transaction.effects) {
      if (!effect.is(formatsChanged)) continue
      for (const change of effect.value) next = replaced(next, change)
    }
    return next
  },
  provide: field => EditorView.decorations.from(field),
})

/** What a change says of styles: text that came in has none but those that it tells of. */
export function formatsOf({ text, formats }: Pick<Change, "text" | "formats">): readonly FormatChange[] {
  const inserted: FormatChange[] = []
  let grownBy = 0
  for (const { from, to, insert } of text) {
    const at = from + grownBy
    grownBy += insert.length - (to - from)
    if (insert === "") continue
    const end = at + insert.length
    const runs = formats.flatMap(format => format.runs).filter(run => run.from < end && run.to > at)
    inserted.push({ from: at, to: end, runs: runs.map(run => ({ ...run, from: Math.max(run.from, at), to: Math.min(run.to, end) })) })
  }
  return [...inserted, ...formats]
}

/** The styles of a letter. */
export function stylesAt(marks: DecorationSet, at: number): readonly Style[] {
  let styles: readonly Style[] = []
  marks.between(at, at + 1, (from, to, { spec }) => {
    if (from <= at && to > at) styles = spec.styles
  })
  return styles
}

/** Whether the marks already say what the script says. */
export function formatsAgree(marks: DecorationSet, changes: readonly FormatChange[]): boolean {
  return changes.every(({ from, to, runs }) => {
    const there: string[] = []
    marks.between(from, to, (start, end, mark) => {
      if (end > from && start < to) there.push(`${Math.max(start, from)}-${Math.min(end, to)} ${mark.spec.class}`)
    })
    const wanted = runs.map(run => `${Math.max(run.from, from)}-${Math.min(run.to, to)} ${className(run.styles)}`)
    return there.join() === wanted.join()
  })
}

const known = new Map<string, Decoration>()

function mark(styles: readonly Style[]): Decoration {
  const name = className(styles)
  const existing = known.get(name)
  if (existing) return existing
  // What is typed inside a styled range is styled, as the script does it.
  const made = Decoration.mark({ class: name, inclusiveEnd: true, styles })
  known.set(name, made)
  return made
}

function className(styles: readonly Style[]): string {
  return styles.map(style => `style-${style}`).join(" ")
}

function marks(runs: readonly StyledRange[]): Range<Decoration>[] {
  return runs.filter(run => run.from < run.to && run.styles.length > 0).map(run => mark(run.styles).range(run.from, run.to))
}

function markSet(runs: readonly StyledRange[]): DecorationSet {
  return RangeSet.of(marks(runs), true)
}

/** A mark goes with its words: what is written in their place has the styles of what stands before it, as the script does it. */
function withoutReplaced(set: DecorationSet, changes: ChangeDesc): DecorationSet {
  let next = set
  changes.iterChangedRanges((fromA, toA, from, to) => {
    if (fromA === toA || from === to) return
    const kept: StyledRange[] = []
    next.between(from, to, (start, end, { spec }) => {
      if (start < from) kept.push({ from, to: Math.min(end, to), styles: spec.styles })
    })
    next = replaced(next, { from, to, runs: kept })
  })
  return next
}

/** Takes the marks of a range away, without those parts that reach beyond it, and puts new ones. */
function replaced(set: DecorationSet, { from, to, runs }: FormatChange): DecorationSet {
  const kept: Range<Decoration>[] = []
  let isMarked = runs.length > 0
  set.between(from, to, (start, end, value) => {
    isMarked = true
    if (start < from) kept.push(value.range(start, Math.min(end, from)))
    if (end > to) kept.push(value.range(Math.max(start, to), end))
  })
  if (!isMarked) return set
  const without = set.update({ filterFrom: from, filterTo: to, filter: () => false })
  return without.update({ add: joined([...kept, ...marks(runs)]) })
}

/** In order; those that touch and are the same as one, which they are where the script is read anew: letters come one by one from whoever types. */
function joined(ranges: readonly Range<Decoration>[]): Range<Decoration>[] {
  const all: Range<Decoration>[] = []
  for (const range of ranges.filter(({ from, to }) => from < to).sort((one, other) => one.from - other.from)) {
    const last = all.at(-1)
    if (last?.to === range.from && last.value === range.value) all[all.length - 1] = range.value.range(last.from, range.to)
    else all.push(range)
  }
  return all
}
