// A browser whose profile outlives it, and whose processes can be killed: all of it, or what runs its pages.

import { chromium, type BrowserContext, type Page } from "@playwright/test"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A browser that is alive answers within this. */
const ANSWERS_WITHIN_MS = 15_000

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/** Such a browser. */
export class Chromium {
  static readonly program = process.env["CHROMIUM"] ?? "/usr/bin/chromium"
  readonly profile = mkdtempSync(join(tmpdir(), "scriptroom-profile-"))
  #context: BrowserContext | null = null

  /** A new page, in a browser that is started if none is. */
  async page(): Promise<Page> {
    if (this.#context) {
      // One whose pages were killed does not always make another: then the next browser does.
      const page = await soon(this.#context.newPage())
      if (page) return page
      await this.killAll()
    }
    this.#context = await chromium.launchPersistentContext(this.profile, {
      executablePath: Chromium.program,
      headless: true,
      viewport: { width: 1000, height: 700 },
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
    })
    return await this.#context.newPage()
  }

  /** Closes a page. */
  async close(page: Page): Promise<void> {
    const isClosed = await soon(page.close().then(() => true))
    if (!isClosed) await this.killAll()
  }

  /** Kills the processes that run pages, and nothing else. */
  async killPages(page: Page): Promise<void> {
    const context = page.context()
    const crashed = page.waitForEvent("crash")
    const renderers = this.#processes().filter(({ command }) => command.includes("--type=renderer"))
    for (const { pid } of renderers) kill(pid)
    await crashed
    const dead = context.pages()
    // A browser without a page would end.
    if (await soon(context.newPage())) await soon(Promise.all(dead.map(one => one.close())))
  }

  /** Kills the browser and all that belongs to it. */
  async killAll(): Promise<void> {
    const context = this.#context as BrowserContext
    this.#context = null
    const closed = new Promise<void>(resolve => void context.once("close", () => resolve()))
    const processes = this.#processes()
    for (const { pid } of processes) kill(pid)
    await gone(processes)
    await soon(closed)
  }

  /** The browser's own process first, then those that it has begun. */
  #processes(): readonly Process[] {
    const all = readdirSync("/proc").filter(name => /^\d+$/.test(name)).flatMap(processOf)
    const found = all.filter(({ command }) => command.includes(`--user-data-dir=${this.profile}`) && !command.includes("--type="))
    for (const one of found) found.push(...all.filter(({ parent, pid }) => parent === one.pid && found.every(known => known.pid !== pid)))
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nobody asks it: one whose pages were killed may not answer.
    if (this.#context) await this.killAll()
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** What a promise gives; nothing where it fails or takes too long. */
async function soon<T>(promise: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), ANSWERS_WITHIN_MS)
  })
  return await Promise.race([promise.catch(() => null), late]).finally(() => clearTimeout(timer))
}

function processOf(name: string): readonly Process[] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "utf8")
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])
    return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ") }]
  } catch {
    // It has ended meanwhile.
    return []
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It went with the one before it.
  }
}

/** Waits until nobody of them is left to write into the profile. */
async function gone(processes: readonly Process[]): Promise<void> {
  const lives = ({ pid }: Process): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(statusOf(pid))
  while (processes.some(lives)) await new Promise(resolve => setImmediate(resolve))
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8")
  } catch {
    return "State:\tZ"
  }
}
