// Which script an address means: `/s/{uuid}`, or none.

/** The id of a script: a UUID in lower case. */
export type ScriptId = string

const scriptPath = /^\/s\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/i

/** What an address asks for. */
export type Route =
  | { readonly kind: "home" }
  | { readonly kind: "script"; readonly id: ScriptId }
  | { readonly kind: "unknown"; readonly path: string }

/** Reads a path. */
export function parseRoute(path: string): Route {
  if (path === "/" || path === "/index.html") return { kind: "home" }
  const id = scriptPath.exec(path)?.[1]
  return id ? { kind: "script", id: id.toLowerCase() } : { kind: "unknown", path }
}

/** The path of a script. */
export function scriptHref(id: ScriptId): string {
  return `/s/${id}`
}

/** An id for a new script. */
export function newScriptId(): ScriptId {
  return crypto.randomUUID()
}

/** The address of the relay for a page's origin. */
export function relayUrl(origin: string): string {
  return origin.replace(/^http/, "ws")
}
