// Keeps the scenes in the sidebar in step with the script. A key in a scene costs one row, a while later; all rows
// are only looked at when scenes came, went or moved, or pages did, and then when the page has nothing else to do.

import type { Change, ScriptHandle } from "scriptroom"
import type { Outline } from "./outline"

/** How long a row may lag behind a key that changed it. */
const refreshMs = 200

/** How long the scenes' page numbers may lag behind the pages. */
const pagesRefreshMs = 600

/** How long a page that is never idle may put it off. */
const idleWithinMs = 500

/** Follows the scenes of one script. */
export class SceneFollower {
  /** The scenes of which a paragraph changed since the rows were drawn. */
  private readonly changed = new Set<string>()
  /** Whether all rows have to be looked at. */
  private all = false
  private timer: ReturnType<typeof setTimeout> | null = null
  private dueMs = 0
  private cancelIdle: (() => void) | null = null

  constructor(
    private readonly script: ScriptHandle,
    private readonly outline: Outline,
    private readonly onShown: () => void,
  ) {}

  /** A change was made to the script. */
  take({ scenes }: Change): void {
    for (const id of scenes.changed) this.changed.add(id)
    if (scenes.added.length + scenes.removed.length + scenes.moved.length > 0) this.all = true
    if (this.all || scenes.changed.length > 0) this.soon(refreshMs)
  }

  /** The outline of the script is another: a section or a synopsis was edited. */
  takeOutline(): void {
    this.all = true
    this.soon(refreshMs)
  }

  /** The pages break elsewhere. */
  takePages(): void {
    this.all = true
    this.soon(pagesRefreshMs)
  }

  /** Draws what is due now. */
  show(): void {
    this.stop()
    if (this.all) this.showThem()
    else for (const id of this.changed) this.showOne(id)
    this.changed.clear()
    this.all = false
    this.onShown()
  }

  /** Draws all rows now. */
  showAll(): void {
    this.all = true
    this.show()
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.cancelIdle?.()
    this.cancelIdle = null
  }

  private showThem(): void {
    this.outline.show(this.script.scenes(), this.script.pages)
    void this.script.sceneLengths().then(eighths => this.outline.showLengths(eighths))
  }

  private showOne(id: string): void {
    const scene = this.script.scene(id)
    if (scene) this.outline.showHeading(scene)
  }

  private soon(afterMs: number): void {
    const dueMs = performance.now() + afterMs
    if (this.cancelIdle !== null || (this.timer !== null && this.dueMs <= dueMs)) return
    if (this.timer !== null) clearTimeout(this.timer)
    this.dueMs = dueMs
    this.timer = setTimeout(() => {
      this.timer = null
      this.cancelIdle = whenIdle(() => this.show())
    }, afterMs)
  }
}

/** Runs when the browser has nothing to do; at once where it does not tell. Returns how to call it off. */
export function whenIdle(run: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    run()
    return () => {}
  }
  const handle = requestIdleCallback(run, { timeout: idleWithinMs })
  return () => cancelIdleCallback(handle)
}
