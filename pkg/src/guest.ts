/**
 * Who this browser is to a relay, as long as nobody signs in: a guest with a signed token, kept in this browser.
 */

import type { Address } from "./connection.ts"
import type { Door } from "./http-line.ts"
import { type ScriptAddresses, addressesOf, relayAddress } from "./relay-addresses.ts"

/** The address of a script at a relay, with the guest's token. */
export class GuestAddress implements Address {
  readonly #addresses: ScriptAddresses

  constructor(relay: string, script: string) {
    this.#addresses = addressesOf(relay, script)
  }

  async url(): Promise<string> {
    const url = new URL(this.#addresses.socket)
    const token = await guestToken(this.#addresses.relay)
    if (token !== null) url.searchParams.set("token", token)
    return url.href
  }

  async door(): Promise<Door> {
    return { updates: this.#addresses.updates, token: await guestToken(this.#addresses.relay) }
  }

  forgetToken(): void {
    remember(keyOf(this.#addresses.relay), null)
  }
}

/**
 * The token of this browser's guest at a relay; `null` where the relay has no guests. All tabs of a browser are one guest,
 * also when two of them ask at once. Rejects when the relay cannot be reached.
 */
export async function guestToken(relay: string): Promise<string | null> {
  const key = keyOf(relay)
  const known = remembered(key)
  if (known !== null) return known
  const locks = globalThis.navigator?.locks
  const ask = async (): Promise<string | null> => remembered(key) ?? (await newGuest(relay))
  return locks ? await locks.request(key, ask) : await ask()
}

function keyOf(relay: string): string {
  return `scriptroom guest ${relayAddress(relay)}`
}

async function newGuest(relay: string): Promise<string | null> {
  const response = await fetch(`${relayAddress(relay)}/api/guest`, { method: "POST" })
  if (response.status >= 500) throw new Error(`expected a guest token, got status ${response.status}`)
  if (!response.ok) return null
  const { token } = (await response.json()) as { token?: unknown }
  if (typeof token !== "string") return null
  remember(keyOf(relay), token)
  return token
}

function remembered(key: string): string | null {
  try {
    return globalThis.localStorage?.getItem(key) ?? memory.get(key) ?? null
  } catch {
    return memory.get(key) ?? null
  }
}

function remember(key: string, token: string | null): void {
  if (token === null) memory.delete(key)
  else memory.set(key, token)
  try {
    if (token === null) globalThis.localStorage?.removeItem(key)
    else globalThis.localStorage?.setItem(key, token)
  } catch {
    // A browser that keeps nothing: the guest lasts as long as the page.
  }
}

const memory = new Map<string, string>()
