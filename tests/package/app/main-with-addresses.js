// For bundlers that do not: the application says where the wasm and the page worker are.

import wasm from "scriptroom/scriptroom.wasm"
import { write } from "./write.js"

window.seen = write({ wasm: new URL(wasm, location.href), pageWorker: new URL("/pages-worker.js", location.href) })
