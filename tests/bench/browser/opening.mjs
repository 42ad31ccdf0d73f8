// A 120-page script until it is on the screen and can be written in: from the device's own store without a network, and
// from the relay, the first time that a browser is here and when it knows the app. From the start of the navigation.

import { app } from "./app.mjs"
import { openedMs, watchOpening } from "./measure.mjs"
import { newPage, screenplay, startRelay, withBrowser } from "./stage.mjs"

const pages = 120

export async function opening({ rounds, note }) {
  const relay = await startRelay()
  try {
    const fountain = screenplay(pages)
    const ids = [await app.seed(relay, { fountain }), await app.seed(relay, { fountain })]
    for (let round = 0; round < 2 * rounds; round++) await withBrowser(browser => openings(browser, relay, ids, note))
  } finally {
    await relay.stop()
  }
}

async function openings(browser, relay, [first, second], note) {
  const page = await newPage(browser, relay.origin)
  await watchOpening(page, app.ready)
  await page.goto(app.address(relay, first))
  const firstMs = await written(page)
  await app.known(page)
  await page.goto(app.address(relay, second))
  const knownMs = await written(page)
  await page.context().setOffline(true)
  await page.goto(app.address(relay, first))
  const deviceMs = await written(page, false)
  note(`${pages} pages from the relay, in a browser that was never here`, "scriptroom", { ms: firstMs })
  note(`${pages} pages from the relay, in a browser that knows the app`, "scriptroom", { ms: knownMs })
  note(`${pages} pages from the device's store, without a network`, "scriptroom", { ms: deviceMs })
}

/** How long it took, once a key has shown that the script takes it. */
async function written(page, isOnline = true) {
  const ms = Math.round(await openedMs(page))
  await page.locator(".cm-content").press("Control+End")
  await page.keyboard.type("written")
  const text = await app.text(page)
  if (!text.endsWith("written")) throw new Error(`expected the script to end with what was typed, got ${text.slice(-20)}`)
  if (isOnline) await app.settled(page)
  return ms
}
