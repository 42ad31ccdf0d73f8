// Comments on the device and between tabs, in a real browser; what goes over the wire is in `pkg/test/threads.test.ts`.

import type { Server } from "node:http"
import { type BrowserContext, expect, type Page, test } from "@playwright/test"
import { emptyTab, openIn, originOf, servePackage, typeIn } from "./package-page.ts"
import { Relay } from "./relay.ts"

let server: Server

test.beforeAll(async () => {
  server = await servePackage()
})

test.afterAll(() => void server.close())

/** A tab with the script open. */
async function tab(context: BrowserContext, id: string, relay?: Relay): Promise<Page> {
  const page = await emptyTab(server, context)
  await openIn(page, id, relay ? { relay: relay.origin } : {})
  return page
}

const said = (page: Page): Promise<string[]> =>
  page.evaluate(() => script.threads.list().flatMap(({ comments }) => comments.map(({ text }) => text)))

const comment = (page: Page, text: string): Promise<void> =>
  page.evaluate(text => void script.threads.add({ from: 0, to: 4 }, text), text)

const hears = (page: Page, count: number): Promise<unknown> =>
  page.waitForFunction(count => script.threads.list().length === count, count)

test("a comment made without a network is on the device, and in the other tab", async ({ context }) => {
  const id = crypto.randomUUID()
  const [first, second] = [await tab(context, id), await tab(context, id)]
  await typeIn(first, 0, "Rain.")
  await second.waitForFunction(() => script.text() === "Rain.")
  await comment(first, "Why?")
  await hears(second, 1)
  await first.evaluate(() => script.close())
  await Promise.all([first.close(), second.close()])
  const again = await tab(context, id)
  expect(await said(again)).toEqual(["Why?"])
  expect(await again.evaluate(() => [script.threads.unsaved, script.threads.list()[0]?.range])).toEqual([1, { from: 0, to: 4 }])
  await again.evaluate(() => script.close())
  const left = await again.evaluate(async id => {
    const entry = "/dist/index.js"
    const { removeFromDevice, unsavedOnDevice } = (await import(entry)) as typeof import("scriptroom")
    const before = await unsavedOnDevice({})
    await removeFromDevice({}, id)
    return [before, await unsavedOnDevice({})]
  }, id)
  expect(left).toEqual([[id], []])
  await openIn(again, id)
  expect(await said(again)).toEqual([])
})

test("a tab that does not lead comments through the one that does", async ({ context, browser }) => {
  const relay = await Relay.start({ SCRIPTROOM_ALLOWED_ORIGINS: originOf(server) })
  const id = crypto.randomUUID()
  const lead = await tab(context, id, relay)
  await lead.waitForFunction(() => script.status.kind === "synced")
  const other = await tab(context, id, relay)
  await typeIn(lead, 0, "Rain.")
  await other.waitForFunction(() => script.text() === "Rain.")
  await comment(other, "From the other tab.")
  await comment(lead, "From the one that leads.")
  const elsewhere = await tab(await browser.newContext(), id, relay)
  for (const page of [lead, other, elsewhere]) await hears(page, 2)
  for (const page of [lead, other]) await page.waitForFunction(() => script.threads.unsaved === 0)
  await Promise.all([lead.close(), other.close()])
  // What both have heard and said is on the device.
  await relay.stop()
  const again = await tab(context, id, relay)
  expect((await said(again)).sort()).toEqual(["From the one that leads.", "From the other tab."])
})
