// Pictures of the main states, for people to look at: tests/browser/screenshots/.

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { generated } from "./samples.ts"
import { choose } from "./settings.ts"
import { expect, shot, test } from "./writer.ts"

const demo = readFileSync(join(import.meta.dirname, "../../crates/samples/demo.fountain"), "utf8")

test("pictures: home", async ({ writer }) => {
  const ana = await writer()
  await ana.page.goto("/")
  await shot(ana, "home-first-visit")
  await ana.openFountain(demo)
  await expect(ana.scenes.first()).toBeVisible()
  await ana.page.goto("/")
  await shot(ana, "home")
})

test("pictures: two writers", async ({ writer }) => {
  const ana = await writer({ name: "Ana Duarte" })
  await ana.openFountain(demo)
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await ana.saved()
  await ana.scenes.nth(1).click()
  await ben.scenes.nth(1).click()
  await ben.press("ArrowDown", "ArrowDown", "ArrowDown", "End")
  await ben.type(" Somebody has been here.")
  await ana.sees("Somebody has been here.")
  await expect(ana.page.locator(".sr-peer-caret")).toHaveCount(1)
  await ana.saved()
  await shot(ana, "two-writers")
  await ana.page.emulateMedia({ colorScheme: "dark" })
  await shot(ana, "two-writers-dark")
  await ana.page.getByRole("button", { name: "Menu" }).click()
  await shot(ana, "menu-dark")
})

test("pictures: pages, offline, dialogs", async ({ writer }) => {
  const ana = await writer({ name: "Ana Duarte" })
  await ana.openFountain(generated(120))
  await ana.canReloadOffline()
  await expect(ana.status).toHaveText(/of 1\d\d$/)
  await ana.scenes.nth(40).click()
  await ana.page.locator(".page-gap").first().evaluate(gap => gap.scrollIntoView({ block: "center" }))
  await expect(ana.page.locator(".page-gap").first()).toBeInViewport()
  await shot(ana, "page-break")
  await ana.context.setOffline(true)
  await ana.press("Enter")
  await ana.type("Written without a network.")
  await expect(ana.badge).toHaveAttribute("data-state", "offline")
  await shot(ana, "offline")
  await ana.menu("Your name and colour…")
  await shot(ana, "name-dialog")
  await ana.press("Escape")
  await ana.menu("Keyboard shortcuts")
  await shot(ana, "keys-dialog")
  await ana.press("Escape")
  await ana.page.evaluate(() => void dispatchEvent(new ErrorEvent("error", { error: new Error("for the picture") })))
  await shot(ana, "crash")
})

test("pictures: a new script, a phone, a tablet", async ({ writer }) => {
  const fresh = await writer()
  await fresh.newScript()
  await shot(fresh, "new-script")
  const phone = await writer({ viewport: { width: 360, height: 740 }, hasTouch: true })
  await phone.openFountain(demo)
  await expect(phone.line("INT.").first()).toBeVisible()
  await shot(phone, "phone")
  await phone.page.getByRole("button", { name: "Scenes" }).click()
  await shot(phone, "phone-scenes")
  const tablet = await writer({ viewport: { width: 820, height: 1100 } })
  await tablet.openFountain(demo)
  await expect(tablet.line("INT.").first()).toBeVisible()
  await shot(tablet, "tablet")
})

test("pictures: what a writer sets and looks up, wide and dark, narrow and light", async ({ writer }) => {
  const dialogs = { "Settings…": "settings", "Title page…": "title-page", "Statistics…": "statistics", "Connection and figures…": "figures" }
  const wide = await writer({ colorScheme: "dark", viewport: { width: 1440, height: 900 } })
  const phone = await writer({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  for (const [one, look] of [[wide, "dark"], [phone, "phone"]] as const) {
    await one.openFountain(demo)
    await expect(one.line("INT.").first()).toBeVisible()
    await one.page.getByRole("button", { name: "Menu" }).click()
    await shot(one, `menu-${look}`)
    await one.press("Escape")
    for (const [entry, name] of Object.entries(dialogs)) {
      await one.menu(entry)
      await expect(one.page.getByRole("dialog")).toBeVisible()
      await shot(one, `${name}-${look}`)
      await one.press("Escape")
    }
  }
  await phone.page.getByRole("button", { name: "Scenes" }).click()
  await phone.page.getByRole("button", { name: "Filter the scenes" }).click()
  await shot(phone, "outline-filter-phone")
  await wide.page.getByRole("button", { name: "Filter the scenes" }).click()
  await shot(wide, "outline-filter-dark")
  await choose(wide, "View", "Draft, without sheets")
  await wide.page.locator(".page-gap.as-line").first().scrollIntoViewIfNeeded()
  await shot(wide, "draft-dark")
})
