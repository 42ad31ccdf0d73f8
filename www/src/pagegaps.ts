// What is drawn between two pages: the foot of one sheet, the desk, the head of the next with its
// number. Between paragraphs it is a block; inside a paragraph it stands in the text and fills the
// line, since a block would cut the paragraph's line in two and lose its column.

import { pageBreaksField } from "scriptroom/codemirror"
import type { PageBreak } from "scriptroom"
import { type Extension, type Range, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view"
import { el } from "./dom"
import { loadSettings } from "./settings"

const footLines = 3
const headLines = 3

/** How the script is shown: as on paper, or as one run of lines in which each page's beginning is marked. */
export type PageLook = "page" | "draft"

/** Draws the page breaks. */
export function pageGaps(look: PageLook = "page"): Extension {
  return StateField.define<DecorationSet>({
    create: state => changedGaps(Decoration.none, state.field(pageBreaksField), look),
    update(gaps, transaction) {
      const breaks = transaction.state.field(pageBreaksField)
      if (breaks === transaction.startState.field(pageBreaksField)) return gaps
      // With a change of text the breaks have only been moved along; a new layout comes by itself. A deletion just
      // before a page takes its gap along, though the page still begins there.
      const moved = gaps.map(transaction.changes)
      return transaction.docChanged && moved.size === places(breaks) ? moved : changedGaps(moved, breaks, look)
    },
    provide: field => EditorView.decorations.from(field),
  })
}

/** At how many places pages begin: a deletion may leave several at one until the next layout. */
function places(breaks: readonly PageBreak[]): number {
  return breaks.reduce((count, { offset }, at) => count + Number(offset !== breaks[at + 1]?.offset), 0)
}

/** Only those that are others now: most layouts change one page. */
function changedGaps(gaps: DecorationSet, breaks: readonly PageBreak[], look: PageLook): DecorationSet {
  const old: Range<Decoration>[] = []
  for (const at = gaps.iter(); at.value; at.next()) old.push(at.value.range(at.from))
  const now = breaks.filter(({ offset }, at) => offset !== breaks[at + 1]?.offset).map(pageBreak => gapAt(pageBreak, look))
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

function gapAt({ page, more, contd, line, offset }: PageBreak, look: PageLook): Range<Decoration> {
  const inside = line > 0
  const widget = look === "page" ? new PageGap(page, more, contd, inside, look) : new PageGap(page, false, null, inside, look)
  return Decoration.widget({ widget, side: -1, block: !inside }).range(offset)
}

/** The height of one line of the script in pixels, as tokens.css has it. */
export function lineHeightPx(): number {
  return 1.125 * loadSettings().textSize * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

class PageGap extends WidgetType {
  constructor(
    private readonly page: string,
    private readonly more: boolean,
    private readonly contd: string | null,
    private readonly inside: boolean,
    private readonly look: PageLook,
  ) {
    super()
  }

  override eq(other: PageGap): boolean {
    return (
      other.page === this.page &&
      other.more === this.more &&
      other.contd === this.contd &&
      other.inside === this.inside &&
      other.look === this.look
    )
  }

  /** The height in lines; (MORE) and the repeated cue take one each. */
  private get lines(): number {
    if (this.look === "draft") return 1
    return this.foot + 1 + headLines + (this.contd === null ? 0 : 1)
  }

  private get foot(): number {
    return footLines + (this.more ? 1 : 0)
  }

  override get estimatedHeight(): number {
    return this.lines * lineHeightPx()
  }

  override get lineBreaks(): number {
    return this.inside ? this.lines : 0
  }

  override toDOM(): HTMLElement {
    const gap = el(
      this.inside ? "span" : "div",
      {
        class: `page-gap ${this.look === "draft" ? "as-line" : ""} ${this.inside ? "inside" : ""}`,
        style: `--height: ${this.lines}; --foot: ${this.foot}`,
        "aria-hidden": "true",
        "data-page": this.page,
      },
      this.more && el("span", { class: "more" }, "(MORE)"),
      el("span", { class: "sheet-edge" }),
      el("span", { class: "page-number" }, `${this.page}.`),
      this.contd !== null && el("span", { class: "contd" }, this.contd),
    )
    return gap
  }

  override ignoreEvent(): boolean {
    return true
  }
}
