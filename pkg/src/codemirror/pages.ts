/** Where the pages begin, as last laid out, kept true while the writer types on. */

import { StateEffect, StateField } from "@codemirror/state"
import type { PageBreak } from "../types.ts"
import { handleOf } from "./handle.ts"

/** New page breaks have come from the page worker. */
export const pagesChanged = StateEffect.define<readonly PageBreak[]>()

/** The page breaks, in order. The same value while nothing moved. */
export const pageBreaksField = StateField.define<readonly PageBreak[]>({
  create: state => handleOf(state).pages.breaks,
  update(breaks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(pagesChanged)) return same(breaks, within(effect.value, transaction.newDoc.length))
    }
    if (!transaction.docChanged || breaks.length === 0) return breaks
    return breaks.map(pageBreak => {
      const offset = transaction.changes.mapPos(pageBreak.offset, -1)
      return offset === pageBreak.offset ? pageBreak : { ...pageBreak, offset }
    })
  },
})

/** A layout may be older than the text; what is past its end is no page any more. */
function within(breaks: readonly PageBreak[], length: number): readonly PageBreak[] {
  return breaks.every(pageBreak => pageBreak.offset <= length) ? breaks : breaks.filter(({ offset }) => offset <= length)
}

/** The old breaks where the new ones say the same: most keys move no page. */
function same(old: readonly PageBreak[], next: readonly PageBreak[]): readonly PageBreak[] {
  const equal =
    old.length === next.length &&
    next.every((pageBreak, index) => {
      const other = old[index] as PageBreak
      return (
        other.offset === pageBreak.offset &&
        other.page === pageBreak.page &&
        other.line === pageBreak.line &&
        other.more === pageBreak.more &&
        other.contd === pageBreak.contd &&
        other.sceneBottom === pageBreak.sceneBottom &&
        other.sceneTop === pageBreak.sceneTop
      )
    })
  return equal ? old : next
}
