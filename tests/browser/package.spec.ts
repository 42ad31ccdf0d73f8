// The package by itself in a browser, without app and relay: the store, the tabs, the page worker, a trap.

import { createServer, type Server } from "node:http"
import { readFile } from "node:fs/promises"
import { extname, join } from "node:path"
import type { AddressInfo } from "node:net"
import { type BrowserContext, expect, type Page, test } from "@playwright/test"
import type { ScriptHandle } from "scriptroom"

declare global {
  var script: ScriptHandle & { trapForTests(): void }
}

const root = join(import.meta.dirname, "../../pkg")
const types: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm" }
let server: Server

test.beforeAll(async () => {
  server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname
    if (path === "/") return void response.setHeader("content-type", "text/html").end("<!doctype html><title>package</title>")
    try {
      const file = await readFile(join(root, path))
      response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream").end(file)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
})

test.afterAll(() => void server.close())

/** A tab with the script open as `script`. */
async function tab(context: BrowserContext, id: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.evaluate(async id => {
    const entry = "/dist/index.js"
    const { init, openScript } = (await import(entry)) as typeof import("scriptroom")
    await init()
    globalThis.script = (await openScript({ id, user: { name: "Ada", color: "#aa3300" } })) as typeof script
  }, id)
  return page
}

async function type(page: Page, offset: number, ...lines: string[]): Promise<void> {
  await page.evaluate(
    ([offset, lines]) =>
      void script.edit([{ kind: "replace", from: offset, to: offset, insert: lines.map(text => ({ text })) }]),
    [offset, lines] as const,
  )
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

test("pages come from the worker and follow the text", async ({ context }) => {
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
