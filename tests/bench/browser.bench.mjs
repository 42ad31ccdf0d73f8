// How a 250-page script feels: the time from a key to its paint, and the frames of scrolling, in the app and in a
// CodeMirror that has nothing but the same text. `cargo xtask bench browser`.
//
// Other work on the machine makes every figure worse and none better. So each round measures the bare editor and the
// app right after each other (their ratio holds on a busy machine, too), and the best of the rounds is the machine's own.
// Prints the figures, and writes all rounds to test-results/browser-bench.json.

import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus, loadavg } from "node:os"
import { join } from "node:path"
import { chromium } from "@playwright/test"
import { Relay } from "../browser/relay.ts"
import { showBare } from "./bare.mjs"
import { keysToPaint, scrollFrames } from "./measure.mjs"

const root = join(import.meta.dirname, "../..")
const pages = Number(process.env.PAGES ?? 250)
const rounds = Number(process.env.ROUNDS ?? 3)
const throttling = 4
const places = ["start", "middle", "end"]

const relay = await Relay.start()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
})
try {
  const report = await measure()
  print(report)
  mkdirSync(join(root, "test-results"), { recursive: true })
  writeFileSync(join(root, "test-results/browser-bench.json"), JSON.stringify(report, null, 2) + "\n")
} finally {
  await browser.close()
  await relay.stop()
}

async function measure() {
  const app = await newPage()
  const { openMs, pages: counted, text } = await openScript(app)
  const bare = await newPage()
  await bare.goto("/")
  await showBare(bare, text)
  const report = { pages: counted, paragraphs: text.split("\n").length, cores: cpus().length, openMs, rounds: [] }
  for (let round = 0; round < rounds; round++) {
    report.rounds.push({
      load: loadavg()[0],
      bare: await measureEditor(bare, goToLine),
      app: await measureEditor(app, goToScene),
    })
  }
  return report
}

async function newPage() {
  // A context each: a page in the background draws no frames.
  const context = await browser.newContext({ baseURL: relay.origin, viewport: { width: 1280, height: 860 } })
  return context.newPage()
}

async function measureEditor(page, goTo) {
  await page.bringToFront()
  const devtools = await page.context().newCDPSession(page)
  const figures = { keys: {}, throttledKeys: null, scroll: {} }
  for (const place of places) {
    await goTo(page, place)
    figures.keys[place] = await keysToPaint(page)
  }
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: throttling })
  await goTo(page, "middle")
  figures.throttledKeys = await keysToPaint(page)
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 })
  for (const place of ["start", "middle"]) {
    await goTo(page, place)
    figures.scroll[place] = await scrollFrames(page, devtools)
  }
  await devtools.detach()
  return figures
}

/** Imports the script, and opens it again when the relay has it and its pages are counted. */
async function openScript(page) {
  // The generator comes within one in twenty of what it is asked for.
  const asked = String(Math.ceil(pages * 1.06))
  const fountain = execFileSync(
    "cargo",
    ["run", "--quiet", "--package", "scriptroom", "--", "generate", "--pages", asked, "--seed", "1"],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  )
  await page.goto("/")
  const chooser = page.waitForEvent("filechooser")
  await page.getByRole("button", { name: "Open a file…" }).click()
  await (await chooser).setFiles({ name: "bench.fountain", mimeType: "text/plain", buffer: Buffer.from(fountain) })
  await page.locator('.badge[data-state="saved"]').waitFor({ timeout: 120_000 })
  await countedPages(page)
  const started = performance.now()
  await page.reload()
  await page.locator(".cm-line.el-scene-heading").first().waitFor()
  const openMs = Math.round(performance.now() - started)
  await page.locator('.badge[data-state="saved"]').waitFor({ timeout: 120_000 })
  const counted = await countedPages(page)
  if (counted < pages) throw new Error(`expected ${pages} pages at least, the script has ${counted}`)
  const text = await page.evaluate(() => document.querySelector(".cm-content").cmTile.root.view.state.doc.toString())
  return { openMs, pages: counted, text }
}

async function countedPages(page) {
  const counted = await page.waitForFunction(() => {
    const count = Number(document.querySelector(".statusline")?.dataset.pages)
    return count > 1 && count
  })
  return counted.jsonValue()
}

/** A new paragraph in a scene of the app's. */
async function goToScene(page, place) {
  const scenes = page.locator(".scene")
  const count = await scenes.count()
  await scenes.nth({ start: 0, middle: Math.floor(count / 2), end: count - 1 }[place]).click()
  await page.keyboard.press("End")
  await page.keyboard.press("Enter")
}

/** A new line in the bare editor. */
async function goToLine(page, place) {
  await page.evaluate(part => window.bareGoTo(part), { start: 0, middle: 0.5, end: 1 }[place])
  await page.keyboard.press("End")
  await page.keyboard.press("Enter")
}

function print({ pages, paragraphs, cores, openMs, rounds }) {
  console.log(`${pages} pages in ${paragraphs} paragraphs on ${cores} cores; opened again in ${openMs} ms`)
  console.log(`load of each round: ${rounds.map(({ load }) => load.toFixed(2)).join(", ")}; the best round's figures, in ms`)
  for (const place of places) printRow(rounds, `key to paint, ${place}`, figures => figures.keys[place])
  printRow(rounds, `key to paint at ${throttling}x throttling, middle`, figures => figures.throttledKeys)
  for (const place of ["start", "middle"]) printRow(rounds, `frames of scrolling, ${place}`, figures => figures.scroll[place])
}

/** What one measurement says of the app and of the bare editor; the ratio is within a round. */
function printRow(rounds, name, of) {
  const both = rounds.map(round => ({ app: of(round.app), bare: of(round.bare) }))
  const best = (who, key) => Math.min(...both.map(round => round[who][key]))
  const cells = who => Object.keys(both[0][who]).map(key => `${key} ${best(who, key)}`).join("  ")
  const ratio = Math.min(...both.map(({ app, bare }) => app.p50 / bare.p50))
  console.log(`${name}\n    app   ${cells("app")}\n    bare  ${cells("bare")}\n    p50 app / bare  ${ratio.toFixed(2)}`)
}
