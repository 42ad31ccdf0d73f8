// CodeMirror with the same text on the same paper and nothing else: what the app's figures are held against.

import { join } from "node:path"
import { build } from "esbuild"

const source = `
import { history, historyKeymap, standardKeymap } from "@codemirror/commands"
import { EditorState } from "@codemirror/state"
import { EditorView, keymap } from "@codemirror/view"

window.showBare = text => {
  const desk = document.createElement("main")
  desk.className = "desk"
  desk.style.cssText = "position: fixed; inset: 3rem 0 2rem 17rem"
  document.body.replaceChildren(desk)
  const extensions = [history(), keymap.of([...standardKeymap, ...historyKeymap]), EditorView.lineWrapping]
  const view = new EditorView({ state: EditorState.create({ doc: text, extensions }), parent: desk })
  window.bareGoTo = part => {
    const anchor = view.state.doc.lineAt(Math.floor(part * view.state.doc.length)).from
    view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "start", yMargin: 48 }) })
    view.focus()
  }
}
`

/** Puts it in the place of a page that has the app's styles. */
export async function showBare(page, text) {
  const bundle = await build({
    stdin: { contents: source, resolveDir: join(import.meta.dirname, "../../../www") },
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    logLevel: "warning",
  })
  await page.evaluate(bundle.outputFiles[0].text)
  await page.evaluate(text => window.showBare(text), text)
}
