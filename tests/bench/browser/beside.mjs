// The app beside the usual ways to build it, in turns: the same script, the same relay, the same two others in it.

import { ask, words } from "../../relay/content.mjs"
import { app } from "./app.mjs"
import { keysToPaint, openedMs, untilPainted, watchOpening } from "./measure.mjs"
import { megabytes } from "./memory.mjs"
import { startRivals } from "./rivals.mjs"
import { newPage, pageMemory, screenplay, startRelay, withBrowser } from "./stage.mjs"
import { whileWriting, Writer } from "./writers.mjs"

const pages = 120
const middle = 0.5
const short = { fountain: "INT. HALL - DAY\n", paragraphs: [{ type: "scene-heading", text: "INT. HALL - DAY" }] }
const remoteEdits = 40
/** Keys at a pace that each of them can follow on a quiet machine. */
const keyEveryMs = 120

export async function beside({ rounds, note }) {
  const rivals = await startRivals()
  const relay = await startRelay([rivals.origin])
  try {
    const editors = [app, ...rivals.editors]
    const given = await sameScript(relay)
    const ids = new Map()
    for (const editor of editors) ids.set(editor, [await editor.seed(relay, given), await editor.seed(relay, short)])
    for (let round = 0; round < rounds; round++) {
      for (const editor of editors) {
        const tell = (what, figures) => note(what, editor.name, figures)
        await withBrowser(browser => measured(browser, relay, editor, ids.get(editor), tell))
      }
      editors.push(editors.shift())
    }
  } finally {
    await relay.stop()
    await rivals.stop()
  }
}

/** The screenplay in Fountain, and as its paragraphs. */
async function sameScript(relay) {
  const fountain = screenplay(pages)
  const id = await app.seed(relay, { fountain })
  const content = await ask(relay, id, "GET", "")
  const texts = words(content)
  return { fountain, paragraphs: content.blocks.map(({ type }, at) => ({ type, text: texts[at] })) }
}

async function measured(browser, relay, editor, [id, small], tell) {
  const page = await newPage(browser, relay.origin)
  page.setDefaultTimeout(120_000)
  await watchOpening(page, editor.ready)
  // The browser knows the page, not the script.
  await page.goto(editor.address(relay, small))
  await openedMs(page)
  await editor.settled(page, 0)
  await editor.known(page)
  await page.goto("about:blank")
  await page.goto(editor.address(relay, id))
  tell(`opening ${pages} pages from the relay, in a browser that knows the page`, { ms: Math.round(await openedMs(page)) })
  await editor.settled(page)
  tell("memory after opening", megabytes(await pageMemory(browser, page)))
  await editor.goTo(page, middle)
  tell("another's edit to paint", await editsToPaint(page, relay, editor, id))
  await whileWriting(editor, relay, id, [middle, 0.25], async () => {
    tell("key to paint, two others typing", await keysToPaint(page, keyEveryMs))
  })
  await editor.settled(page)
  tell("memory after that", megabytes(await pageMemory(browser, page)))
}

/** From a co-writer's edit in sight until it is painted, over the relay. */
async function editsToPaint(page, relay, editor, id) {
  const writer = await Writer.join(editor, relay, id, middle)
  const times = []
  for (let edit = 0; edit < remoteEdits; edit++) {
    const marker = `q${edit}z`
    const painted = await untilPainted(page, marker)
    const started = performance.timeOrigin + performance.now()
    writer.write(marker)
    times.push((await painted.at()) - started)
  }
  writer.leave()
  return spread(times)
}

function spread(times) {
  const sorted = [...times].sort((one, other) => one - other)
  const at = part => Math.round(10 * sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]) / 10
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}
