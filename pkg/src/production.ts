/**
 * The production of a script: what asks the pages for what is to be written, and writes it.
 *
 * What a request means, and what the entries are called that it writes, is in Rust (`crates/pages/src/production.rs`); only what
 * is wanted at once, the marks of a revision, is known here too.
 */

import type { CoreChange } from "./core.ts"
import type { Edit, TextChange, TitleEntry } from "./document-types.ts"
import type { ScriptDocument } from "./document.ts"
import { LateMarks, type Stretch } from "./late-marks.ts"
import type { PageKeeper } from "./pages.ts"
import { PlacedEntries } from "./placed-entries.ts"
import type { PageProblem, PageSettings, PrintedScript, Production, ProductionState, RevisionMark, TitleLine } from "./production-types.ts"

/** What is asked of the pages. */
export type ProductionRequest =
  | readonly ["lockPages" | "unlockPages" | "lockNumbers" | "unlockNumbers" | "stopRevising"]
  | readonly ["revise", string, string, string]
  | readonly ["setPage", string, readonly unknown[]]

/** What they answer: entries to write, and the numbers that scene headings get; or why settings are refused. */
export interface Writes {
  readonly writes?: readonly (readonly unknown[])[]
  readonly headings?: readonly (string | null)[]
  readonly problems?: readonly PageProblem[]
}

/** What a production needs of its script. */
export interface ProductionHost {
  readonly document: ScriptDocument
  keeper(): PageKeeper | null
  mayWrite(): boolean
  /** How many of the others that are here have smaller client ids. */
  turnsBefore(): number
  /** Throws while the person may not write. */
  checkWriting(): void
  edit(edits: readonly Edit[]): void
  /** Keeps and tells a change of entries. */
  wrote(change: CoreChange): void
}

const beforeLayout: ProductionState = {
  preset: "final-draft",
  settings: {},
  looks: [],
  problems: [],
  pagesLocked: false,
  numbersLocked: false,
  revising: null,
  revisions: [],
}

/** Settings that were refused, and why each was. */
export class PageSettingsError extends Error {
  readonly problems: readonly PageProblem[]
  constructor(problems: readonly PageProblem[]) {
    super(problems.map(sentence).join("; "))
    this.name = "PageSettingsError"
    this.problems = problems
  }
}

function sentence(problem: PageProblem): string {
  const { field } = problem
  if (problem.kind === "unknown") return `expected the name of a setting, got ${field}`
  const { got } = problem
  if (problem.kind === "value") return `expected ${field} to be of kind ${problem.expected}, got ${got}`
  return `expected ${field} from ${problem.from} to ${problem.to}, got ${got}`
}

export class ScriptProduction implements Production {
  readonly places: PlacedEntries
  readonly #host: ProductionHost
  readonly #late: LateMarks

