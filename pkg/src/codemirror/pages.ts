/** Where the pages begin, as last laid out, kept true while the writer types on. */

import { StateEffect, StateField } from "@codemirror/state"
import { movedBreak, sameBreak } from "../breaks.ts"
import type { PageBreak } from "../page-types.ts"
import { handleOf } from "./handle.ts"

/** The pages have been laid out anew, and these are their breaks. The binding shows it with the next frame; what else is drawn by the pages can join that step. */
export const pagesChanged = StateEffect.define<readonly PageBreak[]>()

/** The page breaks, in order. The same value while nothing moved. */
export const pageBreaksField = StateField.define<readonly PageBreak[]>({
  create: state => handleOf(state).pages.breaks,
  update(breaks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(pagesChanged)) return same(breaks, within(effect.value, transaction.newDoc.length))
    }
    if (!transaction.docChanged || breaks.length === 0) return breaks
    return breaks.map(pageBreak => movedBreak(pageBreak, offset => transaction.changes.mapPos(offset, -1)))
  },
})

/** A layout may be older than the text; what is past its end is no page any more. */
function within(breaks: readonly PageBreak[], length: number): readonly PageBreak[] {
  const isWithin = ({ offset, right }: PageBreak): boolean => Math.max(offset, right?.offset ?? 0) <= length
  return breaks.every(isWithin) ? breaks : breaks.filter(isWithin)
}

/** The old breaks where the new ones say the same: most keys move no page. */
function same(old: readonly PageBreak[], next: readonly PageBreak[]): readonly PageBreak[] {
  const equal = old.length === next.length && next.every((pageBreak, at) => sameBreak(pageBreak, old[at] as PageBreak))
  return equal ? old : next
}
