/** Whether this person may write: an editor of somebody who may not is read only, and so are its commands. */

import { EditorState, StateEffect, StateField } from "@codemirror/state"
import type { Role } from "../types.ts"
import { handleOf } from "./handle.ts"

/** The relay has said what this person may do. */
export const roleTold = StateEffect.define<Role>()

/** What this person may do; `null` while nobody has said. */
export const roleField = StateField.define<Role | null>({
  create: state => handleOf(state).role,
  update: (role, { effects }) => effects.reduce((now, effect) => (effect.is(roleTold) ? effect.value : now), role),
  provide: field => EditorState.readOnly.from(field, role => role === "viewer" || role === "commenter"),
})
