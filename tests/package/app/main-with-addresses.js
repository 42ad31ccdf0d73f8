// For bundlers that do not: the application says where the wasm and the worker are.

import backgroundWasm from "scriptroom/background.wasm"
import filesWasm from "scriptroom/files.wasm"
import wasm from "scriptroom/scriptroom.wasm"
import { write } from "./write.js"

window.seen = write({
  wasm: new URL(wasm, location.href),
  backgroundWasm: new URL(backgroundWasm, location.href),
  filesWasm: new URL(filesWasm, location.href),
  filesWorker: new URL("/files-worker.js", location.href),
})
