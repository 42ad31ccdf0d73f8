// The lines of a script that name something, read from the editor once for everybody who asks.

import { type ParagraphLook, paragraphsField } from "scriptroom/codemirror"
import type { EditorState } from "@codemirror/state"
import type { NamedLine } from "./names"

const read = new WeakMap<readonly ParagraphLook[], readonly NamedLine[]>()

/**
 * The paragraphs of which completion knows something; of the others only that they are there. They are read anew when a paragraph came,
 * went or became another element: a key in a new name, for which no list opens, does not read the script again.
 */
export function namedLines(state: EditorState): readonly NamedLine[] {
  const paragraphs = state.field(paragraphsField)
  const known = read.get(paragraphs)
  if (known) return known
  const lines: NamedLine[] = []
  let index = 0
  for (const text of state.doc.iterLines()) {
    const element = paragraphs[index]?.element ?? "action"
    lines.push({ element, text: element === "character" || element === "scene-heading" || element === "transition" ? text : "" })
    index += 1
  }
  read.set(paragraphs, lines)
  return lines
}
