// Where one can go in a script: its scenes, and pages and lines by number. Others write while somebody looks for a place: where it is
// is asked when it is gone to.

import type { Pages, Scene, ScriptHandle } from "scriptroom"
import { toast } from "./dialogs"
import { pageIndexAt } from "./lines"
import type { PaletteEntry } from "./palette"
import { ui } from "./words/ui"

/** Goes to an offset. */
type Go = (offset: number) => void

/** All scenes, in order, each with its page. */
export function scenePlaces(script: ScriptHandle, go: Go): readonly PaletteEntry[] {
  const { pages } = script
  return script.scenes().map((scene, index) => {
    const page = pages.breaks[pageIndexAt(pages.breaks, scene.offset) - 1]?.page ?? pages.first
    const label = `${numberOf(scene, index, pages)}  ${scene.heading.toLocaleUpperCase() || ui.palette.emptyHeading}`
    return { label, ...(pages.count > 0 && { hint: ui.palette.onPage(page) }), run: () => goToScene(script, scene.id, go) }
  })
}

/** What a number leads to: that page, that scene, that line. */
export function numberedPlaces(script: ScriptHandle, number: number, go: Go, lineAt: (line: number) => number | null): readonly PaletteEntry[] {
  const { pages } = script
  const places: PaletteEntry[] = []
  // What has become shorter meanwhile is gone to at its end.
  const goWhere = (offset: () => number | null): (() => void) => () => go(offset() ?? script.length)
  if (pageAt(pages, number) !== null) places.push({ label: ui.palette.page(number), run: goWhere(() => pageAt(script.pages, number)) })
  const scene = script.scenes().find((one, index) => numberOf(one, index, pages) === String(number))
  if (scene) places.push({ label: ui.palette.scene(number, scene.heading.toLocaleUpperCase()), run: () => goToScene(script, scene.id, go) })
  if (lineAt(number) !== null) places.push({ label: ui.palette.paragraph(number), run: goWhere(() => lineAt(number)) })
  return places
}

function goToScene(script: ScriptHandle, id: string, go: Go): void {
  const scene = script.scene(id)
  if (scene) go(scene.offset)
  else toast(ui.outline.sceneGone)
}

/** The number that is printed beside a scene; where none is, which one it is. */
function numberOf({ id, number }: Scene, index: number, { numbers }: Pages): string {
  return numbers[id] ?? number ?? String(index + 1)
}

/** The offset at which a page begins; `null` where there is none of that number, or no page yet. */
function pageAt({ breaks, count, first }: Pages, number: number): number | null {
  if (count === 0) return null
  return first === String(number) ? 0 : (breaks.find(({ page }) => page === String(number))?.offset ?? null)
}
