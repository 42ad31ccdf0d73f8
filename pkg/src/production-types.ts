/**
 * What a production says of its script: the page, locked pages and scene numbers, omitted scenes, revisions.
 *
 * All of it is in the script, an entry for each setting, page and changed stretch, so that two people may lock and revise
 * at once. `crates/pages/src/production.rs` has the names.
 */

import type { ElementType, Run, TitleEntry } from "./document-types.ts"

/** A setting of the page by its name, such as `"dialogue.left"`: lengths across in hundredths of an inch, down in points. */
export type PageSettings = Readonly<Record<string, number | string | boolean>>

/** What a setting takes; with `optional`, `false` stands for none. */
export type SettingKind =
  | "hundredths"
  | "points"
  | "number"
  | "count"
  | "optional-count"
  | "flag"
  | "optional-text"
  | "alignment"
  | "element"
  | "preset"
  | "look"

/** A setting that does not count, and why: there is none of that name, it takes something else, or it is out of its range. */
export type PageProblem =
  | { readonly kind: "unknown"; readonly field: string }
  | { readonly kind: "value"; readonly field: string; readonly expected: SettingKind; readonly got: number | string | boolean }
  | { readonly kind: "range"; readonly field: string; readonly from: number; readonly to: number; readonly got: number }

/**
 * How some paragraphs stand that do not stand as their element does: an imported file said so. It is for the paragraphs with
 * these {@link ParagraphInfo.source | numbers} as long as they are of the element.
 */
export interface Look {
  readonly element: ElementType
  /** An element's settings, by the names that they have behind its own, such as `"left"`. */
  readonly settings: PageSettings
  /** The first and the last of each row of numbers. */
  readonly sources: readonly (readonly [number, number])[]
}

/** A locked page that does not hold, and why: its text stands elsewhere now, among other locked pages, or another has its number. */
export interface LockProblem {
  readonly kind: "out-of-order" | "twice"
  readonly page: string
}

/** A revision of the script, on paper of its own colour. */
export interface Revision {
  readonly number: number
  readonly name: string
  /** `"White"`, `"Blue"`, `"Pink"`, `"Yellow"`, `"Green"`, `"Goldenrod"`, `"Buff"`, `"Salmon"`, `"Cherry"` or `"Tan"`. */
  readonly color: string
  /** As it is printed. */
  readonly date: string
  /** What stands in the margin of a changed line. */
  readonly mark: string
}

/** What a production says of the script now. */
export interface ProductionState {
  /** The preset that the page's settings begin with. */
  readonly preset: string
  /** All settings, as the pages are laid out by them. */
  readonly settings: PageSettings
  readonly looks: readonly Look[]
  /** What does not count, and why: settings that somebody's program wrote, locks that a moved scene left. */
  readonly problems: readonly (PageProblem | LockProblem)[]
  readonly pagesLocked: boolean
  readonly numbersLocked: boolean
  /** The number of the revision that is being written; `null` while none is. */
  readonly revising: number | null
  readonly revisions: readonly Revision[]
}

/** A line that a revision changed. */
export interface RevisionMark {
  /** Where the line begins. */
  readonly offset: number
  readonly revision: number
}

/** A line as it is printed. */
export interface PrintedLine {
  /** Below the top of the text, in points. */
  readonly top: number
  /** From the page's left edge, in hundredths of an inch. */
  readonly left: number
  readonly text: string
  readonly rightToLeft: boolean
  /** The paragraph that it is of, and where in it; `null` for what the page adds. */
  readonly paragraph: number | null
  readonly offset: number
  /** The latest revision that changed it. */
  readonly revision: number | null
}

/** A page as it is printed. */
export interface PrintedPage {
  readonly label: string
  /** The latest revision that changed it. */
  readonly revision: number | null
  readonly lines: readonly PrintedLine[]
}

/** A line of the title page. */
export interface TitleLine {
  /** Below the top of the text, in points. */
  readonly top: number
  /** From the page's left edge, in hundredths of an inch. */
  readonly left: number
  /** What it says, in its styles. */
  readonly runs: readonly Run[]
}

/** All pages, from the one layout. */
export interface PrintedScript {
  /** In hundredths of an inch. */
  readonly width: number
  /** In points, as what follows. */
  readonly height: number
  readonly topMargin: number
  readonly leading: number
  readonly charsPerTenInches: number
  /** The title page; empty where there is none. It has no number. */
  readonly title: readonly TitleLine[]
  readonly pages: readonly PrintedPage[]
}

/** The production of one script. What asks for pages rejects before the first layout begins, and where none is wanted. */
export interface Production {
  readonly state: ProductionState
  /**
   * Makes the page what the preset with these settings says.
   *
   * @throws `PageSettingsError` with a {@link PageProblem} for each setting that is refused; nothing has changed then.
   */
  setPage(preset: string, settings: PageSettings): Promise<void>
  /** Locks the pages as they are; where they are locked, those in between, too. */
  lockPages(): Promise<void>
  unlockPages(): Promise<void>
  /** Scenes keep the numbers that they have now; new ones get letters. */
  lockSceneNumbers(): Promise<void>
  unlockSceneNumbers(): Promise<void>
  /** Leaves a scene out, or takes it in again; its number stays. */
  omit(scene: string, omitted: boolean): void
  /** Begins the next revision: what is changed from now on is marked. What is left empty is as the custom has it. */
  startRevision(revision: { readonly name?: string | undefined; readonly color?: string | undefined; readonly date?: string | undefined }): Promise<void>
  stopRevision(): Promise<void>
  /** Marks text as changed in the revision that is being written. */
  mark(from: number, to: number): void
  /** Takes all marks off text. */
  unmark(from: number, to: number): void
  /** The lines that begin from one offset to another and that revisions changed, in order, as last laid out. */
  marks(from: number, to: number): readonly RevisionMark[]
  /** The pages, line by line. */
  printed(): Promise<PrintedScript>
  /** The title page alone, from the same layout: the script's own, or one with these entries. */
  titleLines(entries?: readonly TitleEntry[]): Promise<readonly TitleLine[]>
}
