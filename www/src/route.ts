// Which script an address means: `/s/{uuid}`, or none. A share link's secret stands behind `#`, which browsers do not
// send: no server, proxy or log on the way has it.

/** The id of a script: a UUID in lower case. */
export type ScriptId = string

const scriptPath = /^\/s\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/i

/** What an address asks for. */
export type Route =
  | { readonly kind: "home" }
  | { readonly kind: "script"; readonly id: ScriptId; readonly secret: string | null }
  | { readonly kind: "unknown"; readonly path: string }

const secretHash = /^#link=([\w-]{1,200})$/

/** Reads an address. */
export function parseRoute(path: string, hash = ""): Route {
  if (path === "/" || path === "/index.html") return { kind: "home" }
  const id = scriptPath.exec(path)?.[1]
  if (!id) return { kind: "unknown", path }
  return { kind: "script", id: id.toLowerCase(), secret: secretHash.exec(hash)?.[1] ?? null }
}

/** The path of a script. */
export function scriptHref(id: ScriptId): string {
  return `/s/${id}`
}

/** The address of a script for whoever is to come in by a link's secret. */
export function linkHref(origin: string, id: ScriptId, secret: string): string {
  return `${origin}${scriptHref(id)}#link=${secret}`
}

/** An id for a new script. */
export function newScriptId(): ScriptId {
  return crypto.randomUUID()
}

/** The address of the relay for a page's origin. */
export function relayUrl(origin: string): string {
  return origin.replace(/^http/, "ws")
}
