// What a script says of its people, places and times, read from the lines of its elements. No editor, no page.

/** A paragraph, as far as it matters here. */
export interface NamedLine {
  readonly element: string
  readonly text: string
}

/** A cue in its parts: `MARA (V.O.) ^` is MARA, and `V.O.`. */
export function cueName(cue: string): string {
  return cue.replace(/\^\s*$/, "").replace(/\s*\(.*$/s, "").trim().toLocaleUpperCase()
}

/** A scene heading in its parts: `INT. FERRY, CAR DECK - NIGHT` is `INT.`, `FERRY, CAR DECK` and `NIGHT`. */
export function headingParts(heading: string): { readonly prefix: string; readonly location: string; readonly time: string } {
  const upper = heading.trim().toLocaleUpperCase()
  const prefix = /^(?:INT\.?\/EXT|EXT\.?\/INT|I\/E|INT|EXT|EST)(?:\.|(?=\s|$))/.exec(upper)?.[0] ?? ""
  const rest = upper.slice(prefix.length).trim()
  const dash = rest.lastIndexOf(" - ")
  return dash < 0 ? { prefix, location: rest, time: "" } : { prefix, location: rest.slice(0, dash).trim(), time: rest.slice(dash + 3).trim() }
}

/** The extensions that a cue has, without their brackets. */
export function cueExtensions(cue: string): readonly string[] {
  return [...cue.matchAll(/\(([^()]*)\)/g)].map(([, inside]) => (inside ?? "").trim().toLocaleUpperCase()).filter(text => text !== "")
}

/**
 * Who may speak on a line, the likeliest first: in a scene people answer each other, so whoever spoke before the last one
 * comes first, then who else is in the scene, the latest first, then everybody by how often they speak. Whoever spoke last
 * comes behind the rest of the scene.
 */
export function speakers(lines: readonly NamedLine[], at: number): readonly string[] {
  const here = spokenBefore(lines, at)
  const [last, ...others] = here
  const often = byCount(lines.flatMap(({ element, text }, index) => (element === "character" && index !== at ? cueName(text) : [])))
  return [...new Set([...others, ...(last === undefined ? [] : [last]), ...often])].filter(name => name !== "")
}

/** Who spoke in the scene before a line, the latest first, each once. */
function spokenBefore(lines: readonly NamedLine[], at: number): readonly string[] {
  const names: string[] = []
  for (let index = at - 1; index >= 0; index--) {
    const line = lines[index]
    if (!line || line.element === "scene-heading") break
    if (line.element === "character") names.push(cueName(line.text))
  }
  return [...new Set(names)]
}

/** Each once, the most frequent first; what is as frequent stays in order. */
export function byCount(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].sort(([, one], [, other]) => other - one).map(([text]) => text)
}

/** The words that name people and places in a script, in capitals. Short ones, as in "THE", name nothing. */
export function wordsInNames(lines: readonly NamedLine[]): ReadonlySet<string> {
  const names = lines.flatMap(({ element, text }) =>
    element === "character" ? cueName(text) : element === "scene-heading" ? headingParts(text).location : [],
  )
  return new Set(names.flatMap(name => name.match(/[\p{L}\p{M}]{2,}/gu) ?? []))
}
