// Keys that count wherever the focus is, also where nothing has it yet. What has the focus comes first: the editor, a field, a dialog.

import { isMac } from "./dom"

/** What the keys do. */
export interface Anywhere {
  readonly palette: () => void
  readonly find: () => void
  readonly print: () => void
  readonly saved: () => void
  readonly undo: () => void
  readonly redo: () => void
}

/** Listens for the keys until `signal`. */
export function listenAnywhere(keys: Anywhere, signal: AbortSignal): void {
  const pressed = (event: KeyboardEvent): void => {
    const run = event.defaultPrevented ? null : meant(keyOf(event), keys)
    if (!run) return
    event.preventDefault()
    run()
  }
  addEventListener("keydown", pressed, { signal })
}

/** A key as `Mod-z` or `Mod-Shift-z`, also with Caps Lock and on a keyboard that has another alphabet on its keys; without Mod, or with Alt, none. */
function keyOf({ key, code, metaKey, ctrlKey, shiftKey, altKey }: KeyboardEvent): string {
  if (!(isMac ? metaKey : ctrlKey) || altKey) return ""
  const letter = /^[\x20-\x7e]$/.test(key) ? key : code.replace(/^Key/, "")
  return `Mod-${shiftKey ? "Shift-" : ""}${letter.toLowerCase()}`
}

function meant(key: string, keys: Anywhere): (() => void) | null {
  // The browser would print, and save, what the page has drawn of the script.
  if (key === "Mod-p") return keys.print
  if (key === "Mod-s") return keys.saved
  if (document.querySelector("dialog[open]")) return null
  if (key === "Mod-k") return keys.palette
  if (key === "Mod-f") return keys.find
  // A field takes back what was typed in it.
  if (document.activeElement?.matches("input, textarea, [contenteditable]")) return null
  if (key === "Mod-z") return keys.undo
  return key === "Mod-Shift-z" || (key === "Mod-y" && !isMac) ? keys.redo : null
}
