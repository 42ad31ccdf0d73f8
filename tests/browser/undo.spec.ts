// Undo and redo bring the selection back with the words.

import { shortScript } from "./samples.ts"
import { type Writer, expect, test } from "./writer.ts"

/** What is selected, as text; a caret is "". */
async function selected(writer: Writer): Promise<string> {
  return writer.page.evaluate(() => getSelection()?.toString() ?? "")
}

test("undo selects again what was written over, redo puts the caret behind the new words", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("She runs home.")
  await ana.press("Home", "Control+ArrowRight", "Control+Shift+ArrowRight")
  await expect.poll(async () => (await selected(ana)).trim()).toBe("runs")
  await ana.type(" walks")
  await expect.poll(() => ana.text()).toBe("She walks home.")
  await ana.press("Control+z")
  // The key that wrote over the selection is a step of its own, those behind it another.
  while ((await ana.text()) !== "She runs home.") await ana.press("Control+z")
  await expect.poll(async () => (await selected(ana)).trim()).toBe("runs")
  await ana.press("Control+Shift+Z", "Control+Shift+Z")
  await expect.poll(() => ana.text()).toBe("She walks home.")
  await ana.type(" all the way")
  await expect.poll(() => ana.text()).toBe("She walks all the way home.")
})

test("undo of a deletion far away comes back to it and selects it", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(`${shortScript}\n${"Rain.\n\n".repeat(200)}`)
  await ana.line("Chains creak.").click()
  await ana.press("Home", "Shift+End")
  const line = await selected(ana)
  expect(line).toContain("Chains creak.")
  await ana.press("Delete")
  await ana.toEnd()
  await expect(ana.line("INT. FERRY")).toHaveCount(0)
  await ana.press("Control+z")
  await expect(ana.line("Chains creak.")).toBeInViewport()
  await expect.poll(() => selected(ana)).toBe(line)
})

test("undo of a retyped paragraph leaves the caret where it was", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("Close on the key")
  await ana.press("Home", "Control+ArrowRight", "Control+3", "Control+5", "End", "Control+z", "Control+z")
  await ana.type(" by")
  await expect.poll(() => ana.text()).toBe("Close by on the key")
})
