// Dual dialogue side by side, as on paper. The editor's lines stand below each other, so two speeches that belong together are drawn as one
// block while nobody writes in them here; with the caret in them they are lines like all others, and marked as dual.

import { formatsField, pageBreaksField, type ParagraphLook, paragraphsField } from "scriptroom/codemirror"
import { type EditorState, type Extension, Prec, type Range, StateField, type Transaction } from "@codemirror/state"
import { type Command, Decoration, type DecorationSet, EditorView, keymap, WidgetType } from "@codemirror/view"
import { el } from "./dom"
import { loadSettings } from "./settings"

/** Two speeches, by the indices of their paragraphs: the left one, the right one's cue, and where that ends. */
interface Pair {
  readonly first: number
  readonly middle: number
  readonly end: number
}

interface Duals {
  readonly pairs: readonly Pair[]
  readonly blocks: DecorationSet
}

/** The characters of a line in one of the two columns; `crates/pages` has the same. */
const columnChars = 28
const speech = new Set(["dialogue", "parenthetical", "lyrics"])

const duals = StateField.define<Duals>({
  create: state => drawn(state, pairsIn(state.field(paragraphsField))),
  update: (duals, transaction) => updated(duals, transaction),
  provide: field => EditorView.decorations.from(field, ({ blocks }) => blocks),
})

/** Draws dual dialogue. */
export function dualDialogue(): Extension {
  return [duals, Prec.high(keymap.of([{ key: "ArrowDown", run: walkInto(true) }, { key: "ArrowUp", run: walkInto(false) }]))]
}

/** Up and down go through a block's lines, as if it were not drawn: the editor by itself would step over it. */
function walkInto(forward: boolean): Command {
  return view => {
    const { main } = view.state.selection
    if (!main.empty) return false
    const { head } = view.moveVertically(main, forward)
    let entered: number | null = null
    view.state.field(duals).blocks.between(Math.min(main.head, head), Math.max(main.head, head), (from, to) => {
      if (entered === null || !forward) entered = forward ? from : to
    })
    if (entered === null) return false
    view.dispatch({ selection: { anchor: entered }, scrollIntoView: true, userEvent: "select" })
    return true
  }
}

/** The speech at a paragraph, if there is one right before it: then the two can be dual. */
export function dualCueAt(paragraphs: readonly ParagraphLook[], index: number): number | null {
  let cue = index
  while (cue >= 0 && speech.has(paragraphs[cue]?.element ?? "")) cue -= 1
  if (paragraphs[cue]?.element !== "character") return null
  return speechBefore(paragraphs, cue) === null ? null : cue
}

/** The cue of the speech that ends right before a paragraph. */
function speechBefore(paragraphs: readonly ParagraphLook[], index: number): number | null {
  let at = index - 1
  while (at >= 0 && speech.has(paragraphs[at]?.element ?? "")) at -= 1
  return at < index - 1 && paragraphs[at]?.element === "character" && !paragraphs[at]?.dual ? at : null
}

function pairsIn(paragraphs: readonly ParagraphLook[]): readonly Pair[] {
  const pairs: Pair[] = []
  paragraphs.forEach(({ dual, element }, middle) => {
    const first = dual && element === "character" ? speechBefore(paragraphs, middle) : null
    if (first === null) return
    let end = middle + 1
    while (speech.has(paragraphs[end]?.element ?? "")) end += 1
    if (end > middle + 1) pairs.push({ first, middle, end })
  })
  return pairs
}

function updated(duals: Duals, { state, startState, docChanged, selection }: Transaction): Duals {
  const paragraphs = state.field(paragraphsField)
  if (paragraphs !== startState.field(paragraphsField)) {
    const pairs = pairsIn(paragraphs)
    return pairs.length === 0 && duals.pairs.length === 0 ? duals : drawn(state, pairs)
  }
  if (duals.pairs.length === 0) return duals
  const moved = state.field(pageBreaksField) !== startState.field(pageBreaksField)
  const restyled = state.field(formatsField) !== startState.field(formatsField)
  return docChanged || selection || moved || restyled ? drawn(state, duals.pairs) : duals
}

