/** The pages of a script, as plain data. Offsets are those of `document-types.ts`. */

/** Where a page begins. The first page has none. */
export interface PageBreak {
  /** The label of the page that begins here, such as `"12"` or `"12A"`. */
  readonly page: string
  /** The offset at which it begins. */
  readonly offset: number
  /** The paragraph in which that offset lies. */
  readonly paragraph: number
  /** The line of that paragraph with which the page begins; 0 when it begins with the paragraph. */
  readonly line: number
  /** The page before ends with `(MORE)`. */
  readonly more: boolean
  /** The cue that the page repeats, such as `"ANNA (CONT'D)"`; `null` when no speech is split. */
  readonly contd: string | null
  /** The page before ends with the line of the settings for a scene that goes on, such as `(CONTINUED)`. */
  readonly sceneBottom: boolean
  /** The line above a scene that goes on, such as `"CONTINUED: (2)"`; `null` where the settings want none. */
  readonly sceneTop: string | null
  /** Where the right column of dual dialogue goes on, when the page begins within the left one and both go on. */
  readonly right: RightColumn | null
}

/** The rest of the right one of two speeches side by side. */
export interface RightColumn {
  /** The offset at which it begins. */
  readonly offset: number
  /** The line of its paragraph with which it begins; 0 when it begins with the paragraph. */
  readonly line: number
  /** The cue that is repeated above it; `null` where none is. */
  readonly contd: string | null
}

/** The pages as last laid out; offsets are kept true while the next layout runs. */
export interface Pages {
  /** 0 before the first layout; a script without a word has one page. */
  readonly count: number
  /** The label of the first page. */
  readonly first: string
  readonly breaks: readonly PageBreak[]
  /** What is printed as the number of each scene that has one, by the scene's id. */
  readonly numbers: Readonly<Record<string, string>>
}
