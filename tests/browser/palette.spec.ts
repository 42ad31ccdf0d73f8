// The command palette: everything by name, by keys alone.

import { generated, shortScript } from "./samples.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

/** Opens the palette and types into it. */
async function palette(one: Writer, words: string): Promise<void> {
  await one.press("Control+k")
  await expect(one.page.getByRole("combobox", { name: "What to do, or where to go" })).toBeFocused()
  await one.type(words)
}

test("a scene, a page and a paragraph are gone to by their name or number", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(generated(12))
  await expect(ada.status).toHaveText(/of 1\d$/)
  await palette(ada, "7")
  await expect(ada.page.getByRole("listbox", { name: "Commands and places" }).getByRole("option").first()).toHaveText("Page 7")
  await shot(ada, "palette")
  await ada.press("Enter")
  await expect(ada.script).toBeFocused()
  await expect(ada.status).toHaveText(/^Page 7 of/)
  await palette(ada, "7")
  await ada.press("ArrowDown", "Enter")
  await expect(ada.scenes.nth(6)).toHaveAttribute("aria-current", "true")
  const heading = (await ada.scenes.nth(2).locator(".heading").textContent()) ?? ""
  await palette(ada, heading.toLowerCase())
  await ada.press("Enter")
  await expect(ada.scenes.nth(2)).toHaveAttribute("aria-current", "true")
})

test("a command is found by a few letters, and what there is not is said", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.line("The radio says nothing").click()
  await palette(ada, "element tran")
  await ada.press("Enter")
  await expect(ada.page.getByLabel("Element", { exact: true })).toHaveValue("transition")
  await palette(ada, "replace")
  await ada.press("Enter")
  await expect(ada.page.getByRole("search", { name: "Find in the script" })).toBeVisible()
  await palette(ada, "nobody calls it that")
  await expect(ada.page.getByText("Nothing is called that.")).toBeVisible()
  await ada.press("Escape")
  await expect(ada.page.getByRole("dialog")).toHaveCount(0)
})
