// Dragging what is selected: it stays what it is, wherever it is dropped.

import { type Writer, expect, test } from "./writer.ts"

const script = "INT. ONE - DAY\n\nA searchlight *goes*.\n\nMARA\nIt **rains**.\n\nINT. TWO - DAY\n\nChains creak.\n"
const opened = ["scene-heading: INT. ONE - DAY", "action: A searchlight goes.", "character: MARA", "dialogue: It rains.", "scene-heading: INT. TWO - DAY", "action: Chains creak."]

/** The elements and texts of the paragraphs in view. */
async function paragraphs(writer: Writer): Promise<string[]> {
  return writer.script.locator(".cm-line").evaluateAll(lines =>
    lines.map(line => `${[...line.classList].find(name => name.startsWith("el-"))?.slice(3)}: ${line.textContent}`),
  )
}

interface Place {
  readonly x: number
  readonly y: number
}

/** Where a line starts or ends on the page. */
async function placeOf(writer: Writer, words: string, side: "start" | "end"): Promise<Place> {
  return writer.line(words).evaluate((line, side) => {
    const range = document.createRange()
    range.selectNodeContents(line)
    const rect = [...range.getClientRects()].at(side === "start" ? 0 : -1)
    if (!rect) throw new Error("expected the line to be drawn")
    return { x: side === "start" ? rect.left + 1 : rect.right - 1, y: rect.top + rect.height / 2 }
  }, side)
}

/** Drags what is selected, with a key held as it is dropped. */
async function drag(writer: Writer, to: Place, key?: string): Promise<void> {
  const { mouse, keyboard } = writer.page
  const from = await writer.page.evaluate(() => {
    const rect = getSelection()?.getRangeAt(0).getClientRects()[0]
    if (!rect) throw new Error("expected a selection")
    return { x: rect.x + 8, y: rect.y + rect.height / 2 }
  })
  await mouse.move(from.x, from.y)
  await mouse.down()
  // Who moves farther at once selects.
  await mouse.move(from.x + 5, from.y, { steps: 5 })
  await mouse.move(to.x, to.y, { steps: 4 })
  if (key) await keyboard.down(key)
  await mouse.move(to.x, to.y)
  await mouse.up()
  if (key) await keyboard.up(key)
}

test("paragraphs that are dragged are what they were, and one undo takes them back", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(script)
  await expect.poll(() => paragraphs(ana)).toEqual(opened)
  await ana.line("MARA").click()
  await ana.press("Home", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+Home")
  await drag(ana, await placeOf(ana, "A searchlight", "start"))
  const moved = [opened[0], opened[2], opened[3], opened[1], ...opened.slice(4)]
  await expect.poll(() => paragraphs(ana)).toEqual(moved)
  await expect(ana.script.locator(".style-bold")).toHaveText("rains")
  await expect(ana.script).toBeFocused()
  expect(await ana.page.evaluate(() => getSelection()?.toString().includes("MARA"))).toBe(true)
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(opened)
  await ana.press("Control+Shift+Z")
  await expect.poll(() => paragraphs(ana)).toEqual(moved)
  await ana.line("INT. TWO").click()
  await ana.press("Home", "Shift+ArrowDown", "Shift+End")
  await drag(ana, await placeOf(ana, "INT. ONE", "start"))
  const first = [...opened.slice(4), opened[0], opened[2], opened[3], opened[1], "scene-heading: "]
  await expect.poll(() => paragraphs(ana)).toEqual(first)
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(moved)
  await ana.press("Control+Shift+Z")
  await expect.poll(() => paragraphs(ana)).toEqual(first)
  await ana.saved()
  const other = await writer()
  await other.open(ana.page.url())
  await expect.poll(() => paragraphs(other)).toEqual(first)
})

test("what is dragged with Control is a copy, and styles within a paragraph come along", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(script)
  await ana.line("INT. ONE").click()
  await ana.press("Home", "Shift+ArrowDown")
  await drag(ana, await placeOf(ana, "INT. TWO", "start"), "Control")
  await expect.poll(() => paragraphs(ana)).toEqual([...opened.slice(0, 4), "scene-heading: INT. ONE - DAY", ...opened.slice(4)])
  await expect(ana.scenes).toHaveCount(3)
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(opened)
  await ana.line("A searchlight").click()
  await ana.press("End", "ArrowLeft", "Control+Shift+ArrowLeft")
  await drag(ana, await placeOf(ana, "Chains creak.", "end"))
  await expect.poll(() => paragraphs(ana)).toEqual([opened[0], "action: A searchlight .", ...opened.slice(2, 5), "action: Chains creak.goes"])
  await expect(ana.script.locator(".style-italic")).toHaveText("goes")
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(opened)
})

test("paragraphs that are dragged onto an empty one take its place, and dropped on themselves they stay", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(script)
  await ana.line("Chains creak.").click()
  await ana.press("End", "Enter")
  const before = [...opened, "action: "]
  await expect.poll(() => paragraphs(ana)).toEqual(before)
  await ana.line("INT. ONE").click()
  await ana.press("Home", "Shift+ArrowDown", "Shift+End")
  await drag(ana, await placeOf(ana, "A searchlight", "start"))
  await expect.poll(() => paragraphs(ana)).toEqual(before)
  await ana.line("INT. ONE").click()
  await ana.press("Home", "Shift+ArrowDown", "Shift+End")
  const empty = await ana.script.locator(".cm-line").last().boundingBox()
  if (!empty) throw new Error("expected the empty line to be in view")
  await drag(ana, { x: empty.x + 100, y: empty.y + empty.height / 2 })
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: ", ...opened.slice(2), ...opened.slice(0, 2)])
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(before)
})

test("what is dragged is plain text for other programs, and a script in another window takes it as a copy", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(script)
  await ana.line("MARA").click()
  await ana.press("Home", "Shift+ArrowDown", "Shift+End")
  const dragged = await ana.script.evaluate(content => {
    const dataTransfer = new DataTransfer()
    content.dispatchEvent(new DragEvent("dragstart", { dataTransfer, bubbles: true, cancelable: true }))
    content.dispatchEvent(new DragEvent("dragend", { dataTransfer, bubbles: true }))
    return dataTransfer.types.map(type => [type, dataTransfer.getData(type)] as const)
  })
  expect(Object.fromEntries(dragged)["text/plain"]).toBe("MARA\nIt rains.")
  const other = await writer()
  await other.newScript()
  await other.script.evaluate((content, data) => {
    const dataTransfer = new DataTransfer()
    for (const [type, text] of data) dataTransfer.setData(type, text)
    const { x, y, height } = (content.querySelector(".cm-line") as Element).getBoundingClientRect()
    content.dispatchEvent(new DragEvent("drop", { dataTransfer, clientX: x + 5, clientY: y + height / 2, bubbles: true, cancelable: true }))
  }, dragged)
  await expect.poll(() => paragraphs(other)).toEqual(opened.slice(2, 4))
  await expect.poll(() => paragraphs(ana)).toEqual(opened)
})
