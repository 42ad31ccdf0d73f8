/**
 * `scriptroom/codemirror`: the binding between a script and a CodeMirror 6 editor.
 *
 * `new EditorView({ doc: script.text(), extensions: [scriptroom(script)] })` is all that is needed.
 * The script owns the document, the editor shows it. What is beside the text is in state fields:
 * {@link paragraphsField}, {@link pageBreaksField}. Effects ask for what is no text:
 * {@link setElement}, {@link setStyle}. Undo and redo are the script's own, also from the browser's menu.
 */

import type { Extension } from "@codemirror/state"
import { formatsField } from "./codemirror/formats.ts"
import { handleFacet } from "./codemirror/handle.ts"
import { pageBreaksField } from "./codemirror/pages.ts"
import { paragraphsField } from "./codemirror/paragraphs.ts"
import { peerLayers, peersField } from "./codemirror/peers.ts"
import { browserUndo, sync } from "./codemirror/sync.ts"
import { writing } from "./codemirror/writing.ts"
import type { ScriptHandle } from "./types.ts"

export { setElement, setStyle } from "./codemirror/edits.ts"
export { formatsField } from "./codemirror/formats.ts"
export { pageBreaksField, pagesChanged } from "./codemirror/pages.ts"
export { paragraphsField, type ParagraphLook } from "./codemirror/paragraphs.ts"
export { peersField } from "./codemirror/peers.ts"
export { dropParagraphs, fromScript, insertParagraphs, redo, undo } from "./codemirror/sync.ts"

/**
 * Keeps an editor and a script in step. The editor's document has to be `script.text()` when it is
 * created; the extension belongs to one editor, and the script may have one editor at a time.
 */
export function scriptroom(script: ScriptHandle): Extension {
  const fields = [paragraphsField, formatsField, pageBreaksField, peersField, writing]
  return [handleFacet.of(script), fields, peerLayers, sync, browserUndo]
}
