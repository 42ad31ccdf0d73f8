/** The Web Worker that lays out pages: messages in, pages out. What it does is in `crates/background/src/pages.rs`. */

import { initSync, PagesCore } from "../dist/wasm/scriptroom_background.js"
import { type FromWorker, pagesChange, type ToWorker } from "./pages.ts"
import type { PageBreak, Pages } from "./types.ts"

let core: PagesCore | null = null
/** The breaks that the page knows. */
let told: readonly PageBreak[] = []

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
    tell(core, 0)
    return
  }
  if (!core) throw new Error("expected `start` before `splices`")
  for (const { from, removed, inserted } of message.splices) core.splice(from, removed, inserted)
  tell(core, message.version)
}

function tell(core: PagesCore, version: number): void {
  const pages = core.pages() as Pages
  post({ kind: "pages", version, pages: pagesChange(told, pages) })
  told = pages.breaks
}

function post(message: FromWorker): void {
  postMessage(message)
}
