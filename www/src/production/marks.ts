// The marks of revisions in the page's right margin: a star of the paper's colour beside each line that was changed.

import { revisionMarksField } from "scriptroom/codemirror"
import type { Revision, ScriptHandle } from "scriptroom"
import { type Extension, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view"
import { el } from "../dom"
import { ui } from "../words/ui"

/** Draws the marks. */
export function revisionMarks(script: ScriptHandle): Extension {
  const draw = (marks: readonly { readonly offset: number; readonly revision: number }[]): DecorationSet => {
    const revisions = new Map(script.production.state.revisions.map(revision => [revision.number, revision]))
    const drawn = marks.flatMap(({ offset, revision }) => {
      const of = revisions.get(revision)
      return of ? [Decoration.widget({ widget: new Star(of), side: 1 }).range(offset)] : []
    })
    return Decoration.set(drawn, true)
  }
  return StateField.define<DecorationSet>({
    create: state => draw(state.field(revisionMarksField)),
    update(stars, transaction) {
      const marks = transaction.state.field(revisionMarksField)
      if (marks === transaction.startState.field(revisionMarksField)) return stars
      return transaction.docChanged ? stars.map(transaction.changes) : draw(marks)
    },
    provide: field => EditorView.decorations.from(field),
  })
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
