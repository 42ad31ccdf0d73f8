// A version as it was, on its pages, to be read: a script of its own, which nobody else sees and nothing is stored of.

import { openScript, type ScriptHandle } from "scriptroom"
import type { EditorView } from "@codemirror/view"
import { createReader } from "../editor"
import { initScripts } from "../quietly"

declare const PAGES_WORKER: string

/** Shows versions, one at a time. */
export class Look {
  private script: ScriptHandle | null = null
  private view: EditorView | null = null

  /** `host` is where the paper lies. */
  constructor(private readonly host: HTMLElement) {}

  /** Shows a script that is given as Fountain. */
  async show(fountain: string, label: string): Promise<void> {
    await initScripts()
    const script = await openScript({
      id: crypto.randomUUID(),
      user: { name: "Reader", color: "#000000" },
      store: "none",
      pageWorker: new URL(PAGES_WORKER, location.href),
    })
    await script.importFountain(fountain)
    this.close()
    this.script = script
    this.view = createReader(this.host, script, label)
  }

  /** Lets go of what is shown. */
  close(): void {
    this.view?.destroy()
    this.view = null
    void this.script?.close()
    this.script = null
  }
}
