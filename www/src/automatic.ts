// What typing does by itself besides recognising elements: (CONT'D), capitals, quotes. Each is a step of its own, so that
// one undo takes it back and leaves what was typed.

import type { ScriptHandle } from "scriptroom"
import { paragraphsField } from "scriptroom/codemirror"
import type { EditorState, Extension } from "@codemirror/state"
import { type Command, EditorView } from "@codemirror/view"
import { cueExtensions, cueName } from "./complete/names"
import { currentElement, enter } from "./keys"
import { apostrophe, curlyFor, quotesFor, showsApostrophe } from "./quotes"
import { loadSettings } from "./settings"
import { asOneStep } from "./undo-step"

const continued = "CONT'D"

/** Enter, and what it does to the cue that it leaves. */
export function enterWithContinued(script: ScriptHandle): Command {
  return view => {
    const { state } = view
    const { head, empty } = state.selection.main
    const line = state.doc.lineAt(head)
    const leavesCue = empty && head === line.to && currentElement(state) === "character"
    if (!enter(view)) return false
    if (leavesCue && loadSettings().contd && goesOn(view.state, line.number - 1)) {
      asOneStep(script, () =>
        view.dispatch({ changes: { from: view.state.doc.line(line.number).to, insert: ` (${continued})` }, userEvent: "input.continued" }),
      )
    }
    return true
  }
}

/** Whether the cue on a line is of whoever spoke last in the scene, with something in between that is no speech. */
function goesOn(state: EditorState, index: number): boolean {
  const paragraphs = state.field(paragraphsField)
  const cue = state.doc.line(index + 1).text
  const name = cueName(cue)
  if (name === "" || cueExtensions(cue).some(extension => /^CONT['\u2019]?D$/.test(extension))) return false
  for (let at = index - 1; at >= 0; at--) {
    const element = paragraphs[at]?.element
    if (element === "scene-heading") return false
    if (element === "character") return cueName(state.doc.line(at + 1).text) === name
  }
  return false
}

/** Capitals and quotes while somebody types. */
export function corrections(script: ScriptHandle): Extension {
  return EditorView.inputHandler.of((view, from, to, text) => {
    if (view.composing || text.length !== 1) return false
    const corrected = correction(view.state, from, to, text)
    if (corrected === null || corrected.insert === text) return false
    const { start, insert } = corrected
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + 1 }, scrollIntoView: true, userEvent: "input.type" })
    asOneStep(script, () =>
      view.dispatch({ changes: { from: start, to: from + 1, insert }, selection: { anchor: start + insert.length }, userEvent: "input.correct" }),
    )
    return true
  })
}

/** What stands from `start` to the end of what is typed instead of it. */
interface Correction {
  readonly start: number
  readonly insert: string
}

function correction(state: EditorState, from: number, to: number, text: string): Correction | null {
  const line = state.doc.lineAt(from)
  const before = state.sliceDoc(line.from, from)
  const settings = loadSettings()
  if (settings.quotes) {
    const quotes = quotesFor(settings.writing || navigator.language)
    if (text === '"' || text === "'") return { start: from, insert: curlyFor(text, before, quotes, state.sliceDoc(to, state.doc.lineAt(to).to)) }
    if (showsApostrophe(text, before, quotes)) return { start: from - 1, insert: apostrophe + text }
  }
  const isProse = ["action", "dialogue", "general"].includes(currentElement(state))
  return settings.sentences && isProse && beginsSentence(before) ? { start: from, insert: text.toLocaleUpperCase() } : null
}

/** Whether what is typed now is the first letter of a sentence. An ellipsis ends none, nor does an abbreviation such as "e.g.". */
export function beginsSentence(before: string): boolean {
  return /^\s*["\u201c\u201e'\u2018(]*$/.test(before) || /(?<!\.\p{L}|(?:^|\s)\p{L}|\.\.)[.!?]["\u201d\u201c'\u2019)]*\s+["\u201c\u201e'\u2018(]*$/u.test(before)
}