  constructor(host: ProductionHost) {
    this.#host = host
    this.places = host.document.call(core => new PlacedEntries(core))
    this.#late = new LateMarks({
      holder: {
        position: (offset, after) => host.document.call(core => core.position(offset, after)),
        resolve: position => host.document.call(core => core.resolve(position)),
      },
      turnsBefore: () => host.turnsBefore(),
      mark: stretches => this.#markUnmarked(stretches),
    })
  }

  get state(): ProductionState {
    return this.#host.keeper()?.production ?? beforeLayout
  }

  setPage(preset: string, settings: PageSettings): Promise<void> {
    return this.#request(["setPage", preset, Object.entries(settings).flat()])
  }
  lockPages(): Promise<void> {
    return this.#request(["lockPages"])
  }
  unlockPages(): Promise<void> {
    return this.#request(["unlockPages"])
  }
  lockSceneNumbers(): Promise<void> {
    return this.#request(["lockNumbers"])
  }
  unlockSceneNumbers(): Promise<void> {
    return this.#request(["unlockNumbers"])
  }
  omit(scene: string, omitted: boolean): void {
    const found = this.#host.document.call(core => core.scene(scene))
    if (!found) throw new Error(`expected a scene of the script, got ${scene}`)
    this.#host.edit([{ kind: "attributes", paragraph: found.paragraph, omitted }])
  }
  startRevision({ name = "", color = "", date = "" }: Parameters<Production["startRevision"]>[0]): Promise<void> {
    return this.#request(["revise", name, color, date])
  }
  stopRevision(): Promise<void> {
    return this.#request(["stopRevising"])
  }

  mark(from: number, to: number): void {
    this.#host.checkWriting()
    const revision = this.revising
    if (revision === null) throw new Error("expected a revision that is being written, there is none")
    this.#write(this.#marks(from, to, revision))
  }

  unmark(from: number, to: number): void {
    this.#host.checkWriting()
    const writes: (readonly unknown[])[] = []
    for (const [name, place] of this.places.touching(from, to, "m:")) {
      if (place.number === unmarked) continue
      // It stays, as what was taken off, so that nobody takes the words for such as came without a mark.
      writes.push([name, Math.max(place.from, from), Math.min(place.to, to), unmarked])
      if (place.from < from) writes.push([`m:${newMarkName()}`, place.from, from, place.number])
      if (place.to > to) writes.push([`m:${newMarkName()}`, to, place.to, place.number])
    }
    this.#write(writes)
  }

  marks(from: number, to: number): readonly RevisionMark[] {
    return this.#host.keeper()?.marks.between(from, to) ?? []
  }

  async printed(): Promise<PrintedScript> {
    const title = flat(this.#title())
    return this.#keeper().ask(laid => laid.printed(title) as PrintedScript)
  }

  async titleLines(entries = this.#title()): Promise<readonly TitleLine[]> {
    const title = flat(entries)
    return this.#keeper().ask(laid => laid.titleLines(title) as TitleLine[])
  }

  /** Marks what a change of this writer's touched, where a revision is being written. */
  edited({ text }: CoreChange): void {
    if (text.length === 0) return
    const revision = this.revising
    const touches = touched(text)
    if (revision === null) return this.#late.wrote(touches)
    const writes = touches.flatMap(({ from, to, insert }) =>
      // What makes new paragraphs has a stretch in each; else typing on in one needs no other.
      !insert.includes("\n") && this.#isIn(from, to, [revision]) ? [] : this.#marks(from, to, revision),
    )
    this.#write(writes)
  }

  /** Follows a change, whoever made it. */
  follow(change: CoreChange): void {
    this.places.follow(change, this.#host.document.core)
    this.#late.follow(change.text)
  }

  /** A change came from others, when `before` was the revision that was being written. */
  came({ text }: CoreChange, before: number | null): void {
    this.places.came(this.#host.document.core)
    const revision = this.revising
    if (revision === null) return
    // What comes together with the revision may be older than it.
    if (revision !== before) this.#late.learned()
    else this.#late.came(touched(text))
  }

  /** The relay has all that was written here. */
  saved(): void {
    this.#late.saved()
  }

  stop(): void {
    this.#late.stop()
  }

  /** The number of the revision that is being written. */
  get revising(): number | null {
    const revision = this.places.value("revising")
    return typeof revision === "number" ? revision : null
  }

  #markUnmarked(stretches: readonly Stretch[]): void {
    const revision = this.revising
    if (revision === null || !this.#host.mayWrite()) return
    const writes = stretches.flatMap(({ from, to }) => this.#marks(from, to, revision))
    this.#write(writes.filter(([, from, to]) => !this.#isIn(from, to, [revision, unmarked])))
  }

  /** Whether a place with one of these numbers has all of a stretch. */
  #isIn(from: number, to: number, numbers: readonly number[]): boolean {
    for (const [, place] of this.places.touching(from, to, "m:")) {
      if (place.from <= from && to <= place.to && numbers.includes(place.number)) return true
    }
    return false
  }

  #marks(from: number, to: number, revision: number): (readonly [string, number, number, number])[] {
    return this.#pieces(from, to).map(([start, end]) => [`m:${newMarkName()}`, start, end, revision] as const)
  }

  /** A stretch as one in each of its paragraphs. */
  #pieces(from: number, to: number): [number, number][] {
    return this.#host.document.call(core => {
      const pieces: [number, number][] = []
      const last = core.paragraphAt(to)
      for (let at = core.paragraphAt(from); at <= last; at += 1) {
        const start = core.paragraphStart(at)
        const end = at + 1 < core.paragraphCount ? core.paragraphStart(at + 1) - 1 : core.length
        pieces.push([Math.max(from, start), Math.min(to, end)])
      }
      return pieces
    })
  }

  async #request(request: ProductionRequest): Promise<void> {
    this.#host.checkWriting()
    const { writes = [], headings = [], problems } = this.#keeper().ask(laid => laid.writes([...request]) as Writes)
    if (problems) throw new PageSettingsError(problems)
    const edits: Edit[] = []
    for (let at = 0; at < headings.length; at += 2) {
      const [id, sceneNumber] = [headings[at] ?? "", headings[at + 1] ?? null]
      const scene = this.#host.document.call(core => core.scene(id))
      if (scene && scene.number !== sceneNumber) edits.push({ kind: "attributes", paragraph: scene.paragraph, sceneNumber })
    }
    if (edits.length > 0) this.#host.edit(edits)
    this.#write(writes)
  }

  #write(writes: readonly (readonly unknown[])[]): void {
    if (writes.length === 0) return
    this.#host.wrote(this.#host.document.call(core => core.writeEntries(writes)))
  }

  #title(): readonly TitleEntry[] {
    return this.#host.document.call(core => core.titlePage())
  }

  #keeper(): PageKeeper {
    const keeper = this.#host.keeper()
    if (!keeper) throw new Error("expected pages, nothing is laid out yet")
    return keeper
  }
}

/** A title page as the module takes it: `[[key, line, …], …]`. */
function flat(entries: readonly TitleEntry[]): string[][] {
  return entries.map(({ key, lines }) => [key, ...lines])
}

/** The number of stretches that somebody has taken the marks off: that of no revision. */
const unmarked = -1

/** The ranges that a change touched, where they are after it, with what came there. */
function touched(text: readonly TextChange[]): (Stretch & { readonly insert: string })[] {
  let shift = 0
  return text.map(({ from, to, insert }) => {
    const start = from + shift
    shift += insert.length - (to - from)
    return { from: start, to: start + insert.length, insert }
  })
}

/** A name that nobody else gives. */
function newMarkName(): string {
  return crypto.randomUUID().slice(0, 13)
}
