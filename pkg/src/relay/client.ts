/** A relay's requests, one function each. */

import { type Asked, Requests } from "./requests.ts"
import { relayScript } from "./script.ts"
import type { Relay, RelayOptions, ScriptFilter, SignedIn } from "./types.ts"

/** Opens a relay. Nothing is asked yet. */
export function openRelay(options: RelayOptions): Relay {
  const requests = new Requests(options)
  return {
    config: () => requests.json({ path: "config", anonymous: true }),
    signIn: who => signedIn(requests, { method: "POST", path: "signin", body: who, anonymous: true }),
    makeAccount: account => signedIn(requests, { method: "POST", path: "account", body: account, anonymous: true }),
    renew: token => signedIn(requests, { method: "POST", path: "signin/renew", anonymous: true, token }),
    me: () => requests.json({ path: "me" }),
    saveSettings: settings => requests.json({ method: "PUT", path: "me/settings", body: settings }),
    scripts: filter => requests.json({ path: `scripts${filterQuery(filter ?? {})}` }),
    createScript: script => requests.json({ method: "POST", path: "scripts", body: script ?? {} }),
    script: id => relayScript(requests, id),
  }
}

/** A device's clock may be hours off: a token that it takes for good would be refused, or a good one be renewed with each request. */
async function signedIn(requests: Requests, asked: Asked): Promise<SignedIn> {
  const response = await requests.answer(asked)
  const { person, token, expires } = (await response.json()) as SignedIn
  const saidMs = Date.parse(response.headers.get("date") ?? "")
  return { person, token, expires, lifeMs: expires - (Number.isNaN(saidMs) ? Date.now() : saidMs) }
}

function filterQuery({ query, trashed, limit, after }: ScriptFilter): string {
  const search = new URLSearchParams()
  if (query) search.set("q", query)
  if (trashed) search.set("trashed", "1")
  if (limit !== undefined) search.set("limit", String(limit))
  if (after !== undefined) search.set("after", after)
  return search.size > 0 ? `?${search}` : ""
}
