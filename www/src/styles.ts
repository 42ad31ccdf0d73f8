// Bold, italic, underlined, struck out: on the selected text, or on what is typed next, through the script.

import { EditorState, type Extension, StateEffect, StateField } from "@codemirror/state"
import { fromScript, setStyle } from "scriptroom/codemirror"
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

/** What the next letters are set in, or are not, beside what stands before them. */
type NextStyles = ReadonlyMap<Style, boolean>

const nextChosen = StateEffect.define<NextStyles>()

const nextField = StateField.define<NextStyles>({
  create: () => new Map(),
  update(next, transaction) {
    for (const effect of transaction.effects) if (effect.is(nextChosen)) return effect.value
    // What others write moves nobody's caret elsewhere, and what is composed is put in anew with each letter.
    const stays = transaction.annotation(fromScript) || transaction.isUserEvent("input.type.compose") || !(transaction.docChanged || transaction.selection)
    return stays || next.size === 0 ? next : new Map()
  },
})

/** Sets what is typed in the styles that were chosen for it. The letters after it take them on. */
export function nextStyles(): Extension {
  const typed = EditorState.transactionExtender.of(transaction => {
    const next = transaction.startState.field(nextField)
    if (next.size === 0 || !transaction.isUserEvent("input.type")) return null
    const effects: StateEffect<unknown>[] = []
    transaction.changes.iterChanges((_fromA, _toA, from, to) => {
      if (from < to) for (const [style, on] of next) effects.push(setStyle.of({ from, to, style, on }))
    })
    return { effects }
  })
  return [nextField, typed]
}

/** Sets the style on the selection, or takes it off where all of it has it, and says which to screen readers; with nothing selected, on what is typed next. */
export function toggleStyle(script: ScriptHandle, style: NamedStyle): Command {
  return writing(({ state, dispatch }) => {
    const { from, to, empty } = state.selection.main
    const next = state.field(nextField)
    const isOn = empty ? (next.get(style) ?? script.runs(Math.max(from - 1, 0), from).some(run => run.styles.includes(style))) : hasStyle(script, from, to, style)
    const on = !isOn
    const said = EditorView.announce.of(ui.commands.styled(ui.styles[style], on))
    const effect = empty ? nextChosen.of(new Map(next).set(style, on)) : setStyle.of({ from, to, style, on })
    dispatch({ effects: [effect, said], ...(!empty && { userEvent: "input.style" }) })
    return true
  })
}

/** The keys of the styles. */
export function styleKeys(script: ScriptHandle): readonly KeyBinding[] {
  return styles.map(({ style, key }) => ({ key, run: toggleStyle(script, style), preventDefault: true }))
}
