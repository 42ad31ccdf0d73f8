// Copies of the script that were kept when the relay refused a part of it: the writer is told of them when one is
// made, and whenever the script is opened, until they have been downloaded.

import type { ScriptHandle } from "scriptroom"
import { toast } from "./dialogs"
import { downloadText } from "./files"
import { ui } from "./words/ui"

/** Offers what is nowhere but on this device. */
export async function offerKept(script: ScriptHandle, file: () => string): Promise<void> {
  const copies = (await script.keptCopies()).filter(copy => copy.state === "left-out")
  if (copies.length === 0) return
  toast(ui.session.leftOut, {
    label: ui.session.downloadCopy,
    run: () => {
      for (const copy of copies) {
        downloadText(`kept ${file()}`, copy.fountain)
        void script.dropKeptCopy(copy.id)
      }
    },
  })
}
