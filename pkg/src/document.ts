/**
 * The document in wasm, and the journal that it can be made again from.
 *
 * Every call into wasm goes through `call`: when it traps, the module starts anew and each document of the page is
 * rebuilt from its journal, which has every update that was ever applied, and is what the store has.
 */

import { type Branched, followOver, kept, type Offer, type Outline, startOver, type Tab, written } from "./branch.ts"
import { ClosedError } from "./closed.ts"
import { type Core, type CoreChange, openCore, randomId, restart, type ThreadsEffect } from "./core.ts"
import { isTrap } from "./wasm.ts"

/** So many updates in the journal are merged into one. */
const compactAfter = 2_000

/** What the owner of a document is told. */
export interface DocumentEvents {
  /** The document was made anew after a trap; it was the client `before`, and knows no connection. */
  rebuilt(before: number, trap: unknown): void
}

/** What a document was made anew from, for the other tabs to do the same. */
export interface Restart {
  /** All that the relay has. */
  readonly theirs: Uint8Array
  /** All that was written here. */
  readonly mine: Uint8Array
  readonly seed: number
  /** Whether what was written is in the script again. */
  readonly again: boolean
  /** What the document is made of now. */
  readonly made: readonly Uint8Array[]
}

/** What came of it. */
export interface StartedOver {
  readonly change: CoreChange
  /** The words again: edits to keep and to send, in order. */
  readonly updates: readonly Uint8Array[]
  /** Whether everything that was written is in the script again. */
  readonly complete: boolean
  /** The client that the document was. */
  readonly before: number
  readonly restart: Restart
  /** All that was written here, to be read without the relay. */
  readonly copy: Uint8Array
}

/** What the comments' document is made of. */
export interface ThreadsJournal {
  updates: Uint8Array[]
  /** Those of them that were made here and the relay is not known to have. */
  own: Uint8Array[]
  /** The epoch of the relay's log that has the others. */
  epoch: string | null
}

/** All documents of this page: a trap takes all of their cores. */
const openDocuments = new Set<ScriptDocument>()

/** One script's document. */
export class ScriptDocument {
  /** New with each opening and after each trap. */
  clientId = randomId()
  /** How many edits the relay is not known to have; what a core that is made anew begins with. */
  unsaved: number
  /** The epoch of the relay's log, when the relay has said it. */
  epoch: string | null
  readonly #events: DocumentEvents
  #life: "open" | "closing" | "freed" = "open"
  #core: Core
  /** Every update that the document was made of, to make it again. */
  #journal: Uint8Array[]
  #threads: ThreadsJournal | null = null
  /** Updates that trapped: they are not tried again. */
  readonly #poison: Uint8Array[] = []

  constructor(updates: readonly Uint8Array[], unsaved: number, epoch: string | null, events: DocumentEvents) {
    this.unsaved = unsaved
    this.epoch = epoch
    this.#events = events
    this.#journal = [...updates]
    this.#core = openCore(this.clientId, unsaved, epoch, this.#journal)
    openDocuments.add(this)
  }

  /** For what cannot trap: numbers that are kept. */
  get core(): Core {
    this.#checkThere()
    return this.#core
  }

  /** How many updates have trapped. */
  get poisoned(): number {
    return this.#poison.length
  }

