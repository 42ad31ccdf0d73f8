/** Listeners by the name of what they listen to. */

import { report } from "./report.ts"

/** Calls listeners; a listener that throws does not keep the others from hearing. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>()

  on<E extends keyof Events>(event: E, listener: (value: Events[E]) => void): () => void {
    let listeners = this.#listeners.get(event)
    if (!listeners) this.#listeners.set(event, (listeners = new Set()))
    // The same function may be given twice; each is taken off by itself.
    const own = (value: Events[E]): void => listener(value)
    listeners.add(own as (value: never) => void)
    return () => void listeners.delete(own as (value: never) => void)
  }

  has(event: keyof Events): boolean {
    return (this.#listeners.get(event)?.size ?? 0) > 0
  }

  emit<E extends keyof Events>(event: E, value: Events[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        listener(value as never)
      } catch (error) {
        report(error)
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
