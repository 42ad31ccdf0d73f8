// Files that are dropped on the app.

import { toast } from "./dialogs"
import { ui } from "./words/ui"

/** Calls `open` with a file that is dropped anywhere. The editor alone would take its bytes for words. */
export function takeDroppedFiles(open: (file: File) => void): void {
  const isFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false
  const mark = (on: boolean): void => void document.documentElement.classList.toggle("file-above", on)
  const over = (event: DragEvent): void => {
    if (!isFile(event)) return
    event.preventDefault()
    mark(true)
  }
  const leave = (event: DragEvent): void => {
    // Into another part of the page, it is still above it.
    if (event.relatedTarget === null) mark(false)
  }
  const drop = (event: DragEvent): void => {
    if (!isFile(event)) return
    event.preventDefault()
    event.stopPropagation()
    mark(false)
    const files = [...(event.dataTransfer?.files ?? [])]
    const [file] = files
    if (files.length > 1) toast(ui.home.oneFile)
    else if (file) open(file)
  }
  addEventListener("dragover", over, true)
  addEventListener("dragleave", leave, true)
  addEventListener("drop", drop, true)
}
