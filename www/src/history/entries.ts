// A script's history as a list of entries: what one person did, and the versions that have names.

import type { EditOrigin, History, NamedVersion, Sitting } from "scriptroom/relay"

/** One line of the timeline. */
export interface Entry {
  /** The version that it led to. */
  readonly version: number
  /** The version before it. */
  readonly before: number
  readonly fromMs: number
  readonly toMs: number
  readonly authors: readonly string[]
  /** `null`: a version in the middle of what somebody did, which has a name. */
  readonly origin: EditOrigin | null
  readonly names: readonly string[]
}

/** The entries, newest first, of as much of the history as is known. */
export function entriesOf(parts: readonly History[]): readonly Entry[] {
  const names = new Map<number, NamedVersion[]>()
  for (const name of parts[0]?.names ?? []) names.set(name.version, [...(names.get(name.version) ?? []), name])
  const take = (version: number): readonly string[] => {
    const found = names.get(version) ?? []
    names.delete(version)
    return found.map(({ name }) => name)
  }
  const entries = parts.flatMap(({ versions }) => versions.map(sitting => entryOf(sitting, take(sitting.version))))
  const named = [...names.values()].map(entryOfName)
  return [...entries, ...named].sort((a, b) => b.version - a.version)
}

function entryOf({ version, first, from, to, author, authors, origin }: Sitting, names: readonly string[]): Entry {
  const who = authors ?? (author === null ? [] : [author])
  return { version, before: first - 1, fromMs: from, toMs: to, authors: who, origin, names }
}

function entryOfName(found: readonly NamedVersion[]): Entry {
  const { version, by, time } = found[0] as NamedVersion
  return { version, before: version - 1, fromMs: time, toMs: time, authors: [by], origin: null, names: found.map(({ name }) => name) }
}

/** The version that somebody saw who was last here then; `null` where nothing has come since, or all is new. */
export function versionAt(entries: readonly Entry[], ms: number | null): number | null {
  if (ms === null || !entries.some(({ toMs }) => toMs > ms)) return null
  return entries.find(({ toMs }) => toMs <= ms)?.version ?? null
}
