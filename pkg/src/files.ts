/**
 * Files that few need, and reports: a wasm module of its own (`crates/files`), fetched for the first of them.
 */

import type { OnProgress, PlainScript } from "./files-calls.ts"
import { call } from "./files-thread.ts"
import { type Diagnostic, parsedFile, type ParsedFile } from "./parsed-file.ts"

/** What is in a Final Draft file, and what it says of the script's production, as entries to write. */
export interface ParsedFinalDraft extends ParsedFile {
  readonly entries: readonly (readonly unknown[])[]
}

/**
 * What is in a Final Draft file; rejects with a reason where it is none. Of a `source` each paragraph says which one it is,
 * and there are entries.
 */
export async function parseFinalDraft(file: Uint8Array, source = false): Promise<ParsedFinalDraft> {
  const [read, entries] = (await call("parseFinalDraft", [file, source])) as [unknown, unknown[][]]
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
export async function printFinalDraft(plain: PlainScript, source: Promise<Uint8Array | null>): Promise<Uint8Array<ArrayBuffer>> {
  return await call("printFinalDraft", [plain, await source])
}

/** What a PDF has beside the script. */
export interface PdfOptions {
  /** A word over every page, such as who the copy is for. */
  readonly watermark?: string | undefined
  /** The script's language as BCP 47 names it, such as `"en-GB"`: how a screen reader pronounces it. */
  readonly language?: string | undefined
  /** Leaves out the title page. */
  readonly withoutTitlePage?: boolean | undefined
  /**
   * TrueType, OpenType or WOFF 1 fonts for letters that Courier Prime lacks, asked in their order. A function is called
   * once, with those letters, where the script has some.
   */
  readonly fonts?: readonly Uint8Array[] | ((letters: string) => Promise<readonly Uint8Array[]>) | undefined
  /** Hears how many pages are written, of how many; once more from the beginning where fonts had to be asked for. */
  readonly onProgress?: OnProgress | undefined
}

/** A PDF. */
export interface PdfFile {
  readonly file: Uint8Array<ArrayBuffer>
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

/** A script as a PDF. */
export async function printPdf(plain: PlainScript, options: PdfOptions = {}): Promise<PdfFile> {
  const { watermark, language, withoutTitlePage = false, fonts = [], onProgress } = options
  const printed = (fonts: readonly Uint8Array[]): Promise<PdfFile> =>
    call("printPdf", [plain, { watermark, language, withoutTitlePage, fonts }], onProgress)
  if (typeof fonts !== "function") return await printed(fonts)
  const first = await printed([])
  if (first.missing === "") return first
  const found = await fonts(first.missing)
  return found.length === 0 ? first : await printed(found)
}

/** A script as a Word document. */
export function printWord(plain: PlainScript): Promise<Uint8Array<ArrayBuffer>> {
  return call("printWord", [plain])
}

/** A script as a web page. */
export function printHtml(plain: PlainScript): Promise<string> {
  return call("printHtml", [plain])
}

/** A script as plain text, laid out as on paper. */
export function printText(plain: PlainScript): Promise<string> {
  return call("printText", [plain])
}

/** What is in a screenplay that was printed to a PDF; rejects with a reason where there is none. */
export async function parsePdf(file: Uint8Array): Promise<ParsedFile> {
  return parsedFile(await call("parsePdf", [file]))
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
export async function printReport(plain: PlainScript, kind: ReportKind): Promise<ReportTable> {
  const all = await call("report", [plain, kind])
  const [csv, columns, ...rows] = all as [string, string[], ...(string | number)[][]]
  return { csv, columns, rows }
}
