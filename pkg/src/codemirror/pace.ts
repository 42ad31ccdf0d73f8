/**
 * When what others do is shown: at once, but while this writer types only for a part of the time. On a slow device each
 * co-writer's key would else stand in the way of the writer's own, which come as fast as it can draw.
 */

/** So long after a key its writer is still typing. */
const typingMs = 400
/** The part of the time for what others do meanwhile. */
const part = 1 / 10
/** No wait is longer. */
const longestMs = 200
/** What takes no longer, half a frame, leaves a key that comes with it its own half, and makes nothing wait. */
const quickMs = 8

/** The pace of one editor; times are milliseconds of one clock. */
export class Pace {
  #typedMs = Number.NEGATIVE_INFINITY
  #readyMs = Number.NEGATIVE_INFINITY
  /** How long it took the last time. */
  #tookMs = 0

  /** The writer has typed. */
  typed(nowMs: number): void {
    this.#typedMs = nowMs
  }

  /** What others did was shown, which took from then until now. Once alone says nothing of the device: a jump may have been drawn with it. */
  shown(beganMs: number, nowMs: number): void {
    const tookMs = nowMs - beganMs
    const usualMs = Math.min(tookMs, this.#tookMs)
    this.#tookMs = tookMs
    this.#readyMs = nowMs + (usualMs > quickMs ? Math.min(usualMs / part, longestMs) : 0)
  }

  /** How long what comes now is to wait. */
  waitMs(nowMs: number): number {
    return nowMs - this.#typedMs < typingMs ? Math.max(0, this.#readyMs - nowMs) : 0
  }
}
