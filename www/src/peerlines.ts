// A mark in the margin of each paragraph that somebody else's caret is in, on a layer of its own.

import { peersField } from "scriptroom/codemirror"
import type { Extension } from "@codemirror/state"
import { type EditorView, layer, type LayerMarker, type ViewUpdate } from "@codemirror/view"
import { displayColor } from "./peers"

/** Between the mark and the widest column, in CSS pixels. */
const apartPx = 12

/** Draws the marks. */
export function peerLines(): Extension {
  return layer({ above: false, class: "peer-lines", update: moved, markers: marks })
}

function moved({ docChanged, geometryChanged, startState, state }: ViewUpdate): boolean {
  return docChanged || geometryChanged || startState.field(peersField) !== state.field(peersField)
}

function marks(view: EditorView): readonly LayerMarker[] {
  const { scrollDOM, contentDOM, documentTop } = view
  const base = scrollDOM.getBoundingClientRect()
  const left = contentDOM.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(contentDOM).paddingLeft) - apartPx - base.left + scrollDOM.scrollLeft
  const top = documentTop - base.top + scrollDOM.scrollTop
  return view.state.field(peersField).flatMap(({ selection, color }) => {
    const head = selection?.head ?? -1
    if (head < view.viewport.from || head > view.viewport.to) return []
    const line = view.lineBlockAt(head)
    return [new LineMark(left, top + line.top, line.height, displayColor(color))]
  })
}

class LineMark implements LayerMarker {
  constructor(
    private readonly left: number,
    private readonly top: number,
    private readonly height: number,
    private readonly color: string,
  ) {}

  eq(other: LayerMarker): boolean {
    return other instanceof LineMark && other.left === this.left && other.top === this.top && other.height === this.height && other.color === this.color
  }

  draw(): HTMLElement {
    const mark = document.createElement("div")
    mark.className = "peer-line"
    mark.style.setProperty("--peer", this.color)
    mark.style.left = `${this.left}px`
    mark.style.top = `${this.top}px`
    mark.style.height = `${this.height}px`
    return mark
  }
}
