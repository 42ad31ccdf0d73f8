// Files into a script, and a script into a file of one's own.

import type { ScriptHandle } from "scriptroom"
import { toast } from "./dialogs"
import { downloadFinalDraft, downloadText, fileName, type ScriptFile } from "./files"
import { titleOf } from "./title"
import { ui } from "./words/ui"

/** Adds what is in a file behind the script's end. Rejects where it cannot be read. */
export async function addFile(script: ScriptHandle, file: ScriptFile): Promise<void> {
  if (typeof file === "string") await script.importFountain(file)
  else await (file.kind === "pdf" ? script.importPdf(file.bytes) : script.importFinalDraft(file.bytes))
}

/** Hands the script to the browser's downloads, under its title. */
export async function downloadScript(script: ScriptHandle, ending: "fountain" | "fdx" = "fountain"): Promise<void> {
  const name = fileName(titleOf(script.titlePage()), ending)
  try {
    if (ending === "fdx") downloadFinalDraft(name, await script.exportFinalDraft())
    else downloadText(name, await script.exportFountain())
  } catch (error) {
    toast(ui.session.noFile(error instanceof Error ? error.message : String(error)))
  }
}
