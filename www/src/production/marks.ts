// The marks of revisions in the page's right margin: a star of the paper's colour beside each line that was changed.

import type { ScriptHandle, Revision } from "scriptroom"
import type { Extension } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, type PluginValue, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view"
import { el } from "../dom"
import { ui } from "../words/ui"

/** Draws the marks of what is in view. */
export function revisionMarks(script: ScriptHandle): Extension {
  return ViewPlugin.define(view => new Stars(view, script), { decorations: ({ stars }) => stars })
}

class Stars implements PluginValue {
  stars: DecorationSet
  /** The pages are others than those of which the stars are. */
  private told = false
  private readonly stop: () => void

  constructor(
    view: EditorView,
    private readonly script: ScriptHandle,
  ) {
    this.stars = this.drawn(view)
    this.stop = script.on("pages", () => (this.told = true))
  }

  update({ view, changes, docChanged, viewportChanged }: ViewUpdate): void {
    // The binding shows what the pages say with the next frame; until then the lines only move along.
    if (this.told || viewportChanged) this.stars = this.drawn(view)
    else if (docChanged) this.stars = this.stars.map(changes)
    this.told = false
  }

  destroy(): void {
    this.stop()
  }

  private drawn({ viewport, state }: EditorView): DecorationSet {
    const revisions = new Map(this.script.production.state.revisions.map(revision => [revision.number, revision]))
    const marks = this.script.production.marks(viewport.from, Math.min(viewport.to, state.doc.length))
    const drawn = marks.flatMap(({ offset, revision }) => {
      const of = revisions.get(revision)
      return of ? [Decoration.widget({ widget: new Star(of), side: 1 }).range(offset)] : []
    })
    return Decoration.set(drawn, true)
  }
}

class Star extends WidgetType {
  constructor(private readonly revision: Revision) {
    super()
  }

  override eq({ revision }: Star): boolean {
    const { number, mark, color, name } = this.revision
    return revision.number === number && revision.mark === mark && revision.color === color && revision.name === name
  }

  override toDOM(): HTMLElement {
    const { mark, color, name } = this.revision
    return el("span", { class: "revision-mark", "data-paper": color.toLowerCase(), title: ui.production.changedIn(name), "aria-hidden": "true" }, mark)
  }

  override ignoreEvent(): boolean {
    return true
  }
}
