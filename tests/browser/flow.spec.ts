// Enter, Tab and what typing is recognised as: a scene is written without touching the mouse.

import { type Writer, expect, test } from "./writer.ts"

/** The elements and texts of the paragraphs in view. */
async function paragraphs(writer: Writer): Promise<string[]> {
  return writer.script.locator(".cm-line").evaluateAll(lines =>
    lines.map(line => {
      const element = [...line.classList].find(name => name.startsWith("el-"))?.slice(3)
      return `${element}: ${line.textContent}`
    }),
  )
}

test("a scene is written with Enter and Tab alone", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("int. kitchen - day")
  await ana.press("Enter")
  await ana.type("A kettle boils over.")
  await ana.press("Tab")
  await ana.type("Mara")
  await ana.press("Enter")
  await ana.type("Leave it.")
  await ana.press("Tab")
  await ana.type("beat")
  await ana.press("Enter")
  await ana.type("Leave it on.")
  await ana.press("Enter")
  await ana.type("She leaves.")
  await ana.press("Enter", "Tab", "Tab")
  await ana.type("cut to:")
  await ana.press("Enter")
  await ana.type("ext. yard - day")

  await expect.poll(() => paragraphs(ana)).toEqual([
    "scene-heading: int. kitchen - day",
    "action: A kettle boils over.",
    "character: Mara",
    "dialogue: Leave it.",
    "parenthetical: (beat)",
    "dialogue: Leave it on.",
    "action: She leaves.",
    "transition: cut to:",
    "scene-heading: ext. yard - day",
  ])
  await expect(ana.scenes).toHaveCount(2)
})

/** Where Enter and Tab lead at the end of an element, as writers know it from other screenplay programs. */
const leads: readonly (readonly [element: string, enter: string, tab: string])[] = [
  ["scene-heading", "action", "action"],
  ["action", "action", "character"],
  ["character", "dialogue", "transition"],
  ["parenthetical", "dialogue", "dialogue"],
  ["dialogue", "action", "parenthetical"],
  ["transition", "scene-heading", "scene-heading"],
  ["shot", "action", "action"],
  ["general", "general", "general"],
  ["cast-list", "action", "action"],
  ["new-act", "scene-heading", "scene-heading"],
  ["end-of-act", "new-act", "new-act"],
]

for (const [element, enter, tab] of leads) {
  test(`Enter leads from ${element} to ${enter}, Tab to ${tab}`, async ({ writer }) => {
    const ana = await writer()
    await ana.newScript()
    const written = async (word: string): Promise<void> => {
      await ana.page.getByLabel("Element", { exact: true }).selectOption(element)
      await ana.script.focus()
      await ana.type(word)
    }
    const kinds = async (): Promise<string[]> => (await paragraphs(ana)).map(paragraph => paragraph.split(":")[0] as string)
    await written("One")
    await ana.press("Enter")
    await expect.poll(kinds).toEqual([element, enter])
    await written("Two")
    await expect.poll(kinds).toEqual([element, element])
    await ana.press("Tab")
    await expect.poll(kinds).toEqual([element, element, tab])
  })
}

test("Enter on an empty paragraph leads back to action, Shift-Tab to the element before", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.press("Tab")
  await expect.poll(() => paragraphs(ana)).toEqual(["character: "])
  await ana.press("Shift+Tab")
  await expect.poll(() => paragraphs(ana)).toEqual(["action: "])
  await ana.press("Tab")
  await ana.type("Mara")
  await ana.press("Enter", "Enter")
  await expect.poll(() => paragraphs(ana)).toEqual(["character: Mara", "action: "])
})

test("a bracket at the start of a speech opens a parenthetical, and one more closes it", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.press("Tab")
  await ana.type("Mara")
  await ana.press("Enter")
  await ana.type("(quietly)")
  await expect.poll(() => paragraphs(ana)).toEqual(["character: Mara", "parenthetical: (quietly)"])
  await ana.press("Enter")
  await ana.type("No.")
  await expect.poll(() => paragraphs(ana)).toEqual(["character: Mara", "parenthetical: (quietly)", "dialogue: No."])
})

test("Backspace right behind the bracket that opened a parenthetical leaves neither", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.press("Control+3")
  await ana.type("tom")
  await ana.press("Enter")
  await ana.type("(")
  await expect.poll(() => paragraphs(ana)).toEqual(["character: tom", "parenthetical: ()"])
  await ana.press("Backspace")
  await expect.poll(() => paragraphs(ana)).toEqual(["character: tom", "dialogue: "])
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(["character: tom", "parenthetical: ()"])
  await ana.press("Control+Shift+Z", "Backspace")
  await expect.poll(() => paragraphs(ana)).toEqual(["character: tom"])
})

test("`int.` becomes a heading, and one undo leaves the letters as action", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("int.")
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: int."])
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(["action: int."])
  await ana.press("Control+Shift+Z")
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: int."])
})

