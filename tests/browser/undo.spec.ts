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

test("the browser's own undo takes back what was written last, and nothing that a key has taken back", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("int. ferry")
  await ana.press("Enter")
  await ana.type("Rain.")
  await ana.press("Control+3")
  await expect(ana.script.locator(".el-character")).toHaveText("Rain.")
  // As from the browser's menu: a page's own `execCommand` asks nobody before.
  const browser = await ana.context.newCDPSession(ana.page)
  const browserUndo = (): Promise<unknown> => browser.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Undo", commands: ["undo"] })
  await browserUndo()
  await expect(ana.script.locator(".el-action")).toHaveText("Rain.")
  await browserUndo()
  await expect.poll(() => ana.text()).toBe("int. ferry\n")
  // Chromium offers to redo only what it has undone by itself: the event as a gesture brings it.
  await ana.script.evaluate(content => content.dispatchEvent(new InputEvent("beforeinput", { inputType: "historyRedo", bubbles: true, cancelable: true })))
  await expect.poll(() => ana.text()).toBe("int. ferry\nRain.")
  await ana.press("Control+z")
  await browserUndo()
  await expect.poll(() => ana.text()).toBe("int. ferry")
})

test("what is written in the place of bold words is in the editor what it is in the script, for everybody and after undo", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain("INT. BAR - NIGHT\n\nYou said **four** minutes.\n")
  await ana.saved()
  const ben = await writer()
  await ben.open(ana.page.url())
  const bold = (one: Writer): Promise<string[]> => one.script.locator(".style-bold").allInnerTexts()
  for (const one of [ana, ben]) await expect.poll(() => bold(one)).toEqual(["four"])
  await ana.script.locator(".style-bold").dblclick()
  await expect.poll(() => selected(ana)).toBe("four")
  await ana.type("six")
  for (const one of [ana, ben]) {
    await one.sees("You said six minutes.")
    await expect.poll(() => bold(one)).toEqual([])
  }
  while ((await ana.text()).includes("six") || !(await ana.text()).includes("four")) await ana.press("Control+z")
  for (const one of [ana, ben]) await expect.poll(() => bold(one)).toEqual(["four"])
  while (!(await ana.text()).includes("six")) await ana.press("Control+Shift+Z")
  for (const one of [ana, ben]) await expect.poll(() => bold(one)).toEqual([])
  await ana.saved()
  await ana.page.reload()
  await ana.sees("You said six minutes.")
  expect(await bold(ana)).toEqual([])
})

test("with nothing selected a style is for what is typed next, until the caret goes elsewhere, and is undone with it", async ({ writer }) => {
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFountain("INT. FERRY - NIGHT\n\nIt rains.\n")
  await ana.saved()
  await ben.open(ana.page.url())
  const bold = (one: Writer): Promise<string[]> => one.script.locator(".style-bold").allInnerTexts()
  await ana.toEnd()
  await ana.press("Control+b")
  // What others write meanwhile changes nothing about it.
  await ben.line("INT. FERRY").click()
  await ben.press("End")
  await ben.type(" AGAIN")
  await ana.sees("NIGHT AGAIN")
  // However it comes, it is one piece.
  for (const [part, shown] of [[" ", "It rains. "], ["Ha", "It rains. Ha"], ["rd", "It rains. Hard"]] as const) {
    await ana.type(part)
    await ben.sees(shown)
  }
  await ana.press("Control+b")
  await ana.type("ly ever.")
  for (const one of [ana, ben]) {
    await one.sees("It rains. Hardly ever.")
    await expect.poll(() => bold(one)).toEqual([" Hard"])
  }
  await ana.press("Control+b", "ArrowLeft", "ArrowRight")
  await ana.type(" No.")
  await ana.sees("Hardly ever. No.")
  expect(await bold(ana)).toEqual([" Hard"])
  await ana.press("Control+i")
  await ana.type(" Yes.")
  await expect(ana.script.locator(".style-italic")).toHaveText("Yes.")
  await ana.press("Control+z")
  await expect.poll(() => ana.text()).not.toContain("Yes.")
})
