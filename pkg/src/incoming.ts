/** What comes in from the relay and from other tabs, and waits until the document applies it. */

import type { Restart } from "./document.ts"

/** The relay has refused edits for good. It is over when the document has started over, or another log is there. */
export interface Branch {
  readonly reason: string
}

/** What waits to be applied. */
export type Incoming =
  /** Bytes from the relay, or passed on by the tab that leads. */
  | { readonly from: "relay" | "lead"; readonly update: Uint8Array }
  /** Another tab's edit, and its row; `null` where it has none. */
  | { readonly from: "edit"; readonly update: Uint8Array; readonly row: number | null }
  /** All that a relay has which refuses edits, to start over from; and what it sent after that. */
  | { readonly from: "refusal"; readonly theirs: Uint8Array; readonly since: readonly Uint8Array[]; readonly branch: Branch }
  /** The tab that leads has started over, which begins that life; and whether that is on disk. */
  | { readonly from: "restart"; readonly life: number; readonly restart: Restart; readonly isKept: boolean }
