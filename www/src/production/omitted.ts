// Omitted scenes: folded into the one line that stands on the page for them. Where the caret is brought into one, or somebody presses
// that line, it lies open, until the caret has left it.

import { pageBreaksField, type ParagraphLook, paragraphsField } from "scriptroom/codemirror"
import type { ScriptHandle } from "scriptroom"
import { type EditorState, type Extension, type Range, StateField, type Transaction } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view"
import { el } from "../dom"
import { isOmission } from "../lines"
import { lineHeightPx } from "../pagegaps"
import { ui } from "../words/ui"

/** A scene that is left out, by the indices of its paragraphs. */
interface Omission {
  readonly scene: string
  readonly first: number
  readonly end: number
}

interface Folds {
  readonly omissions: readonly Omission[]
  /** The scene that lies open. */
  readonly open: string | null
  readonly folds: DecorationSet
}

/** What a script's page says of a scene that is left out. */
const omitted = "OMITTED"

/** Folds the omitted scenes of a script. */
export function omittedScenes(script: ScriptHandle): Extension {
  const numberOf = (paragraph: ParagraphLook): string => (paragraph.scene && script.pages.numbers[paragraph.scene]) ?? paragraph.sceneNumber ?? ""
  const folded = (state: EditorState, omissions: readonly Omission[], open: string | null): Folds => ({ omissions, open, folds: foldsOf(state, omissions, open, numberOf) })
  return StateField.define<Folds>({
    create: state => folded(state, omissionsIn(state.field(paragraphsField)), null),
    update(before, transaction) {
      const { state, startState, docChanged } = transaction
      const paragraphs = state.field(paragraphsField)
      const omissions = paragraphs === startState.field(paragraphsField) ? before.omissions : omissionsIn(paragraphs)
      if (omissions.length === 0) return before.omissions.length === 0 ? before : { omissions, open: null, folds: Decoration.none }
      const open = isThere(transaction) ? sceneAt(state, omissions) : before.open
      const told = state.field(pageBreaksField) !== startState.field(pageBreaksField)
      return omissions !== before.omissions || open !== before.open || docChanged || told ? folded(state, omissions, open) : before
    },
    provide: field => EditorView.decorations.from(field, ({ folds }) => folds),
  })
}

/** Whether somebody has brought the caret where it is. */
function isThere(transaction: Transaction): boolean {
  const writes = (["input", "delete", "undo", "redo"] as const).some(event => transaction.isUserEvent(event))
  return transaction.selection !== undefined || (transaction.docChanged && writes)
}

function omissionsIn(paragraphs: readonly ParagraphLook[]): readonly Omission[] {
  const found: Omission[] = []
  let open: { readonly scene: string; readonly first: number } | null = null
  paragraphs.forEach((paragraph, index) => {
    const begins = isOmission(paragraph)
    if (begins === null) return
    if (open) found.push({ ...open, end: index })
    open = begins ? { scene: paragraph.scene ?? "", first: index } : null
  })
  if (open) found.push({ ...(open as { scene: string; first: number }), end: paragraphs.length })
  return found
}

function rangeOf(state: EditorState, { first, end }: Omission): readonly [from: number, to: number] {
  return [state.doc.line(first + 1).from, state.doc.line(Math.min(end, state.doc.lines)).to]
}

function sceneAt(state: EditorState, omissions: readonly Omission[]): string | null {
  const { head } = state.selection.main
  const inside = omissions.find(omission => {
    const [from, to] = rangeOf(state, omission)
    return from <= head && head <= to
  })
  return inside?.scene ?? null
}

function foldsOf(state: EditorState, omissions: readonly Omission[], open: string | null, numberOf: (paragraph: ParagraphLook) => string): DecorationSet {
  const folds: Range<Decoration>[] = []
  for (const omission of omissions) {
    const heading = state.field(paragraphsField)[omission.first]
    if (omission.scene === open || !heading || omission.first >= state.doc.lines) continue
    const [from, to] = rangeOf(state, omission)
    const fold = new Fold(state.doc.line(omission.first + 1).text, numberOf(heading), omission.first === 0)
    folds.push(Decoration.replace({ widget: fold, block: true }).range(from, to))
  }
  return Decoration.set(folds)
}

class Fold extends WidgetType {
  constructor(
    private readonly heading: string,
    private readonly number: string,
    private readonly first: boolean,
  ) {
    super()
  }

  override eq({ heading, number, first }: Fold): boolean {
    return heading === this.heading && number === this.number && first === this.first
  }

  override get estimatedHeight(): number {
    return (this.first ? 1 : 3) * lineHeightPx()
  }

  override toDOM(view: EditorView): HTMLElement {
    const look = el("button", { type: "button", class: "look-inside", "aria-label": ui.production.lookInside(this.heading), title: ui.production.lookInside(this.heading) }, this.heading)
    const dom = el("div", { class: `omission ${this.first ? "first" : ""}`, "data-scene-number": this.number || undefined }, omitted, look)
    const open = (event: Event): void => {
      event.preventDefault()
      view.dispatch({ selection: { anchor: Math.min(view.posAtDOM(dom), view.state.doc.length) }, userEvent: "select.pointer" })
      view.focus()
    }
    // Pressing keeps the editor's focus and its place; the click is a button's by keys, too.
    dom.addEventListener("mousedown", event => event.preventDefault())
    dom.addEventListener("click", open)
    return dom
  }

  override ignoreEvent(): boolean {
    return true
  }
}
