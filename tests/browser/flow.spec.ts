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
