// What a writer does with a scene as a whole: moves it, gives it a colour. Others may have taken it away meanwhile, and the right to write.

import type { ScriptHandle } from "scriptroom"
import { toast } from "./dialogs"
import type { Outline } from "./outline"
import { mayWrite } from "./roles"
import { sceneColorName } from "./scene-colors"
import type { SceneFollower } from "./scenes"
import { asOneStep } from "./undo-step"
import { ui } from "./words/ui"

/** Where the scenes are, and where they are shown. */
export interface SceneDesk {
  readonly script: ScriptHandle
  readonly outline: Outline
  readonly scenes: SceneFollower
  /** Says something to screen readers. */
  readonly announce: (words: string) => void
}

/** Puts a scene before another, or at the end. What others type in it meanwhile goes with it. */
export function moveScene({ script, outline, scenes, announce }: SceneDesk, id: string, before: string | null): void {
  const scene = script.scene(id)
  const next = before === null ? null : script.scene(before)
  if (!scene || (before !== null && !next)) return toast(ui.outline.sceneGone)
  if (!mayWrite(script.role)) return announce(ui.session.mayRead)
  asOneStep(script, () => script.moveScene(id, before))
  scenes.showAll()
  outline.keepFocus(id)
  announce(next === null ? ui.outline.nowLast(scene.heading) : ui.outline.nowBefore(scene.heading, next.heading))
}

/** Puts a scene before the one before it, or behind the next: for whoever cannot drag. */
export function shiftScene(desk: SceneDesk, id: string, by: -1 | 1): void {
  const order = desk.script.scenes().map(scene => scene.id)
  const to = order.indexOf(id) + (by < 0 ? -1 : 2)
  if (to < 0 || to > order.length) return toast(ui.outline.noFurther)
  moveScene(desk, id, order[to] ?? null)
}

/** Gives a scene a colour, or takes it away. */
export function paintScene({ script, outline, announce }: SceneDesk, id: string, color: string | null): void {
  const scene = script.scene(id)
  if (!scene) return toast(ui.outline.sceneGone)
  if (!mayWrite(script.role)) return announce(ui.session.mayRead)
  asOneStep(script, () => script.edit([{ kind: "attributes", paragraph: scene.paragraph, color }]))
  outline.showHeading({ ...scene, color })
  announce(ui.outline.colorNow(scene.heading, color === null ? ui.outline.noColor : sceneColorName(color)))
}
