// Copy gives plain text with the blank lines that stand on paper, which other programs read as Fountain, HTML that looks like a script
// in mails and word processors, and the paragraphs as they are, for pasting here; see `paste.ts`.

import type { InsertedLine, Run, ScriptHandle } from "scriptroom"
import type { EditorState, Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { htmlOf } from "./html"
import { paragraphOn } from "./lines"
import { paragraphsType } from "./paste"

const upperCase = new Set(["scene-heading", "character", "transition", "shot", "new-act", "end-of-act"])
const closeToThoseBefore = new Set(["dialogue", "parenthetical", "lyrics", "general", "cast-list"])

/** Copies paragraphs as they read on paper. */
export function copyAsText(script: ScriptHandle): Extension {
  return [
    EditorView.clipboardOutputFilter.of((text, state) => (text.includes("\n") ? selectedText(state) : text)),
    EditorView.domEventHandlers({
      copy: (event, view) => copyParagraphs(event, view.state, script),
      cut(event, view) {
        if (!copyParagraphs(event, view.state, script)) return false
        if (!view.state.readOnly) view.dispatch(view.state.replaceSelection(""), { scrollIntoView: true, userEvent: "delete.cut" })
        return true
      },
    }),
  ]
}

/** Takes care of a copy of more than one paragraph, or of text with styles; the editor copies the rest by itself. */
function copyParagraphs(event: ClipboardEvent, state: EditorState, script: ScriptHandle): boolean {
  const { from, to } = state.selection.main
  const isWithinOne = state.doc.lineAt(from).to >= to
  if (!event.clipboardData || (isWithinOne && script.runs(from, to).length === 0)) return false
  const copied = selectedParagraphs(state, script, from, to)
  event.clipboardData.setData("text/plain", isWithinOne ? state.sliceDoc(from, to) : selectedText(state))
  event.clipboardData.setData(paragraphsType, JSON.stringify(copied))
  if (!isWithinOne) event.clipboardData.setData("text/html", htmlOf(copied))
  event.preventDefault()
  return true
}

/** What is selected, as paragraphs; what is within one is text, whatever that is. */
export function selectedParagraphs(state: EditorState, script: ScriptHandle, from: number, to: number): readonly InsertedLine[] {
  if (state.doc.lineAt(from).to >= to) return [{ text: state.sliceDoc(from, to), runs: runs(state, script, from, to) }]
  const copied: InsertedLine[] = []
  for (let at = from; at <= to; ) {
    const line = state.doc.lineAt(at)
    const end = Math.min(to, line.to)
    const paragraph = paragraphOn(state, line.number - 1)
    // Of a paragraph at whose start the selection ends nothing is selected: what it is stays with it.
    if (at === to && at > from) copied.push({ text: "" })
    else if (paragraph) {
      const { element, sceneNumber, dual, depth, joined, color } = paragraph
      const text = state.sliceDoc(at, end)
      copied.push({ text, runs: runs(state, script, at, end), element, sceneNumber, dual, depth, joined, color })
    }
    at = line.to + 1
  }
  return copied
}

/** The text from end to end; the script tells only what has styles. */
function runs(state: EditorState, script: ScriptHandle, from: number, to: number): Run[] {
  const pieces: Run[] = []
  let at = from
  for (const range of script.runs(from, to)) {
    pieces.push({ text: state.sliceDoc(at, range.from), styles: [] })
    pieces.push({ text: state.sliceDoc(range.from, range.to), styles: range.styles })
    at = range.to
  }
  pieces.push({ text: state.sliceDoc(at, to), styles: [] })
  return pieces.filter(piece => piece.text !== "")
}

function selectedText(state: EditorState): string {
  return state.selection.ranges.map(range => paragraphsText(state, range.from, range.to)).join("\n\n")
}

function paragraphsText(state: EditorState, from: number, to: number): string {
  let text = ""
  for (let at = from; at <= to; ) {
    const line = state.doc.lineAt(at)
    const paragraph = paragraphOn(state, line.number - 1)
    const part = line.text.slice(at - line.from, Math.min(to, line.to) - line.from)
    const close = paragraph?.joined || closeToThoseBefore.has(paragraph?.element ?? "")
    if (at > from) text += close ? "\n" : "\n\n"
    text += upperCase.has(paragraph?.element ?? "") ? part.toUpperCase() : part
    at = line.to + 1
  }
  return text
}
