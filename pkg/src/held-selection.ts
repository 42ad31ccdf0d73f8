/** A selection held by the text that it is in, while that goes elsewhere. */

import type { Core } from "./core.ts"
import type { Selection } from "./document-types.ts"

/** What is left of a selection when the text around it changes. */
export interface HeldSelection {
  /** The ends as positions that stay with the text. */
  readonly anchor: Uint8Array
  readonly head: Uint8Array
  /** The scene that it is in, and how far the ends are behind its start. */
  readonly scene: { readonly id: string; readonly anchor: number; readonly head: number } | null
}

/** Takes hold of a selection. */
export function hold(core: Core, { anchor, head }: Selection): HeldSelection {
  const clamped = (offset: number): number => Math.max(0, Math.min(offset, core.length))
  const [from, to] = [clamped(anchor), clamped(head)]
  const scene = core.sceneAt(to)
  return {
    anchor: core.position(from, true),
    head: core.position(to, true),
    scene: scene && from >= scene.offset ? { id: scene.id, anchor: from - scene.offset, head: to - scene.offset } : null,
  }
}

/**
 * Where the selection is after scenes were moved; `null` when its text is gone. A scene that is made a strip of its own is moved as
 * a copy, which no position leads to: there it is as far behind the scene's start as it was.
 */
export function found(core: Core, held: HeldSelection, moved: readonly string[]): Selection | null {
  const [anchor, head] = [core.resolve(held.anchor), core.resolve(held.head)]
  const scene = held.scene && moved.includes(held.scene.id) ? core.scene(held.scene.id) : null
  const went = head !== undefined && scene !== null && core.sceneAt(head)?.id === scene.id
  if (held.scene && scene && !went) {
    const within = (distance: number): number => Math.min(scene.offset + distance, core.length)
    return { anchor: within(held.scene.anchor), head: within(held.scene.head) }
  }
  return anchor === undefined || head === undefined ? null : { anchor, head }
}
