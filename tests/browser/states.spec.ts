// Each state of the connection says what it means, and what can be done.

import { withAccounts } from "./people.ts"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

declare global {
  /** The device's, which takes as long as the test likes. */
  const disk: { isSlow: boolean; written: number }
}

/** What the view of the connection says. */
async function says(one: Writer, words: string | RegExp): Promise<void> {
  await one.menu("Connection and figures…")
  const dialog = one.page.getByRole("dialog", { name: "Connection and figures" })
  await expect(dialog.getByRole("status").first()).toHaveText(words)
  await dialog.getByRole("button", { name: "Close" }).click()
}

test("live, offline, looking for the relay, and saved again", async ({ relay, writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.saved()
  await says(ada, "Saved. Everything is stored by the relay.")
  await ada.context.setOffline(true)
  await expect(ada.badge).toHaveText("Offline")
  await says(ada, "Offline. What you type is kept on this device until you are back online.")
  await ada.toEnd()
  await ada.type(" More.")
  await expect(ada.badge).toHaveText("Offline – changes saved on this device")
  await says(ada, /Your changes go out when you are back online\.$/)
  await relay.kill()
  await ada.context.setOffline(false)
  await expect(ada.badge).toHaveText("Connecting…")
  await says(ada, "Connecting…. Looking for the relay. What you type is kept on this device.")
  await relay.run()
  await ada.saved()
})

test("while the relay takes its time it is said how many changes are on their way", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.saved()
  // What is sent is held back, as by a slow network.
  await ada.page.evaluate(() => {
    WebSocket.prototype.send = () => {}
  })
  await ada.toEnd()
  await ada.type(" More.")
  await expect(ada.badge).toHaveAttribute("title", /^\d+ changes? (is|are) on the way to the relay, and kept on this device\.$/)
  await expect(ada.badge).toHaveText("Saving…")
})

test("a comment is on its way until the relay has it", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.saved()
  await ada.page.evaluate(() => {
    WebSocket.prototype.send = () => {}
  })
  await ada.line("A searchlight").click()
  await ada.comment("Too dark?")
  await expect(ada.badge).toHaveText("Saving…")
  await expect(ada.badge).toHaveAttribute("title", "1 change is on the way to the relay, and kept on this device.")
  await ada.context.setOffline(true)
  await expect(ada.badge).toHaveText("Offline – changes saved on this device")
})

test("a key that comes just as the words before it are to be called kept is not called so with them", async ({ writer }) => {
  const ada = await writer()
  await ada.newScript()
  await ada.saved()
  await ada.context.setOffline(true)
  await expect(ada.badge).toHaveAttribute("data-state", "offline")
  await ada.page.evaluate(() => {
    const { add } = IDBObjectStore.prototype
    const disk = { isSlow: true, written: 0 }
    const goOn = (store: IDBObjectStore): void => {
      if (disk.isSlow) store.count().onsuccess = () => goOn(store)
    }
    IDBObjectStore.prototype.add = function (...given: Parameters<typeof add>) {
      const request = add.apply(this, given)
      request.addEventListener("success", () => goOn(this))
      this.transaction.addEventListener("complete", () => (disk.written += 1))
      return request
    }
    Object.assign(globalThis, { disk })
  })
  await ada.page.clock.install()
  await ada.page.clock.pauseAt(Date.now() + 60_000)
  await ada.type("a")
  // All that waits for a time has had it.
  await ada.page.clock.runFor(1_000)
  await expect(ada.badge).toHaveAttribute("data-state", "saving")
  await ada.page.evaluate(() => (disk.isSlow = false))
  await expect.poll(() => ada.page.evaluate(() => disk.written)).toBe(1)
  await ada.page.clock.runFor(440)
  await expect(ada.badge).toHaveAttribute("data-state", "saving")
  await ada.page.evaluate(() => (disk.isSlow = true))
  await ada.type("b")
  await ada.page.clock.runFor(20)
  await expect(ada.badge).toHaveAttribute("data-state", "saving")
  await ada.page.clock.runFor(1_000)
  await expect(ada.badge).toHaveAttribute("data-state", "saving")
  await ada.page.evaluate(() => (disk.isSlow = false))
  await expect.poll(() => ada.page.evaluate(() => disk.written)).toBe(2)
  await ada.page.clock.runFor(500)
  await expect(ada.badge).toHaveAttribute("data-state", "offline")
})

