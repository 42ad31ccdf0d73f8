// The app in another language: the browser's, or the one that the writer has chosen.

import { expect, test } from "./writer.ts"

test("a browser that asks for German is spoken to in German", async ({ writer }) => {
  const ada = await writer({ locale: "de-AT" })
  await ada.page.goto("/")
  await expect(ada.page.locator("html")).toHaveAttribute("lang", "de")
  await ada.page.getByRole("button", { name: "Neues Drehbuch" }).click()
  await ada.script.waitFor()
  await ada.script.focus()
  await ada.type("int. fähre - tag")
  await expect(ada.page.getByLabel("Element", { exact: true })).toHaveValue("scene-heading")
  await expect(ada.page.getByRole("option", { name: "Szenenüberschrift", includeHidden: true })).toHaveText("Szenenüberschrift")
  await expect(ada.page.locator(".page-now")).toHaveText("Seite 1 von 1")
  await expect(ada.badge).toHaveText("Gespeichert")
  await ada.press("Control+k")
  await expect(ada.page.getByRole("combobox", { name: "Was zu tun ist, oder wohin" })).toBeFocused()
})

test("the language that was chosen counts, and one that there is not is English", async ({ writer }) => {
  const ada = await writer({ locale: "fr-FR" })
  await ada.page.goto("/")
  await expect(ada.page.locator("html")).toHaveAttribute("lang", "en")
  await expect(ada.page.getByRole("button", { name: "New script" })).toBeVisible()
  await ada.page.evaluate(() => localStorage.setItem("scriptroom.settings", JSON.stringify({ language: "de" })))
  await ada.page.reload()
  await expect(ada.page.getByRole("button", { name: "Neues Drehbuch" })).toBeVisible()
})