  /** Calls into wasm. After a trap it rebuilds the document and calls once more. */
  call<T>(call: (core: Core) => T): T {
    this.#checkThere()
    try {
      return call(this.#core)
    } catch (error) {
      if (!isTrap(error)) throw error
      rebuildAll(error)
      return call(this.#core)
    }
  }

  /** Remembers an update of an edit that was made on the document. */
  edited(update: Uint8Array): void {
    this.#journal.push(update)
  }

  /**
   * Applies an update that came in; `null` for one that has trapped before. What it throws, it throws once. Whoever does not `write`
   * answers nothing: an answer is an edit.
   */
  apply(update: Uint8Array, writes: boolean): CoreChange | null {
    if (this.#poison.some(poison => sameBytes(poison, update))) return null
    let change: CoreChange
    try {
      change = this.#core.applyUpdate(update, writes)
    } catch (error) {
      this.#poison.push(update)
      if (isTrap(error)) rebuildAll(error)
      throw error
    }
    this.#journal.push(update)
    return change
  }

  /**
   * Starts over from what the relay has, as another client; what was written is offered `again` or left out. When it
   * throws, the document is as it was.
   */
  startOver(theirs: Uint8Array, again: boolean): StartedOver {
    const tab = this.#tab()
    const seed = randomId()
    const restart = { theirs, mine: tab.written, seed, again, made: [theirs] }
    return this.#anew(tab, restart, offer => startOver(tab, theirs, seed, again, offer))
  }

  /** Starts over as another tab has; what only this tab has is written again. When it throws, all is as it was. */
  followOver(restart: Restart): StartedOver {
    const tab = this.#tab()
    return this.#anew(tab, restart, offer => followOver(tab, restart, offer))
  }

  #tab(): Tab {
    return { journal: this.#journal, written: written(this.#journal) }
  }

  #anew({ written: mine }: Tab, restart: Restart, start: (offer: Offer) => Branched): StartedOver {
    const clientId = randomId()
    const copy = kept(mine, restart.theirs, restart.seed, this.#core.hasPending)
    const { complete, change, updates } = start({ clientId, maxBatchBytes: this.#core.maxBatchBytes })
    const made = [...restart.made, ...updates]
    try {
      this.#core.takeUp(made, clientId, randomId())
    } catch (error) {
      if (isTrap(error)) rebuildAll(error)
      throw error
    }
    const before = this.clientId
    this.clientId = clientId
    this.#journal = made
    return { change: this.#whole(change), updates, complete, before, restart: { ...restart, made: [...made] }, copy }
  }

  /** A change with what the document has now where it changed. */
  #whole([text, paragraphs, formats, [added, removed, moved, changed]]: Outline): CoreChange {
    return this.call(core => ({
      update: null,
      text: text.length === 0 ? [] : [{ from: text[0], to: text[1], insert: text[2] }],
      paragraphs:
        paragraphs.length === 0
          ? []
          : [
              {
                from: paragraphs[0],
                removed: paragraphs[1],
                inserted: core.paragraphs(paragraphs[0], paragraphs[0] + paragraphs[2]),
              },
            ],
      formats: formats.length === 0 ? [] : [{ from: formats[0], to: formats[1], runs: core.runs(formats[0], formats[1]) }],
      scenes: { added, removed, moved, changed },
      entries: "all",
      selection: null,
    }))
  }

  // The comments

  /** Opens the comments that these updates make, in the place of those that were open. */
  openThreads(journal: ThreadsJournal): void {
    this.#threads = journal
    this.call(core => openThreads(core, journal))
  }

  /** What their journal is, to be kept true. */
  get threads(): ThreadsJournal {
    if (!this.#threads) throw new Error("expected the comments to be open")
    return this.#threads
  }

  /** Applies an update to the comments; `null` for one that has trapped before. What it throws, it throws once. */
  applyThreads(update: Uint8Array): ThreadsEffect[] | null {
    if (this.#poison.some(poison => sameBytes(poison, update))) return null
    let effects: ThreadsEffect[]
    try {
      effects = this.#core.threadsApply(update)
    } catch (error) {
      this.#poison.push(update)
      if (isTrap(error)) rebuildAll(error)
      throw error
    }
    this.threads.updates.push(update)
    return effects
  }

  /** Starts the comments over from what the relay has, as another client; returns what is said again. */
  threadsOver(theirs: Uint8Array): Uint8Array[] {
    const own = this.call(core => core.threadsOver(theirs, randomId()))
    this.threads.updates = [theirs, ...own]
    this.threads.own = [...own]
    return own
  }

  /**
   * Merges the journal when it is long, and returns the one update that it is then. Not while something of it waits for the relay: should that be
   * refused, what was written is needed as it was.
   */
  compact(): Uint8Array | null {
    if (this.#journal.length < compactAfter || this.#core.hasPending || this.#core.unsaved > 0) return null
    const state = this.call(core => core.encodeState())
    this.#journal = [state]
    return state
  }

  /** From now on it is only read. */
  close(): void {
    this.#life = "closing"
  }

  get isClosed(): boolean {
    return this.#life !== "open"
  }

  /** Stops who would say something in a script that is about to be let go of: nothing would keep it. */
  checkOpen(): void {
    if (this.isClosed) throw new ClosedError()
  }

  #checkThere(): void {
    if (this.#life === "freed") throw new ClosedError()
  }

  free(): void {
    this.#life = "freed"
    openDocuments.delete(this)
    try {
      this.#core.free()
    } catch (error) {
      if (!isTrap(error)) throw error
    }
  }

  /** Makes the core anew from the journal, on an instance of the module that has just started. */
  rebuild(trap: unknown): void {
    const before = this.clientId
    this.clientId = randomId()
    this.#core = openCore(this.clientId, this.unsaved, this.epoch, this.#journal)
    if (this.#threads) openThreads(this.#core, this.#threads)
    this.#events.rebuilt(before, trap)
  }
}

function openThreads(core: Core, { updates, own, epoch }: ThreadsJournal): void {
  core.openThreads(randomId(), own, epoch, updates)
}

function rebuildAll(trap: unknown): void {
  restart()
  for (const document of openDocuments) document.rebuild(trap)
}

/** Whether two updates are the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
