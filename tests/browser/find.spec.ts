// Finding and replacing in a script of which the view shows only a part.

import type { Locator } from "@playwright/test"
import { generated, shortScript } from "./samples.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

const panel = (one: Writer): Locator => one.page.getByRole("search", { name: "Find in the script" })
const status = (one: Writer): Locator => panel(one).getByRole("status")
const selected = (one: Writer): Promise<string> => one.page.evaluate(() => String(getSelection()))

/** A writer who looks for something in a script. */
async function finding(writer: () => Promise<Writer>, script: string, words: string): Promise<Writer> {
  const one = await writer()
  await one.openFountain(script)
  await one.toStart()
  await one.press("Control+f")
  await expect(panel(one).getByLabel("Find")).toBeFocused()
  await one.type(words)
  return one
}

test("words far outside the view are found, one after the other, and Escape leads back to the one found", async ({ writer }) => {
  const script = `${generated(60)}\n\nEXT. PIER - DAY\n\nA pelican looks on.\n\nThe pelican leaves.\n`
  const ada = await finding(writer, script, "pelican")
  await expect(status(ada)).toHaveText("2")
  await ada.press("Enter")
  await expect(status(ada)).toHaveText("1 of 2")
  await ada.press("Enter")
  await expect(status(ada)).toHaveText("2 of 2")
  await ada.press("Shift+Enter")
  await expect(status(ada)).toHaveText("1 of 2")
  await ada.press("Escape")
  await expect(panel(ada)).toHaveCount(0)
  await expect(ada.script).toBeFocused()
  await expect.poll(() => selected(ada)).toBe("pelican")
})

test("case, whole words, patterns, an element and a scene narrow what is found", async ({ writer }) => {
  const ada = await finding(writer, shortScript, "the")
  await expect(status(ada)).toHaveText("3")
  await panel(ada).getByRole("button", { name: "Match case" }).click()
  await expect(status(ada)).toHaveText("2")
  await panel(ada).getByRole("button", { name: "Match case" }).click()
  await panel(ada).getByLabel("In which element").selectOption("Parenthetical")
  await expect(status(ada)).toHaveText("1")
  await panel(ada).getByLabel("In which element").selectOption("Any element")
  await panel(ada).getByLabel("Where").selectOption("This scene")
  await expect(status(ada)).toHaveText("2")
  await panel(ada).getByLabel("Where").selectOption("Whole script")
  await panel(ada).getByRole("button", { name: "Regular expression" }).click()
  await panel(ada).getByLabel("Find").fill("c(reak|ome)s?\\b")
  await expect(status(ada)).toHaveText("2")
  await panel(ada).getByLabel("Find").fill("c(reak")
  await expect(status(ada)).toHaveText("Not a regular expression")
  await panel(ada).getByRole("button", { name: "Regular expression" }).click()
  await panel(ada).getByLabel("Find").fill("car")
  await panel(ada).getByRole("button", { name: "Whole words" }).click()
  await expect(status(ada)).toHaveText("1")
  await shot(ada, "find")
})

test("one is replaced, then all, while a co-writer writes; one undo takes all of that back and nothing of theirs", async ({ writer }) => {
  const [ada, ben] = [await finding(writer, `${shortScript}\nThe ferry. Another ferry. A third ferry.\n`, "ferry"), await writer()]
  await ada.saved()
  await ben.open(ada.page.url())
  await ben.sees("third ferry")
  await ada.press("Control+h")
  await ada.type("boat")
  await ada.press("Enter", "Enter")
  await ben.sees("INT. boat")
  await panel(ada).getByRole("button", { name: "Replace all" }).click()
  await ben.sees("The boat. Another boat. A third boat.")
  await ben.toEnd()
  await ben.type(" Ben was here.")
  await ada.sees("Ben was here.")
  await ada.press("Escape")
  await ada.press("Control+z")
  await ada.sees("The ferry. Another ferry. A third ferry. Ben was here.")
  await ada.sees("INT. boat")
})

const doors = `INT. HALL - NIGHT

The door creaks. Another door.

INT. CELLAR - NIGHT

A door falls shut. The last door.
`

test("\"This scene\" is the one that the caret is in, also when the panel is closed and opened again elsewhere", async ({ writer }) => {
  const ada = await finding(writer, doors, "door")
  await panel(ada).getByLabel("Where").selectOption("This scene")
  await expect(status(ada)).toHaveText("2")
  await ada.press("Control+h")
  await ada.type("gate")
  await ada.press("Escape")
  await ada.toEnd()
  await ada.press("Control+f")
  await expect(panel(ada).getByLabel("Where")).toHaveValue("scene")
  await ada.press("Control+h")
  await expect(panel(ada).getByLabel("Replace with")).toHaveValue("gate")
  await panel(ada).getByRole("button", { name: "Replace all" }).click()
  await ada.sees("A gate falls shut. The last gate.")
  expect(await ada.text()).toContain("The door creaks. Another door.")
  await panel(ada).getByLabel("Find").fill("door")
  await expect(status(ada)).toHaveText("Nothing found")
  await ada.line("Another door").click()
  await expect(status(ada)).toHaveText("2")
})

test("words that are selected are looked for where the panel says, and what replaces them stays", async ({ writer }) => {
  const ada = await finding(writer, doors, "creaks")
  await panel(ada).getByLabel("Where").selectOption("This scene")
  await panel(ada).getByLabel("In which element").selectOption("Action")
  await ada.press("Control+h")
  await ada.type("gate")
  for (const [words, from] of [["A door falls", "script"], ["The last door", "field"]] as const) {
    await ada.line(words).click()
    await ada.press("Home", "ArrowRight", "ArrowRight", "Shift+Control+ArrowRight")
    if (from === "field") await panel(ada).getByLabel("Replace with").focus()
    await ada.press("Control+f")
    await expect(panel(ada).getByLabel("Find")).toHaveValue("door")
    await expect(status(ada)).toHaveText("1 of 2")
    await expect(panel(ada).getByLabel("Where")).toHaveValue("scene")
    await expect(panel(ada).getByLabel("Replace with")).toHaveValue("gate")
  }
  await panel(ada).getByRole("button", { name: "Replace all" }).click()
  await ada.sees("A gate falls shut. The last gate.")
  expect(await ada.text()).toContain("The door creaks. Another door.")
})
