// The editor: CodeMirror put together for a script. The document belongs to the script handle, and
// `scriptroom/codemirror` keeps the two in step; here is what makes it a screenplay.

import { paragraphsField, redo, scriptroom, undo } from "scriptroom/codemirror"
import type { ScriptHandle } from "scriptroom"
import { standardKeymap } from "@codemirror/commands"
import { EditorState, type Extension, Prec } from "@codemirror/state"
import { EditorView, type KeyBinding, keymap, type ViewUpdate } from "@codemirror/view"
import { copyAsText } from "./clipboard"
import { completions } from "./complete/complete"
import { finding } from "./find/find"
import { corrections, enterWithContinued } from "./automatic"
import { dragParagraphs } from "./drag"
import { dualDialogue } from "./dual"
import { elementKeys } from "./keys"
import { elementLines } from "./lines"
import { caretOnBlur } from "./caret-on-blur"
import { modes } from "./modes"
import { pageGaps } from "./pagegaps"
import { revisionMarks } from "./production/marks"
import { pageMeasures } from "./production/measures"
import { omittedScenes } from "./production/omitted"
import { pasteParagraphs } from "./paste"
import { peerLines } from "./peerlines"
import { recognise } from "./recognise"
import { nextStyles, styleKeys } from "./styles"
import { titlePage } from "./titlesheet"
import { wholeParagraphs } from "./tripleclick"
import { ui } from "./words/ui"

/** What the page around the editor wants to hear. */
export interface EditorListeners {
  readonly onUpdate: (update: ViewUpdate) => void
  /** Something in the editor threw. */
  readonly onCrash: (error: unknown) => void
}

/** Makes the editor of a script in `host`; `more` is what other parts of the page bring along. */
export function createEditor(host: HTMLElement, script: ScriptHandle, listeners: EditorListeners, more: Extension): EditorView {
  const state = EditorState.create({ doc: script.text(), extensions: [extensions(script, listeners), more] })
  return new EditorView({ state, parent: host })
}

function extensions(script: ScriptHandle, listeners: EditorListeners): Extension {
  return [
    scriptroom(script),
    elementLines(script),
    pageMeasures(script),
    titlePage(script),
    modes(),
    revisionMarks(script),
    omittedScenes(script),
    dualDialogue(),
    recognise(() => script.closeUndoGroup()),
    corrections(script),
    peerLines(),
    completions(),
    finding(script),
    caretOnBlur(),
    nextStyles(),
    wholeParagraphs(),
    copyAsText(script),
    dragParagraphs(script),
    pasteParagraphs(),
    Prec.high(keymap.of([enterKey(script), ...elementKeys, ...styleKeys(script), ...undoKeys])),
    keymap.of([...standardKeymap]),
    EditorView.lineWrapping,
    EditorState.phrases.of(ui.editorPhrases),
    // Where it may not be edited it could not have the focus, and nobody could scroll it by keys.
    EditorView.contentAttributes.of({ "aria-label": ui.shell.script, tabindex: "0" }),
    EditorView.updateListener.of(listeners.onUpdate),
    EditorView.exceptionSink.of(listeners.onCrash),
  ]
}

/** Makes a view of a script that is only read: the same pages, and nothing to write with. */
export function createReader(host: HTMLElement, script: ScriptHandle, label: string): EditorView {
  const reading = [
    scriptroom(script),
    elementLines(script),
    pageMeasures(script),
    pageGaps(),
    dualDialogue(),
    revisionMarks(script),
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", tabindex: "0" }),
  ]
  const state = EditorState.create({ doc: script.text(), extensions: reading })
  return new EditorView({ state, parent: host })
}

function enterKey(script: ScriptHandle): KeyBinding {
  const run = enterWithContinued(script)
  return { key: "Enter", run, shift: run }
}

const undoKeys = [
  { key: "Mod-z", run: undo, preventDefault: true },
  { key: "Mod-y", mac: "Mod-Shift-z", run: redo, preventDefault: true },
  { key: "Mod-Shift-z", run: redo, preventDefault: true },
]

/** Throws where the editor does not show what the script says. As long as the script: for tests. */
export function checkInStep({ state }: EditorView, script: ScriptHandle): void {
  const shown = state.doc.toString()
  const meant = script.text()
  if (shown !== meant) throw new Error(`expected the editor to show the script's ${meant.length} units, got ${shown.length}`)
  const elements = state.field(paragraphsField).map(look => look.element)
  const wanted = script.paragraphs().map(paragraph => paragraph.element)
  if (elements.join() !== wanted.join()) throw new Error("expected the editor's elements to be the script's")
}

/** Puts the caret at an offset, that line near the top, and the focus into the script. */
export function goTo(view: EditorView, offset: number): void {
  const anchor = Math.min(offset, view.state.doc.length)
  view.dispatch({
    selection: { anchor },
    effects: EditorView.scrollIntoView(anchor, { y: "start", yMargin: 48 }),
    userEvent: "select",
  })
  view.focus()
}
