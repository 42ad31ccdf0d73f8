/**
 * One WebSocket to the relay, made again whenever it is lost.
 *
 * It carries frames and knows nothing of what is in them. Waits between tries double and are spread by full
 * jitter; a tab that nobody looks at waits longer; a network that comes back, a tab that is looked at again, and a
 * writer who types end the wait at once.
 */

/** The subprotocol of our own relay; see SPEC.md, rule C1. */
const subprotocol = "scriptroom.1"

const backoffBaseMs = 500
/**
 * Who looks at the page waits no longer than this, so that a relay that is back is seen within ten seconds, the time to
 * connect included. With full jitter that is a try every 4 s on average: a relay that has just started meets 250 a
 * second of 1,000 waiting writers, each costing it one upgrade and one diff, and all of them are in after 8 s.
 */
const backoffMaxMs = 8_000
/** After a close that means "later" (the relay is there, and has too much to do) waits may become so long. */
const busyMaxMs = 30_000
/** The close codes that mean that; see SPEC.md. */
const busyCodes: ReadonlySet<number> = new Set([1011, 1013, 4008, 4012])
/** Tabs in the background wait this many times longer. */
const hiddenFactor = 4
/**
 * A try that is not open by then is given up: to a host that answers nothing, as while a laptop changes networks, a
 * browser goes on trying for minutes, and says nothing meanwhile.
 */
const openWithinMs = 8_000
/** Typing tries again at once, but no sooner than this after the last try. */
const hurryEveryMs = 2_000
const pingEveryMs = 15_000
const pongWithinMs = 10_000
/** A close code of our own: the relay did not answer a ping. */
const silentCode = 4900
const notSignedIn = 4001

/** How long to wait before the try with this number (from 1), with `random` even in 0..1. */
export function backoffMs(attempt: number, random: number, hidden: boolean, busy = false): number {
  const most = busy ? busyMaxMs : backoffMaxMs
  const span = Math.min(most, backoffBaseMs * 2 ** Math.min(attempt - 1, 16))
  return Math.max(50, span * random) * (hidden ? hiddenFactor : 1)
}

/** What a connection tells. */
export interface ConnectionEvents {
  /** `own`: the relay agreed to `scriptroom.1`. */
  opened(own: boolean): void
  frame(frame: Uint8Array): void
  closed(code: number, reason: string): void
  /** Whether there is a network at all. */
  network(online: boolean): void
}

/** Where to connect to, and the token to show there. */
export interface Address {
  url(): Promise<string>
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
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame)
  }

  /** Closes this connection; another is made after a wait. */
  close(code: number, reason: string): void {
    // A browser lets a page use only these codes.
    this.#lost(this.#socket, code, reason)
  }

  /** Somebody wants to be connected now: the wait for the next try is over. */
  hurry(): void {
    if (this.#retryTimer === null || Date.now() - this.#triedAtMs < hurryEveryMs) return
    void this.#connect()
  }

  async #connect(): Promise<void> {
    this.#abandon()
    const own = ++this.#try
    const isStale = (): boolean => own !== this.#try || this.#stopped.signal.aborted
    this.#triedAtMs = Date.now()
    this.#openTimer = setTimeout(() => this.#late(), openWithinMs)
    let url: string
    try {
      url = await this.#address.url()
    } catch {
      if (!isStale()) this.#retry()
      return
    }
    if (isStale()) return
    const socket = new WebSocket(url, [subprotocol])
    socket.binaryType = "arraybuffer"
    this.#socket = socket
    socket.onopen = () => {
      this.#stopTimers()
      this.#pingSoon(socket)
      this.#events.opened(socket.protocol === subprotocol)
    }
    socket.onmessage = event => this.#received(socket, event.data)
    socket.onclose = event => this.#lost(socket, event.code, event.reason)
  }

  #received(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return
    this.#pingSoon(socket)
    if (!(data instanceof ArrayBuffer)) return
    // Only what the relay says shows that it takes us: a relay that closes at once is not hurried.
    this.#attempt = 0
    this.#busy = false
    this.#tokenTried = false
    this.#events.frame(new Uint8Array(data))
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
    if (this.#socket) this.#lost(this.#socket, 1006, "")
    else this.#retry()
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
    this.#abandon()
    this.#busy = busyCodes.has(code)
    if (code === notSignedIn && !this.#tokenTried) {
      this.#tokenTried = true
      this.#address.forgetToken()
      this.#events.closed(1006, "")
      void this.#connect()
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
    const wait = backoffMs(this.#attempt, Math.random(), isHidden(), this.#busy)
    this.#retryTimer = setTimeout(() => void this.#connect(), wait)
  }

  #online(): void {
    this.#events.network(true)
    this.#attempt = 0
    // A try that began on another network may never end.
    if (this.#socket?.readyState !== WebSocket.OPEN) void this.#connect()
  }

  /** An open socket may look open for minutes without a network. */
  #offline(): void {
    this.#lost(this.#socket, 1006, "")
    this.#stopTimers()
    this.#events.network(false)
  }

  #shown(): void {
    if (!isHidden() && this.#retryTimer !== null) {
      this.#attempt = 0
      void this.#connect()
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
