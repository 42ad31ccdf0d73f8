// The package by itself in a browser, without app and relay: the store, the tabs, the pages, a trap.

import type { Server } from "node:http"
import { type BrowserContext, expect, type Page, test } from "@playwright/test"
import { crash, emptyTab, openIn, servePackage, typeIn as type } from "./package-page.ts"

let server: Server

test.beforeAll(async () => {
  server = await servePackage()
})

test.afterAll(() => void server.close())

/** A tab with the script open as `script`. */
async function tab(context: BrowserContext, id: string): Promise<Page> {
  const page = await emptyTab(server, context)
  await openIn(page, id)
  return page
}

test("edits are on the device when it says so, and a new opening has them", async ({ context }) => {
  const id = crypto.randomUUID()
  const page = await tab(context, id)
  await type(page, 0, "Rain.", "It stops.")
  await page.waitForFunction(() => script.status.device === "kept" && script.status.unsaved === 1)
  await page.close()
  const again = await tab(context, id)
  expect(await again.evaluate(() => script.text())).toBe("Rain.\nIt stops.")
  expect(await again.evaluate(() => script.status)).toMatchObject({ kind: "offline", unsaved: 1, device: "kept" })
})

test("tabs of one browser write one script without any relay, and see each other", async ({ context }) => {
  const id = crypto.randomUUID()
  const first = await tab(context, id)
  const second = await tab(context, id)
  await type(first, 0, "Rain.")
  await second.waitForFunction(() => script.text() === "Rain.")
  await type(second, 5, " It stops.")
  await first.waitForFunction(() => script.text() === "Rain. It stops.")
  await first.waitForFunction(() => script.peers().length === 1)
  await first.close()
  await type(second, 0, "Soft. ")
  expect(await second.evaluate(() => script.text())).toBe("Soft. Rain. It stops.")
})

test("a tab that crashes, or is put aside, is missed by the others, and seen when it is back", async ({ context }) => {
  const id = crypto.randomUUID()
  const first = await tab(context, id)
  const second = await tab(context, id)
  const third = await tab(context, id)
  const sees = (page: Page, others: number): Promise<unknown> => page.waitForFunction(others => script.peers().length === others, others)
  for (const page of [first, second, third]) await sees(page, 2)
  await second.evaluate(() => void dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })))
  await sees(first, 1)
  await sees(third, 1)
  await second.evaluate(() => void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })))
  await sees(first, 2)
  await sees(third, 2)
  await crash(second)
  await sees(first, 1)
  await sees(third, 1)
  // The one that leads.
  await crash(first)
  await sees(third, 0)
})

test("pages come when the text is there, and follow it", async ({ context }) => {
  const page = await tab(context, crypto.randomUUID())
  await type(page, 0, ...Array.from({ length: 200 }, () => "Some words of action that go on."))
  await page.waitForFunction(() => script.pages.count > 4)
  const before = await page.evaluate(() => script.pages.breaks[0]?.offset ?? 0)
  await type(page, 0, "So. ")
  expect(await page.evaluate(() => script.pages.breaks[0]?.offset)).toBe(before + 4)
})

test("a trap costs nobody a word", async ({ context }) => {
  const id = crypto.randomUUID()
  const page = await tab(context, id)
  await type(page, 0, "Before. ")
  await page.evaluate(() => script.trapForTests())
  await type(page, 8, "After.")
  await page.waitForFunction(() => script.status.device === "kept")
  await page.close()
  const again = await tab(context, id)
  expect(await again.evaluate(() => script.text())).toBe("Before. After.")
})
