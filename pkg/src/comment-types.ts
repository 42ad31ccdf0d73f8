/** The comments on a script: what {@link Threads} says of them is plain data. Offsets are those of `document-types.ts`. */

/** What was said on one place of the script. */
export interface Thread {
  readonly id: string
  /** The words that it is about, as they read when it was begun. */
  readonly quote: string
  /**
   * - `at`: it is about `range`, which moves with the text;
   * - `pending`: it is about text that has not come yet;
   * - `orphaned`: its text is gone.
   */
  readonly place: "at" | "pending" | "orphaned"
  /** Where its text is now; `null` unless `place` is `at`. */
  readonly range: { readonly from: number; readonly to: number } | null
  readonly resolved: boolean
  /** In order; never empty. */
  readonly comments: readonly Comment[]
}

/** One comment of a thread. */
export interface Comment {
  readonly id: string
  /** Who wrote it, as the relay vouches for it; `null` while that is not known here. */
  readonly author: string | null
  /** Whether this person wrote it, and so may edit it and take it away. */
  readonly mine: boolean
  /** Text, never markup. */
  readonly text: string
  /** When it was written, by its author's clock. */
  readonly timeMs: number
  /** When it was last edited; `null` when it was not. */
  readonly editedMs: number | null
}

/**
 * The comments on a script. They are kept on this device before they are sent, as edits are. Commenters, editors and owners
 * write them: while `role` is `viewer`, everything that says something throws. So does what names a thread or a comment that there is not, as when
 * its author has just taken it away.
 */
export interface Threads {
  /** All threads, the oldest first. Look again at the event `threads`, and for the ranges when the script changed. */
  list(): readonly Thread[]
  /** Begins a thread on a range of the text, and returns its id. */
  add(range: { readonly from: number; readonly to: number }, text: string): string
  reply(thread: string, text: string): void
  /** Says something else in a comment of this person's. */
  edit(thread: string, comment: string, text: string): void
  /** Takes away a comment of this person's. */
  remove(thread: string, comment: string): void
  /** Says that a thread is done, or is not. */
  resolve(thread: string, resolved: boolean): void
  /** Who the relay takes this person for, as in a comment's `author`; `null` until it has said so. */
  readonly you: string | null
  /** What people want to be called, by who they are: each has said it themselves, as the relay vouches. At most 64 characters. Text, never markup. */
  names(): ReadonlyMap<string, string>
  /**
   * Publishes what this person wants to be called, cut to 64 characters, for whoever reads their comments. Does nothing and returns `false` as long
   * as the relay has not said who this is and that they may comment.
   */
  sayName(name: string): boolean
  /** How much of what was said here the relay has not yet said to have stored. */
  readonly unsaved: number
}
