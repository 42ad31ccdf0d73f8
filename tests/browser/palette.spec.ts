// The command palette: everything by name, by keys alone.

import { generated, shortScript } from "./samples.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

const field = (one: Writer) => one.page.getByRole("combobox", { name: "What to do, or where to go" })
const shown = (one: Writer) => one.page.getByRole("listbox", { name: "Commands and places" }).getByRole("option")

/** Opens the palette and types into it. */
async function palette(one: Writer, words: string): Promise<void> {
  await one.press("Control+k")
  await expect(field(one)).toBeFocused()
  await one.type(words)
}

test("a scene, a page and a paragraph are gone to by their name or number", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(generated(12))
  await expect(ada.status).toHaveText(/of 1\d$/)
  await palette(ada, "7")
  await expect(shown(ada).first()).toHaveText("Page 7")
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

test("what is typed before the palette has come, and Enter behind it, are meant for it", async ({ writer }) => {
  const ada = await writer({ serviceWorkers: "block" })
  await ada.openFountain(shortScript)
  let letGo: () => void = () => {}
  const held = new Promise<void>(resolve => (letGo = resolve))
  await ada.page.route(/palette-\w+\.js/, async route => {
    await held
    await route.continue()
  })
  const before = await ada.text()
  await ada.press("Control+k")
  await ada.type("scene colour reed")
  await ada.press("Backspace", "Backspace")
  await ada.type("d")
  await ada.press("Enter")
  letGo()
  await expect(ada.page.locator(".scene-color:visible")).toHaveCount(1)
  await expect(ada.script).toBeFocused()
  expect(await ada.text()).toBe(before)
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

test("a scene, a page and a paragraph are where they are when they are gone to, not when they were looked for", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(`INT. HALL - DAY\n\nNobody.\n\nINT. CELLAR - DAY\n\nSomebody.\n\n===\n\nINT. ROOF - DAY\n\nA cat.\n`)
  await expect(ada.status).toHaveText(/of 2$/)
  await ada.saved()
  const ben = await writer()
  await ben.open(ada.page.url())
  await ben.line("Nobody.").click()
  await ben.press("End")
  for (const [typed, place, words] of [
    ["cellar", /CELLAR/, "\nAINT. CELLAR"],
    ["2", "Page 2", "\nBINT. ROOF"],
    ["4", "Paragraph 4", "\nCSomebody."],
  ] as const) {
    await palette(ada, typed)
    await expect(shown(ada).first()).toHaveText(place)
    await ben.type(` Written before ${typed}.`)
    await ada.sees(`Written before ${typed}.`)
    await ada.press("Enter")
    await expect(ada.script).toBeFocused()
    await ada.type(words.charAt(1))
    await ada.sees(words)
  }
  await palette(ada, "cellar")
  await expect(shown(ada).first()).toHaveText(/CELLAR/)
  await ben.line("INT. CELLAR").click()
  await ben.press("Control+2")
  await expect(ada.scenes).toHaveCount(2)
  await ada.press("Enter")
  await expect(ada.page.getByText("This scene is no longer there.")).toBeVisible()
})

test("scenes and pages are offered under the numbers that are printed", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(`INT. HALL - DAY #3#\n\nNobody.\n\nINT. CELLAR - DAY #4A#\n\nSomebody.\n\n===\n\nINT. ROOF - DAY #7#\n\nA cat.\n`)
  await expect(ada.status).toHaveText(/of 2$/)
  await ada.menu("Page and production…")
  await ada.page.getByLabel("First page").fill("7")
  await ada.press("Enter")
  await ada.page.getByRole("dialog").getByRole("button", { name: "Lock the scene numbers" }).click()
  await ada.page.getByRole("dialog").getByRole("button", { name: "Close" }).click()
  await expect(ada.status).toHaveText(/^Page 7/)
  await ada.line("Nobody.").click()
  await ada.press("End", "Enter", "Control+1")
  await ada.type("int. stairs")
  await expect(ada.scenes.nth(1).locator(".number")).toHaveText(/3A$/)
  await palette(ada, "int.")
  await expect(shown(ada)).toHaveText([/^3 {2}INT. HALL - DAYPage 7$/i, /^3A {2}INT. STAIRSPage 7$/i, /^4A {2}INT. CELLAR - DAYPage 7$/i, /^7 {2}INT. ROOF - DAYPage 8$/i])
  await field(ada).fill("7")
  await expect(shown(ada).filter({ hasText: /^(Page|Scene)/ })).toHaveText(["Page 7", /^Scene 7.*ROOF/i])
  await field(ada).fill("1")
  await expect(shown(ada).filter({ hasText: /^(Page|Scene)/ })).toHaveCount(0)
})

test("the palette comes by its key also with Caps Lock, and where its key has a Cyrillic letter, but not for the key of another letter", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  const cdp = await ada.context.newCDPSession(ada.page)
  const press = async (key: string, code: string): Promise<void> => {
    for (const type of ["rawKeyDown", "keyUp"] as const) await cdp.send("Input.dispatchKeyEvent", { type, key, code, modifiers: 2, windowsVirtualKeyCode: 0x4b })
  }
  await ada.script.focus()
  await press("t", "KeyK")
  for (const [key, code] of [["K", "KeyK"], ["л", "KeyK"], ["k", "KeyV"]] as const) {
    await expect(field(ada)).toHaveCount(0)
    await press(key, code)
    await expect(field(ada)).toBeFocused()
    await ada.press("Escape")
  }
})

test("the script is found in, undone and said to be saved by its keys wherever the focus is, but in a field", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.saved()
  await ada.toEnd()
  await ada.type(" More.")
  await ada.saved()
  const title = ada.page.getByLabel("Title of the script")
  await title.focus()
  await ada.press("End")
  await ada.type("!")
  await ada.press("Control+z")
  await expect(title).toHaveValue("The Night Ferry")
  await ada.sees("More.")
  await ada.page.getByRole("button", { name: "Menu" }).focus()
  await ada.press("Control+s")
  await expect(ada.page.locator(".toast", { hasText: "Saved. Everything is stored by the relay." })).toBeVisible()
  await ada.press("Control+z")
  await expect.poll(() => ada.text()).not.toContain("More.")
  await ada.press("Control+y")
  await ada.sees("More.")
  await ada.press("Control+f")
  await expect(ada.page.getByRole("textbox", { name: "Find", exact: true })).toBeFocused()
})
