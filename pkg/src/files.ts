/**
 * Files that few need, and reports: a wasm module of its own (`crates/files`), fetched for the first of them.
 */

import { LazyModule, type ParsedFile, parsedFile } from "./lazy.ts"
import type { Diagnostic, WasmSource } from "./types.ts"

const files = new LazyModule(
  () => import("../dist/wasm/scriptroom_files.js"),
  () => new URL("./wasm/scriptroom_files_bg.wasm", import.meta.url),
)

/** Says where the file is, unless it is beside the package's own module. */
export function locateFiles(wasm: WasmSource | undefined): void {
  files.locate(wasm)
}

/** What is in a Final Draft file, and what it says of the script's production, as entries to write. */
export interface ParsedFinalDraft extends ParsedFile {
  readonly entries: readonly (readonly unknown[])[]
}

/**
 * What is in a Final Draft file; rejects with a reason where it is none. Of a `source` each paragraph says which one it is,
 * and there are entries.
 */
export async function parseFinalDraft(file: Uint8Array, source = false): Promise<ParsedFinalDraft> {
  const [read, entries] = (await files.call(files => files.parseFinalDraft(file, source))) as [unknown, unknown[][]]
  return { ...parsedFile(read), entries }
}

/**
 * What there is to remark about a Final Draft file. Rejects with a reason where it is none: so that can be known
 * before there is a script to import it into.
 */
export async function checkFinalDraft(file: Uint8Array): Promise<readonly Diagnostic[]> {
  return (await parseFinalDraft(file)).diagnostics
}

/** A script, as bytes of the core's, as a Final Draft file: the one that it came from, or a new one. */
export async function printFinalDraft({ script, entries, places }: PlainScript, source: Promise<Uint8Array | null>): Promise<Uint8Array> {
  const file = await source
  return await files.call(files => files.printFinalDraft(script, file, entries, places))
}

/** What a PDF has beside the script. */
export interface PdfOptions {
  /** A word over every page, such as who the copy is for. */
  readonly watermark?: string | undefined
  /** The script's language as BCP 47 names it, such as `"en-GB"`: how a screen reader pronounces it. */
  readonly language?: string | undefined
  /** Leaves out the title page. */
  readonly withoutTitlePage?: boolean | undefined
  /** TrueType or OpenType fonts for letters that Courier Prime lacks, asked in their order. */
  readonly fonts?: readonly Uint8Array[] | undefined
  /** Hears how many pages are written, of how many. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined
}

/** A PDF. */
export interface PdfFile {
  readonly file: Uint8Array
  /** The letters that no font has: a box stands for each. */
  readonly missing: string
}

/** What a report is about. */
export type ReportKind = "summary" | "scenes" | "characters" | "locations" | "dialogue" | "matrix"

/** A report. */
export interface ReportTable {
  /** The table as a CSV file. */
  readonly csv: string
  /** What each column has: names that stay, or, in a matrix, scenes. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** What is written between two breaths: the page stays awake meanwhile. */
const pagesAtOnce = 10

/** A script to be laid out: as bytes of the core's, with what is said of it and of places in it. */
export interface PlainScript {
  readonly script: Uint8Array
  readonly entries: unknown[]
  readonly places: unknown[]
}

/** A script as a PDF. */
export async function printPdf({ script, entries, places }: PlainScript, options: PdfOptions = {}): Promise<PdfFile> {
  const { watermark, language, withoutTitlePage = false, fonts = [], onProgress } = options
  const core = await files.call(
    files => new files.PdfCore(script, watermark, language, withoutTitlePage, fonts as Uint8Array[], entries, places),
  )
  const total = core.pages
  for (let done = 0; done < total; ) {
    done += await files.call(() => core.writePages(pagesAtOnce))
    onProgress?.(done, total)
    await breath()
  }
  const file = await files.call(() => core.finish())
  const { missing } = core
  core.free()
  return { file, missing }
}

/** Lets everything else run that waits. */
function breath(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 0))
}

/** A script as a Word document. */
export function printWord({ script, entries, places }: PlainScript): Promise<Uint8Array> {
  return files.call(files => files.printWord(script, entries, places))
}

/** A script as a web page. */
export function printHtml({ script, entries, places }: PlainScript): Promise<string> {
  return files.call(files => files.printHtml(script, entries, places))
}

/** A script as plain text, laid out as on paper. */
export function printText({ script, entries, places }: PlainScript): Promise<string> {
  return files.call(files => files.printText(script, entries, places))
}

/** What is in a screenplay that was printed to a PDF; rejects with a reason where there is none. */
export async function parsePdf(file: Uint8Array): Promise<ParsedFile> {
  return parsedFile(await files.call(files => files.parsePdf(file)))
}

/** The same as {@link checkFinalDraft}, of a PDF: what was guessed, with pages for lines. */
export async function checkPdf(file: Uint8Array): Promise<readonly Diagnostic[]> {
  return (await parsePdf(file)).diagnostics
}

/** The summary of another text, on the pages of this script. */
export async function measure(laidOut: PlainScript, text: Promise<ParsedFile>): Promise<ReportTable> {
  const { script } = await text
  // Locks and marks are at places of the script as it is now.
  return await printReport({ ...laidOut, script, places: [] }, "summary")
}

/** A report on a script. */
export async function printReport({ script, entries, places }: PlainScript, kind: ReportKind): Promise<ReportTable> {
  const all = await files.call(files => files.report(script, kind, entries, places))
  const [csv, columns, ...rows] = all as [string, string[], ...(string | number)[][]]
  return { csv, columns, rows }
}
