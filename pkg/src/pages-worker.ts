/** The Web Worker that lays out pages: messages in, pages out. What it does is in `crates/background/src/pages.rs`. */

import { initSync, PagesCore } from "../dist/wasm/scriptroom_background.js"
import type { FromWorker, ToWorker } from "./pages.ts"
import type { Pages } from "./types.ts"

let core: PagesCore | null = null

onmessage = (event: MessageEvent<ToWorker>): void => {
  try {
    handle(event.data)
  } catch (error) {
    post({ kind: "failed", message: String(error) })
  }
}

function handle(message: ToWorker): void {
  if (message.kind === "start") {
    initSync({ module: message.wasm })
    core = new PagesCore(message.paragraphs)
    post({ kind: "pages", version: 0, pages: core.pages() as Pages })
    return
  }
  if (!core) throw new Error("expected `start` before `splices`")
  for (const { from, removed, inserted } of message.splices) core.splice(from, removed, inserted)
  post({ kind: "pages", version: message.version, pages: core.pages() as Pages })
}

function post(message: FromWorker): void {
  postMessage(message)
}
