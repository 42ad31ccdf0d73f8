/**
 * The way from this tab to the relay: where it is, what is shown there, and the connection. With another token it is made anew.
 */

import { type Address, Connection, type ConnectionEvents, type Transport } from "./connection.ts"
import { GuestAddress } from "./guest.ts"
import type { Door } from "./http-line.ts"
import { TokenAddress, type TokenEvents } from "./token.ts"
import type { OpenOptions } from "./types.ts"

/** What a way to the relay tells and asks. */
export interface UplinkEvents extends Omit<ConnectionEvents, "network">, TokenEvents {
  /** A network has come or gone: see `isOnline`. */
  network(): void
}

/** The way to the relay; one that leads nowhere where the options name none. */
export class Uplink {
  readonly #options: OpenOptions
  readonly #id: string
  readonly #events: UplinkEvents
  #address: Address | null = null
  #connection: Connection | null = null
  /** The application's token, where it gives one. */
  #token: TokenAddress | null = null
  #transport: Transport | null = null
  #connections = 0
  #isOnline = true

  constructor(options: OpenOptions, id: string, events: UplinkEvents) {
    this.#options = options
    this.#id = id
    this.#events = events
    this.#make(options.token)
  }

  /** Whether there is a relay at all. */
  get hasRelay(): boolean {
    return this.#connection !== null
  }

  get isOnline(): boolean {
    return this.#isOnline
  }

  /** How the relay is reached; `null` while it is not. */
  get transport(): Transport | null {
    return this.#transport
  }

  /** How many connections there were: what is said to one is not for the next. */
  get connections(): number {
    return this.#connections
  }

  /** Where requests go; `null` while the relay is not reached. */
  door(): Promise<Door> | null {
    return this.#transport !== null && this.#address ? this.#address.door() : null
  }

  start(): void {
    this.#connection?.start()
  }

  /** Goes there no more, until it is made anew. */
  stop(): void {
    this.#token?.stop()
    this.#connection?.stop()
  }

  /** Begins again with this token, or with what the options say; it has to be started. */
  makeAnew(token: OpenOptions["token"]): void {
    this.stop()
    if (this.#transport) {
      this.#transport = null
      this.#events.closed(1006, "")
    }
    this.#make(token ?? this.#options.token)
  }

  /** Sends a frame `on` that connection, or not at all. */
  send(frame: Uint8Array<ArrayBuffer>, on: number): void {
    if (on === this.#connections) this.#connection?.send(frame)
  }

  /** Somebody wants to be connected now. */
  hurry(): void {
    this.#connection?.hurry()
  }

  /** Closes the connection that is there; another one follows. */
  close(code: number, reason: string): void {
    this.#connection?.close(code, reason)
  }

  /** Begins another connection where there is one, which greets and gives what is lacking. */
  again(): void {
    if (this.#transport) this.close(1006, "")
  }

  /** The relay has said how long the token is good, in milliseconds; 0 for one without an end. */
  lasts(ms: number): void {
    this.#token?.lasts(ms)
  }

  /** The relay did not take the new token, and said why. */
  notRenewed(reason: string): void {
    this.#token?.notRenewed(reason)
  }

  #make(token: OpenOptions["token"]): void {
    const { relay } = this.#options
    if (relay === undefined) return
    this.#token = token === undefined ? null : new TokenAddress(relay, this.#id, token, this.#events)
    this.#address = this.#token ?? new GuestAddress(relay, this.#id)
    this.#connection = this.#connect(this.#address)
  }

  #connect(address: Address): Connection {
    return new Connection(address, {
      opened: (own, transport) => {
        this.#transport = transport
        this.#connections += 1
        this.#events.opened(own, transport)
      },
      frame: frame => this.#events.frame(frame),
      closed: (code, reason) => {
        this.#transport = null
        this.#token?.stop()
        this.#events.closed(code, reason)
      },
      network: online => {
        this.#isOnline = online
        this.#events.network()
      },
      vector: () => this.#events.vector(),
    })
  }
}
