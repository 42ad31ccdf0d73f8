/** How offsets move when the text changes. */

import type { TextChange } from "./document-types.ts"

/**
 * Where an offset is after changes, which are in order and in offsets before them. At text that was inserted or
 * replaced right there it stays in front (`side` -1) or goes behind (1).
 */
export function mapOffset(offset: number, changes: readonly TextChange[], side: -1 | 1): number {
  let shift = 0
  for (const { from, to, insert } of changes) {
    if (from > offset || (from === offset && side < 0)) break
    if (offset < to) return from + shift + (side > 0 ? insert.length : 0)
    shift += insert.length - (to - from)
  }
  return offset + shift
}
