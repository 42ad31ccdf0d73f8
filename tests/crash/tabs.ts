// A writer's tab dies: what it called saved on this device is there when the script is opened again, without a relay.
//
// A text is the characters from `FIRST` on, in their order, so that its length says all about it. The tab tells of each moment at
// which it calls everything saved, and how long the text is then; the kill comes as such news arrives, or some time after.

import type { Page } from "@playwright/test"
import { cpSync, rmSync } from "node:fs"
import type { Server } from "node:http"
import { join } from "node:path"
import { openIn, originOf, servePackage } from "../browser/package-page.ts"
import { Relay } from "../browser/relay.ts"
import { Chromium } from "./chromium.ts"

declare global {
  /** Tells the harness how long the text is of which everything is called saved. */
  function saved(length: number): void
}

/** What shows it: the package's `status.device` in an empty page, where each key counts, or the app's badge. */
export type Screen = "package" | "app"
/** What dies. */
export type Victim = "page" | "browser"

/** A kill. */
export interface Plan {
  readonly screen: Screen
  readonly victim: Victim
  /** Whether a relay is there while it is written. */
  readonly isOnline: boolean
  /** As which news of something saved arrives, and how long after that. */
  readonly news: number
  readonly afterMs: number
}

/** What came of it: how long the text was before, when it was called saved last, and how long it is. */
export interface Outcome extends Plan {
  readonly before: number
  readonly promised: number
  readonly found: number
  /** What the package says of the device when it is looked at; `unavailable` where the browser did not open its database. */
  readonly device: string | null
}

/** In ms; `task` is the median of a key's own task. */
export interface Times {
  readonly p50: number
  readonly p95: number
  readonly task: number
}

const FIRST = 0x3400
const KEY_EVERY_MS = 6
/** The badge calls things saved when nobody has typed for a moment: so many keys, and a pause. */
const KEYS_A_BURST = 8
const PAUSE_MS = 600
const PATIENCE_MS = 60_000

export const isLost = ({ promised, found }: Outcome): boolean => found < promised

/** A device on which a script is written again and again. */
export class Device implements AsyncDisposable {
  readonly #browser = new Chromium()
  readonly #relay: Relay
  readonly #server: Server
  readonly #ids: Record<Screen, string> = { package: crypto.randomUUID(), app: crypto.randomUUID() }
  /** Makes the browser forget what it was told to keep safe: see {@link forgetting}. */
  #forgets = false
  #durability: IDBTransactionDurability | null = null

  private constructor(relay: Relay, server: Server) {
    this.#relay = relay
    this.#server = server
  }

  static async begin(): Promise<Device> {
    const server = await servePackage()
    const relay = await Relay.start({ SCRIPTROOM_ALLOWED_ORIGINS: originOf(server) })
    const device = new Device(relay, server)
    // Once there was a network: the app is on the device.
    await device.#browser.close(await device.#open("app"))
    return device
  }

  /** From now on transactions are as durable as this says, whatever the package asks for. */
  asDurableAs(durability: IDBTransactionDurability | null): void {
    this.#durability = durability
  }

  /** From now on the disk is, after a kill, as it was when the tab was opened: a defect that must be found. */
  forgetting(): void {
    this.#forgets = true
  }

  /** Begins another script. */
  renew(screen: Screen): void {
    this.#ids[screen] = crypto.randomUUID()
  }

