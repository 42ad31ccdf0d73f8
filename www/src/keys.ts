// What Enter, Tab and the element shortcuts do. A command looks at the paragraph at the caret, and
// says what becomes of it as one transaction: text, and the element of what is new.

import { setElement } from "scriptroom/codemirror"
import type { ElementType } from "scriptroom"
import type { EditorState, Line, SelectionRange, StateEffect } from "@codemirror/state"
import { EditorSelection } from "@codemirror/state"
import { type Command, EditorView, type KeyBinding } from "@codemirror/view"
import { elementLabel, elementTypes, flow, numbered, splitsIntoItself } from "./elements"
import { paragraphAt } from "./lines"

/** The element at the caret. */
export function currentElement(state: EditorState): ElementType {
  const { main } = state.selection
  return paragraphAt(state, main.head === main.to ? endOf(state, main) : main.head)?.element ?? "action"
}

/** Where a selection ends. Of a paragraph at whose start it does nothing is selected: the one before is its last. */
function endOf({ doc }: EditorState, { to, empty }: SelectionRange): number {
  return !empty && doc.lineAt(to).from === to ? to - 1 : to
}

/** A command of somebody who writes: where the script is only read it does nothing, and the key is the browser's. */
export function writing(run: Command): Command {
  return view => !view.state.readOnly && run(view)
}

/** What a transaction needs to make the paragraphs at lines `from … to` (counted from 0,
 * exclusive) another element, and to say so to a screen reader. */
export function elementEffects(from: number, to: number, element: ElementType): readonly StateEffect<unknown>[] {
  return [setElement.of({ from, to, element }), EditorView.announce.of(elementLabel(element))]
}

/** Makes the selected paragraphs another element. */
export function makeElement(element: ElementType): Command {
  return writing(view => {
    const { state } = view
    const { main } = state.selection
    const first = state.doc.lineAt(main.from)
    const last = state.doc.lineAt(endOf(state, main))
    const range = { from: first.number - 1, to: last.number }
    if (element === "parenthetical" && first.number === last.number && first.length === 0) {
      view.dispatch({
        changes: { from: first.from, insert: "()" },
        selection: { anchor: first.from + 1 },
        effects: elementEffects(range.from, range.to, element),
        userEvent: "input",
      })
    } else {
      const emptied = isEmptyParenthetical(state, first)
      view.dispatch({
        ...(emptied && { changes: { from: first.from, to: first.to } }),
        effects: elementEffects(range.from, range.to, element),
        userEvent: "input.element",
      })
    }
    return true
  })
}

/** `()` with nothing in it is as good as an empty line. */
export function isEmptyParenthetical(state: EditorState, line: Line): boolean {
  return line.text === "()" && paragraphAt(state, line.from)?.element === "parenthetical"
}

/** Enter: the next paragraph, of the element that follows; on an empty one, back to action. */
export const enter: Command = writing(view => {
  const { state } = view
  const { from, to, empty } = state.selection.main
  const line = state.doc.lineAt(from)
  const last = endOf(state, state.selection.main)
  // The line break before a paragraph of which nothing is selected is the one that Enter makes.
  if (last < to) return leaveEmpty(view, from, last)
  const element = currentElement(state)
  const isBlank = line.length === 0 || isEmptyParenthetical(state, line)
  if (empty && isBlank && element !== "action" && element !== "general") return makeElement("action")(view)
  if (from === line.from && line.to > to) return insertAbove(view, line, to)
  const end = endOfText(line, element)
  if (from >= end && to <= line.to) return insertBelow(view, line.to, flow(element).enter)
  return split(view, from, to, splitsIntoItself(element) ? element : flow(element).enter)
})

/** Where the writer's text ends: the closing bracket of a parenthetical is not for writing after. */
function endOfText(line: Line, element: ElementType): number {
  return element === "parenthetical" && line.text.endsWith(")") ? line.to - 1 : line.to
}

/** At the start of a paragraph: an empty line above; the paragraph itself stays what it is. Where
 * there is a paragraph before, the empty one follows that. */
function insertAbove(view: EditorView, line: Line, to: number): boolean {
  const element = paragraphAt(view.state, line.from)?.element ?? "action"
  const above = splitsIntoItself(element) ? element : "action"
  const after = line.number > 1 && to === line.from
  view.dispatch({
    changes: after ? { from: line.from - 1, insert: view.state.lineBreak } : { from: line.from, to, insert: view.state.lineBreak },
    selection: { anchor: line.from + 1 },
    effects: [setElement.of({ from: line.number - 1, to: line.number, element: above })],
    scrollIntoView: true,
    userEvent: "input",
  })
  return true
}

/** A new paragraph after `offset`, which is the end of one. */
function insertBelow(view: EditorView, offset: number, element: ElementType): boolean {
  const index = view.state.doc.lineAt(offset).number
  const text = element === "parenthetical" ? "()" : ""
  view.dispatch({
    changes: { from: offset, insert: view.state.lineBreak + text },
    selection: { anchor: offset + 1 + text.length / 2 },
    effects: elementEffects(index, index + 1, element),
    scrollIntoView: true,
    userEvent: "input",
  })
  return true
}

/** What was selected up to the end of a paragraph goes; the caret is in the next one. */
function leaveEmpty(view: EditorView, from: number, to: number): boolean {
  view.dispatch({ changes: { from, to }, selection: { anchor: from + 1 }, scrollIntoView: true, userEvent: "input" })
  return true
}

/** Cuts a paragraph; what was selected goes. */
function split(view: EditorView, from: number, to: number, element: ElementType): boolean {
  const index = view.state.doc.lineAt(from).number
  view.dispatch({
    changes: { from, to, insert: view.state.lineBreak },
    selection: EditorSelection.cursor(from + 1),
    effects: [setElement.of({ from: index, to: index + 1, element })],
    scrollIntoView: true,
    userEvent: "input",
  })
  return true
}

/** Tab: at the end of text a new paragraph of the element that Tab leads to; otherwise this
 * paragraph becomes it. */
export const tab: Command = writing(view => {
  const { state } = view
  const { head, empty } = state.selection.main
  const line = state.doc.lineAt(head)
  const element = currentElement(state)
  const next = flow(element).tab
  const isBlank = line.length === 0 || isEmptyParenthetical(state, line)
  if (empty && !isBlank && head >= endOfText(line, element)) return insertBelow(view, line.to, next)
  return makeElement(next)(view)
})

/** Shift-Tab: this paragraph becomes the element before in the flow. */
export const backTab: Command = view => makeElement(flow(currentElement(view.state)).back)(view)

/** The keys of the element types; Enter has more to do than these, see `automatic.ts`. */
export const elementKeys: readonly KeyBinding[] = [
  { key: "Tab", run: tab },
  { key: "Shift-Tab", run: backTab },
  ...numbered.map((element, index) => ({ key: `Mod-${index + 1}`, run: makeElement(element), preventDefault: true })),
]

/** The element of a `<select>`'s value. */
export function isElement(value: string): value is ElementType {
  return (elementTypes as readonly string[]).includes(value)
}
