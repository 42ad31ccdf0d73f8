/**
 * One WebSocket to the relay, made again whenever it is lost.
 *
 * It carries frames and knows nothing of what is in them. Waits between tries double and are spread by full
 * jitter; a tab that nobody looks at waits longer; a network that comes back, a tab that is looked at again, and a
 * writer who types end the wait at once. Where the relay answers and its sockets do not, frames go over plain HTTP
 * until a socket opens again (`around.ts`).
 */

import { Around, answers, openWithinMs } from "./around.ts"
import { backoffMs, patientMs } from "./backoff.ts"
import { subprotocol } from "./frames.ts"
import type { Door } from "./http-line.ts"

/**
 * Who looks at the page waits no longer than this, so that a relay that is back is seen within ten seconds, the time to
 * connect included. With full jitter that is a try every 4 s on average: a relay that has just started meets 250 a
 * second of 1,000 waiting writers, each costing it one upgrade and one diff, and all of them are in after 8 s.
 */
const watchedMs = 8_000
/** The close codes that mean "later" (the relay is there, and has too much to do), after which waits may become longer; see SPEC.md. */
const busyCodes: ReadonlySet<number> = new Set([1011, 1013, 4008, 4012])
/** Tabs in the background wait this many times longer. */
const hiddenFactor = 4
/** Typing tries again at once, but no sooner than this after the last try. */
const hurryEveryMs = 2_000
const pingEveryMs = 15_000
const pongWithinMs = 10_000
/** A close code of our own: the relay did not answer a ping. */
const silentCode = 4900
const notSignedIn = 4001

/** How long to wait before the try with this number (from 1) to connect to a relay that may be busy, on a page that may be hidden; `random` is even in 0..1. */
export function retryMs(attempt: number, random: number, { isBusy, isHidden }: { readonly isBusy: boolean; readonly isHidden: boolean }): number {
  return backoffMs(attempt, random, isBusy ? patientMs : watchedMs) * (isHidden ? hiddenFactor : 1)
}

/** How frames travel. */
export type Transport = "websocket" | "http"

/** What a connection tells and asks. */
export interface ConnectionEvents {
  /** `own`: the relay agreed to `scriptroom.1`. */
  opened(own: boolean, transport: Transport): void
  frame(frame: Uint8Array): void
  closed(code: number, reason: string): void
  /** Whether there is a network at all. */
  network(online: boolean): void
  /** The state vector of the document, which whoever has no socket must name to hear what is new. */
  vector(): Uint8Array
}

/** Where to connect to, and the token to show there. */
export interface Address {
  url(): Promise<string>
  /** The same place over HTTP. */
  door(): Promise<Door>
  /** The relay did not take the token: get another. */
  forgetToken(): void
}

/** The connection. */
export class Connection {
  readonly #address: Address
  readonly #events: ConnectionEvents
  readonly #stopped = new AbortController()
  #socket: WebSocket | null = null
  #attempt = 0
  /** Which try this is: what an earlier one still brings is not for it. */
  #try = 0
  #triedAtMs = 0
  #busy = false
  #openTimer: ReturnType<typeof setTimeout> | null = null
  #retryTimer: ReturnType<typeof setTimeout> | null = null
  #pingTimer: ReturnType<typeof setTimeout> | null = null
  #tokenTried = false
  /** Whether the present socket has brought a frame. */
  #isHeard = false
  /** The relay has answered over HTTP: a socket that fails after that is blocked, one that fails before may have come too early. */
  #isThere = false
  #around: Around | null = null
  /** Frames came over HTTP when they came last. */
  #wentAround = false
  #isGoing = false

  constructor(address: Address, events: ConnectionEvents) {
    this.#address = address
    this.#events = events
  }

  start(): void {
    const { signal } = this.#stopped
    globalThis.addEventListener?.("online", () => this.#online(), { signal })
    globalThis.addEventListener?.("offline", () => this.#offline(), { signal })
    globalThis.document?.addEventListener("visibilitychange", () => this.#shown(), { signal })
    if (isOffline()) this.#events.network(false)
    else void this.#connect()
  }

  /** Closes for good. */
  stop(): void {
    this.#stopped.abort()
    this.#stopTimers()
    this.#socket?.close(1000)
    this.#socket = null
    this.#leaveHttp()
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    if (this.#around) this.#around.send(frame)
    else if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame)
  }

  /** Closes this connection; another is made after a wait. */
  close(code: number, reason: string): void {
    if (this.#around) this.#ended(code, reason)
    else this.#lost(this.#socket, code, reason)
  }

  /** Somebody wants to be connected now: the wait for the next try is over. */
  hurry(): void {
    this.#around?.hurry()
    if (this.#retryTimer === null || Date.now() - this.#triedAtMs < hurryEveryMs) return
    this.#again()
  }

  async #connect(): Promise<void> {
    this.#abandon()
    const own = ++this.#try
    const isStale = (): boolean => own !== this.#try || this.#stopped.signal.aborted
    this.#triedAtMs = Date.now()
    this.#openTimer = setTimeout(() => this.#late(), openWithinMs)
    let socket: WebSocket
    try {
      const url = await this.#address.url()
      if (isStale()) return
      socket = new WebSocket(url, [subprotocol])
    } catch {
      if (!isStale()) this.#retry()
      return
    }
    socket.binaryType = "arraybuffer"
    this.#take(socket)
    socket.onopen = () => this.#opened(socket)
  }

  #take(socket: WebSocket): void {
    this.#socket = socket
    this.#isHeard = false
    socket.onmessage = event => this.#received(socket, event.data)
    socket.onclose = event => this.#lost(socket, event.code, event.reason)
  }

  #opened(socket: WebSocket): void {
    this.#stopTimers()
    this.#pingSoon(socket)
    this.#events.opened(socket.protocol === subprotocol, "websocket")
  }

  #received(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return
    this.#pingSoon(socket)
    if (!(data instanceof ArrayBuffer)) return
    this.#isHeard = true
    this.#isThere = false
    this.#wentAround = false
    this.#frame(new Uint8Array(data))
  }

  #frame(frame: Uint8Array): void {
    // Only what the relay says shows that it takes us: a relay that closes at once is not hurried.
    this.#attempt = 0
    this.#busy = false
    this.#tokenTried = false
    this.#events.frame(frame)
  }

