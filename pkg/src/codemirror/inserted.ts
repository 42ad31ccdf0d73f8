/**
 * Which edits put paragraphs into a script.
 *
 * What is at the place already keeps its mark, and with it its scene: at the start of a paragraph the new ones come above it, behind the
 * mark of the one before. Undo takes one step back, and no step may both change a mark and delete it (`crates/script/src/undo.rs`):
 * where marks go, nothing is asked of one afterwards that the edit can say by itself.
 */

import type { EditorState } from "@codemirror/state"
import type { AttributesEdit, Edit, InsertedLine } from "../document-types.ts"
import { type ParagraphLook, paragraphsField } from "./paragraphs.ts"

/** A stretch of the editor's document. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** What puts paragraphs in. */
export interface Insertion {
  readonly edits: readonly Edit[]
  /** Where their text is then. */
  readonly then: Stretch
}

/** Puts paragraphs in the place of a stretch; what they are moved from goes. */
export function insertionOf(state: EditorState, at: Stretch, paragraphs: readonly InsertedLine[], moved: Stretch | null): Insertion {
  const length = paragraphs.reduce((sum, { text }) => sum + text.length + 1, -1)
  const edits = editsFor(state, at, paragraphs, moved)
  if (!moved) return { edits, then: { from: at.from, to: at.from + length } }
  const removal: Edit = { kind: "replace", from: moved.from, to: moved.to, insert: [{ text: "" }] }
  const isBefore = moved.from < at.from
  const from = isBefore ? at.from - (moved.to - moved.from) : at.from
  return { edits: isBefore ? [removal, ...edits] : [...edits, removal], then: { from, to: from + length } }
}

function editsFor(state: EditorState, { from, to }: Stretch, paragraphs: readonly InsertedLine[], moved: Stretch | null): Edit[] {
  const { doc } = state
  const [first, last] = [doc.lineAt(from), doc.lineAt(to)]
  const [begin] = paragraphs
  const end = paragraphs.at(-1)
  const replace = (begins: number, ends: number, insert: readonly InsertedLine[]): Edit => ({ kind: "replace", from: begins, to: ends, insert })
  if (!begin || !end || from > first.from) return [replace(from, to, paragraphs)]
  const isLeft = to < last.to
  if (paragraphs.length > 1 && (isLeft || end.text === "")) {
    // Of what is left in the place of a selection the last line is the beginning; a paragraph that they are put in front of they only stand above.
    const joins = from < to || end.text === ""
    const above = joins ? paragraphs.slice(0, -1) : paragraphs
    const rest: InsertedLine = joins ? textOf(end) : { text: "" }
    const replaced = from < to ? [replace(from, to, [rest])] : []
    if (first.number > 1) return [replace(from - 1, from - 1, [{ text: "" }, ...above]), ...replaced]
    // There is none before: an empty one pushes the paragraph down, and becomes the first. The last of these edits is made first.
    return [...becomes(0, begin, null), replace(0, 0, [begin]), replace(0, to, [{ text: "" }, ...above.slice(1), rest])]
  }
  if (isLeft) return [replace(from, to, paragraphs)]
  const deletesMarks = first.number !== last.number || (moved !== null && doc.lineAt(moved.from).number !== doc.lineAt(moved.to).number)
  const look = state.field(paragraphsField)[first.number - 1] ?? null
  if (!deletesMarks) return [replace(from, to, paragraphs), ...becomes(first.number - 1, begin, look)]
  if (first.number > 1 && begin.element) return [replace(from - 1, to, [{ text: "" }, ...paragraphs])]
  return [...becomes(first.number - 1, begin, look), replace(from, to, paragraphs)]
}

/** Makes a paragraph what a line is; one that says no element stays what it is. `look` is what it has been, `null` if it is new. */
function becomes(paragraph: number, line: InsertedLine, look: ParagraphLook | null): Edit[] {
  const { element, sceneNumber = null, dual = false, depth = 0, joined = false, color = null } = line
  if (element === undefined) return []
  const attributes: AttributesEdit = { kind: "attributes", paragraph, sceneNumber, dual, depth, joined, color }
  const { sceneNumber: number, dual: wasDual, depth: wasDeep, joined: wasJoined, color: wasColor } = look ?? fresh
  const isSame = number === sceneNumber && wasDual === dual && wasDeep === depth && wasJoined === joined && wasColor === color
  return [{ kind: "element", from: paragraph, to: paragraph + 1, element }, ...(isSame ? [] : [attributes])]
}

const fresh = { sceneNumber: null, dual: false, depth: 0, joined: false, color: null }

/** A line that begins no paragraph of its own. */
function textOf({ text, styles, runs }: InsertedLine): InsertedLine {
  return { text, ...(styles && { styles }), ...(runs && { runs }) }
}
