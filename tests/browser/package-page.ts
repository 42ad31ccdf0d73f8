// The package by itself in a page, without the app: served as it was built, and opened as `script`.

import { createServer, type Server } from "node:http"
import { readFile } from "node:fs/promises"
import { extname, join } from "node:path"
import type { AddressInfo } from "node:net"
import type { BrowserContext, Page } from "@playwright/test"
import type { OpenOptions, ScriptError, ScriptHandle } from "scriptroom"

declare global {
  var script: ScriptHandle & { trapForTests(): void }
  /** What `script` has told of trouble. */
  var errors: ScriptError[]
}

const root = join(import.meta.dirname, "../../pkg")
const types: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm" }

/** Serves the package and an empty page. */
export async function servePackage(): Promise<Server> {
  const server = createServer(async (request, response) => {
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
  return server
}

/** Where the server's pages are from. */
export function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A tab with an empty page of the server. */
export async function emptyTab(server: Server, context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${originOf(server)}/`)
  return page
}

/** Opens a script in a tab as `script`. */
export async function openIn(page: Page, id: string, options: Partial<OpenOptions> = {}): Promise<void> {
  await page.evaluate(
    async ([id, options]) => {
      const entry = "/dist/index.js"
      const { init, openScript } = (await import(entry)) as typeof import("scriptroom")
      await init()
      const user = { name: "Ada", color: "#aa3300" }
      globalThis.script = (await openScript({ id, user, ...options })) as typeof script
      globalThis.errors = []
      script.on("error", error => errors.push(error))
    },
    [id, options] as const,
  )
}

/** Types lines at an offset. */
export async function typeIn(page: Page, offset: number, ...lines: string[]): Promise<void> {
  await page.evaluate(
    ([offset, lines]) =>
      void script.edit([{ kind: "replace", from: offset, to: offset, insert: lines.map(text => ({ text })) }]),
    [offset, lines] as const,
  )
}

/** Has a tab crash. */
export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  // It never answers.
  void session.send("Page.crash").catch(() => {})
  await page.waitForEvent("crash")
}
