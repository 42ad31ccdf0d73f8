// Where everything here is measured: a relay of its own, a browser for each page, and the script that is written in.

import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { chromium } from "@playwright/test"
import { Relay } from "../../browser/relay.ts"

export const root = join(import.meta.dirname, "../../..")

const allowances = {
  // Nobody here is a stranger: a simulated hour passes in minutes.
  SCRIPTROOM_UPDATES_AT_ONCE: "1000000",
  SCRIPTROOM_UPDATES_PER_S: "100000",
  SCRIPTROOM_PRESENCE_AT_ONCE: "1000000",
  SCRIPTROOM_PRESENCE_PER_S: "100000",
}

/** A relay; pages of these origins may open its sockets. */
export async function startRelay(origins = []) {
  prefer(process.pid)
  process.once("exit", () => prefer(process.pid, "0"))
  const relay = await Relay.start({ ...allowances, SCRIPTROOM_ALLOWED_ORIGINS: origins.join(",") })
  return Object.assign(relay, { http: relay.origin, scripts: `${relay.origin.replace("http", "ws")}/api/ws/scripts` })
}

/** A generated screenplay in Fountain, of at least so many pages. */
export function screenplay(pages) {
  // The generator comes within one in twenty of what it is asked for.
  const asked = String(Math.ceil(pages * 1.06))
  const generate = ["run", "--quiet", "--package", "scriptroom", "--", "generate", "--pages", asked, "--seed", "1"]
  return execFileSync("cargo", generate, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
}

/** How far what is measured comes before other work on the machine: where the kernel lets us say so, it is not put off. */
let isPreferred = true

/** Puts a process, and all in its session, before others; or no more. */
function prefer(pid, nice = "-15") {
  try {
    // Linux shares the processors out between sessions: what `nice` says counts within one only.
    writeFileSync(`/proc/${pid}/autogroup`, nice)
  } catch {
    isPreferred = false
  }
}

export const preferred = () => isPreferred

let version = null

/** Which browser measured. */
export const browserVersion = () => `Chromium ${version}`

/** A browser of its own for each page that is measured, so that what a page weighs is a process's. */
export async function withBrowser(work) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  })
  try {
    version = browser.version()
    const processes = await processesOf(browser)
    prefer(processes.find(({ type }) => type === "browser").id)
    return await work(browser)
  } finally {
    await browser.close()
  }
}

/** A page in a context of its own: what is stored there, and what is fetched, begins with nothing. */
export async function newPage(browser, baseURL) {
  const context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 860 }, colorScheme: "light" })
  const page = await context.newPage()
  page.on("pageerror", error => console.error(`the page threw: ${error.stack}`))
  return page
}

/**
 * What the page's own process keeps in memory for itself, its workers' included, after what is garbage is gone; without what
 * the harness has it keep. From then on the harness sees no requests of that page.
 */
export async function pageMemory(browser, page) {
  await forgetBodies(page)
  const devtools = await page.context().newCDPSession(page)
  for (let often = 0; often < 3; often++) await devtools.send("HeapProfiler.collectGarbage")
  const { usedSize } = await devtools.send("Runtime.getHeapUsage")
  await devtools.detach()
  return { heapBytes: usedSize, processBytes: privateBytes(await processOf(browser, page)) }
}

/**
 * Playwright has the devtools keep the body of each response, in the page's process: of the app that is both wasm files, of
 * who comes without wasm nothing. Only its own session can let go of them, and it has no public way to.
 */
async function forgetBodies(page) {
  const { _delegate, delegate = _delegate } = page._connection.toImpl(page)
  for (const session of delegate._sessions.values()) await session._client.send("Network.disable")
}

/** The process that the page runs in. Nobody tells which it is, and the browser has renderers for itself: it is the one that works while the page does. */
export async function processOf(browser, page) {
  const renderers = async () => (await processesOf(browser)).filter(({ type }) => type === "renderer")
  const before = new Map((await renderers()).map(({ id, cpuTime }) => [id, cpuTime]))
  await page.evaluate(workMs => {
    const until = performance.now() + workMs
    while (performance.now() < until);
  }, 200)
  const worked = (await renderers()).map(({ id, cpuTime }) => ({ id, cpuTime: cpuTime - (before.get(id) ?? 0) }))
  return worked.sort((one, other) => other.cpuTime - one.cpuTime)[0].id
}

async function processesOf(browser) {
  const devtools = await browser.newBrowserCDPSession()
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo")
  await devtools.detach()
  return processInfo
}

/**
 * What the process has written. Pages of a file that it has only read, the browser's own program above all, count as private or
 * as shared by what other browsers on the machine happen to run.
 */
function privateBytes(pid) {
  const [, kilobytes] = /^Private_Dirty:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))
  return Number(kilobytes) * 1024
}
