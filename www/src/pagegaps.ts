// What is drawn between two pages: the foot of one sheet, the desk, the head of the next with its
// number. Between paragraphs it is a block; inside a paragraph it stands in the text and fills the
// line, since a block would cut the paragraph's line in two and lose its column.

import { pageBreaksField } from "scriptroom/codemirror"
import type { PageBreak } from "scriptroom"
import { type Extension, type Range, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view"
import { el } from "./dom"

const footLines = 3
const headLines = 3

/** Draws the page breaks. */
export function pageGaps(): Extension {
  return StateField.define<DecorationSet>({
    create: state => gapSet(state.field(pageBreaksField)),
    update(gaps, transaction) {
      // With a change of text the breaks have only been moved along; a new layout comes by itself.
      if (transaction.docChanged) return gaps.map(transaction.changes)
      const breaks = transaction.state.field(pageBreaksField)
      return breaks === transaction.startState.field(pageBreaksField) ? gaps : gapSet(breaks)
    },
    provide: field => EditorView.decorations.from(field),
  })
}

function gapSet(breaks: readonly PageBreak[]): DecorationSet {
  return Decoration.set(breaks.map(gapAt), true)
}

function gapAt(pageBreak: PageBreak): Range<Decoration> {
  const inside = pageBreak.line > 0
  const widget = new PageGap(pageBreak.page, pageBreak.more, pageBreak.contd, inside)
  return Decoration.widget({ widget, side: -1, block: !inside }).range(pageBreak.offset)
}

/** The height of one line of the script in pixels, as tokens.css has it. */
function lineHeightPx(): number {
  return 1.125 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

class PageGap extends WidgetType {
  constructor(
    private readonly page: string,
    private readonly more: boolean,
    private readonly contd: string | null,
    private readonly inside: boolean,
  ) {
    super()
  }

  override eq(other: PageGap): boolean {
    return (
      other.page === this.page &&
      other.more === this.more &&
      other.contd === this.contd &&
      other.inside === this.inside
    )
  }

  /** The height in lines; (MORE) and the repeated cue take one each. */
  private get lines(): number {
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
        class: this.inside ? "page-gap inside" : "page-gap",
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
