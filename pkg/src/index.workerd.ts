/**
 * `scriptroom` in workerd, as Cloudflare's Workers have it: there, code cannot be compiled from bytes, so the wasm files come
 * as modules that the runtime has compiled. Everything else is `index.ts`, but what a browser keeps: there is no IndexedDB, and so neither `unsavedOnDevice`,
 * `removeFromDevice` nor `moveOnDevice`, and a script is opened with `store: "none"`.
 */

import background from "../dist/wasm/scriptroom_background_bg.wasm"
import branch from "../dist/wasm/scriptroom_branch_bg.wasm"
import document from "../dist/wasm/scriptroom_client_bg.wasm"
import files from "../dist/wasm/scriptroom_files_bg.wasm"
import { init as load, type InitOptions } from "./core.ts"

export { readFountain } from "./background.ts"
export type { InitOptions } from "./core.ts"
export { ClosedError } from "./closed.ts"
export { checkFinalDraft, checkPdf, type PdfFile, type PdfOptions, type ReportKind, type ReportTable } from "./files.ts"
export type { OnProgress } from "./files-calls.ts"
export type { Diagnostic } from "./parsed-file.ts"
export { PageSettingsError } from "./production.ts"
export { openScript } from "./script.ts"
export type { WasmSource } from "./wasm.ts"
export type * from "./comment-types.ts"
export type * from "./document-types.ts"
export type * from "./page-types.ts"
export type * from "./production-types.ts"
export type * from "./types.ts"

/** Loads the wasm module. Every call after the first returns the same promise; after a failure it tries again. */
export function init(options: InitOptions = {}): Promise<void> {
  const { wasm = document, backgroundWasm = background, filesWasm = files, branchWasm = branch, filesWorker } = options
  return load({ wasm, backgroundWasm, filesWasm, branchWasm, filesWorker })
}
