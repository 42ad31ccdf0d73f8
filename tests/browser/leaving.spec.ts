// Leaving a script within the app: what goes with it, and what is asked before.

import { expect, test } from "./writer.ts"

for (const entry of ["Connection and figures…", "Title page…", "Page and production…"]) {
  test(`a dialog goes with the script that it is about, and harms none after it: ${entry}`, async ({ writer }) => {
    const ada = await writer()
    await ada.page.clock.install()
    await ada.page.goto("/")
    await ada.page.getByRole("button", { name: "New script" }).click()
    await ada.script.waitFor()
    await ada.menu(entry)
    await expect(ada.page.getByRole("dialog")).toBeVisible()
    await ada.page.goBack()
    await expect(ada.page.getByRole("button", { name: "New script" })).toBeVisible()
    await expect(ada.page.getByRole("dialog")).toHaveCount(0)
    await ada.page.clock.fastForward(3_000)
    await ada.page.goForward()
    await ada.script.waitFor()
    await ada.page.clock.fastForward(3_000)
    await ada.script.focus()
    await ada.type("Rain.")
    await ada.sees("Rain.")
    await expect(ada.page.locator(".crash")).toHaveCount(0)
  })
}
