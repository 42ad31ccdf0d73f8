/**
 * Who comes to a relay, shown by a token of the application's: asked for before each try to connect, and again before it
 * expires, so that a script that stays open for days is never cut off.
 */

import type { Address } from "./connection.ts"
import type { Door } from "./http-line.ts"
import { type ScriptAddresses, addressesOf } from "./relay-addresses.ts"
import type { OpenOptions } from "./types.ts"

/** What of a token's life passes before another is asked for. */
const renewAfter = 0.8
/** No sooner than this after the last one; what lasts less ends, and is asked for when the connection is made again. */
const leastMs = 1_000
/** Timers take no more. */
const mostMs = 2 ** 31 - 1

/** What the token of a connection asks of its owner. */
export interface TokenEvents {
  /** Show this one to the relay, on the connection that there is. */
  renew(token: string): void
  trouble(message: string): void
}

/** The address of a script at a relay, with the application's token. */
export class TokenAddress implements Address {
  readonly #addresses: ScriptAddresses
  readonly #token: NonNullable<OpenOptions["token"]>
  readonly #events: TokenEvents
  #timer: ReturnType<typeof setTimeout> | null = null
  /** Which wait this is: the answer to an earlier one comes too late. */
  #wait = 0
  #endsAtMs = 0
  #told = false
  /** The token that was given last, and the last one that the relay did not take. */
  #given: string | undefined
  #refused: string | undefined

  constructor(relay: string, script: string, token: NonNullable<OpenOptions["token"]>, events: TokenEvents) {
    this.#addresses = addressesOf(relay, script)
    this.#token = token
    this.#events = events
  }

  async url(): Promise<string> {
    const url = new URL(this.#addresses.socket)
    url.searchParams.set("token", await this.#ask())
    return url.href
  }

  async door(): Promise<Door> {
    return { updates: this.#addresses.updates, token: await this.#ask() }
  }

  /** Nothing is kept here. Whoever gives the tokens may keep them, and is told which one is good no longer. */
  forgetToken(): void {
    this.#refused = this.#given
  }

  /** The relay takes the present token for so long; 0 for one without an end. */
  lasts(ms: number): void {
    this.stop()
    this.#endsAtMs = Date.now() + ms
    // There is no other than a token that is a string.
    if (ms > 0 && typeof this.#token === "function") this.#renewIn(Math.max(leastMs, ms * renewAfter))
  }

  /** The relay did not take the new one. */
  notRenewed(reason: string): void {
    this.forgetToken()
    this.#failed(`the relay did not take a new token: ${reason}`)
    this.#again()
  }

  /** The connection is lost. */
  stop(): void {
    this.#wait += 1
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #renewIn(ms: number): void {
    this.stop()
    this.#timer = setTimeout(() => void this.#renew(), Math.min(ms, mostMs))
  }

  async #renew(): Promise<void> {
    const wait = this.#wait
    try {
      const token = await this.#ask()
      if (wait === this.#wait) this.#events.renew(token)
    } catch {
      if (wait === this.#wait) this.#again()
    }
  }

  /** While the present one lasts there is time for another try. */
  #again(): void {
    const ms = (this.#endsAtMs - Date.now()) * renewAfter
    if (ms > leastMs) this.#renewIn(ms)
  }

  async #ask(): Promise<string> {
    try {
      const token = typeof this.#token === "function" ? await this.#token(this.#refused) : this.#token
      if (typeof token !== "string") throw new TypeError(`expected a string, got ${typeof token}`)
      this.#told = false
      this.#given = token
      return token
    } catch (error) {
      this.#failed(`no token could be had: ${String(error)}`)
      throw error
    }
  }

  /** Once, not with each try. */
  #failed(message: string): void {
    if (this.#told) return
    this.#told = true
    // Later: the first try begins before whoever opened the script can listen.
    setTimeout(() => this.#events.trouble(`${message}; it is asked for again`))
  }
}
