/** The lines that revisions changed, as last laid out, kept true while the writer types on. */

import { StateEffect, StateField } from "@codemirror/state"
import type { RevisionMark } from "../production-types.ts"
import { handleOf } from "./handle.ts"

/** New marks have come from the page worker. */
export const marksChanged = StateEffect.define<readonly RevisionMark[]>()

/** The marks, in order. The same value while nothing moved. */
export const revisionMarksField = StateField.define<readonly RevisionMark[]>({
  create: state => handleOf(state).pages.marks,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(marksChanged)) return effect.value.filter(({ offset }) => offset <= transaction.newDoc.length)
    }
    if (!transaction.docChanged || marks.length === 0) return marks
    return marks.map(mark => ({ ...mark, offset: transaction.changes.mapPos(mark.offset, -1) }))
  },
})
