/**
 * The second wasm module: where pages break, and files in and out (`crates/background`).
 *
 * Opening a script does not wait for it. It is loaded when it is first needed: the page worker is handed the
 * compiled module, and files are read and written here, in calls that keep nothing. So a trap in one of them
 * costs that call alone.
 */

import * as glue from "../dist/wasm/scriptroom_background.js"
import type { Diagnostic, InsertedLine, WasmSource } from "./types.ts"
import { compile, isTrap } from "./wasm.ts"

let source: WasmSource | undefined
let compiled: Promise<WebAssembly.Module> | null = null
let started = false

/** Says where the file is, unless it is beside the package's own module. */
export function locateBackground(wasm: WasmSource | undefined): void {
  source = wasm
}

/** The compiled module, to hand to a worker. After a failure the next call tries again. */
export function backgroundModule(): Promise<WebAssembly.Module> {
  compiled ??= compile(source ?? new URL("./wasm/scriptroom_background_bg.wasm", import.meta.url)).catch(error => {
    compiled = null
    throw error
  })
  return compiled
}

/** What is in a file: the script as bytes for the core, and what the reader had to remark. */
export interface ParsedFile {
  readonly script: Uint8Array
  readonly diagnostics: readonly Diagnostic[]
}

/** What is in a Fountain file. */
export function parseFountain(text: string): Promise<ParsedFile> {
  return parse(() => glue.parseFountain(text))
}

/** What is in a Final Draft file; rejects with a reason where it is none. */
export function parseFinalDraft(file: Uint8Array): Promise<ParsedFile> {
  return parse(() => glue.parseFinalDraft(file))
}

async function parse(read: () => unknown): Promise<ParsedFile> {
  const [script, ...remarks] = await call(() => read() as [Uint8Array, ...(number | string)[]])
  const diagnostics: Diagnostic[] = []
  for (let at = 0; at < remarks.length; at += 2) {
    diagnostics.push({ line: Number(remarks[at]), message: String(remarks[at + 1]) })
  }
  return { script, diagnostics }
}

/**
 * What there is to remark about a Final Draft file. Rejects with a reason where it is none: so that can be known
 * before there is a script to import it into.
 */
export async function checkFinalDraft(file: Uint8Array): Promise<readonly Diagnostic[]> {
  return (await parseFinalDraft(file)).diagnostics
}

/**
 * Reads a piece of Fountain, such as pasted text, into lines to insert. Reading never fails; what looks like a title
 * page is text.
 */
export function readFountain(text: string): Promise<readonly InsertedLine[]> {
  return call(() => glue.readFountain(text) as InsertedLine[])
}

/** A script, as bytes of the core's, as a Fountain file. */
export function printFountain(script: Uint8Array): Promise<string> {
  return call(() => glue.printFountain(script))
}

/** A script, as bytes of the core's, as a new Final Draft file. */
export function printFinalDraft(script: Uint8Array): Promise<Uint8Array> {
  return call(() => glue.printFinalDraft(script))
}

async function call<T>(call: () => T): Promise<T> {
  const module = await backgroundModule()
  if (!started) glue.initSync({ module })
  started = true
  try {
    return call()
  } catch (error) {
    if (isTrap(error)) glue.__wbg_reset_state()
    throw error
  }
}
