// Pictures of what people see who sign in, for people to look at: tests/browser/screenshots/.

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { withAccounts, withForeignTokens } from "./people.ts"
import { shortScript } from "./samples.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

const demo = readFileSync(join(import.meta.dirname, "../../crates/samples/demo.fountain"), "utf8")
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }

/** What is wider than the screen, by what it says. */
async function tooWide(writer: Writer): Promise<string[]> {
  return await writer.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, input, select, a, p, h1, h2, h3")]
      .filter(node => node.offsetParent !== null && node.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
      .map(node => node.getAttribute("aria-label") ?? node.textContent ?? node.tagName),
  )
}

/** The same in light and in dark. */
async function shots(writer: Writer, name: string): Promise<void> {
  await expect.poll(() => tooWide(writer)).toEqual([])
  await shot(writer, name)
  await writer.page.emulateMedia({ colorScheme: "dark" })
  await shot(writer, `${name}-dark`)
  await writer.page.emulateMedia({ colorScheme: "light" })
}

test.describe("with accounts", () => {
  test.use({ relaySettings: withAccounts })

  test("pictures: signing in, and a person's scripts", async ({ writer }) => {
    for (const device of [{}, phone]) {
      const ada = await writer(device)
      const name = device === phone ? "phone-" : ""
      const email = `ada${name}@example.org`
      await ada.page.goto("/")
      await shots(ada, `${name}signin`)
      await ada.page.getByRole("button", { name: "Make an account" }).click()
      await shot(ada, `${name}signin-account`)
      await ada.page.getByRole("button", { name: "I have an account" }).click()
      await ada.makeAccount(email)
      await expect(ada.page.getByText("No scripts yet.")).toBeVisible()
      await shot(ada, `${name}scripts-none`)
      for (const title of ["The Night Ferry", "A very long title of a script that nobody has shortened yet, for whatever reason", "Harbour lights"]) {
        await ada.openFountain(shortScript.replace(/^Title:.*$/m, `Title: ${title}`))
        await ada.saved()
      }
      await ada.page.goto("/")
      await expect(ada.page.getByText("3 scripts")).toBeVisible()
      await shots(ada, `${name}scripts`)
      await ada.rowMenu("Harbour lights", "Move to the trash")
      await expect(ada.page.getByText("2 scripts")).toBeVisible()
      await shot(ada, `${name}scripts-undo`)
      await ada.page.getByRole("button", { name: "Trash", exact: true }).click()
      await expect(ada.page.getByText("1 script")).toBeVisible()
      await shot(ada, `${name}scripts-trash`)
    }
  })
})

test.describe("together", () => {
  test.use({ relaySettings: withAccounts })

  test("pictures: sharing and history", async ({ writer }) => {
    const ada = await writer({ name: "Ada" })
    await ada.page.goto("/")
    await ada.makeAccount("ada@example.org")
    await ada.openFountain(demo)
    await ada.saved()
    await ada.share()
    const link = async (role: string): Promise<string> => {
      await ada.page.getByLabel("What the link lets people do").selectOption({ label: role })
      await ada.page.getByRole("button", { name: "Make a link" }).click()
      await expect(ada.page.getByText("The link is ready to be copied.")).toBeVisible()
      return await ada.page.getByRole("textbox", { name: "The link", exact: true }).last().inputValue()
    }
    const forBen = await link("can write")
    const ben = await writer({ name: "Benno" })
    await ben.page.goto(forBen)
    await shot(ben, "invited")
    await ben.makeAccount("benno.ruiz@example.org")
    await ben.saved()
    await ben.page.locator(".cm-line.el-action").nth(1).click()
    await ben.press("End", "Control+ArrowLeft", "Control+Shift+ArrowLeft", "Delete")
    await ben.type("colder")
    await ben.press("End", "Enter")
    await ben.type("A door slams, somewhere below.")
    await ben.saved()
    await ada.page.getByRole("button", { name: "Done" }).click()
    await ada.share()
    await link("can read")
    await shots(ada, "share")
    await ada.page.setViewportSize(phone.viewport)
    await shots(ada, "phone-share")
    await ada.page.getByRole("button", { name: "Done" }).click()
    await ada.page.setViewportSize({ width: 1280, height: 860 })

    const view = ada.page.locator(".history-view")
    await ada.menu("History…")
    await expect(ada.page.locator(".changes ins").first()).toBeVisible()
    await shots(ada, "history-changes")
    await ada.page.getByRole("button", { name: "Script", exact: true }).click()
    await expect(ada.page.locator(".history .page-gap").first()).toBeAttached()
    await expect(view).not.toHaveAttribute("aria-busy", "true")
    await shot(ada, "history-script")
    await ada.page.setViewportSize(phone.viewport)
    await shots(ada, "phone-history")
    await ada.page.locator(".version").first().click()
    await expect(view).not.toHaveAttribute("aria-busy", "true")
    await ada.page.getByRole("button", { name: "Changes", exact: true }).click()
    await expect(ada.page.locator(".changes ins").first()).toBeVisible()
    await shots(ada, "phone-history-look")
  })

  test("pictures: who may only read", async ({ writer }) => {
    const ada = await writer({ name: "Ada" })
    await ada.page.goto("/")
    await ada.makeAccount("ada@example.org")
    await ada.openFountain(demo)
    await ada.saved()
    await ada.share()
    await ada.page.getByLabel("Add somebody by e-mail address").fill("benno.ruiz@example.org")
    await ada.page.getByLabel("What they may do").selectOption("Viewer")
    await ada.page.getByRole("button", { name: "Add", exact: true }).click()
    await expect(ada.page.getByText("benno.ruiz@example.org can read now.")).toBeVisible()
    for (const device of [{}, phone]) {
      const ben = await writer(device)
      const name = device === phone ? "phone-" : ""
      await ben.page.goto(ada.page.url())
      if (device === phone) await ben.signIn("benno.ruiz@example.org")
      else await ben.makeAccount("benno.ruiz@example.org")
      await ben.saved()
      await expect(ben.page.locator(".reader")).toBeVisible()
      await shots(ben, `${name}reader`)
      await ben.share()
      await shot(ben, `${name}reader-share`)
    }
    await ada.page.getByRole("button", { name: "Remove benno.ruiz@example.org" }).click()
    await shot(ada, "share-remove")
  })
})

test.describe("with others' tokens", () => {
  test.use({ relaySettings: withForeignTokens })

  test("pictures: no sign-in here", async ({ writer }) => {
    const ada = await writer(phone)
    await ada.page.goto(`/s/${crypto.randomUUID()}`)
    await expect(ada.page.getByRole("heading", { name: "This script is for its members." })).toBeVisible()
    await shots(ada, "phone-gate")
  })
})
