// Every screen, in each theme, in front of axe-core: nothing that it calls serious or critical.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { AxeResults } from "axe-core"
import { withAccounts } from "./people.ts"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** What is wrong with the page as it is now, in each theme. */
async function expectAccessible(one: Writer, screen: string): Promise<void> {
  await one.page.emulateMedia({ reducedMotion: "reduce" })
  for (const theme of ["light", "sepia", "dark"]) {
    await one.page.evaluate(theme => (document.documentElement.dataset.theme = theme), theme)
    const found = await one.page.evaluate(async source => {
      if (!("axe" in window)) new Function(source)()
      return await (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run()
    }, axe)
    expect(found.passes.length).toBeGreaterThan(5)
    const wrong = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    const words = wrong.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`)
    expect(words, `${screen}, ${theme}`).toEqual([])
  }
}

test("home, the script and its panels are accessible", async ({ writer }) => {
  const ada = await writer()
  await ada.page.goto("/")
  await expectAccessible(ada, "the first visit")
  await ada.openFountain(shortScript)
  const ben = await writer()
  await ada.saved()
  await ben.open(ada.page.url())
  await ben.line("A searchlight").click()
  await expect(ada.scenes.nth(1).locator(".dot")).toHaveCount(1)
  await expectAccessible(ada, "a script with a co-writer")
  await ada.line("The radio").click()
  await ada.press("Control+Alt+m")
  await expect(ada.page.getByLabel("Your comment")).toBeFocused()
  await ada.type("Louder?")
  await expectAccessible(ada, "a comment that is begun")
  await ada.press("Control+Enter")
  await expect(ada.page.locator(".thread")).toHaveCount(1)
  await expectAccessible(ada, "comments")
  await ada.script.focus()
  await ada.press("Control+f")
  await ada.type("the")
  await ada.press("Control+h")
  await expectAccessible(ada, "finding")
  await ada.press("Escape", "Control+k")
  await expectAccessible(ada, "the palette")
  await ada.press("Escape")
  await ada.page.getByRole("button", { name: "Menu" }).click()
  await expectAccessible(ada, "the menu")
  for (const entry of ["Keyboard shortcuts", "Your name and colour…", "History…"]) {
    await ada.press("Escape")
    await ada.menu(entry)
    await expect(ada.page.getByRole("dialog")).toBeVisible()
    await expectAccessible(ada, entry)
  }
  await ada.press("Escape")
  await ada.page.goto("/")
  await expect(ada.page.getByRole("link", { name: /The Night Ferry/ })).toBeVisible()
  await expectAccessible(ada, "home with a script")
})

test("settings, title page, statistics and figures are accessible, and so is a list that is filtered", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await expect(ada.scenes.first().locator(".length")).toHaveText(/\/8$/)
  await ada.page.getByRole("button", { name: "Filter the scenes" }).click()
  await expectAccessible(ada, "the filter")
  for (const entry of ["Settings…", "Title page…", "Statistics…", "Connection and figures…"]) {
    await ada.menu(entry)
    await expect(ada.page.getByRole("dialog")).toBeVisible()
    await expectAccessible(ada, entry)
    await ada.press("Escape")
    await expect(ada.page.getByRole("dialog")).toHaveCount(0)
  }
})

test("on a phone the script and its panels are accessible", async ({ writer }) => {
  const ada = await writer({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  await ada.openFountain(shortScript)
  await expectAccessible(ada, "a script on a phone")
  await ada.page.getByRole("button", { name: "Scenes" }).click()
  await expectAccessible(ada, "the scenes on a phone")
})

test.describe("with accounts", () => {
  test.use({ relaySettings: withAccounts })

  test("signing in, a person's scripts and sharing are accessible", async ({ writer }) => {
    const ada = await writer()
    await ada.page.goto("/")
    await expectAccessible(ada, "signing in")
    await ada.makeAccount("ada@example.org")
    await ada.openFountain(shortScript)
    await ada.saved()
    await ada.share()
    await ada.page.getByRole("button", { name: "Make a link" }).click()
    await expect(ada.page.getByText("The link is ready to be copied.")).toBeVisible()
    await expectAccessible(ada, "sharing")
    await ada.page.goto("/")
    await expect(ada.page.getByText("1 script")).toBeVisible()
    await expectAccessible(ada, "a person's scripts")
    await ada.page.getByRole("button", { name: "Trash", exact: true }).click()
    await expectAccessible(ada, "the trash")
  })
})
