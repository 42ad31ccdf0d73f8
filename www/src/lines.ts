// Gives each line the look of its element: a class, the scene's number, and on an empty line that
// holds the caret the element's name. Only what is in view is decorated.

import { pageBreaksField, type ParagraphLook, paragraphsField } from "scriptroom/codemirror"
import type { PageBreak, ScriptHandle } from "scriptroom"
import type { EditorState, Extension, Range } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view"
import { elementLabel } from "./elements"
import { measuresField } from "./production/measures"
import { ui } from "./words/ui"

/** The paragraph on a line, counted from 0. */
export function paragraphOn(state: EditorState, index: number): ParagraphLook | undefined {
  return state.field(paragraphsField)[index]
}

/** The paragraph in which an offset lies. */
export function paragraphAt(state: EditorState, offset: number): ParagraphLook | undefined {
  return paragraphOn(state, state.doc.lineAt(offset).number - 1)
}

/** The index of the page that an offset is on, counted from 0: how many breaks are before it. */
export function pageIndexAt(breaks: readonly PageBreak[], offset: number): number {
  let low = 0
  let high = breaks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((breaks[middle] as PageBreak).offset <= offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Styles the lines by their elements; scenes that have no number of their own have the one that the pages say. */
export function elementLines(script: ScriptHandle): Extension {
  return [EditorView.perLineTextDirection.of(true), ViewPlugin.define(view => new ElementLines(view, script), { decorations: plugin => plugin.decorations })]
}

class ElementLines {
  decorations: DecorationSet

  private numbers: SceneNumbers

  constructor(
    view: EditorView,
    private readonly script: ScriptHandle,
  ) {
    this.numbers = script.pages.numbers
    this.decorations = decorate(view, Decoration.none, this.numbers)
  }

  update(update: ViewUpdate): void {
    const { state, startState } = update
    const paragraphsChanged = state.field(paragraphsField) !== startState.field(paragraphsField)
    const breaksChanged = state.field(pageBreaksField) !== startState.field(pageBreaksField)
    const { numbers } = this.script.pages
    const numbersChanged = numbers !== this.numbers
    this.numbers = numbers
    const measuresChanged = state.field(measuresField) !== startState.field(measuresField)
    if (measuresChanged || update.docChanged || update.viewportChanged || update.selectionSet || paragraphsChanged || breaksChanged || numbersChanged) {
      this.decorations = decorate(update.view, this.decorations.map(update.changes), numbers)
    }
  }
}

/**
 * Wraps a line's text. CodeMirror estimates what it has not drawn yet by the height of the first short line that it finds
 * with bare text in it, which here is one, two or three lines high, as the element has it: the estimate of the whole
 * script jumped about while scrolling. Finding none it measures a line of its own (see paper.css), always the same.
 */
const wrapped = Decoration.mark({ tagName: "span", inclusive: true })

type SceneNumbers = ScriptHandle["pages"]["numbers"]

function decorate(view: EditorView, before: DecorationSet, numbers: SceneNumbers): DecorationSet {
  const { state } = view
  const paragraphs = state.field(paragraphsField)
  const breaks = state.field(pageBreaksField)
  const { styleOf } = state.field(measuresField)
  const { head, empty } = state.selection.main
  const ranges: Range<Decoration>[] = []
  // An empty document has no visible ranges, but it has a line.
  const visibleRanges = view.visibleRanges.length > 0 ? view.visibleRanges : [view.viewport]
  for (const visible of visibleRanges) {
    let leftOut = isLeftOut(paragraphs, state.doc.lineAt(visible.from).number - 1)
    for (let at = visible.from; at <= visible.to; ) {
      const line = state.doc.lineAt(at)
      const paragraph = paragraphs[line.number - 1]
      if (paragraph) {
        const caretHere = empty && line.from === head && line.length === 0
        leftOut = isOmission(paragraph) ?? leftOut
        const sceneNumber = (paragraph.scene && numbers[paragraph.scene]) ?? paragraph.sceneNumber
        const look = { ...paragraph, sceneNumber, leftOut, rightToLeft: isRightToLeft(line.text), style: styleOf(paragraph) }
        ranges.push(lineDecoration(look, line.number === 1, startsPage(breaks, line.from), caretHere).range(line.from))
        // An input method's own text is not wrapped while it is being composed.
        const composed = view.composing && line.from <= head && head <= line.to && !isWrapped(before, line.from)
        if (line.length > 0 && !composed) ranges.push(wrapped.range(line.from, line.to))
      }
      at = line.to + 1
    }
  }
  return Decoration.set(ranges)
}

/** Letters that are read from right to left; `crates/pages` has the same. */
const rightToLeftLetter = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** Whether a text is read from right to left: as its first letter is. */
function isRightToLeft(text: string): boolean {
  return rightToLeftLetter.test(text) && rightToLeftLetter.test(/\p{Alphabetic}/u.exec(text)?.[0] ?? "")
}

/** Whether what follows is left out of the pages, where a paragraph begins or ends a scene. */
export function isOmission({ element, omitted }: ParagraphLook): boolean | null {
  if (element === "scene-heading") return omitted
  return element === "new-act" || element === "end-of-act" ? false : null
}

/** Whether a paragraph is in a scene that is left out. */
function isLeftOut(paragraphs: readonly ParagraphLook[], index: number): boolean {
  for (let at = Math.min(index, paragraphs.length - 1); at >= 0; at -= 1) {
    const begins = isOmission(paragraphs[at] as ParagraphLook)
    if (begins !== null) return begins
  }
  return false
}

function isWrapped(decorations: DecorationSet, offset: number): boolean {
  let found = false
  decorations.between(offset, offset, (_from, _to, decoration) => {
    found ||= decoration === wrapped
  })
  return found
}

function startsPage(breaks: readonly PageBreak[], offset: number): boolean {
  const page = pageIndexAt(breaks, offset)
  return page > 0 && breaks[page - 1]?.offset === offset
}

const known = new Map<string, Decoration>()

/** Equal lines share one decoration, so that comparing the old set with the new is cheap. */
function lineDecoration(paragraph: ParagraphLook & { readonly leftOut: boolean; readonly rightToLeft: boolean; readonly style: string }, first: boolean, pageTop: boolean, caretHere: boolean): Decoration {
  const { element, joined, dual, sceneNumber, omitted, leftOut, rightToLeft, style } = paragraph
  const key = [element, joined, dual, first, pageTop, caretHere, leftOut, rightToLeft, sceneNumber ?? "", style].join()
  const existing = known.get(key)
  if (existing) return existing
  const classes = [`el-${element}`]
  if (joined) classes.push("joined")
  if (dual) classes.push("dual")
  if (first) classes.push("first")
  if (pageTop) classes.push("page-top")
  if (leftOut) classes.push(omitted ? "omitted" : "left-out")
  if (caretHere) classes.push("blank-here")
  const attributes: Record<string, string> = { class: classes.join(" ") }
  if (dual) attributes["data-dual"] = ui.shell.dual
  if (rightToLeft) attributes.dir = "rtl"
  if (style) attributes.style = style
  if (sceneNumber) attributes["data-scene-number"] = sceneNumber
  if (caretHere) attributes["data-element-label"] = elementLabel(element)
  const decoration = Decoration.line({ attributes })
  known.set(key, decoration)
  return decoration
}
