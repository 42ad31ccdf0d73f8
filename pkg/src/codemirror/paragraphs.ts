/**
 * What each paragraph is, line by line.
 *
 * A transaction of the writer's is committed to the script only after the editor has its new state,
 * so the field foretells what the script will say, and is set right where it was wrong, before
 * anything is painted. Changes that come from the script bring the truth along.
 */

import { StateEffect, StateField, type Transaction } from "@codemirror/state"
import type { ParagraphInfo, ParagraphsChange } from "../document-types.ts"
import { setElement } from "./edits.ts"
import { handleOf } from "./handle.ts"

/** What a paragraph is, as an editor shows it. (A `Look` is something else: how some paragraphs of an imported file stand.) Its length is the line's. */
export type ParagraphLook = Omit<ParagraphInfo, "length">

/** A change that the script has made; it comes in the transaction that brings its text. */
export const paragraphsChanged = StateEffect.define<readonly ParagraphsChange[]>()

/** What the paragraphs from an index on really are. */
export const paragraphsCorrected = StateEffect.define<{ readonly from: number; readonly looks: readonly ParagraphLook[] }>()

/** All paragraphs, read from the script anew. */
export const paragraphsReread = StateEffect.define<readonly ParagraphLook[]>()

/** One entry a line of the document. */
export const paragraphsField = StateField.define<readonly ParagraphLook[]>({
  create: state => handleOf(state).paragraphs(),
  update(looks, transaction) {
    let next = looks
    const told = transaction.effects.find(effect => effect.is(paragraphsChanged))
    if (told) next = splice(next, told.value)
    else next = retyped(foretold(next, transaction), transaction)
    for (const effect of transaction.effects) {
      if (effect.is(paragraphsCorrected)) next = corrected(next, effect.value)
      else if (effect.is(paragraphsReread)) next = effect.value
    }
    return next
  },
})

/** Whether two paragraphs look the same to whoever draws them. */
export function looksAlike(one: ParagraphLook | undefined, other: ParagraphLook): boolean {
  return (
    one !== undefined &&
    one.element === other.element &&
    one.scene === other.scene &&
    one.sceneNumber === other.sceneNumber &&
    one.dual === other.dual &&
    one.depth === other.depth &&
    one.joined === other.joined &&
    one.omitted === other.omitted &&
    one.color === other.color &&
    one.source === other.source
  )
}

function splice(looks: readonly ParagraphLook[], changes: readonly ParagraphsChange[]): readonly ParagraphLook[] {
  const alike = changes.every(
    ({ from, removed, inserted }) =>
      removed === inserted.length && inserted.every((look, index) => looksAlike(looks[from + index], look)),
  )
  if (alike) return looks
  const next: ParagraphLook[] = []
  let at = 0
  for (const { from, removed, inserted } of changes) {
    for (; at < from; at++) next.push(looks[at] as ParagraphLook)
    next.push(...inserted)
    at = from + removed
  }
  for (; at < looks.length; at++) next.push(looks[at] as ParagraphLook)
  return next
}

/** What a change of text will do: the paragraph that is joined or split stays what it is in its
 * first part, or in its last where nothing is left of the first; see `Edit` in `crates/script`. */
function foretold(looks: readonly ParagraphLook[], transaction: Transaction): readonly ParagraphLook[] {
  if (!transaction.docChanged) return looks
  const before = transaction.startState.doc
  const changes: { from: number; removed: number; inserted: ParagraphLook[] }[] = []
  transaction.changes.iterChanges((from, to, _fromB, _toB, text) => {
    const first = before.lineAt(from)
    const last = to <= first.to ? first : before.lineAt(to)
    if (first === last && text.lines === 1) return
    const atStart = from === first.from
    const atEnd = to === last.to
    const kept = looks[(atStart && !atEnd ? last : first).number - 1] as ParagraphLook
    const inserted: ParagraphLook[] = Array.from({ length: text.lines }, () => splitOff(kept))
    inserted[atStart && !atEnd && text.line(1).length === 0 ? text.lines - 1 : 0] = kept
    const previous = changes.at(-1)
    // Two changes in one paragraph: what they made is joined in their common paragraph.
    if (previous && previous.from + previous.removed >= first.number) {
      previous.inserted.push(...inserted.slice(1))
      previous.removed = last.number - previous.from
    } else changes.push({ from: first.number - 1, removed: last.number - first.number + 1, inserted })
  })
  if (changes.length === 0) return looks
  const next = looks.slice()
  for (const { from, removed, inserted } of changes.reverse()) next.splice(from, removed, ...inserted)
  return next
}

function splitOff({ element }: ParagraphLook): ParagraphLook {
  return {
    element: element === "scene-heading" ? "action" : element,
    scene: null,
    sceneNumber: null,
    dual: false,
    depth: 0,
    joined: false,
    omitted: false,
    color: null,
    source: null,
  }
}

function retyped(looks: readonly ParagraphLook[], transaction: Transaction): readonly ParagraphLook[] {
  let next: ParagraphLook[] | null = null
  for (const effect of transaction.effects) {
    if (!effect.is(setElement)) continue
    const { from, to, element } = effect.value
    for (let index = from; index < Math.min(to, looks.length); index++) {
      const look = (next ?? looks)[index]
      if (!look || look.element === element) continue
      next ??= looks.slice()
      next[index] = { ...look, element }
    }
  }
  return next ?? looks
}

function corrected(
  looks: readonly ParagraphLook[],
  correction: { readonly from: number; readonly looks: readonly ParagraphLook[] },
): readonly ParagraphLook[] {
  const next = looks.slice()
  next.splice(correction.from, correction.looks.length, ...correction.looks)
  return next
}
