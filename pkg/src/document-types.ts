/**
 * What a script is made of, what an edit says and what a change tells.
 *
 * Everything here is readonly and can be posted to a worker.
 * Positions are UTF-16 code units over the *editor document*: the paragraphs' texts with one `"\n"` between neighbours, so that
 * paragraph `i` is line `i` and every offset is the same in the script and in the editor.
 */

/** What a paragraph is. A name that is not listed reads as `"action"`. */
export type ElementType =
  | "scene-heading"
  | "action"
  | "character"
  | "parenthetical"
  | "dialogue"
  | "transition"
  | "shot"
  | "general"
  | "lyrics"
  | "centered"
  | "cast-list"
  | "new-act"
  | "end-of-act"
  | "section"
  | "synopsis"
  | "note"
  | "boneyard"
  | "page-break"

/** One way to set off text. `"note"` and `"boneyard"` are not printed. */
export type Style = "bold" | "italic" | "underline" | "strike" | "note" | "boneyard"

/** A stretch of text in one set of styles; never empty, never a line break. */
export interface Run {
  readonly text: string
  readonly styles: readonly Style[]
}

/** What a paragraph is, without its text. */
export interface ParagraphInfo {
  readonly element: ElementType
  /** The scene's id, on scene headings; `null` elsewhere. */
  readonly scene: string | null
  /** The scene's number as printed, such as `"12A"`; `null` where there is none. */
  readonly sceneNumber: string | null
  /** On cues: this speech stands to the right of the one before it. */
  readonly dual: boolean
  /** The depth of a section, 1 to 6; 0 on every other element. */
  readonly depth: number
  /** No blank line between the paragraph before and this one. */
  readonly joined: boolean
  /** On scene headings: the scene is left out of the pages; its number stays. */
  readonly omitted: boolean
  /** On scene headings: the scene's colour, always `#rrggbb` in small letters; `null` where there is none. */
  readonly color: string | null
  /** Which paragraph of the file it was that the script was imported from, counted from 0; `null` where it was none. */
  readonly source: number | null
  /** The length of its text. */
  readonly length: number
}

/** A scene: its heading and what follows, up to the next heading. */
export interface Scene {
  /** A UUID that stays with the heading when it is moved, split or retyped. */
  readonly id: string
  /** The heading's text. */
  readonly heading: string
  /** The heading's number as printed, if it has one. */
  readonly number: string | null
  /** Its colour, always `#rrggbb` in small letters; `null` where it has none. */
  readonly color: string | null
  /** The index of the heading's paragraph. */
  readonly paragraph: number
  /** The offset at which the heading starts. */
  readonly offset: number
  /** How many paragraphs it has, the heading included. */
  readonly paragraphs: number
}

/** One line of inserted text. */
export interface InsertedLine {
  readonly text: string
  /**
   * The element of the paragraph that begins with this line. Without one it is what the paragraph
   * split by the insertion was. The first line begins no paragraph: it becomes part of the one that it is put into,
   * whose element stays (an edit of kind `element` changes it).
   */
  readonly element?: ElementType
  /** The styles of the text. Without them the first line takes those of the character before it, and each of the others has none. */
  readonly styles?: readonly Style[]
  /** The text once more, in pieces, where these have styles of their own. */
  readonly runs?: readonly Run[]
  /** What else the paragraph is that begins with this line; see {@link ParagraphInfo}. */
  readonly sceneNumber?: string | null
  readonly dual?: boolean
  readonly depth?: number
  readonly joined?: boolean
  readonly color?: string | null
}

/** Replaces `from … to` by `insert`; the lines stand for text joined by `"\n"`. */
export interface ReplaceEdit {
  readonly kind: "replace"
  readonly from: number
  readonly to: number
  /** At least one line; `[{ text: "" }]` deletes. */
  readonly insert: readonly InsertedLine[]
}

/** Makes the paragraphs with the indices `from … to` (exclusive) another element. */
export interface ElementEdit {
  readonly kind: "element"
  readonly from: number
  readonly to: number
  readonly element: ElementType
}

/** Sets a style on the text in `from … to`, or takes it off. */
export interface FormatEdit {
  readonly kind: "format"
  readonly from: number
  readonly to: number
  readonly style: Style
  readonly on: boolean
}

/** Sets those attributes of a paragraph that are given. */
export interface AttributesEdit {
  readonly kind: "attributes"
  readonly paragraph: number
  /** `null` takes the number away. */
  readonly sceneNumber?: string | null
  readonly dual?: boolean
  readonly depth?: number
  readonly joined?: boolean
  readonly omitted?: boolean
  /** The scene's colour, `#rrggbb`; `null` takes it away. Anything else is refused. */
  readonly color?: string | null
}

/**
 * One change that a writer makes. A list is made from its last to its first. Put all replacements first, in ascending order, and everything else behind
 * them: then each offset and index means the document before the call. What stands before a replacement is made after it, and means what that has left.
 */
export type Edit = ReplaceEdit | ElementEdit | FormatEdit | AttributesEdit

/** Text that was replaced; offsets refer to the document before the change, as CodeMirror's do. */
export interface TextChange {
  readonly from: number
  readonly to: number
  readonly insert: string
}

/** `removed` paragraphs from index `from` on (before the change) became `inserted`. */
export interface ParagraphsChange {
  readonly from: number
  readonly removed: number
  readonly inserted: readonly ParagraphInfo[]
}

/** Text whose styles may have changed; offsets refer to the document after the change. */
export interface FormatChange {
  readonly from: number
  readonly to: number
  readonly runs: readonly StyledRange[]
}

/** A range of the document with styles; ranges without any are left out. */
export interface StyledRange {
  readonly from: number
  readonly to: number
  readonly styles: readonly Style[]
}

/** The ids of the scenes that a change touched. */
export interface SceneChanges {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly moved: readonly string[]
  readonly changed: readonly string[]
}

/** A selection; `anchor` is where it began, `head` where the caret is. */
export interface Selection {
  readonly anchor: number
  readonly head: number
}

/** Where a change came from: this handle's `edit`, its `undo` or `redo`, or another client. */
export type Origin = "edit" | "undo" | "remote"

/** What one transaction did to the document, whole. */
export interface Change {
  readonly origin: Origin
  /** In order, not overlapping. Empty when only types or styles changed. */
  readonly text: readonly TextChange[]
  /** In order, not overlapping; every paragraph whose text, type or attributes changed is in it. */
  readonly paragraphs: readonly ParagraphsChange[]
  readonly formats: readonly FormatChange[]
  readonly scenes: SceneChanges
  /**
   * Where the selection belongs after undo and redo, and where scenes were moved: there it goes along with its text. `null` on other
   * changes, and where neither `edit` nor `setPresence` was told what is selected.
   */
  readonly selection: Selection | null
}

/** What is selected before an edit, and after it in offsets after it. */
export interface SelectionChange {
  readonly before: Selection
  readonly after: Selection
}

/** One entry of the title page, such as `Credit`. */
export interface TitleEntry {
  readonly key: string
  readonly lines: readonly string[]
}
