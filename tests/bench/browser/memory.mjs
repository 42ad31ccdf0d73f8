// What the page weighs: after an hour's writing of three people in a 250-page script, as fast as it goes, and after a script
// was opened and closed fifty times. It is the memory that the page's process has for itself, without garbage.

import { app } from "./app.mjs"
import { openedMs, watchOpening } from "./measure.mjs"
import { newPage, pageMemory, screenplay, startRelay, withBrowser } from "./stage.mjs"
import { Writer } from "./writers.mjs"

const pages = 250
/** Somebody who writes without a pause: two hundred keys a minute. */
const keysAnHour = 12_000
/** After so many keys the writer goes to another scene. */
const keysAScene = 400
const openings = 50
const words = "she says that nobody has ever come back from there and he laughs "

export async function memory({ note }) {
  const relay = await startRelay()
  try {
    const fountain = screenplay(pages)
    await withBrowser(async browser => hour(browser, relay, await app.seed(relay, { fountain }), note))
    await withBrowser(async browser => again(browser, relay, await app.seed(relay, { fountain }), note))
  } finally {
    await relay.stop()
  }
}

async function hour(browser, relay, id, note) {
  const page = await newPage(browser, relay.origin)
  await watchOpening(page, app.ready)
  await page.goto(app.address(relay, id))
  await openedMs(page)
  await app.settled(page)
  note(`${pages} pages, opened`, "scriptroom", megabytes(await pageMemory(browser, page)))
  const others = [await Writer.join(app, relay, id, 0.5, 0), await Writer.join(app, relay, id, 0.25, 1)]
  for (let typed = 0; typed < keysAnHour; typed += keysAScene) {
    await app.goTo(page, typed / keysAnHour)
    await page.keyboard.type(words.repeat(Math.ceil(keysAScene / words.length)).slice(0, keysAScene))
    for (let key = 0; key < keysAScene; key++) for (const other of others) other.key()
  }
  await app.settled(page)
  for (const other of others) other.leave()
  note(`${pages} pages, after three people's hour of ${keysAnHour.toLocaleString("en")} keys each`, "scriptroom", megabytes(await pageMemory(browser, page)))
}

async function again(browser, relay, id, note) {
  const page = await newPage(browser, relay.origin)
  const path = new URL(app.address(relay, id)).pathname
  await page.goto(path)
  // From one page of the app to the other, without loading it anew.
  const go = to => page.evaluate(to => (history.pushState(null, "", to), void dispatchEvent(new PopStateEvent("popstate"))), to)
  for (let opened = 1; opened <= openings; opened++) {
    await page.locator(app.ready).first().waitFor()
    await app.settled(page)
    await go("/")
    await page.locator(".home").waitFor()
    if (opened % 10 === 0) note(`after opening and closing ${pages} pages ${opened} times`, "scriptroom", megabytes(await pageMemory(browser, page)))
    await go(path)
  }
}

/** In tenths, as the report shows them. */
export function megabytes({ heapBytes, processBytes }) {
  const tenths = bytes => Math.round(bytes / 1e5) / 10
  return { processMB: tenths(processBytes), heapMB: tenths(heapBytes) }
}
