// What a script's connection means for whoever has it open, where it is more than the badge can say.

import type { Status } from "scriptroom"
import type { NoticeView } from "../notice"
import type { Account } from "./account"
import type { Identity } from "./identity"
import { ui } from "../words/ui"

type Reason = "trashed" | "deleted" | "missing" | "notAllowed"

/** The relay's reasons for not letting somebody in, by how they begin; see `worker/src/object/door.rs` and `room/access.rs`. */
const reasons: readonly (readonly [string, Reason])[] = [
  ["this script is in the trash", "trashed"],
  ["this script was deleted", "deleted"],
  ["there is no such script", "missing"],
  ["not allowed", "notAllowed"],
]

/** The notice for a status; `null` where the badge says enough. `signIn`: asks somebody to sign in, where that can be done here. */
export function noticeFor(status: Status, as: Identity, now: Account | null, signIn: (() => void) | null): NoticeView | null {
  const action = signIn ? { label: ui.common.signIn, run: signIn } : undefined
  if (as.kind === "person" && !now?.token) {
    return { words: ui.standing.signInOver, action }
  }
  if (status.kind !== "refused") return null
  const reason = status.reason ?? ""
  if (as.kind === "guest" && action && reason.startsWith("not allowed")) {
    return { words: ui.standing.forMembers, action }
  }
  const known = reasons.find(([start]) => reason.startsWith(start))
  if (known) return { words: ui.standing[known[1]] }
  return { words: ui.standing.refused(reason), action }
}
