/**
 * One open script: the document in wasm, its copy on this device, the relay, the other tabs and the pages, in step.
 *
 * What comes in is queued as bytes and applied by `flush`, so that the editor can dispatch it in the same breath.
 * An edit is applied at once, kept by the store, and goes out when it is on disk. The document and its journal are in
 * `document.ts`, what goes to the relay and the other tabs in `link.ts`.
 */

import { Announcement } from "./announcement.ts"
import { loadedBackground } from "./background.ts"
import type { Threads } from "./comment-types.ts"
import { Comments, type CommentsHost } from "./comments.ts"
import { type CoreChange, isEmpty, loaded } from "./core.ts"
import type { Change, Edit, Origin, ParagraphInfo, Scene, Selection, SelectionChange, StyledRange, TitleEntry } from "./document-types.ts"
import { ScriptDocument, type StartedOver } from "./document.ts"
import { Emitter } from "./emitter.ts"
import type { PdfFile, PdfOptions, ReportKind, ReportTable } from "./files.ts"
import { found, type HeldSelection } from "./held-selection.ts"
import { Inbox } from "./inbox.ts"
import type { Incoming } from "./incoming.ts"
import { readable } from "./kept-copies.ts"
import { Link, type LinkEvents } from "./link.ts"
import { checkOptions } from "./options.ts"
import { Outbox } from "./outbox.ts"
import type { Pages } from "./page-types.ts"
import { PageKeeper, noPages, whenTextIsThere } from "./pages.ts"
import type { Diagnostic } from "./parsed-file.ts"
import { Peers, type PeersHost } from "./peers.ts"
import { ScriptProduction } from "./production.ts"
import { Refusals } from "./refusals.ts"
import { ScriptFiles, type ScriptFilesHost } from "./script-files.ts"
import { ownerOf, SourceFile, sourceEntry } from "./source.ts"
import { NoStore, openStore, type OpenedStore, type Store, type Stored, threadsKey } from "./store.ts"
import { joinTabs, type Tabs } from "./tabs.ts"
import type { KeptCopy, OpenOptions, Peer, Role, ScriptErrorKind, ScriptEvent, ScriptEvents, ScriptHandle, Status, User } from "./types.ts"
import { isTrap } from "./wasm.ts"

/** After so many updates that trapped the relay is not asked any more. */
const maxPoison = 3

/** Opens a script. `init` must have been called before; what it loads is waited for. */
export async function openScript(options: OpenOptions): Promise<ScriptHandle> {
  checkOptions(options)
  const loading = loaded()
  // First, and before the store is read: until a tab knows whether it leads, it does not go to the relay.
  const tabs = joinTabs(options, options.store !== "none")
  const [parts, threads] = await Promise.all([openStore(options), openStore({ ...options, id: threadsKey(options.id) })])
  if (!parts.store.isDurable) tabs.close()
  return await openOn(options, { ...parts, threads: threads.store }, parts.store.isDurable ? tabs : undefined, loading)
}

/** Opens a script on a store, and as one of these tabs, when the wasm is loaded. @internal */
export async function openOn(options: OpenOptions, parts: OpenedStore, tabs = joinTabs(options, parts.store.isDurable), loading = loaded()): Promise<ScriptHandle> {
  const threads = parts.threads ?? new NoStore()
  try {
    const [stored, said] = await Promise.all([parts.store.load(), threads.load(), loading])
    return new Script(options, { ...parts, threads, tabs }, stored, said)
  } catch (error) {
    for (const opened of [tabs, parts.store, threads]) opened.close()
    throw error
  }
}

class Script implements ScriptHandle {
  readonly id: string
  readonly #document: ScriptDocument
  readonly #events = new Emitter<ScriptEvents>()
  readonly #store: Store
  readonly #outbox: Outbox
  readonly #link: Link
  readonly #refusals: Refusals
  readonly #peers: Peers
  readonly #announcement: Announcement
  readonly #comments: Comments
  readonly #production: ScriptProduction
  readonly #source: SourceFile
  readonly #files: ScriptFiles
  readonly #inbox: Inbox
  #keeper: PageKeeper | null = null
  #closing: Promise<void> | null = null

