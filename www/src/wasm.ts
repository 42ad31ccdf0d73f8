// Where the wasm of the package is in this app.

import { init } from "scriptroom"
import backgroundWasm from "scriptroom/background.wasm"
import branchWasm from "scriptroom/branch.wasm"
import filesWasm from "scriptroom/files.wasm"
import wasm from "scriptroom/scriptroom.wasm"

/** The address of the package's worker for files. */
declare const FILES_WORKER: string

/** Loads the wasm; again costs nothing. */
export async function initScripts(): Promise<void> {
  const at = (file: string): URL => new URL(file, location.href)
  await init({ wasm: at(wasm), backgroundWasm: at(backgroundWasm), filesWasm: at(filesWasm), filesWorker: at(FILES_WORKER), branchWasm: at(branchWasm) })
}
