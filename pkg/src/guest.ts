/**
 * Who this browser is to a relay, as long as nobody signs in: a guest with a signed token, kept in this browser.
 */

import type { Address } from "./connection.ts"
import type { Door } from "./http-line.ts"
import { type Place, placeOf } from "./place.ts"

/** The address of a script at a relay, with the guest's token. */
export class GuestAddress implements Address {
  readonly #place: Place
  readonly #key: string

  constructor(relay: string, script: string) {
    this.#place = placeOf(relay, script)
    this.#key = `scriptroom guest ${this.#place.relay}`
  }

  async url(): Promise<string> {
    const url = new URL(this.#place.socket)
    const token = await this.#token()
    if (token !== null) url.searchParams.set("token", token)
    return url.href
  }

  async door(): Promise<Door> {
    return { updates: this.#place.updates, token: await this.#token() }
  }

  forgetToken(): void {
    this.#remember(null)
  }

  /** All tabs of a browser are one guest, also when two of them ask at once. */
  async #token(): Promise<string | null> {
    const known = this.#remembered()
    if (known !== null) return known
    const locks = globalThis.navigator?.locks
    const ask = async (): Promise<string | null> => this.#remembered() ?? (await this.#ask())
    return locks ? await locks.request(this.#key, ask) : await ask()
  }

  /** Throws when the relay cannot be reached; `null` when it has no guests, as other relays don't. */
  async #ask(): Promise<string | null> {
    const response = await fetch(`${this.#place.relay}/api/guest`, { method: "POST" })
    if (response.status >= 500) throw new Error(`expected a guest token, got status ${response.status}`)
    if (!response.ok) return null
    const { token } = (await response.json()) as { token?: unknown }
    if (typeof token !== "string") return null
    this.#remember(token)
    return token
  }

  #remembered(): string | null {
    try {
      return globalThis.localStorage?.getItem(this.#key) ?? memory.get(this.#key) ?? null
    } catch {
      return memory.get(this.#key) ?? null
    }
  }

  #remember(token: string | null): void {
    if (token === null) memory.delete(this.#key)
    else memory.set(this.#key, token)
    try {
      if (token === null) globalThis.localStorage?.removeItem(this.#key)
      else globalThis.localStorage?.setItem(this.#key, token)
    } catch {
      // A browser that keeps nothing: the guest lasts as long as the page.
    }
  }
}

const memory = new Map<string, string>()
