/**
 * The comments on one open script: their own copy on this device, and their side of the wire.
 *
 * They travel over the script's connection, beside it, and are kept as the script's edits are: on disk before they are
 * sent, and noted as saved when the relay has said so. What the relay refuses for good is said again under another client id,
 * once. What this person may not say stays on this device, and is offered again when they may, or with the next opening.
 */

import { backoffMs } from "./backoff.ts"
import type { Thread, Threads } from "./comment-types.ts"
import type { Core, Effect, ThreadsEffect } from "./core.ts"
import { sameBytes, type ScriptDocument } from "./document.ts"
import { Outbox } from "./outbox.ts"
import { validName } from "./presence.ts"
import { notAllowed } from "./refusals.ts"
import { SavedRows } from "./saved-rows.ts"
import type { Store, Stored } from "./store.ts"
import type { ThreadsMessage } from "./tabs.ts"
import type { Role, ScriptErrorKind } from "./types.ts"

/** What comments ask of the script that they belong to. */
export interface CommentsHost {
  readonly role: Role | null
  /** Whether this tab talks to the relay. */
  readonly leads: boolean
  /** Which connection this is: what is said to one is not for the next. */
  readonly connections: number
  send(frame: Uint8Array<ArrayBuffer>, on: number): void
  /** Begins another connection. */
  reconnect(): void
  closeConnection(code: number, reason: string): void
  /** Tells the other tabs. */
  post(message: ThreadsMessage): void
  changed(): void
  trouble(kind: ScriptErrorKind, message: string): void
}

/** The comments on one open script. */
export class Comments implements Threads {
  readonly #document: ScriptDocument
  readonly #store: Store
  readonly #host: CommentsHost
  readonly #outbox: Outbox
  readonly #savedRows: SavedRows
  #life: number
  /** What was refused was said again, and is not stored yet. */
  #offered = false
  /** Why nothing goes out. */
  #stuck: string | null = null
  #reason = ""
  #waitTimer: ReturnType<typeof setTimeout> | null = null
  #closed = false

  constructor(document: ScriptDocument, store: Store, stored: Stored, host: CommentsHost) {
    this.#document = document
    this.#store = store
    this.#host = host
    this.#life = stored.life
    const trouble = (error: unknown): void =>
      host.trouble("store", `comments cannot be kept on this device: ${String(error)}`)
    this.#outbox = new Outbox(store, { trouble, settled: () => {} })
    this.#savedRows = new SavedRows(store, stored.unsaved, { trouble, changed: () => {} })
    document.openThreads({ updates: [...stored.updates], own: [...stored.own], epoch: stored.epoch })
    if (stored.stray.length > 0) this.#takeStray(stored)
  }

  // What is there

  get unsaved(): number {
    return this.#own.length
  }

  list(): readonly Thread[] {
    return this.#document.call(core => core.threads())
  }

  // What a person says

  add({ from, to }: { readonly from: number; readonly to: number }, text: string): string {
    this.#checkCommenting()
    checkWords(text)
    const [id, update] = this.#document.call(core => core.threadAdd(from, to, text, Date.now()))
    this.#said(update)
    return id
  }

  reply(thread: string, text: string): void {
    this.#checkCommenting()
    checkWords(text)
    this.#saidIf(core => core.threadReply(thread, text, Date.now()), noThread(thread))
  }

  edit(thread: string, comment: string, text: string): void {
    this.#checkCommenting()
    checkWords(text)
    this.#saidIf(core => core.threadEdit(thread, comment, text, Date.now()), notOwn(thread, comment))
  }

  remove(thread: string, comment: string): void {
    this.#checkCommenting()
    this.#saidIf(core => core.threadRemove(thread, comment), notOwn(thread, comment))
  }

  resolve(thread: string, resolved: boolean): void {
    this.#checkCommenting()
    const update = this.#document.call(core => core.threadResolve(thread, resolved))
    if (update) this.#said(update)
    else if (!this.list().some(({ id }) => id === thread)) throw new Error(noThread(thread))
  }

  get you(): string | null {
    return this.#document.call(core => core.threadsMe()) ?? null
  }

