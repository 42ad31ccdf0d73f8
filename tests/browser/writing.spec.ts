// What a writer does beside writing lines: dual dialogue, the title page, quotes, figures.

import type { Locator } from "@playwright/test"
import { shortScript } from "./samples.ts"
import { choose } from "./settings.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

const twoSpeak = `INT. FERRY - NIGHT

They look up.

MARA
You said four minutes, and I have counted every one of them.

TOM
Five. I said *five*.

Silence.
`

/** Does something that the palette has. */
async function command(one: Writer, words: string): Promise<void> {
  await one.press("Control+k")
  await expect(one.page.getByRole("combobox", { name: "What to do, or where to go" })).toBeFocused()
  await one.type(words)
  await one.press("Enter")
}

test("two speeches stand side by side, and are lines for whoever writes in them", async ({ writer }) => {
  const ada = await writer({ viewport: { width: 1400, height: 860 } })
  await ada.openFountain(twoSpeak)
  await ada.line("Five.").click()
  await command(ada, "dual dialogue")
  await expect(ada.page.locator(".cm-line.dual")).toHaveText("TOM")
  await ada.line("Silence.").click()
  const columns = ada.page.locator(".dual-block > div")
  await expect(columns).toHaveCount(2)
  await expect(columns.nth(1)).toHaveText("TOMFive. I said five.")
  await expect(columns.nth(1).locator(".style-italic")).toHaveText("five")
  await expect(async () => {
    const [left, right] = [await columns.nth(0).boundingBox(), await columns.nth(1).boundingBox()]
    expect(left?.y).toBe(right?.y)
    expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThan(right?.x ?? 0)
  }).toPass()
  await shot(ada, "dual")
  const ben = await writer()
  await ada.saved()
  await ben.open(ada.page.url())
  await ben.page.locator(".dual-block p", { hasText: "Five. I said" }).click()
  await ben.press("End")
  await ben.type(" Or six.")
  await expect(columns.nth(1)).toContainText("Or six.")
  await ada.press("Control+z")
  await expect(ada.page.locator(".dual-block")).toHaveCount(0)
  await ada.sees("TOM\nFive. I said five. Or six.")
})

test("the caret walks into dual dialogue and out of it by keys", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(twoSpeak.replace("TOM\n", "TOM ^\n"))
  await expect(ada.page.locator(".dual-block")).toHaveCount(1)
  await ada.line("They look up.").click()
  await ada.press("ArrowDown")
  await expect(ada.page.locator(".dual-block")).toHaveCount(0)
  await ada.press("End")
  await ada.type("!")
  await ada.sees("MARA!\n")
  await ada.line("Silence.").click()
  await expect(ada.page.locator(".dual-block")).toHaveCount(1)
  await ada.press("ArrowUp", "End")
  await ada.type(" Six.")
  await ada.sees("I said five. Six.")
})

test("the title page is written, and its title is the script's", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.menu("Title page…")
  const page = ada.page.getByRole("dialog", { name: "Title page" })
  await expect(page.getByLabel("Author", { exact: true })).toHaveValue("A. Writer")
  await page.getByLabel("Title", { exact: true }).fill("The Day Ferry")
  await page.getByLabel("Contact", { exact: true }).fill("A. Writer\n12 Harbour Road")
  await shot(ada, "title-page")
  await page.getByRole("button", { name: "Save" }).click()
  await expect(ada.page.getByLabel("Title of the script")).toHaveValue("The Day Ferry")
  const file = await ada.downloadFountain()
  expect(file).toContain("Title: The Day Ferry")
  expect(file).toContain("Author: A. Writer")
  expect(file).toMatch(/Contact:\s+A\. Writer\s+12 Harbour Road/)
})

