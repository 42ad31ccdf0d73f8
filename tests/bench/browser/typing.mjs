// A 250-page script with two others typing: from a key to its paint, unthrottled and on a processor a quarter as fast, the
// frames of scrolling, and the tasks that hold up the page. Beside it, in each round, a CodeMirror that has the same text and
// nothing else, nor anybody who writes in it.

import { app } from "./app.mjs"
import { showBare } from "./bare.mjs"
import { keysToPaint, longTasksSince, openedMs, scrollFrames, watchOpening } from "./measure.mjs"
import { newPage, screenplay, startRelay, withBrowser } from "./stage.mjs"
import { whileWriting } from "./writers.mjs"

const pages = 250
const throttling = 4
const places = { start: 0, middle: 0.5, end: 0.99 }
/** Where the others write: one of them in the scene in the middle, in sight of whoever types there. */
const others = [0.5, 0.25]

export async function typing({ rounds, note }) {
  const relay = await startRelay()
  try {
    const id = await app.seed(relay, { fountain: screenplay(pages) })
    await withBrowser(browser => withBrowser(bareBrowser => measured(browser, bareBrowser, relay, id, { rounds, note })))
  } finally {
    await relay.stop()
  }
}

async function measured(browser, bareBrowser, relay, id, { rounds, note }) {
  const page = await newPage(browser, relay.origin)
  await watchOpening(page, app.ready)
  await page.goto(app.address(relay, id))
  await openedMs(page)
  await app.settled(page)
  const bare = await newPage(bareBrowser, relay.origin)
  await bare.goto("/")
  await showBare(bare, await app.text(page))
  const paragraphs = (await app.text(page)).split("\n").length
  const counted = await page.evaluate(() => document.querySelector(".statusline").dataset.pages)
  note("the script", "scriptroom", { pages: Number(counted), paragraphs })
  const tellApp = (what, figures) => note(what, "scriptroom", figures)
  const tellBare = (what, figures) => note(what, "bare CodeMirror", figures)
  for (let round = 0; round < rounds; round++) {
    await editor(bare, goToLine, tellBare)
    await whileWriting(app, relay, id, others, () => editor(page, app.goTo, tellApp))
    await afterOpening(page, relay, id, tellApp)
  }
}

async function editor(page, goTo, tell) {
  const devtools = await page.context().newCDPSession(page)
  for (const [place, part] of Object.entries(places)) {
    await goTo(page, part)
    tell(`key to paint, ${place}`, await keysToPaint(page))
  }
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: throttling })
  await goTo(page, places.middle)
  tell(`key to paint at ${throttling}× throttling, middle`, await keysToPaint(page))
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 })
  for (const place of ["start", "middle"]) {
    await goTo(page, places[place])
    tell(`frames of scrolling, ${place}`, await scrollFrames(page, devtools))
  }
  await devtools.detach()
}

/** Opens the script again and writes in it at once, as do the others: what holds up the page from then on. */
async function afterOpening(page, relay, id, tell) {
  await page.reload()
  const opened = await openedMs(page)
  await whileWriting(app, relay, id, others, async () => {
    await app.goTo(page, places.middle)
    await keysToPaint(page)
  })
  await app.settled(page)
  tell("tasks of more than 50 ms since the script was on screen, 120 keys and two others' typing", await longTasksSince(page, opened))
}

/** A new line in the bare editor. */
async function goToLine(page, part) {
  await page.evaluate(part => window.bareGoTo(part), part)
  await page.keyboard.press("End")
  await page.keyboard.press("Enter")
}
