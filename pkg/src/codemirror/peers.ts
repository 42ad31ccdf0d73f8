/**
 * The others' carets and selections, on layers of their own: inline widgets would shift the text.
 *
 * A peer's place is what the script resolved when its message came; between messages it is mapped
 * through the changes; it sticks to what stands behind it. Names are shown as text, colours are checked.
 */

import { EditorSelection, type Extension, StateEffect, StateField } from "@codemirror/state"
import { Direction, EditorView, type LayerMarker, layer, type PluginValue, RectangleMarker, ViewPlugin, type ViewUpdate } from "@codemirror/view"
import type { Peer } from "../types.ts"
import { handleOf } from "./handle.ts"

/** The peers, with their selections, are these now. */
export const peersChanged = StateEffect.define<readonly Peer[]>()

/** The others who are in the script. */
export const peersField = StateField.define<readonly Peer[]>({
  create: state => handleOf(state).peers(),
  update(peers, transaction) {
    for (const effect of transaction.effects) if (effect.is(peersChanged)) return effect.value
    if (!transaction.docChanged) return peers
    return peers.map(peer => {
      if (!peer.selection) return peer
      const { anchor, head } = peer.selection
      const { changes } = transaction
      return { ...peer, selection: { anchor: changes.mapPos(anchor, 1), head: changes.mapPos(head, 1) } }
    })
  },
})

/** So long after somebody last moved or wrote their caret and selection fade. */
const idleAfterMs = 60_000

const idleTold = StateEffect.define<ReadonlySet<number>>()

/** The clients of those who have not moved for a while. */
export const idlePeersField = StateField.define<ReadonlySet<number>>({
  create: () => new Set(),
  update: (idle, { effects }) => effects.find(effect => effect.is(idleTold))?.value ?? idle,
})

/** Notices who has not moved for a while. */
class Idleness implements PluginValue {
  readonly #view: EditorView
  readonly #movedMs = new Map<number, number>()
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(view: EditorView) {
    this.#view = view
    this.#look(view.state.field(peersField), [])
  }

  update({ transactions, state, startState, changes }: ViewUpdate): void {
    if (!transactions.some(({ effects }) => effects.some(effect => effect.is(peersChanged)))) return
    const before = startState.field(peersField).map(({ clientId, selection }) => ({ clientId, head: selection && changes.mapPos(selection.head, 1) }))
    this.#look(state.field(peersField), before)
  }

  destroy(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #look(peers: readonly Peer[], before: readonly { readonly clientId: number; readonly head: number | null }[]): void {
    const nowMs = Date.now()
    for (const { clientId, selection } of peers) {
      const head = before.find(peer => peer.clientId === clientId)?.head
      if (head === undefined || head !== (selection?.head ?? null)) this.#movedMs.set(clientId, nowMs)
    }
    for (const clientId of this.#movedMs.keys()) if (!peers.some(peer => peer.clientId === clientId)) this.#movedMs.delete(clientId)
    this.#tellSoon(0)
  }

  #tellSoon(afterMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#tell(), afterMs)
  }

  #tell(): void {
    this.#timer = null
    const nowMs = Date.now()
    const moved = [...this.#movedMs]
    const idle = new Set(moved.filter(([, movedMs]) => nowMs - movedMs >= idleAfterMs).map(([clientId]) => clientId))
    const before = this.#view.state.field(idlePeersField)
    const isSame = idle.size === before.size && [...idle].every(clientId => before.has(clientId))
    if (!isSame) this.#view.dispatch({ effects: idleTold.of(idle) })
    const next = Math.min(...moved.filter(([clientId]) => !idle.has(clientId)).map(([, movedMs]) => movedMs + idleAfterMs - nowMs))
    if (Number.isFinite(next)) this.#tellSoon(Math.max(next, 1))
  }
}

/** Draws them: selections below the text, carets with names above it. */
export const peerLayers: Extension = [
  idlePeersField,
  ViewPlugin.fromClass(Idleness),
  layer({ above: false, class: "sr-peer-selections", update: peersMoved, markers: view => peerMarkers(view, selectionMarkers) }),
  layer({ above: true, class: "sr-peer-carets", update: peersMoved, markers: view => peerMarkers(view, caretMarkers) }),
  EditorView.baseTheme({
    ".sr-peer-selection": { backgroundColor: "var(--peer)", opacity: "0.22" },
    ".sr-peer-idle": { opacity: "0.35" },
    ".sr-peer-selection.sr-peer-idle": { opacity: "0.1" },
    ".sr-peer-caret": { borderLeft: "2px solid var(--peer)", marginLeft: "-1px" },
    ".sr-peer-name": {
      position: "absolute",
      bottom: "100%",
      left: "-2px",
      padding: "0 0.35em",
      borderRadius: "0.25em 0.25em 0.25em 0",
      backgroundColor: "var(--peer)",
      color: "#fff",
      font: "600 0.6875rem/1.4 system-ui, sans-serif",
      whiteSpace: "nowrap",
    },
  }),
]

