/**
 * What goes between the document and the others: the relay, and the other tabs of this browser.
 *
 * What is to be said is decided by the session in wasm; here are the socket, the tabs and the timers that its effects
 * need. Of several tabs one leads: it alone talks to the relay, and tells the others what came.
 */

import { backoffMs } from "./backoff.ts"
import type { Core, Effect } from "./core.ts"
import type { Restart, ScriptDocument } from "./document.ts"
import type { Door } from "./http-line.ts"
import type { Branch, Incoming } from "./incoming.ts"
import type { Outbox } from "./outbox.ts"
import { SavedRows } from "./saved-rows.ts"
import { StartingOver } from "./starting-over.ts"
import { ledStatus, ownStatus, sameStatus } from "./status.ts"
import type { Store, Stored } from "./store.ts"
import { TabPresence } from "./tab-presence.ts"
import type { TabMessage, Tabs, TabStatus, ThreadsMessage } from "./tabs.ts"
import type { OpenOptions, Role, ScriptErrorKind, Status } from "./types.ts"
import { Uplink } from "./uplink.ts"

/** How long the other tabs may not know how the connection stands. */
const tellTabsMs = 100

/** What a link joins. */
export interface LinkParts {
  readonly document: ScriptDocument
  readonly store: Store
  readonly outbox: Outbox
  readonly stored: Stored
  readonly tabs: Tabs
}

/** What a link tells and asks its owner. */
export interface LinkEvents {
  incoming(incoming: Incoming): void
  /** What has come in and is not applied yet. */
  waiting(): readonly Incoming[]
  /** This client's own presence, as JSON; `null` while nobody has heard of it. */
  presence(): string | null
  /** All whom the relay tells of, as pairs of a client id and its state. */
  peers(pairs: readonly (number | string)[]): void
  /** One tab of this browser; `null` when it has gone. */
  tab(client: number, state: string | null): void
  status(status: Status): void
  role(role: Role): void
  /** The relay has everything that was edited here. */
  saved(): void
  /** What the comments' side of the connection asks for. */
  comments(effect: Effect): void
  /** What another tab tells about them. */
  commentsHeard(message: ThreadsMessage): void
  /** A tab has come that is about to read the disk. */
  tabJoined(): void
  trouble(kind: ScriptErrorKind, message: string): void
}

/** The link of one open script. */
export class Link {
  readonly #document: ScriptDocument
  readonly #store: Store
  readonly #outbox: Outbox
  readonly #events: LinkEvents
  readonly #tabs: Tabs
  readonly #tabPresence: TabPresence
  readonly #uplink: Uplink
  readonly #savedRows: SavedRows
  readonly #startingOver: StartingOver
  /** How often the document has started over: what refers to another life is not for this document. */
  #life: number
  /** What came of a life that this document has yet to begin. */
  #early: TabMessage[] = []
  /** How the present life began, for tabs that come in the middle of it. */
  #beginning: { readonly life: number; readonly restart: Restart } | null = null
  #leads = false
  #refusal: string | null = null
  /** How the tab that leads stood when it said so last, and the row up to which it knew of all edits then. */
  #leadStands: TabStatus | null = null
  /** The last row of an edit that this tab has made or heard of. */
  #upTo = 0
  #status: Status
  #role: Role | null = null
  #waitTimer: ReturnType<typeof setTimeout> | null = null
  #tellTimer: ReturnType<typeof setTimeout> | null = null
  #closed = false

