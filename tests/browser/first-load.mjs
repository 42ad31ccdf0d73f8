// What a browser fetches the first time that it is here, as it travels in brotli: the home page, then a new script. Fails where
// the scripts, wasm and fonts that writing needs are over the limit. Pages are counted by what comes beside that, while people write.
//   node tests/browser/first-load.mjs LIMIT

import { brotliCompressSync, constants } from "node:zlib"
import { chromium } from "@playwright/test"
import { Relay } from "./relay.ts"

const limit = Number(process.argv[2])
const isCounted = type => ["script", "wasm", "font"].includes(type)

const relay = await Relay.start()
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless=new", "--no-sandbox", "--disable-gpu"] })
try {
  // The service worker fetches for the next time, when there may be no network: most of it is here by then.
  const context = await browser.newContext({ baseURL: relay.origin, serviceWorkers: "block" })
  const page = await context.newPage()
  const fetched = []
  page.on("response", response => fetched.push(response))
  await page.goto("/")
  const start = page.getByRole("button", { name: "New script" })
  await start.waitFor()
  const home = fetched.length
  await start.click()
  await page.locator(".cm-content").focus()
  await page.keyboard.type("a")
  await page.locator(".cm-line", { hasText: /^a$/i }).waitFor()
  await page.waitForFunction(() => Number(document.querySelector(".statusline")?.dataset.pages) > 0, null, { timeout: 60_000 })
  const countsPages = response => /scriptroom_background/.test(response.url())
  const writing = fetched.filter(response => !countsPages(response))
  const parts = { "home page": writing.slice(0, home), "a script": writing.slice(home), pages: fetched.filter(countsPages) }
  const seen = new Set()
  const sums = {}
  for (const [part, responses] of Object.entries(parts)) sums[part] = await weighed(part, responses, seen)
  const first = sums["home page"] + sums["a script"]
  console.log(`first load, scripts, wasm and fonts: ${kilobytes(first)} in brotli; with the pages' ${kilobytes(first + sums.pages)}`)
  if (first > limit) {
    console.log(`first load: ${first} bytes, over ${limit}`)
    process.exitCode = 1
  }
} finally {
  await browser.close()
  await relay.stop()
}

/** Prints what a part of the visit fetched, and sums up what counts of it. */
async function weighed(part, responses, seen) {
  let sum = 0
  for (const response of responses) {
    const { pathname } = new URL(response.url())
    const type = pathname.endsWith(".wasm") ? "wasm" : response.request().resourceType()
    if (!response.ok() || pathname.startsWith("/api/") || seen.has(pathname)) continue
    seen.add(pathname)
    const size = packed(await response.body())
    console.log(`  ${part.padEnd(10)} ${type.padEnd(10)} ${kilobytes(size).padStart(9)}  ${pathname}`)
    if (isCounted(type)) sum += size
  }
  return sum
}

function packed(bytes) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN } = constants
  return brotliCompressSync(bytes, { params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 24 } }).length
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`
}
