// The title page above the first page, in the page view: a sheet of its own without a number, and not counted. Its empty thirds are
// shortened, as the margins between pages are, so that a script that is opened begins in sight.

import type { ScriptHandle, TitleEntry } from "scriptroom"
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view"
import { el } from "./dom"
import { lineHeightPx } from "./pagegaps"
import { onPaper, titleKeys, titleLines } from "./titlepaper"

const changed = StateEffect.define<readonly TitleEntry[]>()

const entriesField = StateField.define<readonly TitleEntry[]>({
  create: () => [],
  update: (entries, { effects }) => effects.findLast(effect => effect.is(changed))?.value ?? entries,
})

/** Knows the title page of a script. */
export function titleEntries(script: ScriptHandle): Extension {
  return entriesField.init(() => script.titlePage())
}

/** Shows the title page as it is now. */
export function showTitlePage(view: EditorView, entries: readonly TitleEntry[]): void {
  if (JSON.stringify(entries) !== JSON.stringify(view.state.field(entriesField))) view.dispatch({ effects: changed.of(entries) })
}

/** Draws it. Needs {@link titleEntries}. */
export const titleSheet: Extension = StateField.define<DecorationSet>({
  create: drawn,
  update(sheet, { state, startState }) {
    return state.field(entriesField) === startState.field(entriesField) ? sheet : drawn(state)
  },
  provide: field => EditorView.decorations.from(field),
})

function drawn(state: EditorState): DecorationSet {
  const entries = state.field(entriesField)
  if (titleKeys.every(key => titleLines(entries, key).join("").trim() === "")) return Decoration.none
  return Decoration.set(Decoration.widget({ widget: new TitleSheet(entries), side: -2, block: true }).range(0))
}

class TitleSheet extends WidgetType {
  constructor(private readonly entries: readonly TitleEntry[]) {
    super()
  }

  override eq({ entries }: TitleSheet): boolean {
    return entries === this.entries
  }

  override get estimatedHeight(): number {
    const lines = this.entries.reduce((sum, entry) => sum + entry.lines.length + 1, 0)
    return (lines + 20) * lineHeightPx()
  }

  override toDOM(): HTMLElement {
    const words = onPaper(key => titleLines(this.entries, key).join("\n"))
    return el("div", { class: "title-sheet", "aria-hidden": "true", "data-page": "title" }, el("div", { class: "title-words" }, ...words), el("span", { class: "sheet-edge" }))
  }

  override ignoreEvent(): boolean {
    return true
  }
}
