// Moving a scene in the list: with the mouse by its row, with a finger by its grip, with the keyboard by Alt and the arrows.

import { el } from "./dom"

/** How far a pressed mouse goes before it means to drag, in CSS pixels. */
const slackPx = 5
/** How near to an edge of the list a drag scrolls it, and how fast, in CSS pixels and CSS pixels a frame. */
const edgePx = 36
const scrollPx = 10

/** What the list has to be asked. */
export interface MovableList {
  readonly list: HTMLElement
  readonly mayMove: () => boolean
  /** The scenes that it shows, in order. */
  readonly order: () => readonly string[]
  /** Those that a filter hides among them. */
  readonly all: () => readonly string[]
  readonly rowOf: (id: string) => HTMLElement | undefined
  /** Puts a scene before another, or at the end. */
  readonly move: (id: string, before: string | null) => void
}

/** Lets scenes be moved. */
export function movable(scenes: MovableList): void {
  const { list } = scenes
  const line = el("li", { class: "drop-line", "aria-hidden": "true" })
  let drag: { readonly id: string; readonly startY: number; begun: boolean; y: number; frame: number } | null = null

  const begin = (event: PointerEvent): void => {
    const target = event.target as Element
    const id = target.closest<HTMLElement>(".scene")?.dataset.scene
    const byGrip = target.closest(".grip") !== null
    if (!id || !scenes.mayMove() || event.button !== 0 || (event.pointerType !== "mouse" && !byGrip)) return
    drag = { id, startY: event.clientY, begun: false, y: event.clientY, frame: 0 }
    list.addEventListener("pointermove", go)
    addEventListener("pointerup", drop)
    addEventListener("pointercancel", end)
    addEventListener("keydown", leave, true)
  }
  const go = (event: PointerEvent): void => {
    if (!drag) return
    drag.y = event.clientY
    if (drag.begun || Math.abs(drag.y - drag.startY) < slackPx) return
    drag.begun = true
    // The click that ends the drag is the list's then, and chooses no scene.
    list.setPointerCapture(event.pointerId)
    list.classList.add("dragging")
    scenes.rowOf(drag.id)?.classList.add("dragged")
    drag.frame = requestAnimationFrame(follow)
  }
  /** Once a frame: the line where the scene would come, and the list scrolled under it. */
  const follow = (): void => {
    if (!drag) return
    const { top, bottom } = list.getBoundingClientRect()
    if (drag.y < top + edgePx) list.scrollTop -= scrollPx
    else if (drag.y > bottom - edgePx) list.scrollTop += scrollPx
    const before = placeAt(scenes, drag.y)
    list.insertBefore(line, (before && scenes.rowOf(before)?.closest("li")) || null)
    drag.frame = requestAnimationFrame(follow)
  }
  const drop = (): void => {
    const dropped = drag
    end()
    if (!dropped?.begun) return
    moveTo(scenes, dropped.id, placeAt(scenes, dropped.y))
  }
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return
    event.stopPropagation()
    end()
  }
  const end = (): void => {
    if (drag) {
      cancelAnimationFrame(drag.frame)
      scenes.rowOf(drag.id)?.classList.remove("dragged")
    }
    drag = null
    line.remove()
    list.classList.remove("dragging")
    list.removeEventListener("pointermove", go)
    removeEventListener("pointerup", drop)
    removeEventListener("pointercancel", end)
    removeEventListener("keydown", leave, true)
  }
  list.addEventListener("pointerdown", begin)
  list.addEventListener("keydown", event => moveByKey(scenes, event))
}

/** The scene that comes next in an order; `null` behind all. */
function next(order: readonly string[], id: string | undefined): string | null {
  return order[order.indexOf(id ?? "") + 1] ?? null
}

/** The scene before which one comes that is put right behind those that are shown; `null` behind all. */
function behindShown(scenes: MovableList): string | null {
  return next(scenes.all(), scenes.order().at(-1))
}

/** The scene before which a height in the list is; `null` behind all. */
function placeAt(scenes: MovableList, y: number): string | null {
  const order = scenes.order()
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const row = scenes.rowOf(order[middle] ?? "")?.getBoundingClientRect()
    if (row && row.top + row.height / 2 < y) low = middle + 1
    else high = middle
  }
  return order[low] ?? behindShown(scenes)
}

function moveTo(scenes: MovableList, id: string, before: string | null): void {
  // Before itself, or before the one that it is before: nothing moves.
  if (before === id || [scenes.order(), scenes.all()].some(order => order.includes(id) && next(order, id) === before)) return
  scenes.move(id, before)
}

function moveByKey(scenes: MovableList, event: KeyboardEvent): void {
  const id = (event.target as HTMLElement).dataset.scene
  if (!id || !event.altKey || !scenes.mayMove()) return
  const order = scenes.order()
  const at = order.indexOf(id)
  const to = { ArrowUp: at - 1, ArrowDown: at + 2 }[event.key]
  if (to === undefined) return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (to < 0 || to > order.length) return
  scenes.move(id, order[to] ?? behindShown(scenes))
}
