// Bringing the rows of a list into another order. What is taken out of the page and put in again loses the focus, so as few rows as can be
// are moved.

/** Makes these the children of a list, in this order; of its others it leaves all where they are. */
export function arrange(list: HTMLElement, items: readonly HTMLElement[]): void {
  const focused = list.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null
  const places = new Map<Element, number>(items.map((item, index) => [item, index]))
  const stay = longestRise([...list.children].flatMap(item => places.get(item) ?? []))
  for (let index = items.length - 1; index >= 0; index -= 1) {
    if (!stay.has(index)) list.insertBefore(items[index] as HTMLElement, items[index + 1] ?? null)
  }
  if (focused && focused !== document.activeElement && list.contains(focused)) focused.focus({ preventScroll: true })
}

/** As many of these numbers as can be that rise from one to the next; each is there once. */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  // `ends[n]`: the smallest number that so far ends n + 1 rising ones; `before`: the one before each of them.
  const ends: number[] = []
  const before = new Map<number, number | undefined>()
  for (const number of numbers) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] as number) < number) low = middle + 1
      else high = middle
    }
    before.set(number, ends[low - 1])
    ends[low] = number
  }
  const rise = new Set<number>()
  for (let number = ends.at(-1); number !== undefined; number = before.get(number)) rise.add(number)
  return rise
}
