// Leaving a script within the app: what goes with it, and what is asked before.

import type { Locator } from "@playwright/test"
import { withAccounts } from "./people.ts"
import { expect, test, type Writer } from "./writer.ts"

/** Begins a script where the browser stores nothing and there is no network, and writes in it. */
async function writesNowhere(ada: Writer): Promise<void> {
  await ada.page.evaluate(() => {
    indexedDB.open = () => {
      throw new DOMException("seeded by the test", "SecurityError")
    }
  })
  await ada.page.getByRole("button", { name: "New script" }).click()
  await expect(ada.badge).toHaveText("Not kept on this device")
  await ada.context.setOffline(true)
  await ada.script.focus()
  await ada.type("Nowhere but here.")
}

/** The question before words are lost. */
function question(ada: Writer): Locator {
  return ada.page.getByRole("dialog", { name: "Leave this script?" })
}

/** Somebody is asked, stays, and finds everything as it was. */
async function stays(ada: Writer, words = "Nowhere but here."): Promise<void> {
  await question(ada).getByRole("button", { name: "Stay here" }).click()
  await expect(question(ada)).toHaveCount(0)
  await expect(ada.page).toHaveURL(/\/s\//)
  await ada.sees(words)
}

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

test("words that are nowhere else are not left without a question", async ({ writer }) => {
  const ada = await writer()
  await ada.page.goto("/")
  await writesNowhere(ada)
  const address = ada.page.url()
  await ada.menu("New script")
  await stays(ada)
  expect(ada.page.url()).toBe(address)

  const chooser = ada.page.waitForEvent("filechooser")
  await ada.menu("Open a file…")
  await (await chooser).setFiles({ name: "other.fountain", mimeType: "text/plain", buffer: Buffer.from("INT. ELSEWHERE - DAY") })
  await stays(ada)

  await ada.page.goBack()
  await stays(ada)
  expect(ada.page.url()).toBe(address)

  const asked = ada.page.waitForEvent("dialog")
  const clicked = ada.page.getByRole("link", { name: "All scripts" }).click()
  expect((await asked).type()).toBe("beforeunload")
  await (await asked).dismiss()
  await clicked
  await ada.sees("Nowhere but here.")

  await ada.page.goBack()
  await question(ada).getByRole("button", { name: "Leave and lose them" }).click()
  await expect(ada.page.getByRole("button", { name: "New script" })).toBeVisible()
})

test("a comment and a title page that somebody writes are not left without a question, and what was sent is", async ({ writer }) => {
  const ada = await writer()
  await ada.newScript()
  await ada.type("A cellar.")
  /** Closes the tab, is asked, and stays. */
  const closesAndStays = async (): Promise<void> => {
    const asked = ada.page.waitForEvent("dialog")
    const closing = ada.page.close({ runBeforeUnload: true })
    expect((await asked).type()).toBe("beforeunload")
    await (await asked).dismiss()
    await closing
  }
  await ada.menu("Title page…")
  const author = ada.page.getByRole("dialog").getByLabel("Author", { exact: true })
  await author.fill("Nobody")
  await closesAndStays()
  await expect(author).toHaveValue("Nobody")
  await ada.press("Escape")

  await ada.script.focus()
  await ada.press("Control+a")
  await ada.press("Control+Alt+m")
  const comment = ada.page.getByRole("textbox", { name: "Your comment" })
  await comment.fill("Whose cellar?")
  await closesAndStays()
  await ada.page.goBack()
  await expect(question(ada)).toContainText("not sent or saved yet")
  await stays(ada, "A cellar.")
  await expect(comment).toHaveValue("Whose cellar?")
  await comment.press("Control+Enter")
  await expect(ada.page.locator(".threads")).toContainText("Whose cellar?")
  await ada.saved()
  await ada.page.goBack()
  await expect(ada.page.getByRole("button", { name: "New script" })).toBeVisible()
})

test("a title that is still being typed when the page is loaded anew is the script's", async ({ writer }) => {
  const ada = await writer()
  await ada.newScript()
  await ada.page.getByRole("textbox", { name: "Title of the script" }).pressSequentially("The Cellar")
  await ada.page.reload()
  await expect(ada.page.getByRole("textbox", { name: "Title of the script" })).toHaveValue("The Cellar")
})

test("a script whose words are kept is left without a question", async ({ writer }) => {
  const ada = await writer()
  await ada.newScript()
  await ada.context.setOffline(true)
  await ada.script.focus()
  await ada.type("Kept.")
  await ada.page.goBack()
  await expect(ada.page.getByRole("button", { name: "New script" })).toBeVisible()
  await ada.page.goForward()
  await ada.sees("Kept.")
})

test.describe("with accounts", () => {
  test.use({ relaySettings: withAccounts })

  test("who signs out is asked first about words that are nowhere else", async ({ writer }) => {
    const ada = await writer()
    await ada.page.goto("/")
    await ada.makeAccount("ada@example.org")
    await writesNowhere(ada)
    await ada.menu("Sign out…")
    await stays(ada)
  })
})
