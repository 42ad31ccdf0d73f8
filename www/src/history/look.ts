// A version as it was, on its pages, to be read: a script of its own, which nobody else sees and nothing is stored of.

import { openScript, type ScriptHandle } from "scriptroom"
import type { EditorView } from "@codemirror/view"
import { createReader } from "../editor"
import { initScripts } from "../wasm"

/** Shows versions, one at a time. */
export class Look {
  private script: ScriptHandle | null = null
  private view: EditorView | null = null
  /** Which version was asked for last: one that was asked for earlier comes too late. */
  private asked = 0

  /** `host` is where the paper lies. */
  constructor(private readonly host: HTMLElement) {}

  /** Shows a script that is given as Fountain. */
  async show(fountain: string, label: string): Promise<void> {
    this.close()
    const { asked } = this
    await initScripts()
    const user = { name: "Reader", color: "#000000" }
    const script = await openScript({ id: crypto.randomUUID(), user, store: "none" })
    await script.importFountain(fountain)
    if (asked !== this.asked) return await script.close()
    this.script = script
    this.view = createReader(this.host, script, label)
  }

  /** Lets go of what is shown. */
  close(): void {
    this.asked += 1
    this.view?.destroy()
    this.view = null
    void this.script?.close()
    this.script = null
  }
}
