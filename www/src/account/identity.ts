// As whom a script is opened: as the person who is signed in, as a guest of a relay that is open to everybody, or as nobody,
// and then it stays on this device. A script keeps who it was begun as: what is not sent yet could not be sent as another.

import type { OpenOptions } from "scriptroom"
import { guestToken, openRelay, RelayError, type RelayConfig, type RelayScript } from "scriptroom/relay"
import { recentScript, rememberScript } from "../saved"
import { relayUrl, type ScriptId } from "../route"
import { account, freshToken, relay } from "./account"

/** As whom a script is opened. */
export type Identity =
  | { readonly kind: "person"; readonly person: string }
  | { readonly kind: "guest" }
  | { readonly kind: "device" }

/** Under which name this identity's scripts are kept in the list of this device. */
export function ownerName(identity: Identity): string {
  return identity.kind === "person" ? identity.person : identity.kind
}

/** As whom new scripts are begun here. */
export function newIdentity(config: RelayConfig | null): Identity {
  const now = account()
  if (now) return { kind: "person", person: now.person }
  // A relay that was never heard of may be open to guests: what is written goes there when it is.
  return config === null || config.guests ? { kind: "guest" } : { kind: "device" }
}

/** As whom a script is opened; `null` where somebody has to sign in first. */
export function identityOf(id: ScriptId, config: RelayConfig | null): Identity | null {
  const of = recentScript(id)?.of
  if (of === "device") return { kind: "device" }
  if (of === "guest" && config?.guests !== false) return { kind: "guest" }
  const identity = newIdentity(config)
  return identity.kind === "device" ? null : identity
}

/** What `openScript` needs to know of an identity. */
export function openAs(identity: Identity, id: ScriptId): Pick<OpenOptions, "relay" | "person" | "token"> {
  switch (identity.kind) {
    case "person":
      return { ...ownerOf(identity), token: refused => tokenFor(id, refused) }
    case "guest":
    case "device":
      return ownerOf(identity)
  }
}

/** The requests about a script, asked as whoever has it open; `null` where no relay has it. */
export function requestsAs(identity: Identity, id: ScriptId): RelayScript | null {
  if (identity.kind === "device") return null
  if (identity.kind === "person") return relay.script(id)
  return openRelay({ relay: location.origin, token: () => guestToken(relayUrl(location.origin)) }).script(id)
}

/** Whose scripts those are on this device. */
export function ownerOf(identity: Identity): { readonly relay?: string; readonly person?: string } {
  switch (identity.kind) {
    case "person":
      return { relay: relayUrl(location.origin), person: identity.person }
    case "guest":
      return { relay: relayUrl(location.origin) }
    case "device":
      return {}
  }
}

/** A token to connect with. A script that was begun here is made at the relay before: it has no place there yet. */
async function tokenFor(id: ScriptId, refused: string | undefined): Promise<string> {
  const token = await freshToken(refused)
  const known = recentScript(id)
  if (known?.unmade) {
    try {
      await relay.createScript({ id, title: known.title })
    } catch (error) {
      // It is made already, or never can be: the connection will be told which.
      if (!(error instanceof RelayError) || error.status >= 500 || error.status === 401) throw error
    }
    rememberScript({ id, of: known.of, unmade: false })
  }
  return token
}
