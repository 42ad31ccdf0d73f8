/** What is wrong with the options of `openScript`, said before anything is opened. */

import { isRelayAddress } from "./relay-addresses.ts"
import type { OpenOptions } from "./types.ts"

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Throws where they name no script, or no relay that there can be, or leave open whose it is on this device. */
export function checkOptions({ id, relay, token, person, store }: OpenOptions): void {
  if (!uuid.test(id)) throw new Error(`expected a UUID as the script's id, got ${JSON.stringify(id)}`)
  if (relay !== undefined && !isRelayAddress(relay)) {
    throw new Error(`expected a ws:, wss:, http: or https: address as the relay, got ${JSON.stringify(relay)}`)
  }
  // Else the next person of this browser would see, and send, what this one has written.
  if (token !== undefined && person === undefined && store !== "none") {
    throw new Error("expected a person with the token: what is kept on this device is theirs")
  }
}
