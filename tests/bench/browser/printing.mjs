// A PDF of a 120-page script, made in the app: from the click until the file is there, and how long the page's own thread
// was busy at a time meanwhile.

import { readFile } from "node:fs/promises"
import { app } from "./app.mjs"
import { newPage, screenplay, startRelay, withBrowser } from "./stage.mjs"

const pages = 120

export async function printing({ rounds, note }) {
  const relay = await startRelay()
  try {
    const id = await app.seed(relay, { fountain: screenplay(pages) })
    for (let round = 0; round < rounds; round++) await withBrowser(browser => printings(browser, relay, id, note))
  } finally {
    await relay.stop()
  }
}

async function printings(browser, relay, id, note) {
  const page = await newPage(browser, relay.origin)
  await page.goto(app.address(relay, id))
  await app.settled(page, pages - 1)
  note(`a PDF of ${pages} pages, the first file in this browser`, "scriptroom", await printed(page))
  note(`a PDF of ${pages} pages, another one`, "scriptroom", await printed(page))
}

async function printed(page) {
  await page.getByRole("button", { name: "Menu" }).click()
  await page.getByRole("menuitem", { name: "Download a PDF or another file…" }).click()
  await page.evaluate(watch)
  const download = page.waitForEvent("download")
  await page.getByRole("button", { name: "Download", exact: true }).click()
  const file = await readFile(await (await download).path())
  if (file.toString("latin1", 0, 5) !== "%PDF-" || file.toString("latin1").split("/Type /Page\n").length <= pages) {
    throw new Error(`expected a PDF of at least ${pages} pages, got ${file.length} bytes`)
  }
  const { ms, longestMs } = await page.evaluate(() => window.printed)
  // It stays open where there are letters that no font has.
  const dialog = page.getByRole("dialog")
  if (await dialog.isVisible()) await dialog.getByRole("button", { name: "Close" }).click({ timeout: 5_000 }).catch(() => {})
  await dialog.waitFor({ state: "hidden" })
  return { ms: Math.round(ms), longestMs: Math.round(longestMs) }
}

/** In the page: what the clock says from the click until the file is handed over, and the longest time without a turn between. */
function watch() {
  const channel = new MessageChannel()
  let start = null
  let last = performance.now()
  let longestMs = 0
  channel.port1.onmessage = () => {
    const now = performance.now()
    if (start !== null) longestMs = Math.max(longestMs, now - last)
    last = now
    if (!window.printed) channel.port2.postMessage(null)
  }
  window.printed = null
  addEventListener("click", event => (start = event.timeStamp), { capture: true, once: true })
  const create = URL.createObjectURL
  URL.createObjectURL = file => {
    window.printed = { ms: performance.now() - start, longestMs }
    URL.createObjectURL = create
    return create.call(URL, file)
  }
  channel.port2.postMessage(null)
}
