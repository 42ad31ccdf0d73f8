// Dragging what is selected: the same as to cut and paste it, in one step for undo. The editor by itself drops plain text, which has neither
// elements nor styles; that goes along for other programs. Files that are dropped are in `drop.ts`.

import { dropParagraphs } from "scriptroom/codemirror"
import type { ScriptHandle } from "scriptroom"
import type { Extension } from "@codemirror/state"
import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view"
import { selectedParagraphs } from "./clipboard"
import { isMac } from "./dom"
import { copiedParagraphs, paragraphsType } from "./paste"

/** Drags paragraphs as what they are. */
export function dragParagraphs(script: ScriptHandle): Extension {
  return ViewPlugin.define(view => new Drags(view, script), {
    eventHandlers: {
      dragstart(event) {
        this.start(event)
        return false
      },
      drop(event) {
        return this.drop(event)
      },
      dragend() {
        this.source = null
        return false
      },
    },
  })
}

/** What is being dragged from here. */
interface DragSource {
  readonly from: number
  readonly to: number
  /** What tells that it is this that is dropped. */
  readonly json: string
}

class Drags implements PluginValue {
  source: DragSource | null = null

  constructor(
    private readonly view: EditorView,
    private readonly script: ScriptHandle,
  ) {}

  update({ changes, docChanged }: ViewUpdate): void {
    if (!docChanged || !this.source) return
    const [from, to] = [changes.mapPos(this.source.from, 1), changes.mapPos(this.source.to, -1)]
    // What somebody has deleted meanwhile comes again where it is dropped.
    this.source = from < to ? { ...this.source, from, to } : null
  }

  /** Adds the paragraphs to what the editor drags. */
  start(event: DragEvent): void {
    const { from, to, empty } = this.view.state.selection.main
    if (empty || !event.dataTransfer) return
    const json = JSON.stringify(selectedParagraphs(this.view.state, this.script, from, to))
    event.dataTransfer.setData(paragraphsType, json)
    this.source = { from, to, json }
  }

  /** Whether paragraphs were dropped: from here, or from a script in another window. */
  drop(event: DragEvent): boolean {
    const { view } = this
    const json = event.dataTransfer?.getData(paragraphsType) ?? ""
    const source = this.source?.json === json ? this.source : null
    this.source = null
    if (view.state.readOnly) return false
    // What others have written in them meanwhile goes along.
    const paragraphs = source ? selectedParagraphs(view.state, this.script, source.from, source.to) : copiedParagraphs(json)
    if (!paragraphs) return false
    const at = view.posAtCoords({ x: event.clientX, y: event.clientY }, false)
    view.focus()
    dropParagraphs(view, at, paragraphs, source && moves(view, event) ? source : null)
    return true
  }
}

/** Whether what is dragged leaves its place, as the editor decides it for text. */
function moves(view: EditorView, event: DragEvent): boolean {
  const [decides] = view.state.facet(EditorView.dragMovesSelection)
  if (decides) return decides(event)
  return isMac ? !event.altKey : !event.ctrlKey
}