test("what is typed while a dialog is still on its way goes into it, and into the script where it takes long", async ({ writer }) => {
  const ada = await writer({ serviceWorkers: "block" })
  await ada.page.clock.install()
  await ada.newScript()
  await ada.saved()
  await ada.page.clock.pauseAt(Date.now() + 3_600_000)
  let letGo: () => void = () => {}
  const held = new Promise<void>(resolve => (letGo = resolve))
  await ada.page.route(/titlepage-\w+\.js/, async route => {
    await held
    await route.continue()
  })
  await ada.page.route(/statistics-dialog-\w+\.js/, () => {})
  await ada.page.route(/settings-dialog-\w+\.js/, route => route.abort())
  await ada.menu("Title page…")
  await ada.type("The Kettlx")
  await ada.press("Backspace")
  await ada.type("e")
  letGo()
  const title = ada.page.getByRole("dialog", { name: "Title page" }).getByLabel("Title", { exact: true })
  await expect(title).toHaveValue("The Kettle")
  await ada.press("Escape")
  await expect(title).toHaveCount(0)
  expect(await ada.text()).toBe("")
  await ada.menu("Statistics…")
  await ada.script.focus()
  await ada.type("Ra")
  expect(await ada.text()).toBe("")
  await ada.page.clock.fastForward(2_000)
  await ada.type("in.")
  await ada.sees("Rain.")
  await ada.menu("Settings…")
  await expect(ada.page.getByText("That could not be loaded. Are you online?")).toBeVisible()
})

test("where nothing can be kept it is said, and closing the page with unsaved words warns", async ({ writer }) => {
  const ada = await writer()
  await ada.page.addInitScript(() => {
    indexedDB.open = () => {
      throw new DOMException("seeded by the test", "SecurityError")
    }
  })
  await ada.newScript()
  await expect(ada.badge).toHaveText("Not kept on this device")
  await ada.context.setOffline(true)
  await ada.script.focus()
  await ada.type("Nowhere but here.")
  const asked = ada.page.waitForEvent("dialog")
  const closing = ada.page.close({ runBeforeUnload: true })
  expect((await asked).type()).toBe("beforeunload")
  await (await asked).dismiss()
  await closing
  await ada.sees("Nowhere but here.")
})

test.describe("with accounts", () => {
  test.use({ relaySettings: withAccounts })

  test("a script in the trash, and one that is not for somebody, say so and what to do", async ({ relay, writer }) => {
    const ada = await writer()
    await ada.page.goto("/")
    await ada.makeAccount("ada@example.org")
    await ada.openFountain(shortScript)
    await ada.saved()
    const address = ada.page.url()
    const ben = await writer({ baseURL: relay.origin })
    await ben.page.goto("/")
    await ben.makeAccount("ben@example.org")
    await ben.page.goto(address)
    await expect(ben.page.locator(".notice-line")).toContainText("An owner can share it with you.")
    await expect(ben.badge).toHaveText("Problem")
    const home = await ada.context.newPage()
    await home.goto("/")
    await home.getByRole("button", { name: "More for “The Night Ferry”" }).click()
    await home.getByRole("menuitem", { name: "Move to the trash" }).click()
    await expect(ada.page.locator(".notice-line")).toContainText("This script is in the trash. Its owner can restore it.")
    await home.getByRole("button", { name: "Trash", exact: true }).click()
    await home.getByRole("button", { name: "Delete “The Night Ferry” for good" }).click()
    await home.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click()
    await expect(home.getByText("The trash is empty.")).toBeVisible()
    await ada.page.reload()
    await expect(ada.page.locator(".notice-line")).toContainText("This script was deleted for good.")
    await expect(ada.badge).toHaveText("Problem")
  })
})
