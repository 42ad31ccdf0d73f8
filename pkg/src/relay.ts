/**
 * `scriptroom/relay`: what a relay does besides live writing, over HTTP: who signs in, a person's scripts, members, share
 * links, history. It loads no wasm.
 *
 * `openRelay` gives a {@link Relay}; `script(id)` of it one script's requests. The types are in `relay/types.ts`.
 */

export { guestToken } from "./guest.ts"
export { openRelay } from "./relay/client.ts"
export { RelayError } from "./relay/requests.ts"
export type * from "./relay/types.ts"
