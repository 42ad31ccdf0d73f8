// A key that moves a page's break in a script of 250 pages: from the key to the frame in which the editor shows the new breaks.
// In between are the document's change, the layout, and the editor's measures.

import { app } from "./app.mjs"
import { openedMs, percentile, watchOpening } from "./measure.mjs"
import { newPage, screenplay, startRelay, withBrowser } from "./stage.mjs"

const pages = 250
const places = { start: 0.02, middle: 0.5, end: 0.97 }
/** So often the line that moves a break is taken away and added again. */
const pairs = 15
/** What follows stays together: it takes some lines until a break moves, but never a page's. */
const mostLines = 54
/** What has not moved a break after so long moves none. */
const patienceMs = 1_000

export async function breaks({ rounds, note }) {
  const relay = await startRelay()
  try {
    const id = await app.seed(relay, { fountain: screenplay(pages) })
    await withBrowser(async browser => {
      const page = await newPage(browser, relay.origin)
      await watchOpening(page, app.ready)
      await page.goto(app.address(relay, id))
      await openedMs(page)
      await app.settled(page)
      for (let round = 0; round < rounds; round++) {
        for (const [place, part] of Object.entries(places)) {
          await app.goTo(page, part)
          note(`key to the new breaks shown, ${place}`, app.name, await keysToBreaks(page))
        }
      }
    })
  } finally {
    await relay.stop()
  }
}

async function keysToBreaks(page) {
  await page.evaluate(watchBreaks)
  const press = async key => {
    await page.keyboard.press(key)
    return page.evaluate(patienceMs => window.breaksShown(patienceMs), patienceMs)
  }
  // Where the new line is the first of a page, what stands behind the break reads the same with it and without: then one line more.
  const moves = async key => (await press(key)) !== null
  let lines = 0
  while (!((await moves("Enter")) && (await moves("Backspace")) && (await moves("Enter")))) {
    if (++lines > mostLines) throw new Error(`expected one of ${mostLines} lines to move a page's break, none did`)
  }
  const times = []
  for (let pair = 0; pair < pairs; pair++) {
    for (const key of ["Backspace", "Enter"]) {
      const time = await press(key)
      if (time === null) throw new Error(`expected ${key} to move the page's break that the line before it had moved`)
      times.push(time)
    }
  }
  return { count: times.length, p50: percentile(times, 50), p95: percentile(times, 95), max: percentile(times, 100) }
}

/** In the page: after each key, when what stands behind a break in sight is another. */
function watchBreaks() {
  const content = document.querySelector(".cm-content")
  const seen = () => [...content.querySelectorAll(".page-gap")].map(gap => {
    const range = document.createRange()
    range.setStartAfter(gap)
    range.setEndAfter(content.lastChild)
    return `${gap.dataset.page} ${range.toString().slice(0, 40)}`
  }).join("|")
  let pressed = null
  addEventListener("keydown", ({ timeStamp }) => (pressed = { timeStamp, before: seen(), shown: null }), true)
  new MutationObserver(() => {
    const key = pressed
    if (!key || key.shown !== null || seen() === key.before) return
    key.shown = 0
    const channel = new MessageChannel()
    channel.port1.onmessage = () => (key.shown = performance.now() - key.timeStamp)
    requestAnimationFrame(() => channel.port2.postMessage(null))
  }).observe(content, { childList: true, subtree: true, characterData: true, attributes: true })
  window.breaksShown = patienceMs => {
    const key = pressed
    const until = performance.now() + patienceMs
    return new Promise(answer => {
      const look = () => {
        if (key?.shown) answer(key.shown)
        else if (performance.now() > until) answer(null)
        else requestAnimationFrame(look)
      }
      look()
    })
  }
}
