// What a script comes to: words, scenes, who speaks how much, where it plays. Plain paragraphs in, figures out.

import { cueName, headingParts } from "./complete/names"

/** A paragraph as it is counted. */
export interface CountedLine {
  readonly element: string
  readonly text: string
}

/** Somebody who speaks. */
export interface Speaker {
  readonly name: string
  readonly speeches: number
  readonly words: number
  /** In how many scenes they speak. */
  readonly scenes: number
}

/** The figures. */
export interface Statistics {
  readonly words: number
  /** Of them in dialogue. */
  readonly spoken: number
  readonly scenes: number
  readonly speeches: number
  /** Those who speak, the most words first. */
  readonly speakers: readonly Speaker[]
  /** The places, with how many scenes each has, the most first. */
  readonly locations: readonly (readonly [string, number])[]
}

/** What is not printed counts for nothing. */
const unprinted = new Set(["section", "synopsis", "note", "boneyard", "page-break"])
const spokenElements = new Set(["dialogue", "lyrics"])

/** Counts. */
export function statisticsOf(lines: Iterable<CountedLine>): Statistics {
  const speakers = new Map<string, { speeches: number; words: number; scenes: Set<number> }>()
  const locations = new Map<string, number>()
  let [words, spoken, scenes, speeches] = [0, 0, 0, 0]
  let speaker = ""
  for (const { element, text } of lines) {
    if (unprinted.has(element)) continue
    const count = wordsIn(text)
    words += count
    if (element === "scene-heading") {
      scenes += 1
      const { location } = headingParts(text)
      if (location !== "") locations.set(location, (locations.get(location) ?? 0) + 1)
    }
    if (element === "character") {
      speaker = cueName(text)
      if (speaker === "") continue
      speeches += 1
      const known = speakers.get(speaker) ?? { speeches: 0, words: 0, scenes: new Set() }
      known.speeches += 1
      known.scenes.add(scenes)
      speakers.set(speaker, known)
    } else if (spokenElements.has(element)) {
      spoken += count
      const known = speakers.get(speaker)
      if (known) known.words += count
    } else if (element !== "parenthetical") speaker = ""
  }
  return {
    words,
    spoken,
    scenes,
    speeches,
    speakers: [...speakers].map(([name, { scenes, ...counts }]) => ({ name, ...counts, scenes: scenes.size })).sort((one, other) => other.words - one.words),
    locations: [...locations].sort(([, one], [, other]) => other - one),
  }
}

/** The words of a text, as the reports count them: what stands between blanks and has a letter or a digit. */
export function wordsIn(text: string): number {
  return text.split(/\s+/u).filter(word => /[\p{L}\p{N}]/u.test(word)).length
}
