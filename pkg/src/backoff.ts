/** Waits before something is tried again: they double, and are spread by full jitter, so that not all who wait come at once. */

const baseMs = 500
const leastMs = 50
/** The longest wait for what has too much to do, or does not work, and is not looked at meanwhile: a busy relay, a disk, a file. */
export const patientMs = 30_000

/** How long to wait before the try with this number (from 1), at the most `mostMs`; `random` is even in 0..1. */
export function backoffMs(attempt: number, random = Math.random(), mostMs = patientMs): number {
  const span = Math.min(mostMs, baseMs * 2 ** Math.min(attempt - 1, 16))
  return Math.max(leastMs, span * random)
}
