// The title of a script: an entry of its title page.

import type { TitleEntry } from "scriptroom"

/** The title as it stands on the title page, in one line. */
export function titleOf(entries: readonly TitleEntry[]): string {
  const title = entries.find(entry => entry.key.toLowerCase() === "title")
  return (title?.lines ?? []).join(" ").replace(/\\([*_])|[*_]{1,3}/g, "$1").trim()
}

/** A title page with another title. */
export function withTitle(entries: readonly TitleEntry[], title: string): readonly TitleEntry[] {
  const others = entries.filter(entry => entry.key.toLowerCase() !== "title")
  return title === "" ? others : [{ key: "Title", lines: [title] }, ...others]
}
