// Three clicks select a paragraph. The editor by itself takes the line break behind it along: what was typed then joined the next
// paragraph to it, and what was to become of this one became of that one, too.

import { EditorSelection, type EditorState, type Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"

/** Selects whole paragraphs on a triple click, and on what is dragged from there. */
export function wholeParagraphs(): Extension {
  return EditorView.mouseSelectionStyle.of((view, { button, detail, clientX, clientY }) => {
    if (button !== 0 || detail < 3) return null
    let start = view.posAtCoords({ x: clientX, y: clientY }, false)
    let before = view.state.selection
    return {
      get(event, extend, multiple) {
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY }, false)
        const { from, to } = paragraph(view.state, at)
        if (extend) return before.replaceRange(before.main.extend(from, to))
        const first = paragraph(view.state, start)
        const range = at < first.from ? EditorSelection.range(first.to, from) : EditorSelection.range(first.from, Math.max(first.to, to))
        return multiple ? before.addRange(range) : EditorSelection.create([range])
      },
      update({ docChanged, changes }) {
        if (!docChanged) return
        start = changes.mapPos(start)
        before = before.map(changes)
      },
    }
  })
}

function paragraph({ doc }: EditorState, at: number): { readonly from: number; readonly to: number } {
  return doc.lineAt(at)
}
