// Where one can go in a script: its scenes, and pages and lines by number.

import type { ScriptHandle } from "scriptroom"
import type { PaletteEntry } from "./palette"
import { pageIndexAt } from "./lines"
import { ui } from "./words/ui"

/** Goes to an offset. */
type Go = (offset: number) => void

/** All scenes, in order, each with its page. */
export function scenePlaces(script: ScriptHandle, go: Go): readonly PaletteEntry[] {
  const { breaks, count } = script.pages
  return script.scenes().map(({ heading, number, offset }, index) => {
    const page = breaks[pageIndexAt(breaks, offset) - 1]?.page ?? "1"
    const label = `${number ?? index + 1}  ${heading.toLocaleUpperCase() || ui.palette.emptyHeading}`
    return { label, ...(count > 0 && { hint: ui.palette.onPage(page) }), run: () => go(offset) }
  })
}

/** What a number leads to: that page, that scene, that line. */
export function numberedPlaces(script: ScriptHandle, number: number, go: Go, lineAt: (line: number) => number | null): readonly PaletteEntry[] {
  const { breaks, count } = script.pages
  const places: PaletteEntry[] = []
  const page = number === 1 ? 0 : breaks.find(one => one.page === String(number))?.offset
  if (count > 0 && page !== undefined) places.push({ label: ui.palette.page(number), run: () => go(page) })
  const scene = script.scenes().find((one, index) => (one.number ?? String(index + 1)) === String(number))
  if (scene) places.push({ label: ui.palette.scene(number, scene.heading.toLocaleUpperCase()), run: () => go(scene.offset) })
  const line = lineAt(number)
  if (line !== null) places.push({ label: ui.palette.paragraph(number), run: () => go(line) })
  return places
}
