// What a front-end team writes first: open a script, edit it, show it in CodeMirror, count its pages, take a file.
// The tests bundle this file in different ways and run it; it returns what it saw.

import { EditorState } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { init, openScript } from "scriptroom"
import { scriptroom } from "scriptroom/codemirror"

/** Writes a page and returns the text, the scenes, the page count, the file, and what stands on paper. */
export async function write(addresses) {
  await init(addresses)
  const script = await openScript({
    id: crypto.randomUUID(),
    user: { name: "Ada", color: "#aa3300" },
    store: "none",
  })
  const pages = new Promise(resolve => script.on("pages", resolve))
  script.edit([
    {
      kind: "replace",
      from: 0,
      to: 0,
      insert: [{ text: "INT. KITCHEN - DAY" }, { text: "Rain.", element: "action" }],
    },
  ])
  script.edit([{ kind: "element", from: 0, to: 1, element: "scene-heading" }])
  const state = EditorState.create({ doc: script.text(), extensions: [scriptroom(script)] })
  const view = new EditorView({ state, parent: document.body })
  view.dispatch({ changes: { from: view.state.doc.length, insert: " It stops." } })

  const { count } = await pages
  const seen = {
    text: script.text(),
    shown: view.state.doc.toString(),
    scenes: script.scenes().map(scene => scene.heading),
    pages: count,
    file: await script.exportFountain(),
    paper: (await script.exportText()).trim().split(/\s*\n\s*/),
  }
  view.destroy()
  await script.close()
  return seen
}
