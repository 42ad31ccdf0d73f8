/**
 * `scriptroom`: open a script, edit it, hear what others did.
 *
 * `init` loads the wasm module, `openScript` opens one script. The types are in `types.ts`, and
 * those that it names; the binding for CodeMirror is `scriptroom/codemirror`.
 */

export { readFountain } from "./background.ts"
export { init, type InitOptions } from "./core.ts"
export { moveOnDevice, removeFromDevice, unsavedOnDevice } from "./device.ts"
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
