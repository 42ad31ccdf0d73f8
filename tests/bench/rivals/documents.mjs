// The same script as the documents of the others: a list of `{ type, text }` as one update of Yjs each.

import { slateNodesToInsertDelta } from "@slate-yjs/core"
import * as Y from "yjs"

/** A paragraph as y-prosemirror has it: an element with a text in it. */
export function forProsemirror(paragraphs) {
  const doc = new Y.Doc()
  const elements = paragraphs.map(({ type, text }) => {
    const element = new Y.XmlElement("paragraph")
    element.setAttribute("element", type)
    if (text !== "") element.insert(0, [new Y.XmlText(text)])
    return element
  })
  doc.getXmlFragment("prosemirror").insert(0, elements)
  return Y.encodeStateAsUpdate(doc)
}

/** A paragraph as slate-yjs has it: a text that is embedded in the root's. */
export function forSlate(paragraphs) {
  const doc = new Y.Doc()
  const nodes = paragraphs.map(({ type, text }) => ({ type, children: [{ text }] }))
  doc.get("content", Y.XmlText).applyDelta(slateNodesToInsertDelta(nodes))
  return Y.encodeStateAsUpdate(doc)
}
