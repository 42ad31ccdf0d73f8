/**
 * One open script: the document in wasm, its copy on this device, the relay, the other tabs and the pages, in step.
 *
 * What comes in is queued as bytes and applied by `flush`, so that the editor can dispatch it in the same breath.
 * An edit is applied at once, kept by the store, and goes out when it is on disk. Every call into wasm goes through
 * `#call`: when it traps, the module starts anew and the document is rebuilt from the journal, which has every
 * update that was ever applied, and is what the store has.
 */

import { backoffMs, Connection } from "./connection.ts"
import { type Core, type CoreChange, type Effect, isTrap, openCore, randomId, restart } from "./core.ts"
import { Emitter } from "./emitter.ts"
import { GuestAddress } from "./guest.ts"
import { Outbox } from "./outbox.ts"
import { PageKeeper, workerUrl } from "./pages.ts"
import { Peers, type PeersHost } from "./peers.ts"
import { encodePresence } from "./presence.ts"
import { noStore, openStore, type OpenedStore, type Store } from "./store.ts"
import { alone, canJoinTabs, joinTabs, type TabMessage, type Tabs } from "./tabs.ts"
import type {
  Change,
  Diagnostic,
  Edit,
  OpenOptions,
  Origin,
  Pages,
  ParagraphInfo,
  Peer,
  Scene,
  SceneChanges,
  ScriptErrorKind,
  ScriptEvent,
  ScriptEvents,
  ScriptHandle,
  Selection,
  Status,
  StatusKind,
  StyledRange,
  TitleEntry,
  User,
} from "./types.ts"

/** At most 12 times a second. */
const presenceEveryMs = 83
/** So many updates in the journal are merged into one. */
const compactAfter = 2_000
/** After so many updates that trapped the relay is not asked any more. */
const maxPoison = 3
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Bytes that wait to be applied. */
interface Incoming {
  readonly update: Uint8Array
  /** From the relay, from another tab's edit, or passed on by the tab that leads. */
  readonly from: "relay" | "edit" | "lead"
}

/** All handles of this page: a trap takes all of their cores. */
const openScripts = new Set<Script>()

/** Opens a script. `init` must have been awaited before. */
export async function openScript(options: OpenOptions): Promise<ScriptHandle> {
  if (!uuid.test(options.id)) throw new Error(`expected a UUID as the script's id, got ${JSON.stringify(options.id)}`)
  const parts = await openStore(options)
  const stored = await parts.store.load()
  return new Script(options, parts, stored.updates, stored.unsaved)
}

class Script implements ScriptHandle {
  readonly id: string
  clientId = randomId()
  #core: Core
  #user: User
  readonly #events = new Emitter<ScriptEvents>()
  readonly #store: Store
  readonly #outbox: Outbox
  readonly #tabs: Tabs
  readonly #connection: Connection | null
  #keeper: PageKeeper | null = null
  #pageWorker: string | URL | null
  /** Every update that the document was made of, to make it again. */
  #journal: Uint8Array[]
  #incoming: Incoming[] = []
  /** Updates that trapped: they are not tried again. */
  readonly #poison: Uint8Array[] = []
  #flushScheduled = false
  #leads = false
  #online = true
  #connected = false
  #refusal: string | null = null
  #storeFailed: boolean
  #leadStatus: Status | null = null
  #status: Status
  readonly #peers: Peers
  #selection: Selection | null = null
  #presenceTimer: ReturnType<typeof setTimeout> | null = null
  #presenceSent = ""
  #waitTimer: ReturnType<typeof setTimeout> | null = null
  #closed = false

