// How a 250-page script feels: the time from a key to its paint, and the frames of scrolling.
// `cargo xtask bench browser`. Prints the figures and writes them to test-results/browser-bench.json.

import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { chromium } from "@playwright/test"
import { Relay } from "../browser/relay.ts"

const root = join(import.meta.dirname, "../..")
const pages = Number(process.env.PAGES ?? 250)
const keysPerPlace = 120
const keyEveryMs = 60
const wheelSteps = 240
const wheelPx = 240

const relay = await Relay.start()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
})
try {
  const report = await measure(await browser.newPage({ baseURL: relay.origin, viewport: { width: 1280, height: 860 } }))
  print(report)
  mkdirSync(join(root, "test-results"), { recursive: true })
  writeFileSync(join(root, "test-results/browser-bench.json"), JSON.stringify(report, null, 2) + "\n")
} finally {
  await browser.close()
  await relay.stop()
}

async function measure(page) {
  const openMs = await openScript(page)
  const report = { pages, cores: cpus().length, openMs, keys: {}, throttledKeys: {}, scroll: {} }
  const devtools = await page.context().newCDPSession(page)
  for (const place of ["start", "middle", "end"]) {
    await goTo(page, place)
    report.keys[place] = await keysToPaint(page)
  }
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 })
  await goTo(page, "middle")
  report.throttledKeys.middle = await keysToPaint(page)
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 })
  for (const place of ["start", "middle"]) {
    await goTo(page, place)
    report.scroll[place] = await scrollFrames(page)
  }
  return report
}

/** Imports the script and waits until the relay has it and its pages are counted. */
async function openScript(page) {
  const text = execFileSync(
    "cargo",
    ["run", "--quiet", "--package", "scriptroom", "--", "generate", "--pages", String(pages), "--seed", "1"],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  )
  await page.goto("/")
  const chooser = page.waitForEvent("filechooser")
  await page.getByRole("button", { name: "Open Fountain…" }).click()
  await (await chooser).setFiles({ name: "bench.fountain", mimeType: "text/plain", buffer: Buffer.from(text) })
  await page.locator('.badge[data-state="saved"]').waitFor({ timeout: 120_000 })
  await page.waitForFunction(least => Number(document.querySelector(".statusline")?.dataset.pages) > least, pages / 2)
  const started = Date.now()
  await page.reload()
  await page.locator(".cm-line.el-scene-heading").first().waitFor()
  const openMs = Date.now() - started
  await page.locator('.badge[data-state="saved"]').waitFor({ timeout: 120_000 })
  return openMs
}

async function goTo(page, place) {
  const scenes = page.locator(".scene")
  const count = await scenes.count()
  const index = { start: 0, middle: Math.floor(count / 2), end: count - 1 }[place]
  await scenes.nth(index).click()
  await page.keyboard.press("End")
  await page.keyboard.press("Enter")
}

/** Types at a fast writer's pace. A key's time runs from the event's own time stamp to the task after the frame. */
async function keysToPaint(page) {
  await page.evaluate(() => {
    window.keyTimes = []
    const channel = new MessageChannel()
    const waiting = []
    channel.port1.onmessage = () => window.keyTimes.push(performance.now() - waiting.shift())
    window.keyListener = event => {
      waiting.push(event.timeStamp)
      requestAnimationFrame(() => channel.port2.postMessage(null))
    }
    addEventListener("keydown", window.keyListener, true)
  })
  const words = "the light goes out and somebody laughs in the dark ".repeat(4).slice(0, keysPerPlace)
  await page.keyboard.type(words, { delay: keyEveryMs })
  await page.waitForFunction(count => window.keyTimes.length >= count, keysPerPlace)
  const times = await page.evaluate(() => {
    removeEventListener("keydown", window.keyListener, true)
    return window.keyTimes
  })
  return percentiles(times, [50, 95, 99])
}

/** Turns the wheel and takes the time between frames, those in which something moved. */
async function scrollFrames(page) {
  await page.mouse.move(760, 450)
  await page.evaluate(() => {
    const scroller = document.querySelector(".cm-scroller")
    window.frames60 = []
    window.measuring = true
    let last = performance.now()
    let top = scroller.scrollTop
    const frame = now => {
      if (scroller.scrollTop !== top) window.frames60.push(now - last)
      top = scroller.scrollTop
      last = now
      if (window.measuring) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  for (let step = 0; step < wheelSteps; step++) await page.mouse.wheel(0, step < wheelSteps / 2 ? wheelPx : -wheelPx)
  const frames = await page.evaluate(() => {
    window.measuring = false
    return window.frames60
  })
  return { frames: frames.length, ...percentiles(frames, [50, 95, 99]) }
}

function percentiles(values, wanted) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = percent => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN
  return Object.fromEntries(wanted.map(percent => [`p${percent}Ms`, Math.round(at(percent) * 10) / 10]))
}

function print(report) {
  console.log(`${report.pages} pages, ${report.cores} cores; opened again in ${report.openMs} ms`)
  for (const [place, figures] of Object.entries(report.keys)) console.log(`key to paint, ${place}:`, figures)
  for (const [place, figures] of Object.entries(report.throttledKeys)) console.log(`key to paint at 4x throttling, ${place}:`, figures)
  for (const [place, figures] of Object.entries(report.scroll)) console.log(`scroll frames, ${place}:`, figures)
}