function drawn(state: EditorState, pairs: readonly Pair[]): Duals {
  const breaks = state.field(pageBreaksField)
  const ranges: Range<Decoration>[] = []
  for (const pair of pairs) {
    const from = state.doc.line(pair.first + 1).from
    const to = state.doc.line(pair.end).to
    // Where a page begins within them, and where somebody writes, they are lines.
    const isCut = breaks.some(({ offset }) => offset > from && offset <= to)
    const isWritten = !state.readOnly && state.selection.ranges.some(range => range.from <= to && range.to >= from)
    if (isCut || isWritten) continue
    ranges.push(Decoration.replace({ widget: new DualBlock(columns(state, pair)), block: true }).range(from, to))
  }
  return { pairs, blocks: Decoration.set(ranges) }
}

/** A paragraph in one of the columns: its element, its text in pieces, each with its classes. */
interface Line {
  readonly element: string
  readonly pieces: readonly (readonly [text: string, classes: string])[]
  /** Where it begins, counted from the start of the first speech. */
  readonly offset: number
}

function columns(state: EditorState, { first, middle, end }: Pair): readonly [readonly Line[], readonly Line[]] {
  const start = state.doc.line(first + 1).from
  const paragraphs = state.field(paragraphsField)
  const line = (index: number): Line => {
    const { from, to } = state.doc.line(index + 1)
    return { element: paragraphs[index]?.element ?? "dialogue", pieces: pieces(state, from, to), offset: from - start }
  }
  const lines = (from: number, to: number): readonly Line[] => Array.from({ length: to - from }, (_, index) => line(from + index))
  return [lines(first, middle), lines(middle, end)]
}

function pieces(state: EditorState, from: number, to: number): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = []
  let at = from
  state.field(formatsField).between(from, to, (start, stop, { spec }) => {
    const [begin, end] = [Math.max(start, at), Math.min(stop, to)]
    if (end <= begin) return
    if (begin > at) found.push([state.sliceDoc(at, begin), ""])
    found.push([state.sliceDoc(begin, end), String(spec.class)])
    at = end
  })
  if (at < to) found.push([state.sliceDoc(at, to), ""])
  return found
}

class DualBlock extends WidgetType {
  private readonly key: string

  constructor(private readonly columns: readonly [readonly Line[], readonly Line[]]) {
    super()
    this.key = JSON.stringify(columns)
  }

  override eq(other: DualBlock): boolean {
    return other.key === this.key
  }

  override get estimatedHeight(): number {
    const rows = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(lengthOf(line) / columnChars)), 0)
    const lineHeight = 1.125 * loadSettings().textSize * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
    return (1 + Math.max(...this.columns.map(rows))) * lineHeight
  }

  override toDOM(view: EditorView): HTMLElement {
    const line = ({ element, pieces, offset }: Line): HTMLElement =>
      el("p", { class: `el-${element}`, "data-offset": offset }, ...pieces.map(([text, classes]) => (classes === "" ? text : el("span", { class: classes }, text))))
    const dom = el("div", { class: "dual-block" }, ...this.columns.map(lines => el("div", {}, ...lines.map(line))))
    dom.addEventListener("mousedown", event => {
      if (event.button !== 0 || view.state.readOnly) return
      event.preventDefault()
      view.dispatch({ selection: { anchor: Math.min(view.posAtDOM(dom) + placeIn(dom, event), view.state.doc.length) }, userEvent: "select.pointer" })
      view.focus()
    })
    return dom
  }

  override ignoreEvent(): boolean {
    return true
  }
}

function lengthOf({ pieces }: Line): number {
  return pieces.reduce((sum, [text]) => sum + text.length, 0)
}

/** How far behind the start of the block somebody pressed: at that letter, or at the end of that paragraph. */
function placeIn(dom: HTMLElement, { target, clientX, clientY }: MouseEvent): number {
  const line = (target as Element).closest<HTMLElement>("[data-offset]") ?? dom.querySelector<HTMLElement>("[data-offset]")
  if (!line) return 0
  const start = Number(line.dataset.offset)
  const caret = document.caretRangeFromPoint?.(clientX, clientY)
  if (!caret || !line.contains(caret.startContainer)) return start + (line.textContent ?? "").length
  const before = document.createRange()
  before.setStart(line, 0)
  before.setEnd(caret.startContainer, caret.startOffset)
  return start + before.toString().length
}
