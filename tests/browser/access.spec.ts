// The keyboard reaches everything, dark is dark, a phone is wide enough, a crash keeps the words.

import { shortScript } from "./samples.ts"
import { expect, test } from "./writer.ts"

test("Escape, then Tab leaves the script, and every control is reached by Tab", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  await ana.script.focus()
  await ana.press("Escape", "Tab")
  await expect(ana.script).not.toBeFocused()

  const reached = new Set<string>()
  for (let step = 0; step < 40; step++) {
    reached.add(
      await ana.page.evaluate(() => {
        const active = document.activeElement as HTMLElement
        return active.getAttribute("aria-label") ?? active.textContent ?? active.tagName
      }),
    )
    if (await ana.script.evaluate(node => node === document.activeElement)) await ana.press("Escape")
    await ana.press("Tab")
  }
  for (const name of ["Scenes", "Title of the script", "Element", "Bold", "Share: copy the link", "Menu"]) {
    expect([...reached]).toContain(name)
  }
  expect([...reached].some(name => name.startsWith("Scene 1"))).toBe(true)
})

test("the menu is opened, walked and closed by keys", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  const button = ana.page.getByRole("button", { name: "Menu" })
  await button.focus()
  await ana.press("Enter")
  await expect(ana.page.getByRole("menuitem", { name: "New script" })).toBeFocused()
  await ana.press("ArrowUp")
  await expect(ana.page.getByRole("menuitem", { name: "All scripts" })).toBeFocused()
  await ana.press("Escape")
  await expect(ana.page.getByRole("menu")).toHaveCount(0)
  await expect(button).toBeFocused()
})

test("the system's dark is followed, and a chosen theme outlives a reload", async ({ writer }) => {
  const ana = await writer({ colorScheme: "dark" })
  await ana.openFountain(shortScript)
  const paper = (): Promise<string> => ana.script.evaluate(node => getComputedStyle(node).backgroundColor)
  await expect.poll(async () => brightness(await paper())).toBeLessThan(0.3)
  await ana.menu(/^Theme/)
  await expect.poll(async () => brightness(await paper())).toBeGreaterThan(0.8)
  await ana.page.reload()
  await ana.script.waitFor()
  await expect.poll(async () => brightness(await paper())).toBeGreaterThan(0.8)
})

test("on a phone nothing is wider than the screen, and the scenes come when asked", async ({ writer }) => {
  const ana = await writer({ viewport: { width: 360, height: 740 }, hasTouch: true })
  await ana.openFountain(shortScript)
  const width = await ana.page.evaluate(() =>
    Math.max(document.documentElement.scrollWidth, document.querySelector(".cm-scroller")?.scrollWidth ?? 0),
  )
  expect(width).toBeLessThanOrEqual(360)
  await expect(ana.scenes.first()).not.toBeVisible()
  await ana.page.getByRole("button", { name: "Scenes" }).click()
  await ana.scenes.nth(1).click()
  await expect(ana.scenes.first()).not.toBeVisible()
  await expect(ana.line("EXT. HARBOUR - NIGHT")).toBeInViewport()
})

test("a writer's name is asked lightly and seen by the others", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  const ben = await writer()
  await ben.open(ana.page.url())
  await ben.page.getByRole("button", { name: "Say who you are" }).click()
  await ben.page.getByLabel("The others see you as").fill("Benno Ruiz")
  await ben.page.getByRole("button", { name: "Save" }).click()
  await expect(ana.page.getByRole("button", { name: "Follow Benno Ruiz" })).toBeVisible()
  await ben.page.reload()
  await expect(ana.page.getByRole("button", { name: "Follow Benno Ruiz" })).toBeVisible()
})

test("when the editor crashes the words stay, and the editor can be started again", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  await ana.toEnd()
  await ana.type(" Last words before the crash.")
  await ana.page.evaluate(() => void dispatchEvent(new ErrorEvent("error", { error: new Error("seeded by the test") })))
  const overlay = ana.page.getByRole("alertdialog", { name: "The editor stumbled" })
  await expect(overlay).toContainText("seeded by the test")
  await overlay.getByRole("button", { name: "Reload the editor" }).click()
  await ana.sees("Last words before the crash.")
  await expect(overlay).toHaveCount(0)
  await ana.toEnd()
  await ana.type(" And after.")
  await ana.sees("Last words before the crash. And after.")
})

function brightness(color: string): number {
  const [red = 0, green = 0, blue = 0] = color.match(/[\d.]+/g)?.map(Number) ?? []
  return (0.3 * red + 0.59 * green + 0.11 * blue) / 255
}
