// Several tabs of one browser, and somebody elsewhere, write at random, while tabs come, go, die, trap and lose their
// disk, and the relay is killed and knows nobody any more. Each letter is unique: one that is lost or doubled shows.
//
// `TABS_SEEDS=100-199` runs those seeds instead.

import type { Server } from "node:http"
import { type BrowserContext, expect, type Page, test } from "@playwright/test"
import { type Dice, dice } from "../../pkg/test/random.ts"
import { crash, emptyTab, openIn, originOf, servePackage } from "./package-page.ts"
import { Relay } from "./relay.ts"

const steps = 40
const mostTabs = 4
const seeds = seedsOf(process.env.TABS_SEEDS ?? "1-2")

function seedsOf(range: string): number[] {
  const [from = 1, to = from] = range.split("-").map(Number)
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}

/** A tab with the script, and what was typed in it that nothing but the tab is known to have. */
interface Tab {
  readonly name: string
  readonly page: Page
  readonly open: string[]
  isBroken: boolean
}

/** What happens in one run. */
class Run {
  readonly #roll: Dice
  readonly #server: Server
  readonly #device: BrowserContext
  readonly #relay: Relay
  readonly #id = crypto.randomUUID()
  readonly #elsewhere: Tab
  readonly trace: string[] = []
  #tabs: Tab[] = []
  #letters = 0
  #isUp = true
  #secret = 0
  #opened = 0
  #broke = false
  /** Edits were refused, and a disk may not know that they are in the script again: its words are offered once more. */
  get mayDouble(): boolean {
    return this.#broke && this.#secret > 0
  }
  /** What has to be there at the end. */
  readonly promised = new Set<string>()

  private constructor(roll: Dice, server: Server, device: BrowserContext, relay: Relay, elsewhere: Page) {
    this.#roll = roll
    this.#server = server
    this.#device = device
    this.#relay = relay
    this.#elsewhere = { name: "elsewhere", page: elsewhere, open: [], isBroken: false }
  }

