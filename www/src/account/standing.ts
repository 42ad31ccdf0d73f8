// What a script's connection means for whoever has it open, where it is more than the badge can say.

import type { Status } from "scriptroom"
import type { NoticeView } from "../notice"
import type { Account } from "./account"
import type { Identity } from "./identity"

/** The relay's reasons for not letting somebody in, by how they begin; see `worker/src/object/door.rs` and `room/access.rs`. */
const reasons: readonly (readonly [string, string])[] = [
  ["this script is in the trash", "This script is in the trash. Its owner can restore it. What you wrote is kept on this device."],
  ["this script was deleted", "This script was deleted for good. What this device has of it can still be downloaded, from the menu."],
  ["there is no such script", "There is no script at this address."],
  ["not allowed", "You are not among the people of this script, or no longer. An owner can share it with you. What you wrote is kept on this device."],
]

/** The notice for a status; `null` where the badge says enough. `signIn`: asks somebody to sign in, where that can be done here. */
export function noticeFor(status: Status, as: Identity, now: Account | null, signIn: (() => void) | null): NoticeView | null {
  const action = signIn ? { label: "Sign in", run: signIn } : undefined
  if (as.kind === "person" && !now?.token) {
    return { words: "Your sign-in is over. What you write is kept on this device, and goes out when you are back.", action }
  }
  if (status.kind !== "refused") return null
  const reason = status.reason ?? ""
  if (as.kind === "guest" && action && reason.startsWith("not allowed")) {
    return { words: "This script is for people who have signed in.", action }
  }
  const known = reasons.find(([start]) => reason.startsWith(start))
  if (known) return { words: known[1] }
  return { words: `The relay refused the script: ${reason}. What you wrote is kept on this device.`, action }
}
