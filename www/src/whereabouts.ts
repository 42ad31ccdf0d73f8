// Who is in which scene, in the sidebar. Carets move many times a second; the rows follow a few times.

import type { Peer, ScriptHandle } from "scriptroom"
import type { Outline } from "./outline"

const refreshMs = 250

/** Follows the others through the scenes. */
export class Whereabouts {
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(
    private readonly script: ScriptHandle,
    private readonly outline: Outline,
  ) {}

  /** Somebody moved, came or went, or the scenes did. */
  soon(): void {
    this.timer ??= setTimeout(() => this.show(), refreshMs)
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private show(): void {
    this.timer = null
    const byScene = new Map<string, Peer[]>()
    for (const peer of this.script.peers()) {
      const scene = peer.selection && this.script.sceneAt(Math.min(peer.selection.head, this.script.length))
      if (scene) byScene.set(scene.id, [...(byScene.get(scene.id) ?? []), peer])
    }
    this.outline.showPeople(byScene)
  }
}
