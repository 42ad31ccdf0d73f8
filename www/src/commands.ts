// What the palette offers for the script that is open beside what the menu has: styles, quotes, ways to see it.

import { paragraphsField, setStyle } from "scriptroom/codemirror"
import type { ScriptHandle } from "scriptroom"
import type { ChangeSpec } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { toast } from "./dialogs"
import { keyLabel } from "./dom"
import { dualCueAt } from "./dual"
import { elementLabel, elementTypes, numbered } from "./elements"
import { makeElement } from "./keys"
import type { PaletteEntry } from "./palette"
import { curlyChanges, type QuoteChange, quotesFor, straightChanges } from "./quotes"
import { sceneColorName, sceneColors } from "./scene-colors"
import { loadSettings, saveSettings } from "./settings"
import { hasStyle, styles, toggleStyle } from "./styles"
import { asOneStep } from "./undo-step"
import { ui } from "./words/ui"

/** Ways to see the script. */
export function viewCommands(): readonly PaletteEntry[] {
  const { view, typewriter, focus } = loadSettings()
  return [
    { label: ui.commands.view(view === "page"), run: () => saveSettings({ view: view === "page" ? "draft" : "page" }) },
    { label: ui.commands.typewriter(typewriter), run: () => saveSettings({ typewriter: !typewriter }) },
    { label: ui.commands.focus(focus), run: () => saveSettings({ focus: !focus }) },
  ]
}

/** Does something in the editor. */
type InEditor = (run: (view: EditorView) => unknown) => void

/** What the paragraph at the caret can become. */
export function elementCommands(inEditor: InEditor): readonly PaletteEntry[] {
  return elementTypes.map((element, index) => ({
    label: ui.palette.element(elementLabel(element)),
    ...(index < numbered.length && { hint: keyLabel(`Mod-${index + 1}`) }),
    run: () => inEditor(makeElement(element)),
  }))
}

/** What can be done to the scene that the caret is in. */
export interface SceneActions {
  readonly paint: (color: string | null) => void
  /** Puts it before the one before it, or behind the next. */
  readonly shift: (by: -1 | 1) => void
}

/** The same by name: for whoever cannot drag, too. */
export function sceneCommands({ paint, shift }: SceneActions): readonly PaletteEntry[] {
  const colors = [...sceneColors, null].map(color => ({
    label: ui.commands.color(color === null ? ui.outline.noColor : sceneColorName(color)),
    run: () => paint(color),
  }))
  return [...colors, ...([-1, 1] as const).map(by => ({ label: ui.commands.moveScene(by), run: () => shift(by) }))]
}

/** What changes the script. */
export function writingCommands(script: ScriptHandle, inEditor: InEditor): readonly PaletteEntry[] {
  const quotes = quotesFor(loadSettings().writing || navigator.language)
  // The role may have changed since they were offered.
  const write = (run: (view: EditorView) => unknown): void => inEditor(view => !view.state.readOnly && run(view))
  return [
    ...styles.map(({ style, key }) => ({ label: ui.commands.style(ui.styles[style]), hint: keyLabel(key), run: () => write(toggleStyle(script, style)) })),
    { label: ui.commands.note, run: () => write(view => markAsNote(view, script)) },
    { label: ui.commands.dual, run: () => write(view => toggleDual(view, script)) },
    { label: ui.commands.curly, run: () => write(view => changeQuotes(view, script, text => curlyChanges(text, quotes))) },
    { label: ui.commands.straight, run: () => write(view => changeQuotes(view, script, straightChanges)) },
  ]
}

function markAsNote(view: EditorView, script: ScriptHandle): void {
  const { from, to, empty } = view.state.selection.main
  if (empty) return
  view.dispatch({ effects: setStyle.of({ from, to, style: "note", on: !hasStyle(script, from, to, "note") }), userEvent: "input.style" })
}

/** Puts the speech at the caret beside the one before it, or below it again. */
function toggleDual(view: EditorView, script: ScriptHandle): void {
  const paragraphs = view.state.field(paragraphsField)
  const paragraph = dualCueAt(paragraphs, view.state.doc.lineAt(view.state.selection.main.head).number - 1)
  if (paragraph === null) return toast(ui.commands.noDual)
  asOneStep(script, () => script.edit([{ kind: "attributes", paragraph, dual: !paragraphs[paragraph]?.dual }]))
}

/** Changes the quotes in the selection, or in the whole script, in one step. */
function changeQuotes(view: EditorView, script: ScriptHandle, changesOf: (text: string) => readonly QuoteChange[]): void {
  const { doc, selection } = view.state
  const { from, to, empty } = selection.main
  const [start, end] = empty ? [0, doc.length] : [doc.lineAt(from).from, to]
  const changes: ChangeSpec[] = []
  for (let at = start; at <= end; ) {
    const line = doc.lineAt(at)
    for (const { at: place, length, insert } of changesOf(line.text)) {
      const offset = line.from + place
      if (empty || (offset >= from && offset + length <= to)) changes.push({ from: offset, to: offset + length, insert })
    }
    at = line.to + 1
  }
  asOneStep(script, () => changes.length > 0 && view.dispatch({ changes, userEvent: "input.quotes" }))
  view.dispatch({ effects: EditorView.announce.of(ui.commands.quotesChanged(changes.length)) })
}