  constructor(options: OpenOptions, parts: OpenedStore, updates: readonly Uint8Array[], unsaved: number) {
    this.id = options.id.toLowerCase()
    this.#user = options.user
    this.#store = parts.store
    this.#storeFailed = parts.store === noStore
    this.#journal = [...updates]
    this.#core = openCore(this.clientId, unsaved, this.#journal)
    openScripts.add(this)
    this.#peers = new Peers(this.#peersHost())
    this.#outbox = new Outbox(parts.store, {
      trouble: error => this.#storeTrouble(error),
      settled: () => this.#refreshStatus(),
    })
    this.#connection = options.relay === undefined ? null : this.#makeConnection(options.relay)
    this.#status = this.#currentStatus()
    const events = { message: (message: TabMessage) => this.#heard(message), leads: () => this.#lead() }
    const name = `scriptroom ${options.relay ?? ""} ${options.person ?? "guest"} ${this.id}`
    this.#tabs = parts.store !== noStore && canJoinTabs() ? joinTabs(name, events) : alone(events)
    this.#tabs.post({ kind: "hello" })
    this.#pageWorker = workerUrl(options.pageWorker)
    // Later: the text is to be seen first.
    setTimeout(() => this.#startPages())
    this.#sendPresence()
    if (parts.trouble) queueMicrotask(() => this.#storeTrouble(parts.trouble))
  }

  // What is there

  get length(): number {
    return this.#call(core => core.length)
  }
  get paragraphCount(): number {
    return this.#call(core => core.paragraphCount)
  }
  get status(): Status {
    return this.#status
  }
  get pages(): Pages {
    return this.#keeper?.pages ?? noPages
  }
  get canUndo(): boolean {
    return this.#call(core => core.canUndo)
  }
  get canRedo(): boolean {
    return this.#call(core => core.canRedo)
  }
  text(): string {
    return this.#call(core => core.text())
  }
  slice(from: number, to: number): string {
    return this.#call(core => core.slice(from, to))
  }
  paragraph(index: number): ParagraphInfo {
    const [info] = this.paragraphs(index, index + 1)
    if (!info) throw new RangeError(`expected the index of a paragraph, got ${index} of ${this.paragraphCount}`)
    return info
  }
  paragraphs(from = 0, to = this.paragraphCount): readonly ParagraphInfo[] {
    return this.#call(core => core.paragraphs(from, to))
  }
  paragraphAt(offset: number): number {
    return this.#call(core => core.paragraphAt(offset))
  }
  paragraphStart(index: number): number {
    return this.#call(core => core.paragraphStart(index))
  }
  runs(from: number, to: number): readonly StyledRange[] {
    return this.#call(core => core.runs(from, to))
  }
  scenes(): readonly Scene[] {
    return this.#call(core => core.scenes())
  }
  sceneAt(offset: number): Scene | null {
    return this.#call(core => core.sceneAt(offset))
  }
  titlePage(): readonly TitleEntry[] {
    return this.#call(core => core.titlePage())
  }
  exportFountain(): string {
    return this.#call(core => core.exportFountain())
  }
  peers(): readonly Peer[] {
    return this.#peers.list
  }

  // What a writer does

  edit(edits: readonly Edit[]): Change {
    return this.#made(this.#call(core => core.edit(edits, Date.now())), "edit")
  }
  undo(): Change | null {
    const change = this.#call(core => core.undo(Date.now()))
    return change && this.#made(change, "undo")
  }
  redo(): Change | null {
    const change = this.#call(core => core.redo(Date.now()))
    return change && this.#made(change, "undo")
  }
  closeUndoGroup(): void {
    this.#call(core => core.closeUndoGroup())
  }
  moveScene(id: string, before: string | null): Change {
    return this.#made(this.#call(core => core.moveScene(id, before, Date.now())), "edit")
  }
  setTitlePage(entries: readonly TitleEntry[]): void {
    this.#made(this.#call(core => core.setTitlePage(entries)), "edit")
  }
  importFountain(text: string): readonly Diagnostic[] {
    const { length, paragraphCount } = this
    const { changes, diagnostics } = this.#call(core => core.importFountain(text, Date.now()))
    for (const { update } of changes) if (update) this.#keepOwn(update)
    if (changes.length > 0) this.#tell(this.#added(length, paragraphCount, changes), "edit")
    return diagnostics
  }

  /** What was added behind the end, as one change: an editor shows a long file in one step, not strip by strip. */
  #added(length: number, paragraphCount: number, changes: readonly CoreChange[]): CoreChange {
    const last = paragraphCount - 1
    const ids = (list: keyof SceneChanges): string[] => [...new Set(changes.flatMap(({ scenes }) => scenes[list]))]
    return {
      update: null,
      text: [{ from: length, to: length, insert: this.slice(length, this.length) }],
      paragraphs: [{ from: last, removed: 1, inserted: this.paragraphs(last) }],
      formats: [{ from: length, to: this.length, runs: this.runs(length, this.length) }],
      scenes: { added: ids("added"), removed: ids("removed"), moved: ids("moved"), changed: ids("changed") },
    }
  }
  setPresence({ selection }: { readonly selection: Selection | null }): void {
    this.#selection = selection
    this.#presenceSoon()
  }
  setUser(user: User): void {
    this.#user = user
    this.#presenceSoon()
  }

  on<E extends ScriptEvent>(event: E, listener: (value: ScriptEvents[E]) => void): () => void {
    return this.#events.on(event, listener)
  }

  // What others do

  flush(): readonly Change[] {
    if (this.#closed) return []
    const changes: Change[] = []
    const batch = this.#incoming
    this.#incoming = []
    for (const incoming of batch) {
      const change = this.#apply(incoming)
      if (change) changes.push(change)
    }
    if (batch.length > 0) {
      this.#run(core => core.applied())
      this.#peers.resolve()
      this.#refreshStatus()
    }
    return changes
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#tabs.post({ kind: "present", client: this.clientId, state: null })
    await this.#outbox.settled()
    // One more turn: what waited for the store goes out before the socket closes.
    this.#connection?.stop()
    for (const timer of [this.#presenceTimer, this.#waitTimer]) if (timer !== null) clearTimeout(timer)
    this.#keeper?.close()
    this.#tabs.close()
    this.#store.close()
    this.#events.clear()
    openScripts.delete(this)
    try {
      this.#core.free()
    } catch (error) {
      if (!isTrap(error)) throw error
    }
  }

  /**
   * Traps once, as a defect in wasm would.
   * @internal
   */
  trapForTests(): void {
    let first = true
    this.#call(core => {
      if (first) {
        first = false
        core.trapForTests()
      }
    })
  }

  // Changes

  /** Keeps a change that was made here, and sends it on. */
  #made(change: CoreChange, origin: Origin): Change {
    if (change.update) this.#keepOwn(change.update)
    return this.#tell(change, origin)
  }

  #keepOwn(update: Uint8Array): void {
    this.#journal.push(update)
    this.#outbox.write({ update, own: true })
    this.#outbox.afterWrites(() => {
      this.#tabs.post({ kind: "edited", update })
      this.#refreshStatus()
    })
    this.#run(core => core.edited(update))
    this.#compactSoon()
  }

  #apply({ update, from }: Incoming): Change | null {
    if (this.#poison.some(poison => sameBytes(poison, update))) return null
    let change: CoreChange
    try {
      change = this.#core.applyUpdate(update)
    } catch (error) {
      this.#notApplied(update, error)
      return null
    }
    this.#journal.push(update)
    // The tab that sent it has kept it, and so has the tab that leads what it passed on.
    if (from === "relay") this.#outbox.write({ update, own: false })
    if (change.update) this.#keepOwn(change.update)
    this.#compactSoon()
    const told = this.#tell(change, "remote")
    return isEmpty(change) ? null : told
  }

  #notApplied(update: Uint8Array, error: unknown): void {
    this.#poison.push(update)
    if (!isTrap(error)) return this.#fail("bytes", String(error))
    rebuildAll(error)
    // The relay sends the same again in other frames: better to write on alone than to go round and round.
    if (this.#poison.length >= maxPoison) this.#refuse("what the relay sends cannot be read by this version")
  }

  #tell(change: CoreChange, origin: Origin): Change {
    this.#keeper?.change(change, this.#core)
    if (change.text.length > 0) this.#peers.map(change.text)
    const { text, paragraphs, formats, scenes } = change
    const told: Change = { origin, text, paragraphs, formats, scenes }
    // Later, so that whoever made the change has shown it when the listeners look.
    queueMicrotask(() => this.#events.emit("change", told))
    return told
  }

  #queue(incoming: Incoming): void {
    this.#incoming.push(incoming)
    if (this.#events.has("incoming")) {
      this.#events.emit("incoming", undefined)
    } else if (!this.#flushScheduled) {
      this.#flushScheduled = true
      queueMicrotask(() => {
        this.#flushScheduled = false
        this.flush()
      })
    }
  }

  // The relay

  #makeConnection(relay: string): Connection {
    return new Connection(new GuestAddress(relay, this.id), {
      opened: own => {
        this.#connected = true
        this.#run(core => core.connected(own))
      },
      frame: frame => this.#run(core => core.frame(frame)),
      closed: (code, reason) => {
        this.#connected = false
        this.#run(core => core.disconnected(code, reason))
      },
      network: online => {
        this.#online = online
        this.#refreshStatus()
      },
    })
  }

  #lead(): void {
    if (this.#closed) return
    this.#leads = true
    this.#connection?.start()
    // The others' presence is this tab's to tell now.
    this.#tabs.post({ kind: "hello" })
    this.#refreshStatus()
  }

  /** Calls the session and does what it asks for, in order. */
  #run(call: (core: Core) => Effect[]): void {
    if (this.#closed) return
    for (const effect of this.#call(call)) this.#do(effect)
    this.#refreshStatus()
  }

  #do(effect: Effect): void {
    switch (effect[0]) {
      case "send":
        return this.#outbox.afterWrites(() => this.#connection?.send(effect[1]))
      case "incoming":
        this.#tabs.post({ kind: "incoming", update: effect[1] })
        return this.#queue({ update: effect[1], from: "relay" })
      case "reoffer": {
        const edited = this.#incoming.filter(({ from }) => from === "edit")
        return edited.forEach(({ update }) => this.#run(core => core.edited(update)))
      }
      case "saved":
        this.#tabs.post({ kind: "saved" })
        return void this.#store.markSaved().catch(() => {})
      case "presence":
        return this.#peers.takeAll(this.#call(core => core.peers()))
      case "wait":
        if (this.#waitTimer !== null) clearTimeout(this.#waitTimer)
        this.#waitTimer = setTimeout(() => this.#run(core => core.waited()), backoffMs(effect[1], Math.random(), false))
        return
      case "close":
        return this.#connection?.close(effect[1], effect[2])
      case "refused":
        return this.#refuse(effect[1])
    }
  }

  #refuse(reason: string): void {
    this.#refusal = reason
    this.#connection?.stop()
    this.#fail("refused", reason)
  }

  // The other tabs

  #heard(message: TabMessage): void {
    if (this.#closed) return
    switch (message.kind) {
      case "edited":
        if (this.#leads) this.#run(core => core.edited(message.update))
        return this.#queue({ update: message.update, from: "edit" })
      case "incoming":
        return this.#queue({ update: message.update, from: "lead" })
      case "present":
        if (this.#leads) this.#run(core => core.present(message.client, message.state))
        return this.#peers.takeTab(message.client, message.state)
      case "peers":
        if (!this.#leads) this.#peers.takeAll(message.peers)
        return
      case "status":
        this.#leadStatus = message.status
        return this.#refreshStatus()
      case "saved":
        return void this.#store.markSaved().catch(() => {})
      case "hello":
        this.#tabs.post({ kind: "present", client: this.clientId, state: this.#presenceSent })
        if (!this.#leads) return
        this.#tabs.post({ kind: "status", status: this.#status })
        this.#tabs.post({ kind: "peers", peers: this.#call(core => core.peers()) })
    }
  }

  // Presence

  #presenceSoon(): void {
    this.#presenceTimer ??= setTimeout(() => {
      this.#presenceTimer = null
      this.#sendPresence()
    }, presenceEveryMs)
  }

  #sendPresence(): void {
    if (this.#closed) return
    const end = this.length
    const clamp = (offset: number): number => Math.max(0, Math.min(offset, end))
    const position = (offset: number): Uint8Array => this.#call(core => core.position(clamp(offset), true))
    const state = encodePresence(this.#user, this.#selection, position)
    if (state === this.#presenceSent) return
    this.#presenceSent = state
    this.#run(core => core.present(this.clientId, state))
    this.#tabs.post({ kind: "present", client: this.clientId, state })
  }

  #peersHost(): PeersHost {
    const script = this
    return {
      get clientId() {
        return script.clientId
      },
      resolve: position => this.#call(core => core.resolve(position)),
      shown: peers => this.#events.emit("presence", peers),
    }
  }

  // Status and trouble

  #currentStatus(): Status {
    const device = this.#storeFailed ? "unavailable" : this.#outbox.isStored ? "kept" : "writing"
    if (!this.#leads && this.#leadStatus) return { ...this.#leadStatus, device }
    const unsaved = this.#core.unsaved
    if (this.#refusal !== null) return { kind: "refused", unsaved, device, reason: this.#refusal }
    return { kind: this.#currentKind(), unsaved, device }
  }

  #currentKind(): StatusKind {
    if (!this.#connection || !this.#online || this.#closed) return "offline"
    if (!this.#connected) return "connecting"
    return this.#core.isSynced && this.#incoming.length === 0 ? "synced" : "syncing"
  }

  #refreshStatus(): void {
    if (this.#closed) return
    const status = this.#currentStatus()
    const { kind, unsaved, device, reason } = this.#status
    if (
      status.kind === kind &&
      status.unsaved === unsaved &&
      status.device === device &&
      status.reason === reason
    ) {
      return
    }
    this.#status = status
    if (this.#leads) this.#tabs.post({ kind: "status", status })
    this.#events.emit("status", status)
  }

  #storeTrouble(error: unknown): void {
    this.#storeFailed = true
    this.#fail("store", `this device's storage cannot be written: ${String(error)}`)
    this.#refreshStatus()
  }

  #fail(kind: ScriptErrorKind, message: string): void {
    this.#events.emit("error", { kind, message })
  }

  // Upkeep

  #startPages(): void {
    const url = this.#pageWorker
    if (!url || this.#closed) return
    this.#keeper?.close()
    const show = (pages: Pages): void => this.#events.emit("pages", pages)
    const trouble = (message: string): void => {
      this.#pageWorker = null
      this.#fail("pages", message)
    }
    this.#keeper = this.#call(core => new PageKeeper(url, core, show, trouble))
  }

  /** Merges the journal when it is long; the store's log too, once nothing in it waits for the relay. */
  #compactSoon(): void {
    if (this.#journal.length < compactAfter || this.#core.hasPending) return
    const state = this.#call(core => core.encodeState())
    this.#journal = [state]
    if (this.#core.unsaved > 0 || !this.#leads) return
    // Everything in `state` is written by now or waits before it in the same queue.
    this.#outbox.afterWrites(() => void this.#store.compact(state).catch(error => this.#storeTrouble(error)))
  }

  /** Calls into wasm. After a trap it rebuilds the document and calls once more. */
  #call<T>(call: (core: Core) => T): T {
    try {
      return call(this.#core)
    } catch (error) {
      if (!isTrap(error)) throw error
      rebuildAll(error)
      return call(this.#core)
    }
  }

  /** Makes the core anew from the journal, on an instance of the module that has just started. */
  rebuild(trap: unknown): void {
    const unsaved = this.#status.unsaved
    const before = this.clientId
    this.clientId = randomId()
    this.#core = openCore(this.clientId, unsaved, this.#journal)
    this.#tabs.post({ kind: "present", client: before, state: null })
    this.#presenceSent = ""
    this.#presenceSoon()
    // The new session knows no connection: a new one greets, and gives the relay what it lacks.
    if (this.#connected) this.#connection?.close(1006, "")
    queueMicrotask(() => this.#fail("rebuilt", `the document was rebuilt after a trap: ${String(trap)}`))
  }
}

const noPages: Pages = { count: 1, breaks: [] }

function rebuildAll(trap: unknown): void {
  restart()
  for (const script of openScripts) script.rebuild(trap)
}

function isEmpty({ text, paragraphs, formats, scenes }: CoreChange): boolean {
  const { added, removed, moved, changed } = scenes
  return [text, paragraphs, formats, added, removed, moved, changed].every(list => list.length === 0)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