test("an entry of the title page is styled as a whole, without a mark to be seen, and keeps marks within", async ({ writer }) => {
  const ada = await writer()
  const [title, author, notes] = ["Title: _**The Ferry**_", "Author:\n    *Ada*\n    *Ben*", "Notes: **Draft** of _May_, 2 \\* 3"]
  await ada.openFountain(`${title}\n${author}\n${notes}\n\n${twoSpeak}`)
  const page = ada.page.getByRole("dialog", { name: "Title page" })
  const entry = (name: string): Locator => page.getByLabel(name, { exact: true })
  const style = (name: string, which: string): Locator => page.getByRole("group", { name: `“${name}”` }).getByRole("button", { name: which })
  await ada.menu("Title page…")
  await expect(entry("Title")).toHaveValue("The Ferry")
  await expect(entry("Author")).toHaveValue("Ada\nBen")
  await expect(entry("Notes")).toHaveValue("**Draft** of _May_, 2 \\* 3")
  await expect(style("Title", "Bold")).toHaveAttribute("aria-pressed", "true")
  await expect(style("Title", "Italic")).toHaveAttribute("aria-pressed", "false")
  await page.getByRole("button", { name: "Save" }).click()
  expect(await ada.downloadFountain(), "nothing was changed").toContain(`${title}\n`)
  await ada.menu("Title page…")
  await style("Title", "Underline").click()
  await entry("Title").fill("The Night Ferry")
  await entry("Author").press("ControlOrMeta+i")
  await entry("Author").press("ControlOrMeta+b")
  await expect(page.locator(".title-paper .style-bold")).toHaveText(["The Night Ferry", "Ada", "Ben", "Draft"])
  await page.getByRole("button", { name: "Save" }).click()
  const file = await ada.downloadFountain()
  expect(file).toContain("Title: **The Night Ferry**\n")
  expect(file).toMatch(/Author:\s+\*\*Ada\*\*\s+\*\*Ben\*\*\n/)
  expect(file).toContain(notes)
})

test("quotes are made curly in the whole script, and straight again, each in one step", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain("INT. FERRY - DAY\n\nShe says \"go\". It's 'late'.\n")
  await ada.toEnd()
  await command(ada, "make them curly")
  await ada.sees("She says “go”. It’s ‘late’.")
  await command(ada, "make them straight")
  await ada.sees("She says \"go\". It's 'late'.")
  await ada.press("Control+z", "Control+z")
  await ada.sees("She says \"go\". It's 'late'.")
  await choose(ada, "Language of the script", "German")
  await ada.toEnd()
  await command(ada, "make them curly")
  await ada.sees("She says „go“. It’s ‚late‘.")
  await ada.toEnd()
  await ada.press("Enter")
  await ada.type("\"Er sagte 'Hab's'\", sagte sie. \"'So' hieß es.\"")
  await command(ada, "make them curly")
  await ada.sees("„Er sagte ‚Hab’s‘“, sagte sie. „‚So‘ hieß es.“")
})

test("text is struck out and made a note", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.line("The radio says nothing").dblclick()
  await ada.press("Control+Shift+x")
  await expect(ada.script.locator(".style-strike")).toHaveCount(1)
  await ada.line("A searchlight").dblclick()
  await command(ada, "as a note")
  await expect(ada.script.locator(".style-note")).toHaveCount(1)
})

test("the statistics count words, scenes and speeches, as the reports do", async ({ writer }) => {
  const ada = await writer()
  // Nobody prints a note.
  await ada.openFountain(twoSpeak.replace("Silence.", "Silence. [[Hold this.]]"))
  await expect(ada.status).toHaveText("Page 1 of 1")
  await ada.menu("Statistics…")
  const dialog = ada.page.getByRole("dialog", { name: "Statistics" })
  await expect(dialog.locator(".figures div", { hasText: "Words" }).first()).toContainText("25")
  await expect(dialog.getByRole("row", { name: "MARA" })).toHaveText("MARA1121")
  await expect(dialog.getByRole("row", { name: "FERRY" })).toHaveText("FERRY1")
  await shot(ada, "statistics")
})

test("the figures say how the script stands, and are copied with one click", async ({ writer }) => {
  const ada = await writer({ permissions: ["clipboard-read", "clipboard-write"] })
  await ada.openFountain(shortScript)
  await ada.saved()
  await ada.menu("Connection and figures…")
  const dialog = ada.page.getByRole("dialog", { name: "Connection and figures" })
  await expect(dialog.getByRole("status").first()).toHaveText("Saved. Everything is stored by the relay.")
  await expect(dialog.locator("div", { hasText: "The relay answers in" }).last()).toHaveText(/ms$/)
  await shot(ada, "figures")
  await dialog.getByRole("button", { name: "Copy all" }).click()
  await expect(dialog.getByText("Copied.")).toBeVisible()
  const copied = await ada.page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain("Connection: live")
  expect(copied).not.toContain("Chains")
  await ada.context.setOffline(true)
  await expect(dialog.getByRole("status").first()).toContainText("Offline")
})
