/** Where a script is at a relay. */

/** Its addresses. */
export interface Place {
  /** The relay's own, without a slash at the end. */
  readonly relay: string
  readonly socket: string
  readonly updates: string
}

/** The addresses of a script at a relay, which may be named by its `ws` or its `http` address. */
export function placeOf(relay: string, script: string): Place {
  const http = relay.replace(/\/+$/, "").replace(/^ws/, "http")
  return {
    relay: http,
    socket: `${http.replace(/^http/, "ws")}/api/ws/scripts/${script}`,
    updates: `${http}/api/scripts/${script}/updates`,
  }
}
