// A writer at a browser: one context of its own, and the words of the suite for what a writer does
// and sees. Nothing here reaches past the page, but for reading the editor's whole text, which a
// virtualised view does not show.

import {
  test as base,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  expect,
  type Locator,
  type Page,
} from "@playwright/test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { invitation, passwordOf } from "./people.ts"
import { Relay } from "./relay.ts"

/** What a writer can be given. */
export interface WriterOptions extends BrowserContextOptions {
  readonly name?: string
}

/** One writer. */
export class Writer {
  readonly page: Page
  readonly context: BrowserContext
  /** What the page threw: a test that ends with something here has failed. */
  readonly thrown: Error[] = []

  constructor(page: Page, context: BrowserContext) {
    this.page = page
    this.context = context
    page.on("pageerror", error => this.thrown.push(error))
  }

  get script(): Locator {
    return this.page.locator(".cm-content")
  }

  get badge(): Locator {
    return this.page.locator(".badge")
  }

  get scenes(): Locator {
    return this.page.getByRole("navigation", { name: "Scenes" }).locator(".scene")
  }

  get status(): Locator {
    return this.page.locator(".page-now")
  }

  /** The line of the script that holds these words, where it is in view. */
  line(words: string): Locator {
    return this.script.locator(".cm-line", { hasText: words })
  }

  /** Opens a new, empty script and waits until it can be written in. */
  async newScript(): Promise<void> {
    await this.page.goto("/")
    await this.page.getByRole("button", { name: "New script" }).click()
    await this.script.waitFor()
  }

  /** Opens a script at its address. */
  async open(address: string): Promise<void> {
    await this.page.goto(address)
    await this.script.waitFor()
  }

  /** Opens a Fountain file from the home page, as a new script. */
  async openFountain(text: string): Promise<void> {
    await this.openFile("script.fountain", text)
  }

  /** Opens a file from the home page, as a new script. */
  async openFile(name: string, text: string | Buffer): Promise<void> {
    await this.page.goto("/")
    await this.chooseFile(name, text)
    await this.script.waitFor()
  }

