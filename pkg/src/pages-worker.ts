/** The Web Worker that lays out pages: messages in, pages out. What it does is in `crates/background/src/pages.rs`. */

import { initSync, PagesCore } from "../dist/wasm/scriptroom_background.js"
import type { FromWorker, PagesChange, ToWorker } from "./pages.ts"

let core: PagesCore | null = null

onmessage = (event: MessageEvent<ToWorker>): void => {
  try {
    post(answer(event.data))
  } catch (error) {
    post({ kind: "failed", message: String(error) })
  }
}

function answer(message: ToWorker): FromWorker {
  if (message.kind === "start") {
    initSync({ module: message.wasm })
    core = new PagesCore(message.paragraphs)
    return { kind: "pages", version: 0, changes: [core.pages() as PagesChange] }
  }
  const laid = core
  if (!laid) throw new Error("expected `start` before everything else")
  if (message.kind === "lengths") return { kind: "lengths", eighths: [...laid.sceneLengths()] }
  const { splices, version } = message
  const changes = splices.map(({ from, removed, inserted }) => laid.splice(from, removed, inserted) as PagesChange)
  return { kind: "pages", version, changes }
}

function post(message: FromWorker): void {
  postMessage(message)
}
