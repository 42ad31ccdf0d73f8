/**
 * From a CodeMirror transaction to the edits of a script.
 *
 * A transaction says what became of the text, and by effects what became of elements and styles.
 * All of it is one call to `edit`, so that the others never see half of it; but for the element of
 * the paragraph that an insertion begins in, and for styles of what is inserted, which are only known when the text is there.
 */

import { type ChangeSet, StateEffect, type Text, type Transaction } from "@codemirror/state"
import { formatsField, stylesAt } from "./formats.ts"
import type { Edit, ElementEdit, ElementType, FormatEdit, InsertedLine, Style } from "../document-types.ts"

/** Makes the paragraphs `from … to` (exclusive) another element. Indices count in the document
 * *after* the transaction's changes, so that a new paragraph can be given its element at once. */
export const setElement = StateEffect.define<{ readonly from: number; readonly to: number; readonly element: ElementType }>()

/** Sets a style on the text in `from … to`, or takes it off; offsets count after the changes. */
export const setStyle = StateEffect.define<{
  readonly from: number
  readonly to: number
  readonly style: Style
  readonly on: boolean
}>({ map: (value, changes) => ({ ...value, from: changes.mapPos(value.from, 1), to: changes.mapPos(value.to, -1) }) })

/** Where a transaction puts new text, in offsets after it. */
interface Insertion {
  readonly from: number
  readonly to: number
  readonly elements: (ElementType | undefined)[]
  /** The paragraph that it goes to the end of; its first line stays that paragraph. */
  readonly endOf: number | null
  /** What stands before it has these styles, and so has it unless told. */
  readonly around: readonly Style[]
  /** The styles that it is told to have. */
  styles: readonly Style[] | null
}

/** What a transaction stands for. */
export interface TransactionEdits {
  /** Refers to the document before. */
  readonly edits: readonly Edit[]
  /** Refers to the document that `edits` leave. */
  readonly then: readonly Edit[]
}

/** The edits that a transaction of the writer's stands for; none when it changes nothing. */
export function editsOf(transaction: Transaction): TransactionEdits {
  const { changes, newDoc, startState } = transaction
  const insertions: Insertion[] = []
  changes.iterChanges((fromA, toA, from, to, inserted) => {
    const first = startState.doc.lineAt(fromA)
    const endOf = toA === first.to ? first.number - 1 : null
    const around = fromA > first.from ? stylesAt(startState.field(formatsField), fromA - 1) : []
    insertions.push({ from, to, elements: Array.from({ length: inserted.lines }), endOf, around, styles: null })
  })
  const elements: ElementEdit[] = []
  const then: ElementEdit[] = []
  for (const effect of transaction.effects) {
    if (!effect.is(setElement)) continue
    for (let index = effect.value.from; index < Math.min(effect.value.to, newDoc.lines); index++) {
      const { element } = effect.value
      const place = placeOf(index, insertions, transaction)
      if (place.kind === "inserted") place.insertion.elements[place.line] = element
      else if (place.kind === "begun") then.push({ kind: "element", from: index, to: index + 1, element })
      else elements.push({ kind: "element", from: place.paragraph, to: place.paragraph + 1, element })
    }
  }
  // First: it says which styles what is inserted has.
  const formats = formatEdits(transaction, insertions)
  return { edits: [...replaceEdits(changes, insertions), ...joined(elements), ...formats.edits], then: [...joined(then), ...formats.then] }
}

function replaceEdits(changes: ChangeSet, insertions: readonly Insertion[]): Edit[] {
  const edits: Edit[] = []
  let at = 0
  changes.iterChanges((from, to, _fromB, _toB, inserted) => {
    edits.push({ kind: "replace", from, to, insert: insertedLines(inserted, insertions[at++]) })
  })
  return edits
}

function insertedLines(text: Text, insertion: Insertion | undefined): InsertedLine[] {
  const lines: InsertedLine[] = []
  const styles = insertion?.styles ?? null
  for (const line of text.iterLines()) {
    const element = insertion?.elements[lines.length]
    lines.push({ text: line, ...(element !== undefined && { element }), ...(styles && { styles }) })
  }
  return lines
}

/** Where a paragraph of the new document comes from. */
type Place =
  /** A later line of an insertion of several lines begins it. */
  | { readonly kind: "inserted"; readonly insertion: Insertion; readonly line: number }
  /** The first line of such an insertion begins it. */
  | { readonly kind: "begun" }
  /** It was there before. */
  | { readonly kind: "old"; readonly paragraph: number }

function placeOf(index: number, insertions: readonly Insertion[], transaction: Transaction): Place {
  const start = transaction.newDoc.line(index + 1).from
  const insertion = insertions.find(({ from, to, elements }) => elements.length > 1 && from <= start && start <= to)
  if (insertion) {
    const line = index - (transaction.newDoc.lineAt(insertion.from).number - 1)
    if (line > 0) return { kind: "inserted", insertion, line }
    return insertion.endOf === null ? { kind: "begun" } : { kind: "old", paragraph: insertion.endOf }
  }
  const before = transaction.changes.invertedDesc.mapPos(start, -1)
  return { kind: "old", paragraph: transaction.startState.doc.lineAt(before).number - 1 }
}

/** Neighbouring paragraphs of one element as one edit. */
function joined(edits: readonly ElementEdit[]): ElementEdit[] {
  const result: ElementEdit[] = []
  for (const edit of edits) {
    const last = result.at(-1)
    if (last && last.to === edit.from && last.element === edit.element) result[result.length - 1] = { ...last, to: edit.to }
    else result.push(edit)
  }
  return result
}

function formatEdits({ changes, effects }: Transaction, insertions: readonly Insertion[]): { readonly edits: FormatEdit[]; readonly then: FormatEdit[] } {
  const before = changes.invertedDesc
  const [edits, then]: [FormatEdit[], FormatEdit[]] = [[], []]
  for (const effect of effects) {
    if (!effect.is(setStyle)) continue
    const { from, to, style, on } = effect.value
    const inserted = insertions.find(insertion => insertion.from < insertion.to && insertion.from < to && insertion.to > from)
    // Of one step for undo with the letters that go on from it; only a last style cannot be taken off so: text that has none takes on those around it.
    if (inserted && on && from <= inserted.from && to >= inserted.to) inserted.styles = [...(inserted.styles ?? inserted.around), style]
    else if (inserted) then.push({ kind: "format", from, to, style, on })
    else edits.push({ kind: "format", from: before.mapPos(from, 1), to: before.mapPos(to, -1), style, on })
  }
  return { edits, then }
}