  constructor(options: OpenOptions, id: string, parts: LinkParts, events: LinkEvents) {
    this.#document = parts.document
    this.#store = parts.store
    this.#outbox = parts.outbox
    this.#events = events
    this.#life = parts.stored.life
    this.#savedRows = new SavedRows(parts.store, parts.stored.unsaved, {
      trouble: error =>
        this.#events.trouble("store", `this device cannot note what the relay has, and tries again: ${String(error)}`),
      changed: () => this.refreshStatus(),
    })
    this.#startingOver = new StartingOver(incoming => this.#events.incoming(incoming))
    this.#uplink = this.#newUplink(options, id)
    this.#status = this.#currentStatus()
    this.#tabs = parts.tabs
    this.#tabPresence = new TabPresence(parts.tabs, {
      client: () => this.#document.clientId,
      own: () => this.#events.presence(),
      show: (client, state) => {
        if (this.#leads) this.#run(core => core.present(client, state))
        this.#events.tab(client, state)
      },
      isBack: () => this.#tabs.post({ kind: "hello", life: this.#life }),
    })
    this.#tabs.listen({ message: message => this.#heard(message), leads: () => this.#lead() })
    this.#tabs.post({ kind: "hello", life: this.#life })
  }

  get status(): Status {
    return this.#status
  }

  /** What this person may do; `null` while the relay has not said. */
  get role(): Role | null {
    return this.#role
  }

  /** Where requests to the relay go; `null` while it is not reached, or is another tab's to talk to. */
  door(): Promise<Door> | null {
    return this.#leads ? this.#uplink.door() : null
  }

  /** Whether this tab talks to the relay. */
  get leads(): boolean {
    return this.#leads
  }

  /** An edit was made here: keeps it, and sends it when it is on disk. */
  edited(update: Uint8Array): void {
    const life = this.#life
    this.#outbox.write({ update, own: true, life }, row => this.kept(update, row, life))
    this.#outbox.afterWrites(() => this.refreshStatus())
    this.#run(core => core.edited(update))
    this.#uplink.hurry()
  }

  /** The document has started over, and with it a life: the first of its edits are already given to the outbox. */
  startedOver(before: number, life: number, restart: Restart | null): void {
    this.#startingOver.done()
    this.#life = life
    // On this connection, which stays: the others would see the client that it was until it ends.
    this.#run(core => core.present(before, null))
    this.#tabPresence.bye(before)
    if (restart) {
      this.#beginning = { life, restart }
      this.#outbox.afterWrites(() => this.#postBeginning())
    }
    for (const message of this.#early.splice(0)) this.#heard(message)
  }

  #postBeginning(): void {
    if (this.#beginning) this.#tabs.post({ kind: "startedOver", ...this.#beginning, isKept: !this.#outbox.isFailing })
  }

  /** An edit that was made here is on disk, or cannot be (`null`): the other tabs are told. */
  kept(update: Uint8Array, row: number | null, life: number): void {
    if (row !== null) this.#added(row)
    this.#tabs.post({ kind: "edited", life, update, row })
    this.#ifAtRelay()
  }

  /**
   * Another tab's edit is in the document: what takes the place of that from now on takes the place of its row. Where it has
   * none this tab keeps it, if it can.
   */
  takesOver(update: Uint8Array, row: number | null): void {
    const life = this.#life
    if (row === null) this.#outbox.write({ update, own: true, life }, row => row !== null && this.kept(update, row, life))
    else this.#outbox.run(async () => this.#store.adopt(row))
  }

  /** Keeps what came from the relay. */
  keepTheirs(update: Uint8Array): void {
    this.#outbox.write({ update, own: false, life: this.#life })
  }

  #added(row: number): void {
    this.#savedRows.add(row)
    this.#upTo = Math.max(this.#upTo, row)
  }

  /** The life of the document. */
  get life(): number {
    return this.#life
  }

  /** Sends an edit that is kept already, or about to be. */
  offer(update: Uint8Array): void {
    this.#run(core => core.edited(update))
  }

  /** These rows alone are not at the relay. */
  unsaved(rows: readonly number[]): void {
    this.#savedRows.reset(rows)
    this.#ifAtRelay()
  }

  /** The relay was quicker than the disk, and has it all. */
  #ifAtRelay(): void {
    if (this.#leads && this.#document.core.isSynced) this.#savedRows.saved()
  }

  /** What came in cannot be applied: starts over from what the relay has. */
  unfit(reason: string): void {
    this.#events.trouble("bytes", reason)
    if (this.#leads) this.#run(core => core.unfit(reason))
  }

  /** What came in has been applied. */
  applied(): void {
    this.#run(core => core.applied())
    this.refreshStatus()
  }

  /** Shows this client to the others. */
  present(state: string): void {
    const client = this.#document.clientId
    this.#run(core => core.present(client, state))
    this.#tabPresence.tell(state)
  }

  /** The document was made anew: its session knows no connection, so a new one greets and gives what is lacking. */
  rebuilt(before: number): void {
    this.#startingOver.callOff()
    this.#tabPresence.bye(before)
    this.#uplink.again()
  }

  /** Goes on alone: the relay is not asked any more. */
  refuse(reason: string): void {
    this.#refusal = reason
    this.#uplink.stop()
    this.#events.trouble("refused", reason)
  }

  /** Goes to the relay anew, also after it has said no for good: with this token, or with what the function before gives now. */
  reconnect(token?: OpenOptions["token"]): void {
    if (this.#closed || !this.#uplink.hasRelay) return
    this.#uplink.makeAnew(token)
    this.#refusal = null
    if (this.#leads) this.#uplink.start()
    else this.#tabs.post({ kind: "reconnect", token: typeof token === "string" ? token : null })
    this.refreshStatus()
  }

  /** What the relay has refused, if anything. */
  get branch(): Branch | null {
    return this.#startingOver.branch
  }

  /** Which connection this is. */
  get connections(): number {
    return this.#uplink.connections
  }

  /** Sends a frame about the comments, which are on disk already; `on` that connection, or not at all. */
  send(frame: Uint8Array<ArrayBuffer>, on: number): void {
    if (this.#uplink.transport === "websocket") this.#uplink.send(frame, on)
  }

  /** Tells the other tabs about the comments. */
  postComments(message: ThreadsMessage): void {
    this.#tabs.post({ kind: "comments", message })
  }

  /** Begins another connection, where there is one, which greets and gives what is lacking. */
  again(): void {
    this.#uplink.again()
  }

  closeConnection(code: number, reason: string): void {
    this.#uplink.close(code, reason)
  }

  storeTrouble(error: unknown): void {
    this.#events.trouble("store", `this device's storage cannot be written: ${String(error)}`)
    this.refreshStatus()
  }

  refreshStatus(): void {
    if (this.#closed) return
    const status = this.#currentStatus()
    if (sameStatus(status, this.#status)) return
    this.#status = status
    if (this.#leads) this.#tellTabsSoon()
    this.#events.status(status)
  }

  /** Each key changes it several times; the other tabs hear how it stands then. */
  #tellTabsSoon(): void {
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = null
      this.#tellTabs()
    }, tellTabsMs)
  }

  #tellTabs(): void {
    this.#tabs.post({ kind: "status", status: this.#status, upTo: this.#upTo })
  }

  /** From now on nothing is taken in; what waits for the store still goes out. */
  leave(): void {
    this.#closed = true
    this.#startingOver.close()
    this.#tabPresence.leave()
  }

  close(): void {
    const { unsaved, device } = this.#currentStatus()
    this.#status = { kind: "offline", unsaved, device, transport: null, reason: null }
    this.#events.status(this.#status)
    this.#savedRows.close()
    this.#uplink.stop()
    if (this.#waitTimer !== null) clearTimeout(this.#waitTimer)
    if (this.#tellTimer !== null) clearTimeout(this.#tellTimer)
    this.#tabs.close()
  }

  // The relay

  #newUplink(options: OpenOptions, id: string): Uplink {
    return new Uplink(options, id, {
      // Over plain HTTP the comments wait: requests carry one document.
      opened: (own, transport) => this.#run(core => core.connected(own, transport === "websocket")),
      frame: frame => this.#run(core => core.frame(frame)),
      closed: (code, reason) => this.#run(core => core.disconnected(code, reason)),
      network: () => this.refreshStatus(),
      vector: () => this.#document.call(core => core.stateVector()),
      renew: token => this.#run(core => core.renew(token)),
      trouble: message => this.#events.trouble("token", message),
    })
  }

  #lead(): void {
    if (this.#closed) return
    this.#leads = true
    // What came from the relay is the leading tab's to keep.
    if (this.#leadStands?.status.device === "unavailable") this.keepTheirs(this.#document.call(core => core.encodeState()))
    this.#uplink.start()
    // The others' presence is this tab's to tell now.
    this.#tabs.post({ kind: "hello", life: this.#life })
    this.refreshStatus()
  }

  /** Calls the session and does what it asks for, in order. */
  #run(call: (core: Core) => Effect[]): void {
    if (this.#closed) return
    for (const effect of this.#document.call(call)) this.#do(effect)
    this.refreshStatus()
  }

  #do(effect: Effect): void {
    switch (effect[0]) {
      case "send": {
        // What was said to an earlier connection is not for this one: its numbers would count for other batches here.
        const on = this.#uplink.connections
        return this.#outbox.afterWrites(() => this.#uplink.send(effect[1], on))
      }
      case "incoming":
        this.#startingOver.came(effect[1])
        this.#tabs.post({ kind: "incoming", life: this.#life, update: effect[1] })
        return this.#events.incoming({ update: effect[1], from: "relay" })
      case "reoffer": {
        const edited = this.#events.waiting().filter(({ from }) => from === "edit")
        return edited.forEach(incoming => "update" in incoming && this.offer(incoming.update))
      }
      case "saved":
        this.#savedRows.saved()
        return this.#events.saved()
      case "branched":
        return this.#startingOver.refused(effect[1])
      case "startOver":
        return this.#startingOver.from(effect[1])
      case "newLog":
        return this.#newLog(effect[1])
      case "threads":
        return this.#events.comments(effect[1])
      case "presence":
        return this.#events.peers(this.#document.call(core => core.peers()))
      case "wait":
        if (this.#waitTimer !== null) clearTimeout(this.#waitTimer)
        this.#waitTimer = setTimeout(() => this.#run(core => core.waited()), backoffMs(effect[1]))
        return
      case "access":
        this.#uplink.lasts(effect[2])
        this.#tabs.post({ kind: "role", role: effect[1] })
        return this.#may(effect[1])
      case "notRenewed":
        return this.#uplink.notRenewed(effect[1])
      case "close":
        return this.#uplink.close(effect[1], effect[2])
      case "refused":
        return this.refuse(effect[1])
    }
  }

  #may(role: Role): void {
    if (role === this.#role) return
    this.#role = role
    this.#events.role(role)
  }

  #newLog(epoch: string): void {
    this.#startingOver.callOff()
    this.#document.epoch = epoch
    const life = this.#life
    this.#outbox.run(async () => {
      for (const row of await this.#store.setEpoch(epoch)) this.#savedRows.add(row)
      // Not so rows of a life that is over: it has refused some of them.
      if (life === this.#life) this.#ifAtRelay()
    })
  }

  // The other tabs

  #heard(message: TabMessage): void {
    if (this.#closed) return
    if ("life" in message && message.kind !== "hello" && message.kind !== "startedOver") {
      // Older: the tab that sent it hears of the new life, and writes again what the others lack.
      if (message.life < this.#life) return
      if (message.life > this.#life) return void this.#early.push(message)
    }
    switch (message.kind) {
      case "edited":
        if (message.row !== null) {
          this.#outbox.keptElsewhere(message.update)
          this.#added(message.row)
        }
        if (this.#leads) this.offer(message.update)
        else this.refreshStatus()
        return this.#events.incoming({ update: message.update, row: message.row, from: "edit" })
      case "incoming":
        return this.#events.incoming({ update: message.update, from: "lead" })
      case "startedOver":
        return this.#startingOver.whenLoaded(() => {
          if (message.life > this.#life) this.#events.incoming({ ...message, from: "restart" })
        })
      case "present":
        return this.#tabPresence.heard(message.client, message.state)
      case "peers":
        if (!this.#leads) this.#events.peers(message.peers)
        return
      case "status":
        this.#leadStands = message
        return this.refreshStatus()
      case "role":
        return this.#may(message.role)
      case "joined":
        return this.#tellUnwritten()
      case "comments":
        return this.#events.commentsHeard(message.message)
      case "reconnect":
        if (this.#leads) this.reconnect(message.token ?? undefined)
        return
      case "hello": {
        if (message.life < this.#life) this.#postBeginning()
        this.#tabPresence.tell()
        if (!this.#leads) return
        this.#tellTabs()
        if (this.#role !== null) this.#tabs.post({ kind: "role", role: this.#role })
        this.#tabs.post({ kind: "peers", peers: this.#document.call(core => core.peers()) })
      }
    }
  }

  /** A tab has come that is about to read the disk: what is not there yet it has to be told. */
  #tellUnwritten(): void {
    for (const { update, own, life } of this.#outbox.unwritten) {
      this.#tabs.post(own ? { kind: "edited", life, update, row: null } : { kind: "incoming", life, update })
    }
    this.#events.tabJoined()
  }

  // The status

  #currentStatus(): Status {
    const unsaved = (this.#document.unsaved = this.#document.core.unsaved)
    const device = this.#deviceStatus()
    if (!this.#leads && this.#leadStands) return ledStatus(this.#leadStands.status, device, this.#leadStands.upTo >= this.#upTo)
    const { hasRelay, isOnline, transport } = this.#uplink
    const isDone = this.#document.core.isSynced && this.#events.waiting().length === 0 && !this.#savedRows.isBehind
    return ownStatus({ unsaved, device, refusal: this.#refusal, isOnline: hasRelay && isOnline, transport, isDone })
  }

  #deviceStatus(): Status["device"] {
    if (!this.#store.isDurable) return "unavailable"
    if (this.#outbox.isStored) return "kept"
    return this.#outbox.isFailing ? "unavailable" : "writing"
  }
}