  /** Types, kills, and looks. */
  async kill(plan: Plan): Promise<Outcome> {
    if (!plan.isOnline) await this.#relay.kill()
    const page = await within(this.#open(plan.screen), "the script")
    if (!plan.isOnline) await cutOff(page)
    if (this.#forgets) this.#keepCopy()
    const before = await lengthIn(page, plan.screen)
    let promised = before
    let news = 0
    const due = new Promise<void>(resolve => {
      void page.exposeFunction("saved", (length: number) => {
        promised = Math.max(promised, length)
        news += 1
        if (news === plan.news) setTimeout(resolve, plan.afterMs)
      }).then(() => watch(page, plan.screen))
    })
    const typing = typeIn(page, plan.screen)
    await within(due, `${plan.news} times "saved"`)
    await (plan.victim === "browser" ? this.#browser.killAll() : this.#browser.killPages(page))
    await typing
    await this.#relay.kill()
    if (this.#forgets) this.#restoreCopy()
    const seen = await within(this.#look(plan.screen), "what is on the device")
    await this.#relay.run({ SCRIPTROOM_ALLOWED_ORIGINS: originOf(this.#server) })
    return { ...plan, before, promised, ...seen }
  }

  /** How long the text is that this device has by itself. */
  async #look(screen: Screen): Promise<Pick<Outcome, "found" | "device">> {
    const page = await this.#open(screen)
    const found = await lengthIn(page, screen)
    const device = screen === "package" ? await page.evaluate(() => script.status.device) : null
    await this.#browser.close(page)
    return { found, device }
  }

  async #open(screen: Screen): Promise<Page> {
    const page = await this.#browser.page()
    page.setDefaultTimeout(PATIENCE_MS)
    if (this.#durability) await page.addInitScript(override, this.#durability)
    if (screen === "package") {
      await page.goto(`${originOf(this.#server)}/`)
      await openIn(page, this.#ids.package, { relay: this.#relay.origin, pages: false })
    } else {
      await page.goto(`${this.#relay.origin}/s/${this.#ids.app}`)
      await page.locator(".cm-content").waitFor()
      await page.waitForFunction(async () => {
        await navigator.serviceWorker.ready
        return navigator.serviceWorker.controller !== null
      })
    }
    return page
  }

  #keepCopy(): void {
    rmSync(this.#copy, { recursive: true, force: true })
    cpSync(this.#databases, this.#copy, { recursive: true })
  }

  #restoreCopy(): void {
    rmSync(this.#databases, { recursive: true, force: true })
    cpSync(this.#copy, this.#databases, { recursive: true })
  }

  get #databases(): string {
    return join(this.#browser.profile, "Default/IndexedDB")
  }

  get #copy(): string {
    return join(this.#browser.profile, "IndexedDB as it was")
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser[Symbol.asyncDispose]()
    await this.#relay.stop()
    this.#server.close()
  }
}

/** The browser must know, too: "changes saved on this device" is what the app says to whoever has no network. */
async function cutOff(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  // For this page alone: what is set for all of them cannot be taken back once one is dead.
  await devtools.send("Network.emulateNetworkConditions", { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 })
}

/** Tells of each moment at which everything is called saved. */
function watch(page: Page, screen: Screen): Promise<void> {
  if (screen === "package") {
    return page.evaluate(() => {
      const tell = (): void => void (script.status.device === "kept" && saved(script.length))
      script.on("status", tell)
    })
  }
  return page.evaluate(() => {
    const badge = document.querySelector<HTMLElement>(".badge")
    const editor = document.querySelector(".cm-content") as unknown as { cmTile: { root: { view: { state: { doc: { length: number } } } } } }
    const tell = (): void => {
      if (["saved", "offline"].includes(badge?.dataset["state"] ?? "")) saved(editor.cmTile.root.view.state.doc.length)
    }
    new MutationObserver(tell).observe(badge as Node, { attributes: true, childList: true, subtree: true, characterData: true })
  })
}

/** Types until the page is dead. */
async function typeIn(page: Page, screen: Screen): Promise<void> {
  try {
    await (screen === "package" ? typeInPackage(page) : typeInApp(page))
  } catch {
    // The page is dead, as it was meant to be: whatever else went wrong shows as news that do not come.
  }
}

async function typeInPackage(page: Page): Promise<void> {
  await page.evaluate(
    ([first, everyMs]) => {
      const key = (): void => {
        const { length } = script
        script.edit([{ kind: "replace", from: length, to: length, insert: [{ text: String.fromCharCode(first + length) }] }])
      }
      setInterval(key, everyMs)
    },
    [FIRST, KEY_EVERY_MS] as const,
  )
}

async function typeInApp(page: Page): Promise<void> {
  await page.locator(".cm-content").focus()
  await page.keyboard.press("Control+End")
  for (let length = await lengthIn(page, "app"); ; length++) {
    await page.keyboard.insertText(String.fromCharCode(FIRST + length))
    if (length % KEYS_A_BURST === 0) await pause(PAUSE_MS)
  }
}

/** How long the text is, of which every character is where it belongs. */
async function lengthIn(page: Page, screen: Screen): Promise<number> {
  const text =
    screen === "package"
      ? await page.evaluate(() => script.text())
      : await page.locator(".cm-content").evaluate(content => {
          const editor = content as unknown as { cmTile: { root: { view: { state: { doc: { toString(): string } } } } } }
          return editor.cmTile.root.view.state.doc.toString()
        })
  const wrong = [...text].findIndex((character, at) => character.charCodeAt(0) !== FIRST + at)
  if (wrong >= 0) throw new Error(`expected the characters in their order, got ${JSON.stringify(text.slice(wrong - 3, wrong + 5))} at ${wrong}`)
  return text.length
}

/** How long a key takes until it is kept, and how long its own task, in ms, with nobody else at the browser. */
export async function timesToDisk(durability: IDBTransactionDurability, keys: number): Promise<Times> {
  await using browser = new Chromium()
  const server = await servePackage()
  const page = await browser.page()
  await page.addInitScript(override, durability)
  await page.goto(`${originOf(server)}/`)
  await openIn(page, crypto.randomUUID(), { pages: false })
  const measured = await page.evaluate(async keys => {
    const [toDisk, task]: [number[], number[]] = [[], []]
    for (let key = 0; key < keys; key++) {
      const begun = performance.now()
      script.edit([{ kind: "replace", from: key, to: key, insert: [{ text: "k" }] }])
      task.push(performance.now() - begun)
      await new Promise<void>(resolve => {
        const stop = script.on("status", ({ device }) => {
          if (device !== "kept") return
          stop()
          resolve()
        })
      })
      toDisk.push(performance.now() - begun)
    }
    return { toDisk, task }
  }, keys)
  server.close()
  return { p50: part(measured.toDisk, 0.5), p95: part(measured.toDisk, 0.95), task: part(measured.task, 0.5) }
}

function part(values: readonly number[], of: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return Math.round((sorted[Math.floor(sorted.length * of)] ?? Number.NaN) * 100) / 100
}

function override(durability: IDBTransactionDurability): void {
  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (names, mode) {
    return transaction.call(this, names, mode, { durability })
  }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

async function within<T>(due: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE_MS)
  })
  return await Promise.race([due, late]).finally(() => clearTimeout(timer))
}
