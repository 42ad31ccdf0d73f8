// Serves a folder to a browser, and runs the page in it.

import { readFile, stat } from "node:fs/promises"
import { createServer } from "node:http"
import { extname, join, normalize } from "node:path"
import type { AddressInfo } from "node:net"
import { chromium } from "@playwright/test"

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
}

/** What the application of `app/write.js` returns. */
export interface Seen {
  readonly text: string
  readonly shown: string
  readonly scenes: readonly string[]
  readonly pages: number
  readonly file: string
  /** The lines of the text that is laid out as on paper. */
  readonly paper: readonly string[]
}

/** Opens `page` of the folder in Chromium and returns what the application saw. */
export async function seenIn(folder: string, page: string): Promise<Seen> {
  const server = createServer(async (request, response) => {
    const path = join(folder, normalize(decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname)))
    const found = await stat(path).then(entry => entry.isFile(), () => false)
    if (!found) return response.writeHead(404).end()
    response.writeHead(200, { "content-type": contentTypes[extname(path)] ?? "application/octet-stream" })
    return response.end(await readFile(path))
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  })
  try {
    const tab = await browser.newPage()
    const complaints: string[] = []
    tab.on("pageerror", error => complaints.push(String(error)))
    tab.on("requestfailed", failed => complaints.push(`not loaded: ${failed.url()}`))
    await tab.goto(`http://127.0.0.1:${port}/${page}`)
    const started = tab.waitForFunction(() => "seen" in window, undefined, { timeout: 20_000 })
    await started.catch(() => {
      throw new Error(`the page did not start\n${complaints.join("\n")}`)
    })
    const seen = tab.evaluate(() => (window as unknown as { seen: Promise<Seen> }).seen)
    return await within(20_000, seen, () => `the page started but did not finish\n${complaints.join("\n")}`)
  } finally {
    await browser.close()
    server.close()
  }
}

/** What `promise` resolves to, or an error with `message` when that takes too long. */
async function within<T>(ms: number, promise: Promise<T>, message: () => string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message())), ms)
  })
  // Whichever comes second has nobody listening: closing the browser rejects a promise that is still open.
  promise.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
