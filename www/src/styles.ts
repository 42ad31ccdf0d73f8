// Bold, italic, underlined, struck out: on the selected text, through the script.

import { setStyle } from "scriptroom/codemirror"
import type { ScriptHandle, Style } from "scriptroom"
import { type Command, EditorView, type KeyBinding } from "@codemirror/view"
import { writing } from "./keys"
import { ui, type Words } from "./words/ui"

/** A style that writers set by its name. */
export type NamedStyle = keyof Words["styles"]

/** The styles that have a button. */
export const buttonStyles = [
  { style: "bold", key: "Mod-b" },
  { style: "italic", key: "Mod-i" },
  { style: "underline", key: "Mod-u" },
] as const

/** The styles that have a key. */
export const styles: readonly { readonly style: NamedStyle; readonly key: string }[] = [...buttonStyles, { style: "strike", key: "Mod-Shift-x" }]

/** Whether all of `from … to` has the style. */
export function hasStyle(script: ScriptHandle, from: number, to: number, style: Style): boolean {
  let at = from
  for (const range of script.runs(from, to)) {
    if (!range.styles.includes(style)) continue
    if (script.slice(at, Math.max(at, range.from)).trim() !== "") return false
    at = Math.max(at, range.to)
  }
  return at > from && script.slice(at, to).trim() === ""
}

/** Sets the style on the selection, or takes it off where all of it has it, and says which to screen readers. */
export function toggleStyle(script: ScriptHandle, style: NamedStyle): Command {
  return writing(view => {
    const { from, to, empty } = view.state.selection.main
    if (empty) return true
    const on = !hasStyle(script, from, to, style)
    const said = EditorView.announce.of(ui.commands.styled(ui.styles[style], on))
    view.dispatch({ effects: [setStyle.of({ from, to, style, on }), said], userEvent: "input.style" })
    return true
  })
}

/** The keys of the styles. */
export function styleKeys(script: ScriptHandle): readonly KeyBinding[] {
  return styles.map(({ style, key }) => ({ key, run: toggleStyle(script, style), preventDefault: true }))
}
