// Which rows of the list of scenes are drawn: those in sight, and as much above and below them as the list is high.

import type { SceneRow } from "./outline-row"

/** Draws the rows that come into sight, empties those that leave it. */
export class OutlineSight {
  private drawn = new Set<SceneRow>()
  private frame: number | null = null

  /** `rows` are those that the list has, in order. */
  constructor(
    private readonly list: HTMLElement,
    private readonly rows: () => readonly SceneRow[],
  ) {
    list.addEventListener("scroll", () => this.look())
    // Also when it is on the page for the first time, where its size is known before anything is drawn.
    new ResizeObserver(() => this.look()).observe(list)
  }

  /** Rows came, went, or stand elsewhere. */
  changed(): void {
    this.frame ??= requestAnimationFrame(() => this.look())
  }

  private look(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame)
    this.frame = null
    const { top, height } = this.list.getBoundingClientRect()
    if (height === 0) return
    const rows = this.rows()
    const first = firstWhere(rows, row => boxOf(row).bottom > top - height)
    const end = firstWhere(rows, row => boxOf(row).top > top + 2 * height)
    const wanted = new Set(rows.slice(first, end))
    // All is measured before anything is changed: to measure afterwards would lay the list out again, row by row.
    const left = [...this.drawn].filter(row => !wanted.has(row)).map(row => ({ row, height: boxOf(row).height }))
    for (const { row, height } of left) row.empty(height)
    for (const row of wanted) row.draw()
    this.drawn = wanted
  }
}

function boxOf({ item }: SceneRow): DOMRect {
  return item.getBoundingClientRect()
}

/** The index of the first row of which `holds` is true, as it then is of all that follow; how many there are where it is true of none. */
function firstWhere(rows: readonly SceneRow[], holds: (row: SceneRow) => boolean): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(rows[middle] as SceneRow)) high = middle
    else low = middle + 1
  }
  return low
}
