/** Breaks, where they are after a change, and whether they say the same. */

import type { TextChange } from "./document-types.ts"
import { mapOffset } from "./offsets.ts"
import type { PageBreak } from "./page-types.ts"

/** The breaks where they are after a change; those before it are the same objects. */
export function mapBreaks(breaks: readonly PageBreak[], text: readonly TextChange[]): readonly PageBreak[] {
  return breaks.map(pageBreak => movedBreak(pageBreak, offset => mapOffset(offset, text, -1)))
}

/** A break whose places are others; the same object where none is. */
export function movedBreak(pageBreak: PageBreak, now: (offset: number) => number): PageBreak {
  const offset = now(pageBreak.offset)
  const right = pageBreak.right && now(pageBreak.right.offset)
  if (offset === pageBreak.offset && right === (pageBreak.right?.offset ?? null)) return pageBreak
  return { ...pageBreak, offset, right: pageBreak.right && { ...pageBreak.right, offset: right ?? 0 } }
}

/** Whether they are the same, their paragraphs included. */
export function sameBreaks(a: readonly PageBreak[], b: readonly PageBreak[]): boolean {
  return a.length === b.length && a.every((one, at) => one.paragraph === b[at]?.paragraph && sameBreak(one, b[at] as PageBreak))
}

/** Whether they say the same, wherever the paragraphs are. */
export function sameBreak(a: PageBreak, b: PageBreak): boolean {
  return (
    a.offset === b.offset &&
    a.page === b.page &&
    a.line === b.line &&
    a.more === b.more &&
    a.contd === b.contd &&
    a.sceneBottom === b.sceneBottom &&
    a.sceneTop === b.sceneTop &&
    a.right?.offset === b.right?.offset &&
    a.right?.line === b.right?.line &&
    a.right?.contd === b.right?.contd
  )
}
