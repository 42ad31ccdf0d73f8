// What typing means beyond its letters: `int.` opens a scene, `(` at the start of a speech opens a
// parenthetical, `)` steps over the bracket that is there already. What was recognised can be
// taken back by one undo, which leaves the letters.

import type { Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { opensHeading } from "./elements"
import { currentElement, elementEffects } from "./keys"
import { loadSettings } from "./settings"

/** `closeUndoGroup` makes what follows an undo step of its own. */
export function recognise(closeUndoGroup: () => void): Extension {
  return EditorView.inputHandler.of((view, from, to, text) => {
    if (view.composing || text.length !== 1) return false
    const { headings, brackets } = loadSettings()
    if (text === "(") return brackets && openParenthetical(view, from, to, closeUndoGroup)
    if (text === ")") return stepOverBracket(view, from, to)
    if (headings && (text === "." || text === " ")) return openHeading(view, from, to, text, closeUndoGroup)
    return false
  })
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

function stepOverBracket(view: EditorView, from: number, to: number): boolean {
  if (from !== to || currentElement(view.state) !== "parenthetical") return false
  const line = view.state.doc.lineAt(from)
  if (from !== line.to - 1 || !line.text.endsWith(")")) return false
  view.dispatch({ selection: { anchor: from + 1 }, userEvent: "select" })
  return true
}
