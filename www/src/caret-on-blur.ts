// The caret of an editor that was left. At the end of a line that is wrapped, it stands on one of two lines, and CodeMirror puts the
// browser's selection there again whenever it measures, also when the focus is elsewhere (@codemirror/view 6, `enforceCursorAssoc`): in Chromium
// the focus comes along, and what was meant for a comment was typed into the script. Who comes back finds the caret at the same letter.

import { EditorSelection, type Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"

/** Lets go of the side of the line that the caret stands on, as the focus goes. */
export function caretOnBlur(): Extension {
  return EditorView.domEventHandlers({
    blur(_, view) {
      queueMicrotask(() => {
        const { main, ranges } = view.state.selection
        if (view.hasFocus || ranges.length > 1 || !main.empty || main.assoc === 0) return
        view.dispatch({ selection: EditorSelection.cursor(main.head) })
      })
    },
  })
}
