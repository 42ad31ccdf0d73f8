// The scenes in the sidebar and the pages follow the script.

import { generated, shortScript } from "./samples.ts"
import { expect, test } from "./writer.ts"

test("the scene list follows what both writers do", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(shortScript)
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await expect(ben.scenes).toHaveCount(2)
  await expect(ben.scenes.first()).toContainText("INT. FERRY, CAR DECK - NIGHT")

  await ana.toEnd()
  await ana.press("Enter")
  await ana.type("int. wheelhouse - night")
  await expect(ben.scenes).toHaveCount(3)
  await expect(ben.scenes.nth(2)).toContainText("int. wheelhouse - night")

  await ben.scenes.nth(1).click()
  await ben.press("Control+2")
  await expect(ana.scenes).toHaveCount(2)
})

test("a script from the relay is seen before its pages are begun with", async ({ writer }) => {
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFountain(shortScript)
  await ana.saved()
  await ben.page.addInitScript(() => {
    WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
      construct(Instance, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
        const instance = new Instance(module, imports)
        const laysOut = "pagescore_new" in instance.exports
        if (laysOut) document.documentElement.dataset.seen = String(document.querySelector(".cm-line.el-scene-heading") !== null)
        return instance
      },
    })
  })
  await ben.open(ana.page.url())
  await expect(ben.page.locator("html")).toHaveAttribute("data-seen", "true")
  await expect(ben.status).toHaveText(/of 1$/)
})

test("who else is in a scene is seen in the list, and said, wherever they go", async ({ writer }) => {
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFountain(shortScript)
  await ana.saved()
  await ben.open(ana.page.url())
  await ben.sees("A searchlight")
  await ben.line("A searchlight").click()
  await expect(ana.scenes.nth(1)).toHaveAccessibleName(/^Scene 2 EXT\. HARBOUR - NIGHT page 1 length 1\/8 here: Guest$/)
  await expect(ana.scenes.nth(1).locator(".dot")).toHaveCount(1)
  await ben.line("Chains creak").click()
  await expect(ana.scenes.nth(0)).toHaveAccessibleName(/here: Guest$/)
  await expect(ana.scenes.nth(1).locator(".dot")).toHaveCount(0)
  await ben.context.close()
  await expect(ana.scenes.nth(0)).not.toHaveAccessibleName(/here/)
})

test("a click on a scene leads to it and marks it as the current one", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(generated(30))
  const last = ana.scenes.last()
  const heading = await last.locator(".heading").innerText()
  await last.click()

  await expect(last).toHaveAttribute("aria-current", "true")
  await expect(ana.page.locator('.scene[aria-current="true"]')).toHaveCount(1)
  await expect(ana.script.locator(".cm-line.el-scene-heading", { hasText: new RegExp(escaped(heading), "i") }).last()).toBeInViewport()
  await expect(ana.script).toBeFocused()

  // The script begins with a transition: what stands before the first heading is in no scene.
  await ana.toStart()
  await expect(ana.page.locator('.scene[aria-current="true"]')).toHaveCount(0)
  await ana.scenes.first().click()
  await expect(ana.scenes.first()).toHaveAttribute("aria-current", "true")
})

test("the arrow keys move through the scenes, Enter goes to one", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  await ana.scenes.first().focus()
  await ana.press("ArrowDown")
  await expect(ana.scenes.nth(1)).toBeFocused()
  await ana.press("Home")
  await expect(ana.scenes.first()).toBeFocused()
  await ana.press("End", "Enter")
  await expect(ana.scenes.nth(1)).toHaveAttribute("aria-current", "true")
  await expect(ana.script).toBeFocused()
})

test("the page count is shown, and which page the caret is on", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(generated(12))
  await expect(ana.status).toHaveText(/^Page 1 of \d+$/)
  await expect.poll(async () => pageCount(await ana.status.innerText())).toBeGreaterThan(9)
  const count = pageCount(await ana.status.innerText())
  await ana.toEnd()
  await expect(ana.status).toHaveText(`Page ${count} of ${count}`)

  await ana.press("Enter")
  for (let line = 0; line < 60; line++) await ana.press("Enter")
  await expect.poll(async () => pageCount(await ana.status.innerText())).toBeGreaterThan(count)
})

test("page breaks are drawn where the pages begin, with their numbers", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(generated(6))
  await ana.toEnd()
  await expect(ana.status).toHaveText(/^Page [5-9] of/)
  const label = /Page (\S+) of/.exec(await ana.status.innerText())?.[1]
  await expect(ana.page.locator(`.page-gap[data-page="${label}"] .page-number`)).toHaveText(`${label}.`)
})

test("breaks that come and go leave the caret where it is on the screen", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(generated(120))
  await ana.toEnd()
  await expect(ana.status).toHaveText(/of 1\d\d$/)
  await expect(ana.line("THE END")).toBeInViewport()

  // A co-writer's lines above move all breaks behind them.
  await ana.scenes.nth(60).click()
  await ana.press("ArrowDown", "ArrowDown")
  const caretTop = (): Promise<number> => ana.page.evaluate(() => getSelection()?.getRangeAt(0).getBoundingClientRect().top ?? 0)
  let before = Number.NaN
  await expect(async () => {
    const last = before
    before = await caretTop()
    expect(before).toBeGreaterThan(0)
    expect(before, "the view has come to rest").toBe(last)
  }).toPass()
  const count = pageCount(await ana.status.innerText())
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await ben.toStart()
  for (let line = 0; line < 40; line++) await ben.press("Enter")
  await expect.poll(async () => pageCount(await ana.status.innerText())).toBeGreaterThan(count)
  await expect(async () => expect(Math.abs((await caretTop()) - before)).toBeLessThan(2)).toPass()
})

function pageCount(words: string): number {
  return Number(/of (\d+)$/.exec(words)?.[1] ?? Number.NaN)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
}
