// Pictures of what people see who sign in, for people to look at: tests/browser/screenshots/.

import { withAccounts, withForeignTokens } from "./people.ts"
import { shortScript } from "./samples.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

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
  expect(await tooWide(writer)).toEqual([])
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

test.describe("with others' tokens", () => {
  test.use({ relaySettings: withForeignTokens })

  test("pictures: no sign-in here", async ({ writer }) => {
    const ada = await writer(phone)
    await ada.page.goto(`/s/${crypto.randomUUID()}`)
    await expect(ada.page.getByRole("heading", { name: "This script is for its members." })).toBeVisible()
    await shots(ada, "phone-gate")
  })
})
