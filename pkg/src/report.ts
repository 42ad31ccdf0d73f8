/** What becomes of an error that nobody waits for: it is one that was not caught, and nothing else stops. */

/** Reports it; Node has no function for that. */
export function report(error: unknown): void {
  if (typeof reportError === "function") reportError(error)
  else
    queueMicrotask(() => {
      throw error
    })
}
