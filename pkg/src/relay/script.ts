/** The requests about one script. */

import type { Asked, Requests } from "./requests.ts"
import type { Member, RelayScript, ShareLink } from "./types.ts"

/** One script at a relay. */
export function relayScript(requests: Requests, id: string): RelayScript {
  const base = `scripts/${encodeURIComponent(id)}`
  const ask = <T>(method: NonNullable<Asked["method"]>, path: string, body?: object): Promise<T> =>
    requests.json({ method, path: base + path, ...(body && { body }) })
  const done = async (asked: Promise<unknown>): Promise<void> => void (await asked)
  const person = (name: string): string => `/members/${encodeURIComponent(name)}`
  const at = (version: number | undefined): string => (version === undefined ? "" : `?version=${version}`)
  return {
    card: () => ask("GET", "/card"),
    rename: title => ask("PATCH", "/card", { title }),
    duplicate: title => ask("POST", "/duplicate", title === undefined ? {} : { title }),
    trash: () => ask("POST", "/trash"),
    restore: () => ask("POST", "/restore"),
    delete: () => done(ask("DELETE", "")),

    members: async () => (await ask<{ members: readonly Member[] }>("GET", "/members")).members,
    setRole: (name, role) => done(ask("PUT", person(name), { role })),
    remove: name => done(ask("DELETE", person(name))),
    links: async () => (await ask<{ links: readonly ShareLink[] }>("GET", "/links")).links,
    makeLink: ({ role, expiresInS }) => ask("POST", "/links", { role, expires_in: expiresInS }),
    revokeLink: link => done(ask("DELETE", `/links/${encodeURIComponent(link)}`)),
    accept: secret => ask("POST", "/accept", { secret }),

    history: before => ask("GET", `/history${before === undefined ? "" : `?before=${before}`}`),
    nameVersion: (name, version) => done(ask("POST", "/history/names", { name, ...(version !== undefined && { version }) })),
    compare: (from, to) => ask("GET", `/history/compare?from=${from}&to=${to}`),
    authors: version => ask("GET", `/history/authors${at(version)}`),
    restoreVersion: version => ask("POST", "/history/restore", { version }),
    rollBack: edits => ask("POST", "/history/rollback", edits),
    content: version => ask("GET", at(version)),
    fountain: version => requests.text({ path: `${base}/export.fountain${at(version)}` }),
  }
}
