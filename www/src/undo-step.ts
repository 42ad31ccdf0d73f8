// Steps of undo.

import type { ScriptHandle } from "scriptroom"

/** Does something as a step of undo by itself: what was typed before it, and what is typed behind it, are others. */
export function asOneStep(script: ScriptHandle, act: () => unknown): void {
  script.closeUndoGroup()
  act()
  script.closeUndoGroup()
}
