// What a phone has: fingers, a small screen, and a keyboard that takes half of it.

import { shortScript } from "./samples.ts"
import { tooWide } from "./screens.ts"
import { expect, test, type Writer } from "./writer.ts"

const touch = { hasTouch: true, isMobile: true }
const phone = { viewport: { width: 360, height: 740 }, ...touch }
/** The same with its keyboard up: the page is as high as what is left. */
const withKeyboard = { viewport: { width: 360, height: 420 }, ...touch }

/** Does something that the palette has, by fingers. */
async function command(one: Writer, letters: string, name: string): Promise<void> {
  await one.page.getByRole("button", { name: "Menu" }).tap()
  await one.page.getByRole("menuitem", { name: "Commands and places…" }).tap()
  await one.page.getByRole("combobox", { name: "What to do, or where to go" }).fill(letters)
  const option = one.page.getByRole("option", { name })
  expect((await option.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  await option.tap()
}

const order = async (one: Writer): Promise<string[]> => [...(await one.text()).matchAll(/^(?:INT|EXT)\. (\w+)/gm)].map(([, place]) => place ?? "")

test("what only the palette has is there for fingers, and a scene is moved without being dragged", async ({ writer }) => {
  const ada = await writer(phone)
  await ada.openFountain(`${shortScript}\nMARA\nSay it.\n\nBEN\nSay what?\n`)
  await ada.line("Say what?").tap()
  await command(ada, "dual", "Dual dialogue: beside the speech before, or not")
  expect(await ada.downloadFountain()).toContain("BEN ^")
  await command(ada, "move", "Scene: move it up")
  await expect.poll(() => order(ada)).toEqual(["HARBOUR", "FERRY"])
  await command(ada, "move", "Scene: move it up")
  await expect(ada.page.getByText("This scene goes no further.")).toBeVisible()
  await command(ada, "move", "Scene: move it down")
  await expect.poll(() => order(ada)).toEqual(["FERRY", "HARBOUR"])
})

test("the palette does not offer itself", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.press("Control+k")
  await ada.type("commands")
  await expect(ada.page.getByText("Nothing is called that.")).toBeVisible()
})

test("what is found is seen, with the keyboard up and something to put in its place", async ({ writer }) => {
  const ada = await writer(withKeyboard)
  await ada.openFountain(shortScript)
  await ada.page.getByRole("button", { name: "Menu" }).tap()
  await ada.page.getByRole("menuitem", { name: "Find and replace…" }).tap()
  await ada.page.getByLabel("Find", { exact: true }).fill("radio")
  await ada.page.getByRole("button", { name: "Replace (Ctrl+H)" }).tap()
  await ada.page.getByLabel("Replace with").fill("wireless")
  await ada.page.getByRole("button", { name: "The next one (Enter)" }).tap()
  const panel = await ada.page.getByRole("search", { name: "Find in the script" }).boundingBox()
  const found = await ada.script.locator(".cm-searchMatch").boundingBox()
  const status = await ada.page.locator(".statusline").boundingBox()
  if (!panel || !found || !status) throw new Error("expected the panel, what was found and the status line")
  expect(found.y).toBeGreaterThanOrEqual(panel.y + panel.height)
  expect(found.y + found.height).toBeLessThanOrEqual(status.y)
  // Room for some lines around it.
  expect(status.y - panel.y - panel.height).toBeGreaterThan(90)
})

test("on its side, with the keyboard up, a phone shows some lines of the script, and of what is found", async ({ writer }) => {
  const ada = await writer({ viewport: { width: 740, height: 165 }, ...touch })
  await ada.openFountain(shortScript)
  const desk = ada.page.locator(".cm-scroller")
  expect((await desk.boundingBox())?.height).toBeGreaterThan(90)
  expect(await tooWide(ada)).toEqual([])
  await ada.page.getByRole("button", { name: "Menu" }).tap()
  await ada.page.getByRole("menuitem", { name: "Find and replace…" }).tap()
  await ada.page.getByLabel("Find", { exact: true }).fill("radio")
  await ada.page.getByRole("button", { name: "The next one (Enter)" }).tap()
  await expect(ada.script.locator(".cm-searchMatch")).toBeInViewport({ ratio: 1 })
  expect((await desk.boundingBox())?.height).toBeGreaterThan(40)
  expect(await tooWide(ada)).toEqual([])
})

test("the keyboard stays up while something is undone and done again", async ({ writer }) => {
  const ada = await writer(phone)
  await ada.newScript()
  await ada.script.tap()
  await ada.type("Chains creak.")
  await ada.script.evaluate(script => {
    const left = Object.assign(window, { left: 0 })
    script.addEventListener("blur", () => (left.left += 1))
  })
  await ada.page.getByRole("button", { name: "Undo" }).tap()
  await expect(ada.script).not.toContainText("Chains")
  await ada.page.getByRole("button", { name: "Redo" }).tap()
  await expect(ada.script).toContainText("Chains")
  expect(await ada.page.evaluate(() => (window as unknown as { left: number }).left)).toBe(0)
})

test("a long comment's button is in reach with the keyboard up", async ({ writer }) => {
  const ada = await writer(withKeyboard)
  await ada.openFountain(shortScript)
  await ada.line("The radio says nothing").tap()
  await ada.page.locator(".comments-toggle").tap()
  await ada.page.getByRole("button", { name: "Comment on the selection" }).tap()
  await ada.page.getByLabel("Your comment").fill("It could.\n".repeat(12))
  await ada.page.getByRole("button", { name: "Comment", exact: true }).tap()
  await expect(ada.page.locator(".thread")).toContainText("It could.")
  const [panel, bar] = [await ada.page.locator(".comments").boundingBox(), await ada.page.locator(".bar").boundingBox()]
  expect(panel?.y).toBeGreaterThanOrEqual((bar?.y ?? 0) + (bar?.height ?? 0))
})

test("who writes while the comments are open sees what they write", async ({ writer }) => {
  const ada = await writer(phone)
  await ada.openFountain(shortScript)
  await ada.page.locator(".comments-toggle").tap()
  await ada.line("The radio says nothing").tap()
  await ada.press("End")
  for (let line = 1; line <= 8; line++) {
    await ada.press("Enter")
    await ada.type(`Line ${line}.`)
  }
  const written = await ada.line("Line 8.").boundingBox()
  const panel = await ada.page.locator(".comments").boundingBox()
  expect((written?.y ?? 999) + (written?.height ?? 0)).toBeLessThanOrEqual((panel?.y ?? 0) + 1)
})

for (const [device, viewport] of [
  ["a tablet", { width: 820, height: 1100 }],
  ["a tablet on its side", { width: 1024, height: 768 }],
] as const) {
  test(`on ${device} the comments lie below the tools, and below what is said of the connection`, async ({ writer }) => {
    const ada = await writer({ viewport, hasTouch: true })
    await ada.openFountain(shortScript)
    await ada.page.locator(".comments-toggle").tap()
    const edges = async (): Promise<number> => {
      const [panel, bar] = [await ada.page.locator(".comments").boundingBox(), await ada.page.locator(".bar").boundingBox()]
      return (panel?.y ?? 0) - (bar?.y ?? 0) - (bar?.height ?? 0)
    }
    await expect.poll(edges).toBeGreaterThanOrEqual(0)
    await ada.page.getByRole("button", { name: "Redo" }).tap()
    await ada.page.locator(".comments-toggle").tap()
    await expect(ada.page.locator(".comments")).toBeHidden()
  })
}

test("on a small screen the menu is in reach, however long it is said that one is offline, and with company", async ({ writer }) => {
  const ada = await writer({ viewport: { width: 1024, height: 768 }, locale: "de-DE" })
  await ada.page.goto("/")
  await ada.page.getByRole("button", { name: "Neues Drehbuch" }).click()
  await ada.script.waitFor()
  await ada.page.getByLabel("Titel des Drehbuchs").fill("Die lange Nacht der Donaudampfschifffahrtsgesellschaft")
  for (const name of ["Ben", "Cem", "Dora"]) await (await writer({ name })).open(ada.page.url())
  await expect(ada.page.locator(".avatar")).toHaveCount(3)
  await ada.context.setOffline(true)
  await ada.script.focus()
  await ada.type("Mehr.")
  await expect(ada.badge).toHaveText("Offline – Änderungen auf diesem Gerät gespeichert")
  expect(await tooWide(ada)).toEqual([])
  await expect(ada.page.getByRole("button", { name: "Menü" })).toBeInViewport({ ratio: 1 })
})

test("a phone says in words that it is offline, and what becomes of the words", async ({ writer }) => {
  const ada = await writer(phone)
  await ada.openFountain(shortScript)
  await ada.saved()
  const line = ada.page.locator(".statusline .badge-line")
  await expect(line).toHaveText("")
  await ada.context.setOffline(true)
  await expect(line).toHaveText("Offline")
  await expect(line).toBeVisible()
  await ada.script.tap()
  await ada.type("More.")
  await expect(line).toHaveText("Offline – changes saved on this device")
  expect(await line.evaluate(line => line.scrollWidth - line.clientWidth)).toBe(0)
  await ada.context.setOffline(false)
  await ada.saved()
  await expect(line).toHaveText("")
})

test("in German no button of a dialog is out of the smallest screens, and the element can be read", async ({ writer }) => {
  const ada = await writer({ viewport: { width: 320, height: 640 }, ...touch, locale: "de-DE" })
  await ada.page.goto("/")
  await ada.page.getByRole("button", { name: "Neues Drehbuch" }).tap()
  await ada.script.tap()
  expect((await ada.page.getByLabel("Element", { exact: true }).boundingBox())?.width).toBeGreaterThanOrEqual(96)
  await ada.page.getByRole("button", { name: "Menü" }).tap()
  await ada.page.getByRole("menuitem", { name: "Auswertungen …" }).tap()
  const dialog = ada.page.getByRole("dialog")
  await expect(dialog.getByRole("button", { name: "Schließen" })).toBeVisible()
  const frame = await dialog.boundingBox()
  for (const button of await dialog.getByRole("button").all()) {
    const box = await button.boundingBox()
    expect(box?.x).toBeGreaterThan(frame?.x ?? 0)
  }
})
