// A trap in the wasm under the app: the words stay, it is said, and writing goes on.

import { shortScript } from "./samples.ts"
import { expect, test } from "./writer.ts"

test("when the document's wasm traps in the middle of an edit, no word is lost and writing goes on", async ({ writer }) => {
  const ada = await writer()
  await ada.page.addInitScript(() => {
    // The export behaves as one that has run into `unreachable`, once, when the test says so.
    const trapping = (exports: WebAssembly.Exports): WebAssembly.Exports => {
      const edit = exports.scriptcore_edit as ((...given: unknown[]) => unknown) | undefined
      if (!edit) return exports
      const wrapped = (...given: unknown[]): unknown => {
        const state = window as unknown as { trap?: boolean }
        if (!state.trap) return edit(...given)
        state.trap = false
        throw new WebAssembly.RuntimeError("unreachable")
      }
      return { ...exports, scriptcore_edit: wrapped }
    }
    const { Instance, instantiate } = WebAssembly
    WebAssembly.Instance = new Proxy(Instance, { construct: (target, given: [WebAssembly.Module]) => ({ exports: trapping(new target(...given).exports) }) })
    WebAssembly.instantiate = (async (...given: Parameters<typeof instantiate>) => {
      const made = (await instantiate(...given)) as unknown as WebAssembly.Instance | { module: WebAssembly.Module; instance: WebAssembly.Instance }
      return "instance" in made ? { ...made, instance: { exports: trapping(made.instance.exports) } } : { exports: trapping(made.exports) }
    }) as typeof instantiate
  })
  await ada.openFountain(shortScript)
  await ada.saved()
  await ada.toEnd()
  await ada.type(" Before.")
  await ada.saved()
  await ada.page.evaluate(() => Object.assign(window, { trap: true }))
  await ada.press("x")
  await expect(ada.page.getByText("The script was put together again from this device. Nothing is lost.")).toBeVisible()
  await ada.sees("comes back. Before.")
  await ada.toEnd()
  await ada.type(" After.")
  await ada.saved()
  const ben = await writer()
  await ben.open(ada.page.url())
  await ben.sees("Before.")
  await ben.sees("After.")
})
