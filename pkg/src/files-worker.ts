/** The Web Worker that makes and reads files: messages in, bytes out. What it does is in `crates/files`. */

import * as glue from "../dist/wasm/scriptroom_files.js"
import { callsOf, type FilesAnswer, type FilesRequest, perform } from "./files-calls.ts"
import { isTrap } from "./wasm.ts"

onmessage = ({ data: { id, wasm, name, args } }: MessageEvent<FilesRequest>): void => {
  try {
    if (wasm) glue.initSync({ module: wasm })
    const calls = callsOf(glue, (done, of) => postMessage({ id, kind: "progress", done, of } satisfies FilesAnswer))
    postMessage({ id, kind: "value", value: perform(calls, name, args as never) } satisfies FilesAnswer)
  } catch (error) {
    if (isTrap(error)) glue.__wbg_reset_state()
    postMessage({ id, kind: "error", message: error instanceof Error ? error.message : String(error) } satisfies FilesAnswer)
  }
}
