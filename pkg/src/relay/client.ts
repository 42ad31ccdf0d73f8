/** A relay's requests, one function each. */

import { Requests } from "./requests.ts"
import { relayScript } from "./script.ts"
import type { Relay, RelayOptions, ScriptFilter } from "./types.ts"

/** Opens a relay. Nothing is asked yet. */
export function openRelay(options: RelayOptions): Relay {
  const requests = new Requests(options)
  return {
    config: () => requests.json({ path: "config", anonymous: true }),
    signIn: who => requests.json({ method: "POST", path: "signin", body: who, anonymous: true }),
    makeAccount: account => requests.json({ method: "POST", path: "account", body: account, anonymous: true }),
    renew: token => requests.json({ method: "POST", path: "signin/renew", anonymous: true, token }),
    me: () => requests.json({ path: "me" }),
    saveSettings: settings => requests.json({ method: "PUT", path: "me/settings", body: settings }),
    scripts: filter => requests.json({ path: `scripts${filterQuery(filter ?? {})}` }),
    createScript: script => requests.json({ method: "POST", path: "scripts", body: script ?? {} }),
    script: id => relayScript(requests, id),
  }
}

function filterQuery({ query, trashed, limit, after }: ScriptFilter): string {
  const search = new URLSearchParams()
  if (query) search.set("q", query)
  if (trashed) search.set("trashed", "1")
  if (limit !== undefined) search.set("limit", String(limit))
  if (after !== undefined) search.set("after", after)
  return search.size > 0 ? `?${search}` : ""
}
