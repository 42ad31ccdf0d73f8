/** The script that an editor shows, where the fields find it. */

import { type EditorState, Facet } from "@codemirror/state"
import type { ScriptHandle } from "../types.ts"

/** Holds the one script of an editor. */
export const handleFacet = Facet.define<ScriptHandle, ScriptHandle | null>({
  combine: handles => handles[0] ?? null,
  static: true,
})

/** The script of a state; the fields are only ever used together with it. */
export function handleOf(state: EditorState): ScriptHandle {
  const handle = state.facet(handleFacet)
  if (!handle) throw new Error("expected the extension that `scriptroom(script)` returns")
  return handle
}
