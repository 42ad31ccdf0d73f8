// Dual dialogue side by side, as on paper. The editor's lines stand below each other, so two speeches that belong together are drawn as one
// block while the caret is elsewhere; with the caret in them they are lines like all others, and marked as dual. Where a page begins
// within them the block has the columns, what is between the sheets, and the columns' rests.

import { formatsField, pageBreaksField, type ParagraphLook, paragraphsField } from "scriptroom/codemirror"
import { type EditorState, type Extension, Prec, type Range, RangeSet, StateField, type Transaction } from "@codemirror/state"
import { type Command, Decoration, type DecorationSet, EditorView, keymap, WidgetType } from "@codemirror/view"
import { el } from "./dom"
import { pageIndexAt } from "./lines"
import { gapInColumns, lineHeightPx, type PageGap, pageLook } from "./pagegaps"
import { measuresField } from "./production/measures"
import type { PageBreak } from "scriptroom"

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
    if (!main.empty || !showsCaret(view.state)) return false
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

/** Whether somebody goes through the script here with a caret, be it to read or to comment: then a block with the caret in it is lines. */
function showsCaret(state: EditorState): boolean {
  return state.facet(EditorView.editable)
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

function updated(duals: Duals, transaction: Transaction): Duals {
  const { state, startState, docChanged, selection, changes } = transaction
  const paragraphs = state.field(paragraphsField)
  const restructured = paragraphs !== startState.field(paragraphsField)
  const pairs = restructured ? pairsIn(paragraphs) : duals.pairs
  if (pairs.length === 0) return duals.pairs.length === 0 ? duals : { pairs, blocks: Decoration.none }
  // A change of text only moves the pages along; a new layout comes by itself.
  const retold = !docChanged && state.field(pageBreaksField) !== startState.field(pageBreaksField)
  const moved = retold || transaction.reconfigured || state.field(measuresField) !== startState.field(measuresField)
  const restyled = state.field(formatsField) !== startState.field(formatsField)
  if (!docChanged && !selection && !restructured && !restyled && !moved) return duals
  const blocks = duals.blocks.map(changes)
  const isSame = stays(transaction, restructured)
  if (!restructured && !moved && pairs.every(pair => isSame(rangeOf(state, pair)))) return { pairs, blocks }
  return { pairs, blocks: redrawn(state, pairs, blocks, isSame) }
}

interface Extent {
  readonly from: number
  readonly to: number
}

function rangeOf(state: EditorState, { first, end }: Pair): Extent {
  return { from: state.doc.line(first + 1).from, to: state.doc.line(end).to }
}

/** Whether what is in a range is drawn as before a transaction: nothing in it was written, selected or styled. */
function stays({ state, startState, changes, newSelection, effects }: Transaction, restructured: boolean): (range: Extent) => boolean {
  const touched: Extent[] = [...newSelection.ranges]
  for (const { from, to } of startState.selection.ranges) touched.push({ from: changes.mapPos(from, -1), to: changes.mapPos(to, 1) })
  changes.iterChangedRanges((_fromA, _toA, from, to) => touched.push({ from, to }))
  // Only the script tells of elements and styles elsewhere than where somebody writes.
  const isTold = effects.length > 0
  const styles = isTold ? startState.field(formatsField).map(changes) : null
  return ({ from, to }) => {
    if (touched.some(range => range.from <= to && range.to >= from) || (isTold && restructured)) return false
    return styles === null || RangeSet.eq([styles], [state.field(formatsField)], from, to)
  }
}

function drawn(state: EditorState, pairs: readonly Pair[]): Duals {
  return { pairs, blocks: redrawn(state, pairs, Decoration.none, () => false) }
}

/** The blocks of these pairs; of those before, the ones stay that are in their place and of which `isSame` holds. */
function redrawn(state: EditorState, pairs: readonly Pair[], before: DecorationSet, isSame: (range: Extent) => boolean): DecorationSet {
  const breaks = state.field(pageBreaksField)
  const places = new Map<number, { readonly to: number; readonly block: Decoration; readonly isCut: boolean }>()
  for (const at = before.iter(); at.value; at.next()) places.set(at.from, { to: at.to, block: at.value, isCut: (at.value.spec.widget as DualBlock).isCut })
  const kept = new Set<Decoration>()
  const add: Range<Decoration>[] = []
  for (const pair of pairs) {
    const range = rangeOf(state, pair)
    const { from, to } = range
    // Where the caret is they are lines.
    if (showsCaret(state) && state.selection.ranges.some(range => range.from <= to && range.to >= from)) continue
    const cuts = breaks.slice(pageIndexAt(breaks, from), pageIndexAt(breaks, to))
    const old = places.get(from)
    if (old?.to === to && !old.isCut && cuts.length === 0 && isSame(range)) {
      kept.add(old.block)
      continue
    }
    const widget = new DualBlock(parts(state, pair, cuts), cuts.map(cut => gapInColumns(cut, state.field(measuresField), state.facet(pageLook))))
    add.push(Decoration.replace({ widget, block: true }).range(from, to))
  }
  return before.update({ filter: (_from, _to, block) => kept.has(block), add, sort: true })
}

/** A paragraph, or what of it is on a page, in one of the columns: its element, its text in pieces, each with its classes. */
interface Line {
  readonly element: string
  readonly pieces: readonly (readonly [text: string, classes: string])[]
  /** Where it begins, counted from the start of the first speech; `null` of what the page adds. */
  readonly offset: number | null
  /** It goes on from the page before. */
  readonly rest: boolean
}

/** What is on one page: the left column, and the right one. */
type Columns = readonly [left: readonly Line[], right: readonly Line[]]

function parts(state: EditorState, { first, middle, end }: Pair, cuts: readonly PageBreak[]): readonly Columns[] {
  const { more } = state.field(measuresField)
  const [start, between, last] = [state.doc.line(first + 1).from, state.doc.line(middle + 1).from, state.doc.line(end).to]
  const found: Columns[] = []
  let [left, right] = [start, between]
  let [leftCue, rightCue]: (string | null)[] = [null, null]
  const part = (leftEnd: number, rightEnd: number, [leftMore, rightMore]: readonly boolean[]): Columns => {
    const added = (text: string | null): Line[] => (text ? [{ element: "character", pieces: [[text, ""]], offset: null, rest: false }] : [])
    const column = (from: number, to: number, cue: string | null, goesOn: boolean): readonly Line[] =>
      [...added(cue), ...linesBetween(state, from, to, start), ...added(goesOn ? more : null)]
    return [column(left, leftEnd, leftCue ?? null, leftMore === true), column(right, rightEnd, rightCue ?? null, rightMore === true)]
  }
  for (const cut of cuts) {
    const inLeft = cut.offset < between
    const leftEnd = inLeft ? cut.offset : between
    const rightEnd = inLeft ? (cut.right?.offset ?? last + 1) : cut.offset
    const rightGoesOn = !inLeft || cut.right !== null
    found.push(part(leftEnd, rightEnd, [inLeft && cut.more, rightGoesOn && cut.more]))
    ;[left, right, leftCue, rightCue] = [leftEnd, rightEnd, inLeft ? cut.contd : null, inLeft ? (cut.right?.contd ?? null) : cut.contd]
  }
  found.push(part(between, last + 1, []))
  return found
}

/** The paragraphs from one offset up to another, of which the first and the last may be in part. */
function linesBetween(state: EditorState, from: number, until: number, start: number): readonly Line[] {
  const paragraphs = state.field(paragraphsField)
  const lines: Line[] = []
  for (let at = from; at < until; ) {
    const line = state.doc.lineAt(at)
    const element = paragraphs[line.number - 1]?.element ?? "dialogue"
    lines.push({ element, pieces: pieces(state, at, Math.min(line.to, until)), offset: at - start, rest: at > line.from })
    at = line.to + 1
  }
  return lines
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

  constructor(
    private readonly parts: readonly Columns[],
    /** What is between two parts. */
    private readonly gaps: readonly PageGap[],
  ) {
    super()
    this.key = JSON.stringify([parts, gaps.map(({ key }) => key)])
  }

  get isCut(): boolean {
    return this.gaps.length > 0
  }

  override eq(other: DualBlock): boolean {
    return other.key === this.key
  }

  override get estimatedHeight(): number {
    const rows = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(lengthOf(line) / columnChars)), 0)
    const lines = this.parts.reduce((sum, columns) => sum + Math.max(...columns.map(rows)), 1)
    return lines * lineHeightPx() + this.gaps.reduce((sum, gap) => sum + gap.estimatedHeight, 0)
  }

  override toDOM(view: EditorView): HTMLElement {
    const line = ({ element, pieces, offset, rest }: Line): HTMLElement =>
      el("p", { class: `el-${element} ${rest ? "rest" : ""}`, "data-offset": offset ?? undefined }, ...pieces.map(([text, classes]) => (classes === "" ? text : el("span", { class: classes }, text))))
    const block = (columns: Columns, part: number): HTMLElement =>
      el("div", { class: `dual-block ${part > 0 ? "rest" : ""}` }, ...columns.map(lines => el("div", {}, ...lines.map(line))))
    const dom = el("div", { class: "dual-blocks" }, ...this.parts.flatMap((columns, part) => [...(part > 0 ? [this.gaps[part - 1]?.toDOM() ?? ""] : []), block(columns, part)]))
    dom.addEventListener("mousedown", event => {
      if (event.button !== 0 || !showsCaret(view.state)) return
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
