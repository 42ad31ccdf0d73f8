/** Where a script is at a relay. */

/** Its addresses. */
export interface ScriptAddresses {
  /** The relay's own, without a slash at the end. */
  readonly relay: string
  readonly socket: string
  readonly updates: string
}

/** Whether it is a relay's address. */
export function isRelayAddress(relay: string): boolean {
  return /^(ws|http)s?:\/\//.test(relay) && URL.canParse(relay)
}

/** A relay's own address, for requests. */
export function relayAddress(relay: string): string {
  return relay.replace(/\/+$/, "").replace(/^ws/, "http")
}

/** The one name of a relay, whichever of its addresses was given: what is kept on a device for it is kept under this. */
export function relayName(relay: string): string {
  return relayAddress(relay).replace(/^http/, "ws")
}

/** The addresses of a script at a relay, which may be named by its `ws` or its `http` address. */
export function addressesOf(relay: string, script: string): ScriptAddresses {
  const http = relayAddress(relay)
  return {
    relay: http,
    socket: `${relayName(relay)}/api/ws/scripts/${script}`,
    updates: `${http}/api/scripts/${script}/updates`,
  }
}
