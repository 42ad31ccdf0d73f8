// What typing means beyond its letters: `int.` opens a scene, `(` at the start of a speech opens a
// parenthetical, `)` steps over the bracket that is there already, Backspace takes both. What was recognised can be
// taken back by one undo, which leaves the letters.

import { type Extension, Prec } from "@codemirror/state"
import { EditorView, keymap } from "@codemirror/view"
import { opensHeading } from "./elements"
import { currentElement, elementEffects, isEmptyParenthetical, writing } from "./keys"
import { loadSettings } from "./settings"

/** `closeUndoGroup` makes what follows an undo step of its own. */
export function recognise(closeUndoGroup: () => void): Extension {
  const input = EditorView.inputHandler.of((view, from, to, text) => {
    if (view.composing || text.length !== 1) return false
    const { headings, brackets } = loadSettings()
    if (text === "(") return brackets && openParenthetical(view, from, to, closeUndoGroup)
    if (text === ")") return stepOverBracket(view, from, to)
    if (headings && (text === "." || text === " ")) return openHeading(view, from, to, text, closeUndoGroup)
    return false
  })
  return [input, Prec.high(keymap.of([{ key: "Backspace", run: takeBrackets, shift: takeBrackets }]))]
}

function openHeading(view: EditorView, from: number, to: number, text: string, closeUndoGroup: () => void): boolean {
  const line = view.state.doc.lineAt(from)
  if (currentElement(view.state) !== "action") return false
  if (!opensHeading(view.state.sliceDoc(line.from, from) + text)) return false
  view.dispatch({
    changes: { from, to, insert: text },
    selection: { anchor: from + 1 },
    userEvent: "input.type",
  })
  closeUndoGroup()
  view.dispatch({ effects: elementEffects(line.number - 1, line.number, "scene-heading"), userEvent: "input.element" })
  closeUndoGroup()
  return true
}

function openParenthetical(view: EditorView, from: number, to: number, closeUndoGroup: () => void): boolean {
  const line = view.state.doc.lineAt(from)
  if (from !== to || line.length > 0 || currentElement(view.state) !== "dialogue") return false
  view.dispatch({ changes: { from, insert: "(" }, selection: { anchor: from + 1 }, scrollIntoView: true, userEvent: "input.type" })
  closeUndoGroup()
  view.dispatch({
    changes: { from: from + 1, insert: ")" },
    selection: { anchor: from + 1 },
    effects: elementEffects(line.number - 1, line.number, "parenthetical"),
    userEvent: "input.element",
  })
  closeUndoGroup()
  return true
}

/** The closing bracket was nobody's: without the opening one it goes, too, and the speech is one again. */
const takeBrackets = writing(view => {
  const { main, ranges } = view.state.selection
  const line = view.state.doc.lineAt(main.head)
  if (ranges.length > 1 || !main.empty || main.head !== line.from + 1 || !isEmptyParenthetical(view.state, line)) return false
  view.dispatch({
    changes: { from: line.from, to: line.to },
    effects: elementEffects(line.number - 1, line.number, "dialogue"),
    scrollIntoView: true,
    userEvent: "delete.backward",
  })
  return true
})

function stepOverBracket(view: EditorView, from: number, to: number): boolean {
  if (from !== to || currentElement(view.state) !== "parenthetical") return false
  const line = view.state.doc.lineAt(from)
  if (from !== line.to - 1 || !line.text.endsWith(")")) return false
  view.dispatch({ selection: { anchor: from + 1 }, userEvent: "select" })
  return true
}
