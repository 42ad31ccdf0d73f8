/** A script's files: what it is made of when one comes in, and what is made of it, as it is when that is asked for. */

import { parseFountain, printFountain } from "./background.ts"
import type { CoreChange } from "./core.ts"
import type { SceneChanges } from "./document-types.ts"
import type { ScriptDocument } from "./document.ts"
import type { PlainScript } from "./files-calls.ts"
import * as files from "./files.ts"
import type { Diagnostic, ParsedFile } from "./parsed-file.ts"
import { type SourceFile, sourceEntry } from "./source.ts"

/** What files ask of the script that they are of. */
export interface ScriptFilesHost {
  /** Throws for whoever may not write. */
  checkWriting(): void
  /** Keeps an update of the document's, and sends it on. */
  keep(update: Uint8Array): void
  /** Keeps a change, where it has an update, and tells it. */
  wrote(change: CoreChange): void
}

/** The files of one open script. */
export class ScriptFiles {
  readonly #document: ScriptDocument
  /** The file that the script came from. */
  readonly #source: SourceFile
  readonly #host: ScriptFilesHost

  constructor(document: ScriptDocument, source: SourceFile, host: ScriptFilesHost) {
    this.#document = document
    this.#source = source
    this.#host = host
  }

  printFountain(): Promise<string> {
    return printFountain(this.#laidOut().script)
  }
  printFinalDraft(): Promise<Uint8Array<ArrayBuffer>> {
    return files.printFinalDraft(this.#laidOut(), this.#source.file())
  }
  printPdf(options?: files.PdfOptions): Promise<files.PdfFile> {
    return files.printPdf(this.#laidOut(), options)
  }
  printWord(): Promise<Uint8Array<ArrayBuffer>> {
    return files.printWord(this.#laidOut())
  }
  printHtml(): Promise<string> {
    return files.printHtml(this.#laidOut())
  }
  printText(): Promise<string> {
    return files.printText(this.#laidOut())
  }
  printReport(kind: files.ReportKind): Promise<files.ReportTable> {
    return files.printReport(this.#laidOut(), kind)
  }
  measure(fountain: string): Promise<files.ReportTable> {
    return files.measure(this.#laidOut(), parseFountain(fountain))
  }

  async importFountain(text: string): Promise<readonly Diagnostic[]> {
    return this.#add(await parseFountain(text))
  }
  async importFinalDraft(file: Uint8Array): Promise<readonly Diagnostic[]> {
    // A script that others have written in already does not come from this file.
    const isSource = this.#document.call(core => core.length) === 0
    const read = await files.parseFinalDraft(file, isSource)
    this.#host.checkWriting()
    const digest = isSource ? await this.#source.keep(file) : null
    const remarks = this.#add(read)
    if (digest !== null) this.#host.wrote(this.#document.call(core => core.writeEntries([...read.entries, [sourceEntry, digest]])))
    return remarks
  }
  async importPdf(file: Uint8Array): Promise<readonly Diagnostic[]> {
    return this.#add(await files.parsePdf(file))
  }

  #laidOut(): PlainScript {
    return this.#document.call(core => ({ script: core.plainScript(), entries: core.entries(), places: core.places() }))
  }

  /** Adds what was read behind the end. */
  #add({ script, diagnostics }: ParsedFile): readonly Diagnostic[] {
    this.#host.checkWriting()
    const { length, paragraphCount } = this.#document.call(({ length, paragraphCount }) => ({ length, paragraphCount }))
    const changes = this.#document.call(core => core.import(script))
    for (const { update } of changes) if (update) this.#host.keep(update)
    if (changes.length > 0) this.#host.wrote(this.#asOne(changes, length, paragraphCount - 1))
    return diagnostics
  }

  /** What was added from an offset and a paragraph on, as one change: an editor shows a long file in one step, not strip by strip. */
  #asOne(changes: readonly CoreChange[], from: number, paragraph: number): CoreChange {
    const ids = (list: keyof SceneChanges): string[] => [...new Set(changes.flatMap(({ scenes }) => scenes[list]))]
    return this.#document.call(core => ({
      update: null,
      text: [{ from, to: from, insert: core.slice(from, core.length) }],
      paragraphs: [{ from: paragraph, removed: 1, inserted: core.paragraphs(paragraph, core.paragraphCount) }],
      formats: [{ from, to: core.length, runs: core.runs(from, core.length) }],
      scenes: { added: ids("added"), removed: ids("removed"), moved: ids("moved"), changed: ids("changed") },
      entries: "all",
      selection: null,
    }))
  }
}
