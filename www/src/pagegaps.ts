// What is drawn between two pages: the foot of one sheet, the desk, the head of the next with its
// number. Between paragraphs it is a block; inside a paragraph it stands in the text and fills the
// line, since a block would cut the paragraph's line in two and lose its column. Where the right column of dual
// dialogue goes on is a mark in the text: the page has begun within the left one.

import { pageBreaksField } from "scriptroom/codemirror"
import type { PageBreak, RightColumn } from "scriptroom"
import { Facet, type Extension, type Range, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view"
import { el } from "./dom"
import { type Measures, measuresField } from "./production/measures"
import { loadSettings } from "./settings"

/** How the script is shown: as on paper, or as one run of lines in which each page's beginning is marked. */
export type PageLook = "page" | "draft"

/** How the script is shown here. */
export const pageLook = Facet.define<PageLook, PageLook>({ combine: looks => looks[0] ?? "page" })

/** Draws the page breaks. */
export function pageGaps(look: PageLook = "page"): Extension {
  return [pageLook.of(look), gapsField(look)]
}

function gapsField(look: PageLook): Extension {
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

/** How many gaps there are: a deletion may leave several at one place until the next layout. */
function places(breaks: readonly PageBreak[]): number {
  return breaks.reduce((count, { offset, right }, at) => count + Number(offset !== breaks[at + 1]?.offset) + Number(right !== null), 0)
}

function gapsOf(breaks: readonly PageBreak[], measures: Measures, look: PageLook): readonly Range<Decoration>[] {
  const found = breaks.filter(({ offset }, at) => offset !== breaks[at + 1]?.offset).map(pageBreak => gapAt(pageBreak, measures, look))
  const rights = breaks.flatMap(({ page, right }) => (right ? [markAt(page, right)] : []))
  return rights.length === 0 ? found : [...found, ...rights].sort((one, other) => one.from - other.from)
}

/** Only those that are others now: most layouts change one page. */
function changedGaps(gaps: DecorationSet, breaks: readonly PageBreak[], measures: Measures, look: PageLook): DecorationSet {
  const old: Range<Decoration>[] = []
  for (const at = gaps.iter(); at.value; at.next()) old.push(at.value.range(at.from))
  const now = gapsOf(breaks, measures, look)
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

function gapAt(pageBreak: PageBreak, measures: Measures, look: PageLook): Range<Decoration> {
  const inside = pageBreak.line > 0
  const widget = gapOf(pageBreak, measures, look, inside)
  return Decoration.widget({ widget, side: -1, block: !inside }).range(pageBreak.offset)
}

function gapOf({ page, more, contd, sceneBottom, sceneTop }: PageBreak, measures: Measures, look: PageLook, inside: boolean): PageGap {
  const ends = [more && (["more", measures.more] as const), sceneBottom && (["scene-bottom", measures.sceneBottom] as const)]
  const begins = [sceneTop !== null && (["scene-top", sceneTop] as const), contd !== null && (["contd", contd] as const)]
  const drawn = look === "page" ? { foot: lines(ends), head: lines(begins) } : null
  return new PageGap(page, drawn && { ...drawn, footLines: measures.foot, headLines: measures.head }, inside)
}

/** What is drawn between two columns and their rests, which say themselves that they go on. */
export function gapInColumns(pageBreak: PageBreak, measures: Measures, look: PageLook): PageGap {
  return gapOf({ ...pageBreak, more: false, contd: null }, measures, look, false)
}

function markAt(page: string, { offset, line }: RightColumn): Range<Decoration> {
  const inside = line > 0
  return Decoration.widget({ widget: new PageGap(page, null, inside), side: -1, block: !inside }).range(offset)
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

/** How much of the margins between two sheets is drawn: on a phone a third, as paper.css has it. */
function partOfMargins(): number {
  return matchMedia("(max-width: 44rem)").matches ? 1 / 3 : 1
}

/** The height of one line of the script in pixels, as tokens.css has it. */
export function lineHeightPx(): number {
  return 1.125 * loadSettings().textSize * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

export class PageGap extends WidgetType {
  /** All that it shows. */
  readonly key: string

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
    if (!this.sheets) return 1
    const { foot, footLines, head, headLines } = this.sheets
    return foot.length + 1 + head.length + (footLines + headLines) * partOfMargins()
  }

  override get estimatedHeight(): number {
    return this.lines * lineHeightPx()
  }

  override get lineBreaks(): number {
    return this.inside ? this.lines : 0
  }

  override toDOM(): HTMLElement {
    const { foot = [], footLines = 0, head = [], headLines = 0 } = this.sheets ?? {}
    const added = ([name, text]: Added, row: number): HTMLElement => el("span", { class: name, style: `--row: ${row}` }, text)
    return el(
      this.inside ? "span" : "div",
      {
        class: `page-gap ${this.sheets ? "" : "as-line"} ${this.inside ? "inside" : ""}`,
        style: `--foot: ${foot.length}; --foot-margin: ${footLines}; --head: ${head.length}; --head-margin: ${headLines}`,
        "aria-hidden": "true",
        "data-page": this.page,
      },
      ...foot.map((line, row) => added(line, row)),
      el("span", { class: "sheet-edge" }),
      el("span", { class: "page-number" }, `${this.page}.`),
      el("span", { class: "sheet-head" }, ...head.map((line, row) => added(line, row))),
    )
  }

  override ignoreEvent(): boolean {
    return true
  }
}