  names(): ReadonlyMap<string, string> {
    return new Map(this.#document.call(core => core.threadsNames()).map(([person, name]) => [person, validName(name)]))
  }

  sayName(name: string): boolean {
    this.#document.checkOpen()
    if (this.you === null || this.#host.role === null || this.#host.role === "viewer") return false
    const update = this.#document.call(core => core.threadsSayName(validName(name)))
    if (update) this.#said(update)
    return true
  }

  /** This client has brought text back, or carried it elsewhere: what is anchored there is anchored anew, or what `came` to be. */
  anchorAnew(came = false): void {
    for (const update of this.#document.call(core => core.threadsAnchorAnew(came))) this.#said(update)
  }

  // What happens

  /** Does what the session asks for. */
  run(effect: Effect): void {
    if (this.#closed) return
    switch (effect[0]) {
      case "send": {
        const on = this.#host.connections
        return this.#outbox.afterWrites(() => this.#host.send(effect[1], on))
      }
      case "incoming":
        this.#outbox.write({ update: effect[1], own: false, life: this.#life })
        this.#host.post({ kind: "threads", life: this.#life, update: effect[1], own: false, row: null })
        return this.#apply(effect[1])
      case "reoffer":
        return this.#call(core => core.threadsReoffered([...this.#own]))
      case "saved":
        return this.#saved()
      case "branched":
        this.#reason = effect[1]
        return
      case "startOver":
        return this.#refused(effect[1])
      case "newLog":
        return this.#newLog(effect[1])
      case "owners":
        return this.#host.changed()
      case "wait":
        if (this.#waitTimer !== null) clearTimeout(this.#waitTimer)
        this.#waitTimer = setTimeout(() => this.#call(core => core.threadsWaited()), backoffMs(effect[1]))
        return
      case "close":
        return this.#host.closeConnection(effect[1], effect[2])
    }
  }

  /** Another tab has said something, heard something, or started over. */
  heard(message: ThreadsMessage): void {
    if (this.#closed) return
    if (message.kind === "threadsOver") return this.#follow(message)
    if (message.kind === "threadsSaved") return this.#forget(message.updates)
    // What is of another life is in the store, and taken along with the next opening.
    if (message.life !== this.#life) return
    this.#apply(message.update)
    if (!message.own) return
    // First told without a row, it is told again with one.
    if (!this.#own.some(own => sameBytes(own, message.update))) this.#own.push(message.update)
    const { update, life, row } = message
    if (row === null) {
      this.#outbox.write({ update, own: true, life }, row => row !== null && this.#kept(update, row, life))
    } else {
      this.#outbox.keptElsewhere(update)
      this.#savedRows.add(row)
      this.#outbox.run(async () => this.#store.adopt(row))
    }
    if (this.#host.leads) this.#offer(message.update)
  }

  /** The relay has said what this person may do. Says whether what waited goes out now. */
  mayNow(role: Role): boolean {
    if (this.#stuck?.startsWith(notAllowed) !== true || role === "viewer") return false
    this.#stuck = null
    this.#document.call(core => core.threadsAgain(this.#own.length))
    this.#host.reconnect()
    return true
  }

  /** The document was made anew after a trap. */
  rebuilt(): void {
    this.#stuck = null
  }

  /** A tab has come that is about to read the disk: what is not there yet it has to be told. */
  tellUnwritten(): void {
    for (const { update, own, life } of this.#outbox.unwritten) this.#host.post({ kind: "threads", life, update, own, row: null })
  }

  async close(): Promise<void> {
    await this.#outbox.close()
    this.#closed = true
    this.#savedRows.close()
    if (this.#waitTimer !== null) clearTimeout(this.#waitTimer)
    this.#store.close()
  }

  // The parts of that

  /** What was said here and is not known to be at the relay. */
  get #own(): Uint8Array[] {
    return this.#document.threads.own
  }

  #checkCommenting(): void {
    this.#document.checkOpen()
    if (this.#host.role === "viewer") throw new Error("expected the role commenter, editor or owner, got viewer")
  }

  #saidIf(say: (core: Core) => Uint8Array | undefined, expected: string): void {
    const update = this.#document.call(say)
    if (!update) throw new Error(expected)
    this.#said(update)
  }

  /** Keeps what was said here, and sends it when it is on disk. */
  #said(update: Uint8Array): void {
    this.#document.threads.updates.push(update)
    const life = this.#life
    this.#own.push(update)
    this.#outbox.write({ update, own: true, life }, row => this.#kept(update, row, life))
    this.#offer(update)
    this.#host.changed()
  }

  /** What was said here is on disk, or cannot be (`null`): the other tabs are told. */
  #kept(update: Uint8Array, row: number | null, life: number): void {
    if (row !== null) this.#savedRows.add(row)
    this.#host.post({ kind: "threads", life, update, own: true, row })
    this.#ifAtRelay()
  }

  /** The relay was quicker than the disk, and has it all. */
  #ifAtRelay(): void {
    if (this.#own.length === 0) this.#savedRows.saved()
  }

  #offer(update: Uint8Array): void {
    this.#call(core => core.threadsEdited(update))
  }

  #call(call: (core: Core) => ThreadsEffect[]): void {
    if (this.#closed) return
    for (const [, effect] of this.#document.call(call)) this.run(effect)
  }

  #apply(update: Uint8Array): void {
    let effects: ThreadsEffect[] | null
    try {
      effects = this.#document.applyThreads(update)
    } catch (error) {
      return this.#host.trouble("bytes", `comments: ${String(error)}`)
    }
    for (const [, effect] of effects ?? []) this.run(effect)
    if (this.#host.role !== "viewer") this.anchorAnew(true)
    this.#host.changed()
  }

  #saved(): void {
    const updates = this.#own
    this.#document.threads.own = []
    this.#host.post({ kind: "threadsSaved", updates })
    this.#offered = false
    this.#savedRows.saved()
    this.#host.changed()
  }

  /** The tab that leads has heard that these are stored. */
  #forget(updates: readonly Uint8Array[]): void {
    const stored = (own: Uint8Array): boolean => updates.some(update => sameBytes(update, own))
    this.#document.threads.own = this.#own.filter(own => !stored(own))
    this.#host.changed()
  }

  #newLog(epoch: string): void {
    this.#document.threads.epoch = epoch
    this.#outbox.run(async () => {
      for (const row of await this.#store.setEpoch(epoch)) this.#savedRows.add(row)
      this.#ifAtRelay()
    })
  }

  #refused(theirs: Uint8Array): void {
    if (this.#offered || this.#reason.startsWith(notAllowed)) {
      this.#stuck = this.#reason
      // They may have been let while the relay was asked what it has.
      const { role } = this.#host
      if (role !== null && this.mayNow(role)) return
      return this.#host.trouble("comments", `comments are on this device only: ${this.#reason}`)
    }
    this.#offered = true
    this.#sayAgain(theirs)
  }

  /** Begins a life from what the relay has, in which what it refused is said again. */
  #sayAgain(theirs: Uint8Array): void {
    const own = this.#document.threadsOver(theirs)
    this.#life += 1
    const life = this.#life
    // At once: what the relay has refused is not called saved, also where the store takes no new rows.
    this.#savedRows.reset([])
    const tell = (isKept: boolean): void => this.#host.post({ kind: "threadsOver", life, updates: [theirs, ...own], isKept })
    const start = async (): Promise<void> => {
      this.#savedRows.reset(await this.#store.startOver({ life, theirs, own, kept: null }))
      tell(true)
      this.#ifAtRelay()
    }
    this.#outbox.run(start, () => tell(false))
    for (const update of own) this.#offer(update)
    this.#host.changed()
  }

  /** The tab that leads has started over. */
  #follow({ life, updates, isKept }: ThreadsMessage & { readonly kind: "threadsOver" }): void {
    if (life <= this.#life) return
    this.#life = life
    this.#document.openThreads({ updates: [...updates], own: [], epoch: this.#document.epoch })
    const [theirs = null, ...own] = isKept ? [] : updates
    this.#outbox.run(async () => this.#savedRows.reset(await this.#store.startOver({ life, theirs, own, kept: null })))
    this.#host.changed()
  }

  /** What another tab said while this life began, and was closed before it had heard of it. */
  #takeStray({ updates, own, stray, epoch }: Stored): void {
    const theirs = this.#document.call(core => core.threadsState())
    this.#document.openThreads({ updates: [...updates, ...stray], own: [...own], epoch })
    this.#sayAgain(theirs)
  }
}

function checkWords(text: string): void {
  if (text.trim() === "") throw new Error("expected a comment with words in it")
}

function noThread(thread: string): string {
  return `expected the id of a thread, got ${thread}`
}

function notOwn(thread: string, comment: string): string {
  return `expected a comment of one's own, got ${comment} of the thread ${thread}`
}