  /** Chooses a file to open, on the home page. */
  async chooseFile(name: string, text: string | Buffer): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser")
    await this.page.getByRole("button", { name: "Open a file…" }).click()
    await (await chooser).setFiles({ name, mimeType: "text/plain", buffer: typeof text === "string" ? Buffer.from(text) : text })
  }

  /** Makes an account on the page that is open, at a relay with a sign-in of its own. */
  async makeAccount(email: string): Promise<void> {
    await this.page.getByRole("button", { name: "Make an account" }).click()
    await this.page.getByLabel("E-mail address").fill(email)
    await this.page.getByLabel("Password").fill(passwordOf(email))
    await this.page.getByLabel("Invitation").fill(invitation)
    await this.page.getByRole("button", { name: "Make an account" }).click()
    await this.signedIn(email)
  }

  /** Signs in on the page that is open. */
  async signIn(email: string): Promise<void> {
    await this.page.getByLabel("E-mail address").fill(email)
    await this.page.getByLabel("Password").fill(passwordOf(email))
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click()
    await this.signedIn(email)
  }

  /** Waits until this person is signed in. */
  async signedIn(email: string): Promise<void> {
    await this.page.waitForFunction(
      person => JSON.parse(localStorage.getItem("scriptroom.account") ?? "null")?.person === person,
      `mail:${email}`,
    )
  }

  /** Opens the share dialog, and waits until it knows who is here. */
  async share(): Promise<void> {
    await this.page.getByRole("button", { name: "Share: people and links" }).click()
    await this.page.getByRole("list", { name: "People in this script" }).waitFor()
  }

  /** Chooses an entry of a script's menu on the home page. */
  async rowMenu(title: string, entry: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name: `More for “${title}”` }).click()
    await this.page.getByRole("menuitem", { name: entry }).click()
  }

  /** Downloads the script as Fountain. */
  async downloadFountain(): Promise<string> {
    const download = this.page.waitForEvent("download")
    await this.menu("Download Fountain")
    return readFile(await (await download).path(), "utf8")
  }

  /** Downloads the script as a Final Draft file. */
  async downloadFinalDraft(): Promise<string> {
    const download = this.page.waitForEvent("download")
    await this.menu("Download Final Draft")
    return readFile(await (await download).path(), "utf8")
  }

  /** Comments on what is selected, by keys alone. */
  async comment(text: string): Promise<void> {
    await this.press("Control+Alt+m")
    await expect(this.page.getByLabel("Your comment")).toBeFocused()
    await this.type(text)
    await this.press("Control+Enter")
  }

  /** Chooses an entry of the menu. */
  async menu(entry: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name: "Menu" }).click()
    await this.page.getByRole("menuitem", { name: entry }).click()
  }

  /** Waits until the relay has stored everything. */
  async saved(): Promise<void> {
    await expect(this.badge).toHaveAttribute("data-state", "saved", { timeout: 60_000 })
  }

  /** The whole text of the editor, paragraphs as lines. Waits while the page loads anew or shows something else. */
  async text(): Promise<string> {
    let text = ""
    await expect(async () => {
      text = await this.script.evaluate(content => {
        const editor = content as unknown as { cmTile: { root: { view: { state: { doc: { toString(): string } } } } } }
        return editor.cmTile.root.view.state.doc.toString()
      })
    }).toPass({ timeout: 30_000 })
    return text
  }

  /** Waits until screen readers are told this while something is done. What they are told is only there for a moment. */
  async announces(words: string, work: () => Promise<void>): Promise<void> {
    await this.page.evaluate(() => {
      const told: string[] = []
      Object.assign(window, { told })
      const spoken = document.querySelector(".cm-announced")
      if (spoken) new MutationObserver(() => told.push(spoken.textContent ?? "")).observe(spoken, { childList: true })
    })
    await work()
    const told = (): Promise<string> => this.page.evaluate(() => (window as unknown as { told: string[] }).told.join("|"))
    await expect.poll(told).toContain(words)
  }

  /** Waits until the editor's text has these words. The page may load anew meanwhile. */
  async sees(words: string): Promise<void> {
    await expect(async () => expect(await this.text()).toContain(words)).toPass({ timeout: 60_000 })
  }

  /** Waits until this writer's editor and another's have the same text. */
  async agreesWith(other: Writer): Promise<void> {
    await expect(async () => expect(await this.text()).toBe(await other.text())).toPass({ timeout: 60_000 })
  }

  /** Puts the caret to the very end of the script. */
  async toEnd(): Promise<void> {
    await this.script.focus()
    await this.page.keyboard.press("Control+End")
  }

  /** Puts the caret to the very start. */
  async toStart(): Promise<void> {
    await this.script.focus()
    await this.page.keyboard.press("Control+Home")
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text)
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  /** Waits until the app's own files are kept by the service worker, and it answers for this page. */
  async canReloadOffline(): Promise<void> {
    await this.page.waitForFunction(async () => {
      await navigator.serviceWorker.ready
      return navigator.serviceWorker.controller !== null
    })
  }
}

/** Takes a picture, for people to look at. */
export async function shot(writer: Writer, name: string): Promise<void> {
  const path = join(import.meta.dirname, "screenshots", `${name}.png`)
  const picture = await writer.page.screenshot({ path, caret: "initial", animations: "disabled" })
  expect(picture.length).toBeGreaterThan(5_000)
}

interface Fixtures {
  /** The relay's settings, as in workerd.capnp, where they are to be others than everybody's guest relay. */
  readonly relaySettings: Record<string, string>
  readonly relay: Relay
  /** Makes a writer: a browser context of their own, on the relay of the test. */
  readonly writer: (options?: WriterOptions) => Promise<Writer>
}

/** Playwright's `test` with a relay and writers. A page that threw fails its test. */
export const test = base.extend<Fixtures>({
  relaySettings: [{}, { option: true }],
  relay: async ({ relaySettings }, use) => {
    const relay = await Relay.start(relaySettings)
    await use(relay)
    await relay.stop()
  },
  writer: async ({ browser, relay }, use) => {
    const writers: Writer[] = []
    await use(async (options = {}) => {
      const writer = await makeWriter(browser, relay, options)
      writers.push(writer)
      return writer
    })
    for (const writer of writers) await writer.context.close()
    expect(writers.flatMap(writer => writer.thrown)).toEqual([])
  },
})

async function makeWriter(browser: Browser, relay: Relay, options: WriterOptions): Promise<Writer> {
  const { name, ...contextOptions } = options
  const context = await browser.newContext({ baseURL: relay.origin, ...contextOptions })
  // The app checks after each change that the editor says what the script says, and throws if not.
  await context.addInitScript(() => localStorage.setItem("scriptroom.checks", "true"))
  if (name) {
    await context.addInitScript(person => localStorage.setItem("scriptroom.person", JSON.stringify(person)), {
      name,
      color: name.length % 2 === 0 ? "#1f6f43" : "#8a3a94",
      chosen: true,
    })
  }
  return new Writer(await context.newPage(), context)
}

export { expect }
