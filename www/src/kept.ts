// Copies of the script that were kept when the relay refused a part of it: the writer is told of them when one is
// made, and whenever the script is opened, until they have been downloaded.

import type { ScriptHandle } from "scriptroom"
import { toast } from "./dialogs"
import { downloadText } from "./files"
import { ui } from "./words/ui"

/** Offers what is nowhere but on this device, one copy with each press: of several downloads at once browsers let through the first, and say nothing of the others. */
export async function offerKept(script: ScriptHandle, file: () => string): Promise<void> {
  const copy = (await script.keptCopies()).find(({ state }) => state === "left-out")
  if (!copy) return
  toast(ui.session.leftOut, {
    label: ui.session.downloadCopy,
    run: () => {
      downloadText(`kept ${file()}`, copy.fountain)
      void script.dropKeptCopy(copy.id).then(() => offerKept(script, file))
    },
  })
}
