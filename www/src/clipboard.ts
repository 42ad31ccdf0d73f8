// Copy gives plain text with the blank lines that stand on paper; paste of several lines makes
// paragraphs of them. Both sides only ever insert; nothing that is there is restyled.

import { type EditorState, type Extension, EditorSelection } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { setElement } from "scriptroom/codemirror"
import { readPaste } from "./paste"
import { paragraphOn } from "./lines"

const upperCase = new Set(["scene-heading", "character", "transition", "shot", "new-act", "end-of-act"])
const closeToThoseBefore = new Set(["dialogue", "parenthetical", "lyrics", "general", "cast-list"])

/** Copies paragraphs as they read on paper. */
export function copyAsText(): Extension {
  return EditorView.clipboardOutputFilter.of((text, state) => (text.includes("\n") ? selectedText(state) : text))
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

/** Pastes several lines as paragraphs with the elements that they look like. */
export function pasteParagraphs(): Extension {
  return EditorView.domEventHandlers({
    paste(event, view) {
      const text = event.clipboardData?.getData("text/plain") ?? ""
      const lines = readPaste(text)
      if (lines.length < 2) return false
      event.preventDefault()
      insertParagraphs(view, lines)
      return true
    },
  })
}

type PastedLine = ReturnType<typeof readPaste>[number]

/** Into an empty paragraph the first line brings its element; into text it joins what is there. */
function insertParagraphs(view: EditorView, lines: readonly PastedLine[]): void {
  const { state } = view
  const { from, to } = state.selection.main
  const line = state.doc.lineAt(from)
  const first = line.length === 0 || (from === line.from && to === line.to) ? 0 : 1
  const insert = lines.map(pasted => pasted.text).join(state.lineBreak)
  const index = line.number - 1
  view.dispatch({
    changes: { from, to, insert },
    selection: EditorSelection.cursor(from + insert.length),
    effects: lines.slice(first).map((pasted, at) => {
      const paragraph = index + first + at
      return setElement.of({ from: paragraph, to: paragraph + 1, element: pasted.element })
    }),
    scrollIntoView: true,
    userEvent: "input.paste",
  })
}
