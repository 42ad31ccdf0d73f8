/**
 * What can wait until a key is painted waits for it: to write to the disk, to tell a worker and the other tabs costs the page's
 * thread as much as the key itself.
 */

/** A page that is not painted, such as one that is covered, waits no longer. */
const longestMs = 100

let waiting: (() => void)[] = []

/** Runs when the next frame is painted, all at once and in order; at once where nothing is painted. */
export function afterPaint(run: () => void): void {
  if (typeof document === "undefined" || document.visibilityState === "hidden") {
    runAll()
    return run()
  }
  watch()
  waiting.push(run)
  if (waiting.length > 1) return
  const late = setTimeout(runAll, longestMs)
  requestAnimationFrame(() => {
    clearTimeout(late)
    setTimeout(runAll)
  })
}

function runAll(): void {
  const due = waiting
  waiting = []
  for (const run of due) run()
}

/** Runs each time that the page is left or covered, after all that waited for its frame; until `signal` says otherwise. */
export function whenLeaving(run: () => void, signal: AbortSignal): void {
  const leave = (): void => {
    runAll()
    run()
  }
  globalThis.addEventListener?.("pagehide", leave, { signal })
  globalThis.document?.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave(), { signal })
}

let isWatching = false

/** Whoever leaves the page is not kept waiting: what is begun by then is still done. */
function watch(): void {
  if (isWatching) return
  isWatching = true
  addEventListener("pagehide", runAll)
  document.addEventListener("visibilitychange", runAll)
}