  static async begin(seed: number, server: Server, device: BrowserContext, other: BrowserContext): Promise<Run> {
    const relay = await Relay.start(Run.#variables(server, 0))
    const run = new Run(dice(seed), server, device, relay, await emptyTab(server, other))
    await openIn(run.#elsewhere.page, run.#id, { relay: relay.origin, store: "none" })
    await run.#open()
    return run
  }

  static #variables(server: Server, secret: number): Record<string, string> {
    // The page is not the relay's own.
    return { SCRIPTROOM_ALLOWED_ORIGINS: originOf(server), SCRIPTROOM_GUEST_SECRET: `secret ${secret}` }
  }

  async step(): Promise<void> {
    const what = this.#roll(100)
    const tab = this.#tabs[this.#roll(Math.max(this.#tabs.length, 1))]
    const pause = this.#roll(4) === 0 ? this.#roll(600) : this.#roll(30)
    if (!tab || (what < 10 && this.#tabs.length < mostTabs)) await this.#open()
    else if (what < 58) await this.#type(tab)
    else if (what < 68) await this.#type(this.#elsewhere)
    else if (what < 73) await this.#close(tab)
    else if (what < 80) await this.#kill(tab)
    else if (what < 85) await this.#breakDisk(tab)
    else if (what < 88) await this.#trap(tab)
    else if (what < 97) await this.#toggleRelay()
    await new Promise(resolve => setTimeout(resolve, pause))
  }

  async #open(): Promise<void> {
    const page = await emptyTab(this.#server, this.#device)
    await openIn(page, this.#id, { relay: this.#relay.origin })
    const name = `tab ${(this.#opened += 1)}`
    this.#tabs.push({ name, page, open: [], isBroken: false })
    this.trace.push(`${name} opens`)
  }

  async #type(tab: Tab): Promise<void> {
    const letters = Array.from({ length: 1 + this.#roll(3) }, () => String.fromCodePoint(0x4e00 + this.#letters++))
    tab.open.push(...letters)
    this.trace.push(`${tab.name} types ${letters.join("")}`)
    await tab.page.evaluate(
      ([letters, where]) => {
        for (const letter of letters) {
          const at = Math.floor(where * (script.length + 1))
          script.edit([{ kind: "replace", from: at, to: at, insert: [{ text: letter }] }])
        }
      },
      [letters, this.#roll(1_000) / 1_000] as const,
    )
  }

  async #close(tab: Tab): Promise<void> {
    await tab.page.evaluate(async () => await script.close())
    this.trace.push(`${tab.name} closes`)
    if (!tab.isBroken) this.#promise(tab)
    await this.#gone(tab)
  }

  /** What the tab calls saved at that moment is promised. */
  async #kill(tab: Tab): Promise<void> {
    const status = await tab.page.evaluate(() => script.status)
    const isSafe = status.device === "kept" || (status.kind === "synced" && status.unsaved === 0)
    this.trace.push(`${tab.name} dies, ${isSafe ? "saved" : "not saved"}: ${JSON.stringify(status)}`)
    if (isSafe) this.#promise(tab)
    if (this.#roll(2) === 0) await crash(tab.page)
    await this.#gone(tab)
  }

  #promise(tab: Tab): void {
    for (const letter of tab.open.splice(0)) this.promised.add(letter)
  }

  async #gone(tab: Tab): Promise<void> {
    this.#tabs = this.#tabs.filter(other => other !== tab)
    await tab.page.close()
  }

  async #breakDisk(tab: Tab): Promise<void> {
    this.trace.push(`${tab.name} has ${tab.isBroken ? "its disk back" : "no disk"}`)
    await tab.page.evaluate(() => {
      const store = IDBObjectStore.prototype as IDBObjectStore & { whole?: IDBObjectStore["add"] }
      if (store.whole) {
        store.add = store.whole
        delete store.whole
        return
      }
      store.whole = store.add
      store.add = function (...given: Parameters<IDBObjectStore["add"]>) {
        const request = (store.whole as IDBObjectStore["add"]).apply(this, given)
        this.transaction.abort()
        return request
      }
    })
    tab.isBroken = this.#broke = true
  }

  async #trap(tab: Tab): Promise<void> {
    this.trace.push(`${tab.name} traps`)
    await tab.page.evaluate(() => script.trapForTests())
  }

  async #toggleRelay(): Promise<void> {
    if (this.#isUp) await this.#relay.kill()
    else {
      // Rarely it knows nobody any more: all come as other guests, whose client ids those of before are not.
      if (this.#roll(4) === 0) this.#secret += 1
      await this.#relay.run(Run.#variables(this.#server, this.#secret))
    }
    this.#isUp = !this.#isUp
    this.trace.push(this.#isUp ? `the relay is there with secret ${this.#secret}` : "the relay is killed")
  }

  /** Everything heals. Returns what each place has in the end: tabs, elsewhere, who comes anew, and copies. */
  async end(): Promise<{ readonly texts: Map<string, string>; readonly copies: string }> {
    if (!this.#isUp) await this.#toggleRelay()
    if (this.#tabs.length === 0) await this.#open()
    const all = [...this.#tabs, this.#elsewhere]
    for (const tab of all) await settled(tab)
    await expect(async () => expect(new Set(await Promise.all(all.map(({ page }) => page.evaluate(() => script.text())))).size).toBe(1)).toPass({ timeout: 10_000 })
    const texts = new Map<string, string>()
    for (const tab of all) {
      this.#promise(tab)
      texts.set(tab.name, await tab.page.evaluate(() => script.text()))
    }
    const copies = [await this.#copies(all)]
    for (const tab of [...this.#tabs]) await this.#close(tab)
    // What a disk did not take the relay has.
    if (!this.#broke) await this.#relay.kill()
    await this.#open()
    const [again] = this.#tabs as [Tab]
    if (this.#broke) await settled(again)
    texts.set("the device", await again.page.evaluate(() => script.text()))
    // An edit of a tab that died before it had heard that edits were refused is in a copy, which the next opening makes.
    copies.push(await this.#copies([again]))
    await this.#relay.stop()
    return { texts, copies: copies.join("") }
  }

  async #copies(tabs: readonly Tab[]): Promise<string> {
    const kept: string[] = []
    for (const { page } of tabs) kept.push(...(await page.evaluate(async () => (await script.keptCopies()).map(({ fountain }) => fountain))))
    return kept.join("")
  }
}

async function settled({ name, page }: Tab): Promise<void> {
  const is = (): boolean => script.status.kind === "synced" && script.status.unsaved === 0 && script.status.device !== "writing"
  try {
    await page.waitForFunction(is, null, { timeout: 45_000 })
  } catch (error) {
    const state = await page.evaluate(() => JSON.stringify([script.status, script.text(), errors]))
    throw new Error(`${name} does not settle: ${state}`, { cause: error })
  }
}

let server: Server

test.beforeAll(async () => {
  server = await servePackage()
})

test.afterAll(() => void server.close())

for (const seed of seeds) {
  test(`tabs that come, go, die and fail lose no letter and double none (seed ${seed})`, async ({ browser }) => {
    const [device, other] = [await browser.newContext(), await browser.newContext()]
    const run = await Run.begin(seed, server, device, other)
    try {
      for (let step = 0; step < steps; step++) await run.step()
      const { texts, copies } = await run.end()
      for (const [place, text] of texts) {
        const lost = [...run.promised].filter(letter => !text.includes(letter) && !copies.includes(letter))
        const doubled = [...text].filter((letter, at) => letter.codePointAt(0)! >= 0x4e00 && text.indexOf(letter) !== at)
        expect({ place, lost, doubled: run.mayDouble ? [] : doubled }).toEqual({ place, lost: [], doubled: [] })
        if (!run.mayDouble) expect(text, place).toBe(texts.get("elsewhere"))
      }
    } catch (error) {
      throw new Error(`${String(error)}\n${run.trace.join("\n")}`)
    } finally {
      await device.close()
      await other.close()
    }
  })
}
