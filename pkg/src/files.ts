/**
 * Files that few need: a wasm module of its own (`crates/files`), fetched for the first of them.
 */

import * as glue from "../dist/wasm/scriptroom_files.js"
import { LazyModule, type ParsedFile, parsedFile } from "./lazy.ts"
import type { Diagnostic, WasmSource } from "./types.ts"

const files = new LazyModule(glue, () => new URL("./wasm/scriptroom_files_bg.wasm", import.meta.url))

/** Says where the file is, unless it is beside the package's own module. */
export function locateFiles(wasm: WasmSource | undefined): void {
  files.locate(wasm)
}

/** What is in a Final Draft file; rejects with a reason where it is none. */
export async function parseFinalDraft(file: Uint8Array): Promise<ParsedFile> {
  return parsedFile(await files.call(files => files.parseFinalDraft(file)))
}

/**
 * What there is to remark about a Final Draft file. Rejects with a reason where it is none: so that can be known
 * before there is a script to import it into.
 */
export async function checkFinalDraft(file: Uint8Array): Promise<readonly Diagnostic[]> {
  return (await parseFinalDraft(file)).diagnostics
}

/** A script, as bytes of the core's, as a new Final Draft file. */
export function printFinalDraft(script: Uint8Array): Promise<Uint8Array> {
  return files.call(files => files.printFinalDraft(script))
}
