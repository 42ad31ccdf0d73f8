// The title page above the first page, in the page view: a sheet of its own without a number, and not counted. Its lines stand as the
// layout places them; only the blank ones between them are shortened, so that a script that is opened begins in sight.

import type { ScriptHandle, TitleLine } from "scriptroom"
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, type PluginValue, ViewPlugin, WidgetType } from "@codemirror/view"
import { el } from "./dom"
import { lineHeightPx } from "./pagegaps"
import { measuresField } from "./production/measures"

/** So many blank lines in a row are drawn; on paper there are more. */
const mostBlank = 6
/** The lines below the last one: the sheet's foot, its edge. Below them is the head of the next. */
const below = 4

const laid = StateEffect.define<readonly TitleLine[]>()

const linesField = StateField.define<readonly TitleLine[]>({
  create: () => [],
  update: (lines, { effects }) => effects.findLast(effect => effect.is(laid))?.value ?? lines,
})

/** Has the title page laid out, as it is and as the page is. */
class TitlePage implements PluginValue {
  private asked = ""
  private settings: unknown = null
  private gone = false
  private readonly stop: () => void

  constructor(
    private readonly view: EditorView,
    private readonly script: ScriptHandle,
  ) {
    this.stop = script.on("pages", () => this.settings !== script.production.state.settings && this.look())
    this.look()
  }

  look(): void {
    const { script, view } = this
    // Before the first layout there is nobody to ask; with it this is called again.
    if (script.pages.count === 0) return
    const { settings } = script.production.state
    const asked = JSON.stringify(script.titlePage())
    if (asked === this.asked && settings === this.settings) return
    ;[this.asked, this.settings] = [asked, settings]
    const isLast = (): boolean => !this.gone && asked === this.asked && settings === this.settings
    script.production.titleLines().then(
      lines => isLast() && view.dispatch({ effects: laid.of(lines) }),
      error => console.warn("the title page is not shown:", error),
    )
  }

  destroy(): void {
    this.gone = true
    this.stop()
  }
}

/** The plugin of each view, to be told when somebody has written on the title page. */
const keepers = new WeakMap<EditorView, TitlePage>()

/** Knows the title page of a script. */
export function titlePage(script: ScriptHandle): Extension {
  const keeper = ViewPlugin.define(view => {
    const page = new TitlePage(view, script)
    keepers.set(view, page)
    return page
  })
  return [linesField, keeper]
}

/** Shows the title page as it is now. */
export function showTitlePage(view: EditorView): void {
  keepers.get(view)?.look()
}

/** Draws it. Needs {@link titlePage}. */
export const titleSheet: Extension = StateField.define<DecorationSet>({
  create: drawn,
  update(sheet, { state, startState }) {
    const isSame = state.field(linesField) === startState.field(linesField) && state.field(measuresField) === startState.field(measuresField)
    return isSame ? sheet : drawn(state)
  },
  provide: field => EditorView.decorations.from(field),
})

function drawn(state: EditorState): DecorationSet {
  const lines = state.field(linesField)
  if (lines.length === 0) return Decoration.none
  const { leading, across } = state.field(measuresField)
  let [row, before] = [0, 0]
  const words = lines.map(({ top, left, runs }) => {
    const at = top / leading
    row += Math.min(at - before, mostBlank)
    before = at
    return { row, at: across(left), runs }
  })
  return Decoration.set(Decoration.widget({ widget: new TitleSheet(words), side: -2, block: true }).range(0))
}

/** A line of the sheet: in which row, how far from the page's left edge, and what it says. */
interface Words {
  readonly row: number
  readonly at: string
  readonly runs: TitleLine["runs"]
}

/** The words of a line in their styles. */
export function styled(runs: TitleLine["runs"]): readonly HTMLElement[] {
  return runs.map(({ text, styles }) => el("span", { class: styles.map(style => `style-${style}`).join(" ") }, text))
}

class TitleSheet extends WidgetType {
  constructor(private readonly words: readonly Words[]) {
    super()
  }

  override eq({ words }: TitleSheet): boolean {
    return JSON.stringify(words) === JSON.stringify(this.words)
  }

  override get estimatedHeight(): number {
    return (this.rows + 6) * lineHeightPx()
  }

  private get rows(): number {
    return (this.words.at(-1)?.row ?? 0) + 1 + below
  }

  override toDOM(): HTMLElement {
    const words = this.words.map(({ row, at, runs }) => el("p", { style: `--row: ${row}; --at: ${at}` }, ...styled(runs)))
    return el("div", { class: "title-sheet", style: `--rows: ${this.rows}`, "aria-hidden": "true", "data-page": "title" }, ...words, el("span", { class: "sheet-edge" }))
  }

  override ignoreEvent(): boolean {
    return true
  }
}
