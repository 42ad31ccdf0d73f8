/**
 * The second wasm module: where pages break, and Fountain in and out (`crates/background`).
 *
 * Opening a script does not wait for it. It is loaded when it is first needed, which
 * for the pages is when the text is there.
 */

import type { InsertedLine } from "./document-types.ts"
import { LazyModule } from "./lazy.ts"
import { parsedFile, type ParsedFile } from "./parsed-file.ts"
import type { WasmSource } from "./wasm.ts"

const background = new LazyModule(
  () => import("../dist/wasm/scriptroom_background.js"),
  () => new URL("./wasm/scriptroom_background_bg.wasm", import.meta.url),
)

/** The module, with what wasm-bindgen makes around it. */
export type Background = typeof background

/** Says where the file is, unless it is beside the package's own module. */
export function locateBackground(wasm: WasmSource | undefined): void {
  background.locate(wasm)
}

/** The module, loaded. After a failure the next call tries again. */
export async function loadedBackground(): Promise<Background> {
  await background.load()
  return background
}

/** What is in a Fountain file. */
export async function parseFountain(text: string): Promise<ParsedFile> {
  return parsedFile(await background.call(background => background.parseFountain(text)))
}

/**
 * Reads a piece of Fountain, such as pasted text, into lines to insert. Reading never fails; what looks like a title
 * page is text.
 */
export function readFountain(text: string): Promise<readonly InsertedLine[]> {
  return background.call(background => background.readFountain(text) as InsertedLine[])
}

/** A script, as bytes of the core's, as a Fountain file. */
export function printFountain(script: Uint8Array): Promise<string> {
  return background.call(background => background.printFountain(script))
}
