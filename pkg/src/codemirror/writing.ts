/** Whether somebody may write here: an editor of who may not, or whose script is closed, is read only, and so are its commands. */

import { EditorState, StateEffect, StateField } from "@codemirror/state"
import type { Role } from "../types.ts"
import { handleOf } from "./handle.ts"

/** The relay has said what this person may do. */
export const roleTold = StateEffect.define<Role>()

/** The script was closed. */
export const closedTold = StateEffect.define<null>()

/** What this person may do; `null` while nobody has said. */
const roleField = StateField.define<Role | null>({
  create: state => handleOf(state).role,
  update: (role, { effects }) => effects.reduce((now, effect) => (effect.is(roleTold) ? effect.value : now), role),
})

/** Whether the script is closed: what is typed then would be in the editor and nowhere else. */
const closedField = StateField.define<boolean>({
  create: () => false,
  update: (isClosed, { effects }) => isClosed || effects.some(effect => effect.is(closedTold)),
})

const readOnly = EditorState.readOnly.compute([roleField, closedField], state => {
  const role = state.field(roleField)
  return state.field(closedField) || role === "viewer" || role === "commenter"
})

/** Keeps the editor read only as long as it has to be. */
export const writing = [roleField, closedField, readOnly]