test("the element keys and the element list retype a paragraph and say so", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("Close on the key")
  const expected = ["scene-heading", "action", "character", "parenthetical", "dialogue", "transition", "shot", "general"]
  for (const [index, element] of expected.entries()) {
    await ana.press(`Control+${index + 1}`)
    await expect.poll(() => paragraphs(ana)).toEqual([`${element}: Close on the key`])
    await expect(ana.page.getByLabel("Element", { exact: true })).toHaveValue(element)
  }
  await ana.announces("Shot", async () => {
    await ana.page.getByLabel("Element", { exact: true }).selectOption("shot")
  })
  await expect.poll(() => paragraphs(ana)).toEqual(["shot: Close on the key"])
})

test("the closed element list is walked by keys, and Enter, Tab or a choice in the open list leads to the script", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("Close on the key")
  const list = ana.page.getByLabel("Element", { exact: true })
  await list.focus()
  for (const element of ["character", "parenthetical", "dialogue"]) {
    await ana.press("ArrowDown")
    await expect.poll(() => paragraphs(ana)).toEqual([`${element}: Close on the key`])
    await expect(list).toBeFocused()
  }
  await ana.press("Enter")
  await expect(ana.script).toBeFocused()
  await list.focus()
  await ana.type("t")
  await expect.poll(() => paragraphs(ana)).toEqual(["transition: Close on the key"])
  await expect(list).toBeFocused()
  await ana.press("Tab")
  await expect(ana.script).toBeFocused()
  await ana.type("hole: ")
  await expect.poll(() => paragraphs(ana)).toEqual(["transition: Close on the keyhole: "])
  await list.focus()
  await ana.press("Tab")
  await expect(ana.page.getByRole("button", { name: "Bold" })).toBeFocused()
  await list.focus()
  await ana.press("Alt+ArrowDown", "ArrowDown", "Enter")
  await expect.poll(() => paragraphs(ana)).toEqual(["shot: Close on the keyhole: "])
  await expect(ana.script).toBeFocused()
})

test("Enter cuts a paragraph in two, Backspace at the start makes them one again", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("One. Two.")
  for (let step = 0; step < 4; step++) await ana.press("ArrowLeft")
  await ana.press("Enter")
  await expect.poll(() => paragraphs(ana)).toEqual(["action: One. ", "action: Two."])
  await ana.press("Backspace")
  await expect.poll(() => paragraphs(ana)).toEqual(["action: One. Two."])
})

test("Enter at the start of a heading puts an empty line above it, and it stays the heading", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("ext. pier - dawn")
  await ana.press("Home", "Enter")
  await expect.poll(() => paragraphs(ana)).toEqual(["action: ", "scene-heading: ext. pier - dawn"])
})

const twoScenes = "INT. ONE - DAY\n\nA searchlight goes.\n\nINT. TWO - DAY\n\nChains creak.\n"

test("three clicks select a paragraph and nothing of the next, and go on by paragraphs where they are dragged", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(twoScenes)
  await ana.line("A searchlight").click({ clickCount: 3 })
  await ana.press("Tab")
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: INT. ONE - DAY", "character: A searchlight goes.", "scene-heading: INT. TWO - DAY", "action: Chains creak."])
  await ana.press("Control+z")
  await ana.line("A searchlight").click({ clickCount: 3 })
  await ana.type("It rains.")
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: INT. ONE - DAY", "action: It rains.", "scene-heading: INT. TWO - DAY", "action: Chains creak."])
  await ana.line("It rains").click({ clickCount: 3 })
  const selected = (): Promise<string> => ana.page.evaluate(() => getSelection()?.toString() ?? "")
  await expect.poll(selected).toBe("It rains.")
  const [here, above, below] = [await ana.line("It rains").boundingBox(), await ana.line("INT. ONE").boundingBox(), await ana.line("INT. TWO").boundingBox()]
  if (!here || !above || !below) throw new Error("expected the lines to be in view")
  const { mouse } = ana.page
  const at = { x: here.x + 30, y: here.y + here.height - 6 }
  for (const [to, words] of [[below, ["It rains.", "INT. TWO - DAY"]], [above, ["INT. ONE - DAY", "It rains."]]] as const) {
    await mouse.move(at.x, at.y)
    for (let clickCount = 1; clickCount <= 3; clickCount++) {
      await mouse.down({ clickCount })
      if (clickCount < 3) await mouse.up({ clickCount })
    }
    await mouse.move(to.x + 40, to.y + to.height - 6, { steps: 5 })
    await mouse.up({ clickCount: 3 })
    await expect.poll(async () => (await selected()).split(/\n+/)).toEqual(words)
  }
})

test("a paragraph at whose start a selection ends stays what it is", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(twoScenes)
  const element = ana.page.getByLabel("Element", { exact: true })
  await ana.line("A searchlight").click()
  await ana.press("Home", "Shift+ArrowDown")
  await expect(element).toHaveValue("action")
  await ana.press("Control+3")
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: INT. ONE - DAY", "character: A searchlight goes.", "scene-heading: INT. TWO - DAY", "action: Chains creak."])
  await ana.press("Tab")
  await expect(element).toHaveValue("transition")
  await ana.press("Control+2", "Enter")
  await ana.type("Now: ")
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: INT. ONE - DAY", "action: ", "scene-heading: Now: INT. TWO - DAY", "action: Chains creak."])
  await expect(ana.scenes).toHaveCount(2)
})
