// The title page as it looks on paper: what stands in the middle, what at the foot. For its editor's picture and for the page view.

import type { TitleEntry } from "scriptroom"
import { el } from "./dom"

/** What a title page has, in the order of Fountain's own keys; other entries stay as they are. */
export const titleKeys = ["Title", "Credit", "Author", "Source", "Draft date", "Contact", "Copyright", "Notes"] as const
export type TitleKey = (typeof titleKeys)[number]

/** Under which other names files have the same. */
const otherNames: Readonly<Partial<Record<TitleKey, readonly string[]>>> = { Author: ["authors"], "Draft date": ["date"] }

/** Where each stands on the paper. */
const places: Readonly<Record<TitleKey, "middle" | "left" | "right">> = {
  Title: "middle",
  Credit: "middle",
  Author: "middle",
  Source: "middle",
  "Draft date": "right",
  Contact: "left",
  Copyright: "left",
  Notes: "right",
}

/** Whether an entry is the one with this key. */
export function isTitleKey(entry: TitleEntry, key: TitleKey): boolean {
  const name = entry.key.trim().toLowerCase()
  return name === key.toLowerCase() || (otherNames[key]?.includes(name) ?? false)
}

/** The lines of an entry; none where there is no such. */
export function titleLines(entries: readonly TitleEntry[], key: TitleKey): readonly string[] {
  return entries.find(entry => isTitleKey(entry, key))?.lines ?? []
}

/** The words where they stand on paper. Emphasis is shown, not its marks. */
export function onPaper(valueOf: (key: TitleKey) => string): readonly HTMLElement[] {
  return (["middle", "left", "right"] as const).map(place => {
    const blocks = titleKeys.filter(key => places[key] === place && valueOf(key).trim() !== "")
    const plain = (key: TitleKey): string => valueOf(key).replace(/[*_]{1,3}/g, "")
    return el("div", { class: place }, ...blocks.map(key => el("p", { class: key === "Title" ? "title" : "" }, plain(key))))
  })
}
