/** How a script stands with the relay, by what a tab knows of it. */

import type { Transport } from "./connection.ts"
import type { Status, StatusKind } from "./types.ts"

/** What a tab knows that talks to the relay itself, or would. */
export interface Known {
  readonly unsaved: number
  readonly device: Status["device"]
  /** Why the relay refuses; `null` while it does not. */
  readonly refusal: string | null
  /** There is a relay to go to, and a network. */
  readonly isOnline: boolean
  readonly transport: Transport | null
  /** The document has what the relay has, the relay has what was written here, and the device has noted that. */
  readonly isDone: boolean
}

/** How the script stands in such a tab. */
export function ownStatus({ unsaved, device, refusal, isOnline, transport, isDone }: Known): Status {
  if (refusal !== null) return { kind: "refused", unsaved, device, transport: null, reason: refusal }
  return { kind: kindOf(isOnline, transport, isDone), unsaved, device, transport, reason: null }
}

function kindOf(isOnline: boolean, transport: Transport | null, isDone: boolean): StatusKind {
  if (!isOnline) return "offline"
  if (!transport) return "connecting"
  return isDone ? "synced" : "syncing"
}

/**
 * How it stands in a tab that leaves the relay to another, which has said `led`. What that one has yet to hear of is not at the relay,
 * whatever it said before.
 */
export function ledStatus(led: Status, device: Status["device"], hasHeardAll: boolean): Status {
  if (led.kind !== "synced" || (hasHeardAll && device !== "writing")) return { ...led, device }
  return { ...led, kind: "syncing", unsaved: Math.max(led.unsaved, 1), device }
}

/** Whether two say the same. */
export function sameStatus(a: Status, b: Status): boolean {
  const keys = ["kind", "unsaved", "device", "transport", "reason"] as const
  return keys.every(key => a[key] === b[key])
}
