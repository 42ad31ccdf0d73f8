// The package's binding in an editor of its own, without the app.

import type { Server } from "node:http"
import { expect, test } from "@playwright/test"
import { build } from "esbuild"
import { emptyTab, openIn, servePackage } from "./package-page.ts"

let server: Server
let binding: string

test.beforeAll(async () => {
  const contents = 'export { EditorView } from "@codemirror/view"; export { scriptroom } from "scriptroom/codemirror"'
  const stdin = { contents, resolveDir: import.meta.dirname }
  const { outputFiles } = await build({ stdin, bundle: true, format: "esm", write: false })
  binding = outputFiles[0]?.text ?? ""
  server = await servePackage()
})

test.afterAll(() => void server.close())

test("an editor whose script is closed takes no more keys", async ({ context }) => {
  const page = await emptyTab(server, context)
  await page.route("**/binding.js", route => route.fulfill({ contentType: "text/javascript", body: binding }))
  await openIn(page, crypto.randomUUID())
  await page.evaluate(async () => {
    const file = "/binding.js"
    const { EditorView, scriptroom } = (await import(file)) as typeof import("@codemirror/view") & typeof import("scriptroom/codemirror")
    new EditorView({ doc: script.text(), extensions: [scriptroom(script)], parent: document.body }).focus()
  })
  const shown = page.locator(".cm-content")
  await page.keyboard.type("Kept.")
  await expect(shown).toHaveText("Kept.")
  await page.evaluate(() => void script.close())
  await page.keyboard.type("Nowhere.")
  await page.keyboard.press("Backspace")
  await page.keyboard.press("Enter")
  await expect(shown).toHaveText("Kept.")
})

test("an editor that outlives its script breaks nothing, and what was typed before is kept", async ({ context }) => {
  const id = crypto.randomUUID()
  const page = await emptyTab(server, context)
  const uncaught: string[] = []
  page.on("pageerror", error => uncaught.push(String(error)))
  await page.route("**/binding.js", route => route.fulfill({ contentType: "text/javascript", body: binding }))
  await openIn(page, id)
  await page.evaluate(async () => {
    const file = "/binding.js"
    const { EditorView, scriptroom } = (await import(file)) as typeof import("@codemirror/view") & typeof import("scriptroom/codemirror")
    const view = new EditorView({ doc: script.text(), extensions: [scriptroom(script)], parent: document.body })
    const type = (insert: string): void => view.dispatch({ changes: { from: view.state.doc.length, insert } })
    const frames = async (): Promise<void> => {
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame)
    }
    type("Before.")
    await frames()
    const closing = script.close()
    type(" While it closes.")
    await closing
    await frames()
    type(" After.")
    await frames()
    view.destroy()
  })
  expect(uncaught).toEqual([])
  await openIn(page, id)
  expect(await page.evaluate(() => script.text())).toBe("Before.")
})
