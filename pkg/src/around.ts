/**
 * The way around a network that lets no WebSockets through: a line over plain HTTP, and now and then another try of a
 * socket beside it, which takes over as soon as the relay speaks through it.
 */

import { subprotocol } from "./frames.ts"
import { type Door, HttpLine, type LineEvents } from "./http-line.ts"

/**
 * A try of a socket that is not open by then is given up: to a host that answers nothing, as while a laptop changes networks, a
 * browser goes on trying for minutes, and says nothing meanwhile.
 */
export const openWithinMs = 8_000
/** Until the first try of a socket; each that fails makes the wait twice as long, up to `tryMaxMs`. */
const tryBaseMs = 4_000
const tryMaxMs = 60_000
/** A relay that does not say that it is well by then is away, too. */
const healthWithinMs = 5_000

/** What is told. */
export interface AroundEvents extends LineEvents {
  /** A socket is open, and this is the first that it brought. */
  back(socket: WebSocket, first: unknown): void
}

/** Whether the relay answers over HTTP. */
export async function answers(door: Door): Promise<boolean> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), healthWithinMs)
  try {
    const health = new URL("/api/health", door.updates)
    const response = await fetch(health, { cache: "no-store", signal: late.signal })
    return response.ok && ((await response.json()) as { status?: unknown }).status === "ok"
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

/** That way. */
export class Around {
  readonly #line: HttpLine
  readonly #url: () => Promise<string>
  readonly #events: AroundEvents
  #socket: WebSocket | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #waitMs = tryBaseMs
  #stopped = false

  constructor(door: Door, url: () => Promise<string>, events: AroundEvents) {
    this.#line = new HttpLine(door, events)
    this.#url = url
    this.#events = events
    this.#tryLater()
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    this.#line.send(frame)
  }

  hurry(): void {
    this.#line.hurry()
  }

  stop(): void {
    this.#stopped = true
    this.#line.stop()
    this.#letGo()
  }

  #tryLater(): void {
    this.#letGo()
    if (this.#stopped) return
    this.#timer = setTimeout(() => void this.#try(), this.#waitMs * (0.5 + Math.random() / 2))
    this.#waitMs = Math.min(tryMaxMs, this.#waitMs * 2)
  }

  async #try(): Promise<void> {
    this.#timer = setTimeout(() => this.#tryLater(), openWithinMs)
    const own = this.#timer
    let socket: WebSocket
    try {
      const url = await this.#url()
      if (own !== this.#timer) return
      socket = new WebSocket(url, [subprotocol])
    } catch {
      return
    }
    socket.binaryType = "arraybuffer"
    this.#socket = socket
    socket.onclose = () => this.#tryLater()
    socket.onmessage = event => {
      this.#socket = null
      this.#events.back(socket, event.data)
    }
  }

  #letGo(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onclose = socket.onmessage = null
    socket.close()
  }
}
