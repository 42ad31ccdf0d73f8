/**
 * What happens when the relay refuses edits for good.
 *
 * The document starts over from what the relay has, and what was written goes into it again as new edits under another
 * client id: that helps when the id was somebody else's, when a message was too large, or when something in the
 * bytes was not to the relay's liking. A copy of all that was here is kept until the relay has stored the words. When it
 * refuses them a second time, or says that this person may not write, nothing is offered again: the copy stays for the
 * writer to read, and the script is what the relay has. So it never goes round and round.
 */

import { written } from "./branch.ts"
import type { ScriptDocument, StartedOver } from "./document.ts"
import type { Incoming } from "./incoming.ts"
import { type KeptRow, together } from "./kept-copies.ts"
import type { Link } from "./link.ts"
import type { Outbox } from "./outbox.ts"
import type { Store, Stored } from "./store.ts"
import type { ScriptErrorKind } from "./types.ts"

/** How the relay begins when it is the person that it refuses (rule R2 of its SPEC.md): other bytes do not help. */
export const notAllowed = "not allowed"

/** For so long edits of a tab that has not heard of a new life may come up, an hour. */
const strayWithinMs = 3_600_000

/** What the refusals have to do with. */
export interface RefusalsParts {
  readonly document: ScriptDocument
  readonly store: Store
  readonly outbox: Outbox
  readonly link: Link
  readonly stored: Stored
}

type Refusal = Incoming & { readonly from: "refusal" }

/** The refusals of one open script. */
export class Refusals {
  readonly #parts: RefusalsParts
  readonly #told: (kind: ScriptErrorKind, message: string) => void
  /** Words were offered again, and are not stored yet. */
  #offered: boolean

  constructor(parts: RefusalsParts, told: (kind: ScriptErrorKind, message: string) => void) {
    this.#parts = parts
    this.#told = told
    this.#offered = parts.stored.kept.some(copy => copy.state === "offered-again")
    // They were stored, and the page was closed before their copy was let go.
    if (parts.stored.unsaved.length === 0) this.saved()
    if (parts.stored.stray.length > 0) this.#keepStray()
    else if (parts.stored.kept.some(isOver)) parts.outbox.run(() => parts.store.forget(isOver))
  }

  /**
   * The relay has refused: starts over from what it has, which is `theirs`, what it sent since then, and what came `later`. `null` when
   * that is not possible, and the script goes on alone; and when there is nothing to do any more, or what came later does it.
   */
  refused({ theirs, since: before, branch }: Refusal, later: readonly Incoming[]): StartedOver | null {
    const { document, link } = this.#parts
    if (branch !== link.branch || later.some(({ from }) => from === "refusal")) return null
    const { reason } = branch
    const again = !this.#offered && !reason.startsWith(notAllowed)
    const since = [...before, ...later.flatMap(one => (one.from === "relay" ? [one.update] : []))]
    // The relay's own bytes, not our document's state: our document records what is used up as deleted, and what was deleted here of the same words
    // would look like the relay's deletion.
    const start = (): StartedOver => document.startOver(since.length > 0 ? written([theirs, ...since]) : theirs, again)
    const started = this.#try(start, reason)
    if (!started) return null
    const whole = again && started.complete
    this.#keep(started, link.life + 1, reason, whole)
    this.#offered = again
    link.startedOver(started.before, link.life + 1, started.restart)
    for (const update of started.updates) link.offer(update)
    this.#tell(whole, reason)
    return started
  }

  /** The tab that leads has started over: follows it, with the words that only this tab has. */
  follow({ life, restart, isKept }: Incoming & { readonly from: "restart" }): StartedOver | null {
    const { document, link, outbox, store } = this.#parts
    const reason = "the relay refused edits of another tab"
    const started = this.#try(() => document.followOver(restart), reason)
    if (!started) return null
    this.#offered = restart.again
    const own = started.updates
    const whole = restart.again && started.complete
    // The tab that leads has a copy of its own, where it could keep one; what only this tab had may be in no other.
    const kept = started.complete && isKept ? null : copyOf(started.copy, reason, whole ? "offered-again" : "left-out")
    const theirs = isKept ? null : document.call(core => core.encodeState())
    const start = async (): Promise<void> => {
      const rows = await store.startOver({ life, theirs, own, kept })
      own.forEach((update, at) => link.kept(update, rows[at] as number, life))
    }
    outbox.run(start, () => own.forEach(update => link.kept(update, null, life)))
    link.startedOver(started.before, life, null)
    for (const update of own) link.offer(update)
    this.#tell(whole, reason)
    return started
  }

  /** The relay has everything: what was offered again is stored. */
  saved(): void {
    if (!this.#offered) return
    this.#offered = false
    const { outbox, store } = this.#parts
    outbox.run(() => store.settle())
  }

  #try(start: () => StartedOver, reason: string): StartedOver | null {
    try {
      return start()
    } catch (error) {
      // Everything is on this device, as it was.
      this.#parts.link.refuse(`${reason}; and what the relay has cannot be read: ${String(error)}`)
      return null
    }
  }

  #keep({ restart, updates, copy }: StartedOver, life: number, reason: string, whole: boolean): void {
    const { link, outbox, store } = this.#parts
    const wasOffered = this.#offered
    const kept = copyOf(copy, reason, whole ? "offered-again" : "left-out")
    // At once: rows of the life that is over are not at the relay, also where the store takes no new ones.
    link.unsaved([])
    outbox.run(async () => {
      link.unsaved(await store.startOver({ life, theirs: restart.theirs, own: updates, kept }))
      // The words of the first copy are in this one too.
      if (wasOffered) await store.forget(copy => copy.state === "offered-again" && copy.id !== kept.id)
    })
  }

  /** Edits of a tab that was closed before it had heard of the new life. */
  #keepStray(): void {
    const { outbox, store, stored } = this.#parts
    const base = stored.kept.at(-1)
    const update = together(base ? [base.update, ...stored.stray] : stored.stray)
    const reason = "typed in another tab while the relay refused what was before it"
    outbox.run(() => store.keep(copyOf(update, reason, "left-out")))
    // Later: whoever opens the script has yet to listen.
    setTimeout(() => this.#tell(false, reason))
  }

  #tell(again: boolean, reason: string): void {
    if (again) this.#told("offered-again", `edits were refused, and are in the script again as new ones: ${reason}`)
    else this.#told("left-out", `edits were refused, and are kept on this device only: ${reason}`)
  }
}

/** No tab is left that has yet to hear of the life that began with this copy. */
function isOver({ state, refusedAtMs }: KeptRow): boolean {
  return state === "stored" && Date.now() - refusedAtMs > strayWithinMs
}

function copyOf(update: Uint8Array, reason: string, state: KeptRow["state"]): KeptRow {
  return { id: crypto.randomUUID(), refusedAtMs: Date.now(), reason, state, update }
}
