/** What a closed handle says. */

const name = "ClosedError"

/** What was asked of a handle after `close()`. */
export class ClosedError extends Error {
  override readonly name = name
  constructor() {
    super("expected an open script, got one that was closed")
  }
}

/** Whether a call came after `close()`. By its name: a bundler may have this module twice. */
export function saysClosed(error: unknown): boolean {
  return error instanceof Error && error.name === name
}