function peersMoved(update: ViewUpdate): boolean {
  const { startState, state } = update
  return (
    update.docChanged || startState.field(peersField) !== state.field(peersField) || startState.field(idlePeersField) !== state.field(idlePeersField)
  )
}

function peerMarkers(view: EditorView, markers: (view: EditorView, peer: Peer) => readonly LayerMarker[]): LayerMarker[] {
  return view.state.field(peersField).flatMap(peer => markers(view, peer))
}

function color(peer: Peer): string {
  return /^#[0-9a-f]{6}$/i.test(peer.color) ? peer.color : "#666666"
}

function selectionMarkers(view: EditorView, peer: Peer): readonly LayerMarker[] {
  if (!peer.selection) return []
  const length = view.state.doc.length
  const from = Math.min(peer.selection.anchor, peer.selection.head, length)
  const to = Math.min(Math.max(peer.selection.anchor, peer.selection.head), length)
  if (from === to || to < view.viewport.from || from > view.viewport.to) return []
  const isIdle = view.state.field(idlePeersField).has(peer.clientId)
  const rectangles = RectangleMarker.forRange(view, isIdle ? "sr-peer-selection sr-peer-idle" : "sr-peer-selection", EditorSelection.range(from, to))
  return rectangles.map(rectangle => new TintedRectangle(rectangle, color(peer)))
}

function caretMarkers(view: EditorView, peer: Peer): readonly LayerMarker[] {
  const head = peer.selection?.head
  if (head === undefined || head > view.state.doc.length) return []
  if (head < view.viewport.from || head > view.viewport.to) return []
  const place = view.coordsAtPos(head, 1)
  if (!place) return []
  const base = layerBase(view)
  return [new PeerCaret(place.left - base.left, place.top - base.top, place.bottom - place.top, peer.name, color(peer), view.state.field(idlePeersField).has(peer.clientId))]
}

/** Layers are placed from the scrolled corner of the content. */
function layerBase(view: EditorView): { readonly left: number; readonly top: number } {
  const rect = view.scrollDOM.getBoundingClientRect()
  const left = view.textDirection === Direction.LTR ? rect.left : rect.right - view.scrollDOM.clientWidth * view.scaleX
  return { left: left - view.scrollDOM.scrollLeft * view.scaleX, top: rect.top - view.scrollDOM.scrollTop * view.scaleY }
}

/** A rectangle in a peer's colour. */
class TintedRectangle implements LayerMarker {
  readonly rectangle: RectangleMarker
  readonly color: string

  constructor(rectangle: RectangleMarker, color: string) {
    this.rectangle = rectangle
    this.color = color
  }

  eq(other: LayerMarker): boolean {
    return other instanceof TintedRectangle && other.color === this.color && this.rectangle.eq(other.rectangle)
  }

  draw(): HTMLElement {
    const dom = this.rectangle.draw()
    dom.style.setProperty("--peer", this.color)
    return dom
  }
}

/** A caret with the name of who it belongs to. */
class PeerCaret implements LayerMarker {
  readonly left: number
  readonly top: number
  readonly height: number
  readonly name: string
  readonly color: string
  readonly idle: boolean

  constructor(left: number, top: number, height: number, name: string, color: string, idle: boolean) {
    this.left = left
    this.top = top
    this.height = height
    this.name = name
    this.color = color
    this.idle = idle
  }

  eq(other: LayerMarker): boolean {
    return (
      other instanceof PeerCaret &&
      other.idle === this.idle &&
      other.left === this.left &&
      other.top === this.top &&
      other.height === this.height &&
      other.name === this.name &&
      other.color === this.color
    )
  }

  draw(): HTMLElement {
    const caret = document.createElement("div")
    caret.className = "sr-peer-caret"
    const name = document.createElement("span")
    name.className = "sr-peer-name"
    name.textContent = this.name
    caret.append(name)
    this.place(caret)
    return caret
  }

  update(caret: HTMLElement, previous: LayerMarker): boolean {
    if (!(previous instanceof PeerCaret) || previous.name !== this.name) return false
    this.place(caret)
    return true
  }

  private place(caret: HTMLElement): void {
    caret.classList.toggle("sr-peer-idle", this.idle)
    caret.style.setProperty("--peer", this.color)
    caret.style.left = `${this.left}px`
    caret.style.top = `${this.top}px`
    caret.style.height = `${this.height}px`
  }
}