  constructor(options: OpenOptions, { store, trouble, threads, tabs }: Required<OpenedStore> & { readonly tabs: Tabs }, stored: Stored, said: Stored) {
    this.id = options.id.toLowerCase()
    this.#store = store
    const { updates, unsaved, epoch } = stored
    this.#document = new ScriptDocument(updates, unsaved.length, epoch, {
      rebuilt: (before, trap) => this.#rebuilt(before, trap),
    })
    this.#peers = new Peers(this.#peersHost())
    this.#outbox = new Outbox(store, {
      trouble: error => this.#link.storeTrouble(error),
      settled: () => this.#link.refreshStatus(),
    })
    this.#inbox = this.#newInbox()
    this.#announcement = new Announcement(this.#document, options.user, state => this.#link.present(state))
    const parts = { document: this.#document, store, outbox: this.#outbox, stored, tabs }
    this.#link = new Link(options, this.id, parts, this.#linkEvents())
    this.#comments = new Comments(this.#document, threads, said, this.#commentsHost())
    this.#production = this.#newProduction()
    this.#source = this.#newSource(options)
    this.#files = new ScriptFiles(this.#document, this.#source, this.#filesHost())
    this.#refusals = new Refusals({ ...parts, link: this.#link }, (kind, message) => this.#fail(kind, message))
    // Later: the text is to be seen first.
    if (options.pages ?? true) whenTextIsThere(this, () => void this.#startPages())
    this.#announcement.now()
    // Later: whoever opens the script has yet to listen.
    if (trouble) setTimeout(() => this.#link.storeTrouble(trouble))
  }

  // What is there

  get clientId(): number {
    return this.#document.clientId
  }
  get length(): number {
    return this.#document.call(core => core.length)
  }
  get paragraphCount(): number {
    return this.#document.call(core => core.paragraphCount)
  }
  get status(): Status {
    return this.#link.status
  }
  get role(): Role | null {
    return this.#link.role
  }
  get threads(): Threads {
    return this.#comments
  }
  get production(): ScriptProduction {
    return this.#production
  }
  get pages(): Pages {
    return this.#keeper?.pages ?? noPages
  }
  async sceneLengths(): Promise<readonly number[]> {
    return this.#keeper?.sceneLengths() ?? []
  }
  get canUndo(): boolean {
    return this.#document.call(core => core.canUndo)
  }
  get canRedo(): boolean {
    return this.#document.call(core => core.canRedo)
  }
  text(): string {
    return this.#document.call(core => core.text())
  }
  slice(from: number, to: number): string {
    return this.#document.call(core => core.slice(from, to))
  }
  paragraph(index: number): ParagraphInfo {
    const [info] = this.paragraphs(index, index + 1)
    if (!info) throw new RangeError(`expected the index of a paragraph, got ${index} of ${this.paragraphCount}`)
    return info
  }
  paragraphs(from = 0, to = this.paragraphCount): readonly ParagraphInfo[] {
    return this.#document.call(core => core.paragraphs(from, to))
  }
  paragraphAt(offset: number): number {
    return this.#document.call(core => core.paragraphAt(offset))
  }
  paragraphStart(index: number): number {
    return this.#document.call(core => core.paragraphStart(index))
  }
  runs(from: number, to: number): readonly StyledRange[] {
    return this.#document.call(core => core.runs(from, to))
  }
  scenes(): readonly Scene[] {
    return this.#document.call(core => core.scenes())
  }
  scene(id: string): Scene | null {
    return this.#document.call(core => core.scene(id))
  }
  sceneAt(offset: number): Scene | null {
    return this.#document.call(core => core.sceneAt(offset))
  }
  titlePage(): readonly TitleEntry[] {
    return this.#document.call(core => core.titlePage())
  }
  async exportFountain(): Promise<string> {
    return this.#files.printFountain()
  }
  async exportFinalDraft(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#files.printFinalDraft()
  }
  async exportPdf(options?: PdfOptions): Promise<PdfFile> {
    return this.#files.printPdf(options)
  }
  async exportWord(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#files.printWord()
  }
  async exportHtml(): Promise<string> {
    return this.#files.printHtml()
  }
  async exportText(): Promise<string> {
    return this.#files.printText()
  }
  async report(kind: ReportKind): Promise<ReportTable> {
    return this.#files.printReport(kind)
  }
  async measure(fountain: string): Promise<ReportTable> {
    return this.#files.measure(fountain)
  }
  async keptCopies(): Promise<readonly KeptCopy[]> {
    await this.#outbox.settled()
    return await readable(await this.#store.kept())
  }
  async dropKeptCopy(id: string): Promise<void> {
    await this.#store.forget(copy => copy.id === id)
  }
  peers(): readonly Peer[] {
    return this.#peers.list
  }

  // What a writer does

  edit(edits: readonly Edit[], selection?: SelectionChange): Change {
    this.#checkWriting()
    const ends = selection ? [selection.before, selection.after].flatMap(({ anchor, head }) => [anchor, head]) : []
    return this.#made(this.#document.call(core => core.edit(edits, Uint32Array.from(ends), Date.now())), "edit")
  }
  undo(): Change | null {
    this.#checkWriting()
    const change = this.#document.call(core => core.undo())
    return change && this.#carried(this.#made(change, "undo"))
  }
  redo(): Change | null {
    this.#checkWriting()
    const change = this.#document.call(core => core.redo())
    return change && this.#carried(this.#made(change, "undo"))
  }
  closeUndoGroup(): void {
    this.#document.call(core => core.closeUndoGroup())
  }
  moveScene(id: string, before: string | null): Change {
    this.#checkWriting()
    const held = this.#announcement.held()
    const change = this.#document.call(core => core.moveScene(id, before, Date.now()))
    return this.#carried(this.#made(this.#along(change, held), "edit"))
  }
  setTitlePage(entries: readonly TitleEntry[]): void {
    this.#checkWriting()
    this.#made(this.#document.call(core => core.setTitlePage(entries)), "edit")
  }
  async importFountain(text: string): Promise<readonly Diagnostic[]> {
    return this.#files.importFountain(text)
  }
  async importFinalDraft(file: Uint8Array): Promise<readonly Diagnostic[]> {
    return this.#files.importFinalDraft(file)
  }
  async importPdf(file: Uint8Array): Promise<readonly Diagnostic[]> {
    return this.#files.importPdf(file)
  }
  setPresence({ selection }: { readonly selection: Selection | null }): void {
    this.#announcement.select(selection)
  }
  setUser(user: User): void {
    this.#announcement.setUser(user)
  }

  reconnect(token?: OpenOptions["token"]): void {
    this.#link.reconnect(token)
  }

  on<E extends ScriptEvent>(event: E, listener: (value: ScriptEvents[E]) => void): () => void {
    return this.#events.on(event, listener)
  }

  // What others do

  flush(): readonly Change[] {
    if (this.#document.isClosed || this.#inbox.waiting.length === 0) return []
    const changes: Change[] = []
    const batch = this.#inbox.take()
    const held = this.#announcement.held()
    for (const incoming of batch) {
      const change = "update" in incoming ? this.#apply(incoming, held) : null
      if (change) changes.push(change)
    }
    // Last: what came beside it was made on the document as it was.
    for (const [at, incoming] of batch.entries()) {
      const change = "update" in incoming ? null : this.#startOver(incoming, batch.slice(at + 1))
      if (change) changes.push(change)
    }
    this.#link.applied()
    this.#peers.resolve()
    return changes
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#document.close()
    this.#events.emit("closed", undefined)
    this.#announcement.stop()
    this.#production.stop()
    this.#link.leave()
    await Promise.all([this.#outbox.close(), this.#comments.close()])
    this.#source.close()
    this.#link.close()
    this.#keeper?.close()
    this.#store.close()
    this.#events.clear()
    this.#document.free()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
  [Symbol.dispose](): void {
    void this.close()
  }

  /**
   * Traps once, as a defect in wasm would.
   * @internal
   */
  trapForTests(): void {
    let isFirst = true
    this.#document.call(core => isFirst && ((isFirst = false), core.trapForTests()))
  }

  // Changes

  /** Stops who may not write before the script says what the relay would not keep (rule R2). */
  #checkWriting(): void {
    this.#document.checkOpen()
    if (!this.#mayWrite) throw new Error(`expected the role editor or owner, got ${this.role}`)
  }

  /** As far as the relay has said. */
  get #mayWrite(): boolean {
    return this.role !== "viewer" && this.role !== "commenter"
  }

  /** Keeps a change that was made here, and sends it on. */
  #made(change: CoreChange, origin: Origin): Change {
    if (change.update) this.#keepOwn(change.update)
    const told = this.#tell(change, origin)
    this.#production.edited(change)
    return told
  }

  /** Keeps and tells a change of entries. */
  #wrote(change: CoreChange): void {
    if (change.update) this.#keepOwn(change.update)
    this.#tell(change, "edit")
  }

  /** Text stands elsewhere or under other ids now: what is said about it goes along. */
  #carried(change: Change): Change {
    this.#comments.anchorAnew()
    return change
  }

  #keepOwn(update: Uint8Array): void {
    this.#document.edited(update)
    this.#link.edited(update)
    this.#compactSoon()
  }

  /** The relay has refused edits, here or in the tab that leads: the document starts over. */
  #startOver(incoming: Incoming, since: readonly Incoming[]): Change | null {
    let started: StartedOver | null = null
    if (incoming.from === "refusal") {
      started = this.#refusals.refused(incoming, since)
    } else if (incoming.from === "restart") {
      started = this.#refusals.follow(incoming)
    }
    if (!started) return null
    this.#announcement.again()
    return this.#tell(started.change, "remote")
  }

  #apply(incoming: Incoming & { readonly update: Uint8Array }, held: HeldSelection | null): Change | null {
    const { update } = incoming
    const { revising } = this.#production
    let change: CoreChange | null
    try {
      change = this.#document.apply(update, this.#mayWrite)
    } catch (error) {
      this.#notApplied(error)
      return null
    }
    if (!change) return null
    // The tab that sent it has kept it, and so has the tab that leads what it passed on.
    if (incoming.from === "relay") this.#link.keepTheirs(update)
    else if (incoming.from === "edit") this.#link.takesOver(update, incoming.row)
    if (change.update) this.#keepOwn(change.update)
    this.#compactSoon()
    const told = this.#tell(this.#along(change, held), "remote")
    this.#production.came(change, revising)
    return isEmpty(change) ? null : told
  }

  /** Where scenes were moved, what is selected goes along with the text that it is in. */
  #along(change: CoreChange, held: HeldSelection | null): CoreChange {
    const { moved } = change.scenes
    if (!held || moved.length === 0) return change
    return { ...change, selection: this.#document.call(core => found(core, held, moved)) }
  }

  #notApplied(error: unknown): void {
    if (!isTrap(error)) return this.#link.unfit(String(error))
    // The relay sends the same again in other frames: better to write on alone than to go round and round.
    if (this.#document.poisoned >= maxPoison) this.#link.refuse("what the relay sends cannot be read by this version")
  }

  #tell(change: CoreChange, origin: Origin): Change {
    this.#production.follow(change)
    this.#keeper?.change(change)
    if (change.text.length > 0) this.#peers.map(change.text)
    if (change.entries.length > 0) this.#source.settle()
    const { text, paragraphs, formats, scenes, selection } = change
    const told: Change = { origin, text, paragraphs, formats, scenes, selection }
    // Later, so that whoever made the change has shown it when the listeners look.
    queueMicrotask(() => this.#events.emit("change", told))
    return told
  }

  // What this script gives to its parts

  #linkEvents(): LinkEvents {
    return {
      incoming: incoming => this.#inbox.add(incoming),
      waiting: () => this.#inbox.waiting,
      presence: () => this.#announcement.sent,
      peers: pairs => this.#peers.takeAll(pairs),
      tab: (client, state) => this.#peers.takeTab(client, state),
      status: status => {
        // Later: the first comes while the parts are put together.
        queueMicrotask(() => this.#source.settle())
        this.#events.emit("status", status)
      },
      role: role => {
        this.#comments.mayNow(role)
        this.#events.emit("role", role)
      },
      saved: () => {
        this.#refusals.saved()
        this.#production.saved()
      },
      comments: effect => this.#comments.run(effect),
      commentsHeard: message => this.#comments.heard(message),
      tabJoined: () => this.#comments.tellUnwritten(),
      trouble: (kind, message) => this.#fail(kind, message),
    }
  }

  #newInbox(): Inbox {
    return new Inbox({
      came: () => {
        const isHeard = this.#events.has("incoming")
        if (isHeard) this.#events.emit("incoming", undefined)
        return isHeard
      },
      take: () => void this.flush(),
    })
  }

  #filesHost(): ScriptFilesHost {
    return {
      checkWriting: () => this.#checkWriting(),
      keep: update => this.#keepOwn(update),
      wrote: change => this.#wrote(change),
    }
  }

  #newProduction(): ScriptProduction {
    const document = this.#document
    return new ScriptProduction({
      document,
      keeper: () => this.#keeper,
      mayWrite: () => this.#mayWrite,
      turnsBefore: () => this.#peers.list.filter(({ clientId }) => clientId < document.clientId).length,
      checkWriting: () => this.#checkWriting(),
      edit: edits => void this.edit(edits),
      wrote: change => this.#wrote(change),
    })
  }

  #newSource(options: OpenOptions): SourceFile {
    return new SourceFile(ownerOf(options, this.#store), {
      script: this.id,
      connections: () => this.#link.connections,
      mayWrite: () => this.#mayWrite,
      digest: () => this.#production.places.value(sourceEntry),
      door: () => this.#link.door(),
    })
  }

  #commentsHost(): CommentsHost {
    const link = this.#link
    return {
      get role() {
        return link.role
      },
      get leads() {
        return link.leads
      },
      get connections() {
        return link.connections
      },
      send: (frame, on) => link.send(frame, on),
      reconnect: () => link.again(),
      closeConnection: (code, reason) => link.closeConnection(code, reason),
      post: message => link.postComments(message),
      changed: () => queueMicrotask(() => this.#events.emit("threads", undefined)),
      trouble: (kind, message) => this.#fail(kind, message),
    }
  }

  #peersHost(): PeersHost {
    const document = this.#document
    return {
      get clientId() {
        return document.clientId
      },
      resolve: position => document.call(core => core.resolve(position)),
      shown: peers => this.#events.emit("presence", peers),
    }
  }

  // Trouble and upkeep

  #fail(kind: ScriptErrorKind, message: string): void {
    this.#events.emit("error", { kind, message })
  }

  #rebuilt(before: number, trap: unknown): void {
    this.#link.rebuilt(before)
    this.#comments.rebuilt()
    this.#announcement.again()
    queueMicrotask(() => this.#fail("rebuilt", `the document was rebuilt after a trap: ${String(trap)}`))
  }

  async #startPages(): Promise<void> {
    const trouble = (message: string): void => this.#fail("pages", message)
    // Later: whoever asks of the pages may be in the middle of showing a change.
    const laidOut = (pages: Pages): void => queueMicrotask(() => this.#events.emit("pages", pages))
    try {
      const background = await loadedBackground()
      if (this.#document.isClosed) return
      const [{ places }, document] = [this.#production, this.#document]
      this.#keeper = new PageKeeper(background, { places, read: look => document.call(look), laidOut, trouble })
    } catch (error) {
      trouble(String(error))
    }
  }

  /** Merges the journal when it is long, and the store's log. */
  #compactSoon(): void {
    const state = this.#document.compact()
    if (!state || !this.#link.leads || this.#outbox.isFailing) return
    // Everything in `state` is written by now or waits before it in the same queue. Where it fails the log stays long.
    this.#outbox.run(() => this.#store.compact(state).catch(() => {}))
  }
}
