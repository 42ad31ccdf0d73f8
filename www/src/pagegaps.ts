// What is drawn between two pages: the foot of one sheet, the desk, the head of the next with its
// number. Between paragraphs it is a block; inside a paragraph it stands in the text and fills the
// line, since a block would cut the paragraph's line in two and lose its column.

import { pageBreaksField } from "scriptroom/codemirror"
import type { PageBreak } from "scriptroom"
import { type Extension, type Range, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view"
import { el } from "./dom"
import { type Measures, measuresField } from "./production/measures"
import { loadSettings } from "./settings"

/** How the script is shown: as on paper, or as one run of lines in which each page's beginning is marked. */
export type PageLook = "page" | "draft"

/** Draws the page breaks. */
export function pageGaps(look: PageLook = "page"): Extension {
  return StateField.define<DecorationSet>({
    create: state => changedGaps(Decoration.none, state.field(pageBreaksField), state.field(measuresField), look),
    update(gaps, transaction) {
      const { state, startState } = transaction
      const [breaks, measures] = [state.field(pageBreaksField), state.field(measuresField)]
      const remeasured = measures !== startState.field(measuresField)
      if (breaks === startState.field(pageBreaksField) && !remeasured) return gaps
      // With a change of text the breaks have only been moved along; a new layout comes by itself. A deletion just
      // before a page takes its gap along, though the page still begins there.
      const moved = gaps.map(transaction.changes)
      const isMoved = transaction.docChanged && !remeasured && moved.size === places(breaks)
      return isMoved ? moved : changedGaps(moved, breaks, measures, look)
    },
    provide: field => EditorView.decorations.from(field),
  })
}

/** At how many places pages begin: a deletion may leave several at one until the next layout. */
function places(breaks: readonly PageBreak[]): number {
  return breaks.reduce((count, { offset }, at) => count + Number(offset !== breaks[at + 1]?.offset), 0)
}

/** Only those that are others now: most layouts change one page. */
function changedGaps(gaps: DecorationSet, breaks: readonly PageBreak[], measures: Measures, look: PageLook): DecorationSet {
  const old: Range<Decoration>[] = []
  for (const at = gaps.iter(); at.value; at.next()) old.push(at.value.range(at.from))
  const now = breaks.filter(({ offset }, at) => offset !== breaks[at + 1]?.offset).map(pageBreak => gapAt(pageBreak, measures, look))
  const shorter = Math.min(old.length, now.length)
  let start = 0
  while (start < shorter && sameGap(old[start], now[start])) start += 1
  let end = 0
  while (end < shorter - start && sameGap(old.at(-1 - end), now.at(-1 - end))) end += 1
  const gone = old.slice(start, old.length - end)
  const goneGaps = new Set(gone.map(gap => gap.value))
  return gaps.update({
    filterFrom: gone[0]?.from ?? 0,
    filterTo: gone.at(-1)?.from ?? 0,
    filter: (_from, _to, gap) => !goneGaps.has(gap),
    add: now.slice(start, now.length - end),
  })
}

function sameGap(one: Range<Decoration> | undefined, other: Range<Decoration> | undefined): boolean {
  return one !== undefined && other !== undefined && one.from === other.from && one.value.eq(other.value)
}

function gapAt({ page, more, contd, sceneBottom, sceneTop, line, offset }: PageBreak, measures: Measures, look: PageLook): Range<Decoration> {
  const inside = line > 0
  const ends = [more && (["more", measures.more] as const), sceneBottom && (["scene-bottom", measures.sceneBottom] as const)]
  const begins = [sceneTop !== null && (["scene-top", sceneTop] as const), contd !== null && (["contd", contd] as const)]
  const drawn = look === "page" ? { foot: lines(ends), head: lines(begins) } : null
  const widget = new PageGap(page, drawn && { ...drawn, footLines: measures.foot, headLines: measures.head }, inside)
  return Decoration.widget({ widget, side: -1, block: !inside }).range(offset)
}

/** A line that the layout adds: its class, and what it says. */
type Added = readonly [name: string, text: string]

function lines(added: readonly (Added | false)[]): readonly Added[] {
  return added.filter(line => line !== false)
}

/** The foot of a sheet and the head of the next: the margins' lines, and what the layout adds there. */
interface Sheets {
  readonly footLines: number
  readonly foot: readonly Added[]
  readonly headLines: number
  readonly head: readonly Added[]
}

/** The height of one line of the script in pixels, as tokens.css has it. */
export function lineHeightPx(): number {
  return 1.125 * loadSettings().textSize * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

class PageGap extends WidgetType {
  private readonly key: string

  constructor(
    private readonly page: string,
    /** None where the beginning of a page is a mark only. */
    private readonly sheets: Sheets | null,
    private readonly inside: boolean,
  ) {
    super()
    this.key = JSON.stringify([page, sheets, inside])
  }

  override eq(other: PageGap): boolean {
    return other.key === this.key
  }

  /** The height in lines; what the layout adds takes one each. */
  private get lines(): number {
    return this.sheets ? this.foot + 1 + this.sheets.headLines + this.sheets.head.length : 1
  }

  private get foot(): number {
    return this.sheets ? this.sheets.footLines + this.sheets.foot.length : 0
  }

  override get estimatedHeight(): number {
    return this.lines * lineHeightPx()
  }

  override get lineBreaks(): number {
    return this.inside ? this.lines : 0
  }

  override toDOM(): HTMLElement {
    const { foot = [], head = [], headLines = 0 } = this.sheets ?? {}
    const added = ([name, text]: Added, row: number): HTMLElement => el("span", { class: name, style: `--row: ${row}` }, text)
    return el(
      this.inside ? "span" : "div",
      {
        class: `page-gap ${this.sheets ? "" : "as-line"} ${this.inside ? "inside" : ""}`,
        style: `--height: ${this.lines}; --foot: ${this.foot}; --head: ${headLines}`,
        "aria-hidden": "true",
        "data-page": this.page,
      },
      ...foot.map((line, row) => added(line, row)),
      el("span", { class: "sheet-edge" }),
      el("span", { class: "page-number" }, `${this.page}.`),
      ...head.map((line, row) => added(line, this.lines - head.length + row)),
    )
  }

  override ignoreEvent(): boolean {
    return true
  }
}