  /** Every message puts the next ping off; a ping that nothing follows ends the connection. */
  #pingSoon(socket: WebSocket): void {
    if (this.#pingTimer !== null) clearTimeout(this.#pingTimer)
    this.#pingTimer = setTimeout(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send("ping")
      this.#pingTimer = setTimeout(() => this.#lost(socket, silentCode, "the relay is silent"), pongWithinMs)
    }, pingEveryMs)
  }

  /** The try has taken too long. */
  #late(): void {
    if (!this.#socket) return this.#retry()
    // Where nothing listens a socket fails at once. Something here swallows it.
    this.#isThere = true
    this.#lost(this.#socket, 1006, "")
  }

  /** Lets go of a try that has not come to anything. */
  #abandon(): void {
    this.#stopTimers()
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  /** The socket's own close event may come minutes later, or twice: the first to say so counts. */
  #lost(socket: WebSocket | null, code: number, reason: string): void {
    if (!socket || socket !== this.#socket || this.#stopped.signal.aborted) return
    // A relay that refuses says so; what stands between says nothing.
    const isMiss = !this.#isHeard && (code === 1006 || code === silentCode)
    this.#ended(code, reason)
    if (isMiss) void (this.#isThere ? this.#goAround() : this.#look())
  }

  #ended(code: number, reason: string): void {
    this.#abandon()
    this.#leaveHttp()
    this.#busy = busyCodes.has(code)
    // It is gone before it has said what it thinks of the new token, and may be another one when it is back.
    if (code !== notSignedIn) this.#tokenTried = false
    else if (!this.#tokenTried) {
      this.#tokenTried = true
      this.#address.forgetToken()
      this.#events.closed(1006, "")
      this.#again()
      return
    }
    this.#events.closed(code, reason)
    this.#retry()
  }

  #retry(): void {
    if (this.#stopped.signal.aborted || isOffline()) return
    this.#stopTimers()
    this.#try += 1
    this.#attempt += 1
    const wait = retryMs(this.#attempt, Math.random(), { isBusy: this.#busy, isHidden: isHidden() })
    this.#retryTimer = setTimeout(() => this.#again(), wait)
  }

  #again(): void {
    if (this.#wentAround) void this.#goAround()
    else void this.#connect()
  }

  async #look(): Promise<void> {
    this.#isThere = (await this.#answeringDoor()) !== null
  }

  /** Over HTTP, if the relay answers there. Tries of a socket may go on meanwhile. */
  async #goAround(): Promise<void> {
    if (this.#isGoing) return
    this.#isGoing = true
    if (this.#wentAround) this.#stopTimers()
    const door = await this.#answeringDoor()
    this.#isGoing = false
    if (this.#stopped.signal.aborted || (this.#socket && this.#isHeard)) return
    if (door) return this.#openHttp(door)
    const wentAround = this.#wentAround
    this.#isThere = this.#wentAround = false
    if (wentAround) void this.#connect()
  }

  /** `null`: the relay does not answer over HTTP either. */
  async #answeringDoor(): Promise<Door | null> {
    try {
      const door = await this.#address.door()
      return (await answers(door)) ? door : null
    } catch {
      return null
    }
  }

  #openHttp(door: Door): void {
    this.#abandon()
    this.#try += 1
    this.#wentAround = false
    this.#around = new Around(door, () => this.#address.url(), {
      frame: frame => {
        this.#wentAround = true
        this.#frame(frame)
      },
      lost: (code, reason) => this.#ended(code, reason),
      vector: () => this.#events.vector(),
      back: (socket, first) => this.#back(socket, first),
    })
    this.#events.opened(true, "http")
  }

  /** A socket beside the line has brought a frame: it takes over. */
  #back(socket: WebSocket, first: unknown): void {
    this.#leaveHttp()
    this.#events.closed(1006, "")
    this.#take(socket)
    this.#opened(socket)
    this.#received(socket, first)
  }

  #leaveHttp(): void {
    this.#around?.stop()
    this.#around = null
  }

  #online(): void {
    this.#events.network(true)
    this.#attempt = 0
    this.#isThere = this.#wentAround = false
    // A try that began on another network may never end.
    if (this.#socket?.readyState !== WebSocket.OPEN && !this.#around) void this.#connect()
  }

  /** An open socket may look open for minutes without a network. */
  #offline(): void {
    this.close(1006, "")
    this.#stopTimers()
    this.#events.network(false)
  }

  #shown(): void {
    if (!isHidden() && this.#retryTimer !== null) {
      this.#attempt = 0
      this.#again()
    }
  }

  #stopTimers(): void {
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer)
    if (this.#pingTimer !== null) clearTimeout(this.#pingTimer)
    if (this.#openTimer !== null) clearTimeout(this.#openTimer)
    this.#retryTimer = this.#pingTimer = this.#openTimer = null
  }
}

function isOffline(): boolean {
  return globalThis.navigator?.onLine === false
}

function isHidden(): boolean {
  return globalThis.document?.visibilityState === "hidden"
}
