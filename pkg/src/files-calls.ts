/** What is done with the files' wasm module (`crates/files`), wherever that runs: see `files-thread.ts`. */

/** A file's bytes: of its own, so that a `Blob` takes them as they are. */
export type FileBytes = Uint8Array<ArrayBuffer>

export type Glue = typeof import("../dist/wasm/scriptroom_files.js")

/** A script to be laid out: as bytes of the core's, with what is said of it and of places in it. */
export interface PlainScript {
  readonly script: Uint8Array
  readonly entries: unknown[]
  readonly places: unknown[]
}

/** How a PDF is made. */
export interface Paper {
  readonly watermark: string | undefined
  readonly language: string | undefined
  readonly withoutTitlePage: boolean
  readonly fonts: readonly Uint8Array[]
}

/** Hears how many pages are written, of how many. */
export type OnProgress = (done: number, of: number) => void

/** What is written between two words of how far it is. */
const pagesAtOnce = 10

/** The calls, by their names: what goes in and out of each can be sent to a worker. */
export type Calls = ReturnType<typeof callsOf>

/** The calls into the module. */
export function callsOf(glue: Glue, onProgress: OnProgress) {
  return {
    parseFinalDraft: (file: Uint8Array, source: boolean): unknown => glue.parseFinalDraft(file, source),
    printFinalDraft: ({ script, entries, places }: PlainScript, source: Uint8Array | null) => glue.printFinalDraft(script, source, entries, places) as FileBytes,
    printWord: ({ script, entries, places }: PlainScript) => glue.printWord(script, entries, places) as FileBytes,
    printHtml: ({ script, entries, places }: PlainScript) => glue.printHtml(script, entries, places),
    printText: ({ script, entries, places }: PlainScript) => glue.printText(script, entries, places),
    printPdf: (plain: PlainScript, paper: Paper) => printPdf(glue, plain, paper, onProgress),
    parsePdf: (file: Uint8Array): unknown => glue.parsePdf(file),
    report: ({ script, entries, places }: PlainScript, kind: string): unknown[] => glue.report(script, kind, entries, places),
  }
}

/** Makes one of the calls. */
export function perform<Name extends keyof Calls>(calls: Calls, name: Name, args: Parameters<Calls[Name]>): ReturnType<Calls[Name]> {
  const call = calls[name] as (...args: Parameters<Calls[Name]>) => ReturnType<Calls[Name]>
  return call(...args)
}

function printPdf(glue: Glue, { script, entries, places }: PlainScript, paper: Paper, onProgress: OnProgress): { file: FileBytes; missing: string } {
  const { watermark, language, withoutTitlePage, fonts } = paper
  const core = new glue.PdfCore(script, watermark, language, withoutTitlePage, fonts as Uint8Array[], entries, places)
  try {
    const total = core.pages
    for (let done = 0; done < total; ) {
      done += core.writePages(pagesAtOnce)
      onProgress(done, total)
    }
    const file = core.finish() as FileBytes
    return { file, missing: core.missing }
  } finally {
    core.free()
  }
}

/** What the worker is sent. */
export interface FilesRequest {
  readonly id: number
  /** Only the first time. */
  readonly wasm: WebAssembly.Module | null
  readonly name: keyof Calls
  readonly args: readonly unknown[]
}

/** What the worker sends: any number of times how far it is, then once what came of it. */
export type FilesAnswer =
  | { readonly id: number; readonly kind: "progress"; readonly done: number; readonly of: number }
  | { readonly id: number; readonly kind: "value"; readonly value: unknown }
  | { readonly id: number; readonly kind: "error"; readonly message: string }
