// The words that comments are about, marked in the script: what is open, what is chosen, and where a new one goes.
// Between two looks at the threads the marks move with the text.

import { type EditorState, type Extension, type Range, StateEffect, StateField, type Transaction } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view"

/** The words of one thread. */
export interface Mark {
  readonly thread: string
  readonly from: number
  readonly to: number
}

/** The threads with a place are these now. */
export const marksChanged = StateEffect.define<readonly Mark[]>()
/** This thread is looked at now. */
export const threadChosen = StateEffect.define<string | null>()
/** A new comment will be about these words; `null` for no longer. */
export const draftPlaced = StateEffect.define<{ readonly from: number; readonly to: number } | null>()

interface Marked {
  readonly marks: DecorationSet
  readonly chosen: string | null
  /** The chosen thread's words once more, so that a choice redraws them alone. */
  readonly chosenMark: DecorationSet
  readonly draft: DecorationSet
}

const nothing: Marked = { marks: Decoration.none, chosen: null, chosenMark: Decoration.none, draft: Decoration.none }
const chosenWords = Decoration.mark({ class: "commented-chosen" })
const draftWords = Decoration.mark({ class: "commented-draft" })

const markedField = StateField.define<Marked>({
  create: () => nothing,
  update: (marked, transaction) => afterSelection(afterEffects(mapped(marked, transaction), transaction), transaction),
  provide: field => [
    // What comes first lies innermost, and its colour is the one that is seen.
    EditorView.decorations.from(field, marked => marked.draft),
    EditorView.decorations.from(field, marked => marked.chosenMark),
    EditorView.decorations.from(field, marked => marked.marks),
  ],
})

/** Marks the words that comments are about; `onClick` hears which one was clicked. */
export function commentMarks(onClick: (thread: string) => void): Extension {
  // Not `click`: the press has drawn the words anew, and what was released is another node than what was pressed.
  const mouseup = (event: MouseEvent, view: EditorView): boolean => {
    const inMark = event.target instanceof Element && event.target.closest(".commented") !== null
    const chosen = chosenThread(view.state)
    if (inMark && chosen !== null && view.state.selection.main.empty) onClick(chosen)
    return false
  }
  return [markedField, EditorView.domEventHandlers({ mouseup })]
}

/** The thread that is looked at. */
export function chosenThread(state: EditorState): string | null {
  return state.field(markedField).chosen
}

/** Where a new comment will go, after all that was typed since it was begun. */
export function draftRange(state: EditorState): { readonly from: number; readonly to: number } | null {
  const place = state.field(markedField).draft.iter()
  return place.value ? { from: place.from, to: place.to } : null
}

function mapped(marked: Marked, { docChanged, changes }: Transaction): Marked {
  if (!docChanged) return marked
  const { marks, chosen, chosenMark, draft } = marked
  return { marks: marks.map(changes), chosen, chosenMark: chosenMark.map(changes), draft: draft.map(changes) }
}

function afterEffects(marked: Marked, { effects, newDoc }: Transaction): Marked {
  let now = marked
  for (const effect of effects) {
    if (effect.is(marksChanged)) now = choose({ ...now, marks: decorate(effect.value, newDoc.length) }, now.chosen)
    else if (effect.is(threadChosen)) now = choose(now, effect.value)
    else if (effect.is(draftPlaced)) now = { ...now, draft: effect.value ? Decoration.set(draftWords.range(effect.value.from, effect.value.to)) : Decoration.none }
  }
  return now
}

/** The caret chooses the thread that it is put into. */
function afterSelection(marked: Marked, { selection, effects }: Transaction): Marked {
  if (!selection || effects.some(effect => effect.is(threadChosen))) return marked
  const chosen = threadAt(marked.marks, selection.main.head)
  return chosen === marked.chosen ? marked : choose(marked, chosen)
}

function choose(marked: Marked, chosen: string | null): Marked {
  const ranges: Range<Decoration>[] = []
  for (const place = marked.marks.iter(); chosen !== null && place.value; place.next()) {
    if (place.value.spec.thread === chosen) ranges.push(chosenWords.range(place.from, place.to))
  }
  return { ...marked, chosen, chosenMark: Decoration.set(ranges) }
}

function decorate(marks: readonly Mark[], length: number): DecorationSet {
  const there = marks.filter(({ from, to }) => from < to && to <= length)
  return Decoration.set(
    there.map(({ thread, from, to }) => Decoration.mark({ class: "commented", thread }).range(from, to)),
    true,
  )
}

/** The thread at an offset; of several, the one about the fewest words. */
function threadAt(marks: DecorationSet, offset: number): string | null {
  let found: string | null = null
  let shortest = Infinity
  marks.between(offset, offset, (from, to, { spec }) => {
    if (to - from >= shortest) return
    shortest = to - from
    found = spec.thread as string
  })
  return found
}
