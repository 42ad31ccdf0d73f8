// Every screen of the app, and how one gets there. The suite puts each before axe-core; `cargo xtask shots` takes pictures of each in
// every theme and size.

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { withAccounts, withForeignTokens } from "./people.ts"
import type { Relay } from "./relay.ts"
import { choose } from "./settings.ts"
import { expect, type Writer, type WriterOptions } from "./writer.ts"

/** The demo: six pages with everything in them. */
const demo = readFileSync(join(import.meta.dirname, "../../crates/samples/demo.fountain"), "utf8")

export interface Stage {
  readonly relay: Relay
  /** Whose screen it is, on the device that is looked at. */
  readonly me: Writer
  /** Makes somebody else, on a computer. */
  readonly other: (options?: WriterOptions) => Promise<Writer>
}

export interface Screen {
  readonly name: string
  /** The relay's settings; without them it takes guests. */
  readonly relaySettings?: Record<string, string>
  readonly show: (stage: Stage) => Promise<unknown>
}

const ada = "ada@example.org"
const ben = "benno.ruiz@example.org"
const dialog = (one: Writer) => one.page.getByRole("dialog")

/** A screen that is the demo with something on it. */
function onDemo(name: string, act: (one: Writer, stage: Stage) => Promise<unknown>): Screen {
  return {
    name,
    show: async stage => {
      await stage.me.openFountain(demo)
      await expect(stage.me.status).toHaveText(/of [4-9]$/)
      await stage.me.saved()
      await act(stage.me, stage)
    },
  }
}

/** A screen that is a dialog which the menu opens. */
function fromMenu(name: string, entry: string): Screen {
  return onDemo(name, async one => {
    await one.menu(entry)
    await expect(dialog(one)).toBeVisible()
    await expect(dialog(one).locator("[aria-busy=true]")).toHaveCount(0)
  })
}

/** A screen of somebody with an account. */
function signedIn(name: string, act: (one: Writer, stage: Stage) => Promise<unknown>): Screen {
  return {
    name,
    relaySettings: withAccounts,
    show: async stage => {
      await stage.me.page.goto("/")
      await stage.me.makeAccount(ada)
      await act(stage.me, stage)
    },
  }
}

/** The demo, shared by one with another in a role, who opens it. */
async function share(owner: Writer, guest: Writer, email: string, role: "Editor" | "Viewer"): Promise<void> {
  await owner.openFountain(demo)
  await owner.saved()
  await owner.share()
  await owner.page.getByLabel("Add somebody by e-mail address").fill(email)
  await owner.page.getByLabel("What they may do").selectOption(role)
  await owner.page.getByRole("button", { name: "Add", exact: true }).click()
  await expect(owner.page.getByText(/can (read|write) now/)).toBeVisible()
  await owner.page.getByRole("button", { name: "Done" }).click()
  await guest.open(new URL(owner.page.url()).pathname)
  await guest.sees("LOST PROPERTY OFFICE")
  await guest.saved()
}

/** Somebody else with an account. */
async function withAccount(stage: Stage, email: string): Promise<Writer> {
  const one = await stage.other({ name: "Benno Ruiz" })
  await one.page.goto("/")
  await one.makeAccount(email)
  return one
}

/** Somebody else who writes in the second scene. */
async function coWriter(stage: Stage): Promise<Writer> {
  const other = await stage.other({ name: "Benno" })
  await other.open(stage.me.page.url())
  await other.line("Is it true that you keep everything?").click()
  await other.press("End")
  await expect(stage.me.page.getByRole("button", { name: "Follow Benno" })).toBeAttached()
  return other
}

/** Opens the list of scenes where the device is too narrow to have it open from the start. */
async function openOutline({ me }: Stage): Promise<void> {
  if (!(await me.scenes.first().isVisible())) await me.page.getByRole("button", { name: "Scenes" }).click()
  await expect(me.scenes.first()).toBeVisible()
}

async function toPageTwo(one: Writer): Promise<void> {
  await one.press("Control+k")
  await one.type("2")
  await one.press("Enter")
  const gap = one.page.locator('.page-gap[data-page="2"]')
  await gap.evaluate(gap => gap.scrollIntoView({ block: "center" }))
  await expect(gap).toBeInViewport()
}

async function commentOn(one: Writer, words: string, text: string): Promise<void> {
  await one.line(words).dblclick()
  await one.press("Control+Alt+m")
  await expect(one.page.getByLabel("Your comment")).toBeFocused()
  await one.type(text)
}

const home: readonly Screen[] = [
  { name: "home-first-visit", show: ({ me }) => me.page.goto("/") },
  onDemo("home", async one => {
    await one.page.goto("/")
    await expect(one.page.getByRole("link", { name: /Lost Property/i })).toBeVisible()
  }),
  { name: "new-script", show: ({ me }) => me.newScript() },
]

const script: readonly Screen[] = [
  onDemo("script", async (one, stage) => {
    await coWriter(stage)
    await one.line("Don't make this difficult").click()
  }),
  onDemo("scenes", (_, stage) => openOutline(stage)),
  onDemo("scenes-filter", async (one, stage) => {
    await openOutline(stage)
    await one.page.getByRole("button", { name: "Filter the scenes" }).click()
    await expect(one.page.getByRole("search", { name: "Filter the scenes" })).toBeVisible()
  }),
  onDemo("page-break", toPageTwo),
  onDemo("draft", async one => {
    await choose(one, "View", "Draft, without sheets")
    await toPageTwo(one)
  }),
  onDemo("completion", async one => {
    await one.toEnd()
    await one.press("Enter", "Control+3")
    await one.type("t")
    await expect(one.page.locator(".completions li").first()).toBeVisible()
  }),
  onDemo("menu", async one => {
    await one.page.getByRole("button", { name: "Menu" }).click()
    await expect(one.page.getByRole("menu")).toBeVisible()
  }),
  onDemo("palette", async one => {
    await one.press("Control+k")
    await one.type("scene")
    await expect(one.page.getByRole("listbox", { name: "Commands and places" })).toBeVisible()
  }),
  onDemo("find", async one => {
    await one.script.focus()
    await one.press("Control+f")
    await one.type("the")
    await one.press("Control+h")
    await expect(one.page.getByRole("search", { name: "Find in the script" }).getByRole("status")).toHaveText(/\d/)
  }),
  onDemo("comment-begun", one => commentOn(one, "Don't make this difficult", "Softer?")),
  onDemo("comments", async (one, stage) => {
    await commentOn(one, "Don't make this difficult", "Softer?")
    await one.press("Control+Enter")
    const other = await coWriter(stage)
    await other.page.locator(".comments-toggle").click()
    await other.page.locator(".thread").getByLabel("Reply").fill("She is never soft.")
    await other.page.locator(".thread").getByRole("button", { name: "Reply" }).click()
    await expect(one.page.locator(".thread .said > li")).toHaveCount(2)
  }),
  onDemo("revised", async one => {
    await one.menu("Page and production…")
    await dialog(one).getByRole("button", { name: "Lock the scene numbers" }).click()
    await dialog(one).getByRole("button", { name: "Begin a revision" }).click()
    await dialog(one).getByRole("button", { name: "Close" }).click()
    await one.line("Don't make this difficult").click()
    await one.press("End")
    await one.type(" Not today.")
    await expect(one.page.locator(".revision-mark").first()).toBeVisible()
  }),
  onDemo("production-refused", async one => {
    await one.line("Don't make this difficult").click()
    await one.menu("Page and production…")
    await dialog(one).getByRole("button", { name: "Lock the pages" }).click()
    await dialog(one).locator("summary").last().waitFor()
    for (const summary of await dialog(one).locator("summary").all()) await summary.click()
    await one.page.getByLabel("Lines a page").fill("0")
    await one.page.getByLabel("Dialogue: Left").fill("900")
    await one.press("Enter")
    await expect(dialog(one).locator(".refused", { hasText: "Lines a page: from 1 to 66 is possible, not 0." })).toBeVisible()
    await expect(dialog(one).locator(".refused", { hasText: "Dialogue: Left: from 0 to 830" })).toBeVisible()
  }),
  onDemo("scene-colors", async (one, stage) => {
    await openOutline(stage)
    for (const color of ["red", "gold", "blue"]) await paint(stage, color)
    await openOutline(stage)
    await expect(one.page.locator(".scene-color:visible")).toHaveCount(3)
  }),
  onDemo("scene-color", async (one, stage) => {
    await paint(stage, "green")
    await one.menu("Colour of the scene…")
    await expect(dialog(one)).toBeVisible()
  }),
  onDemo("omitted", omit),
  onDemo("omitted-open", async one => {
    await omit(one)
    await one.page.locator(".omission").click()
    await expect(one.line("Don't make this difficult")).toHaveClass(/left-out/)
  }),
  onDemo("offline", async one => {
    await one.context.setOffline(true)
    await one.toEnd()
    await one.type(" Written on a train.")
    await expect(one.badge).toHaveAttribute("data-state", "offline")
  }),
  onDemo("crash", async one => {
    await one.page.evaluate(() => void dispatchEvent(new ErrorEvent("error", { error: new Error("for the picture") })))
    await expect(one.page.getByRole("alertdialog")).toBeVisible()
  }),
]

/** Gives the first scene that has no colour one. */
async function paint(stage: Stage, color: string): Promise<void> {
  const { me } = stage
  await openOutline(stage)
  const painted = me.page.locator(".scene-color:not([hidden])")
  const before = await painted.count()
  await me.scenes.filter({ has: me.page.locator(".scene-color[hidden]") }).first().click()
  await me.press("Control+k")
  await me.type(`scene colour ${color}`)
  await me.press("Enter")
  await expect(painted).toHaveCount(before + 1)
}

/** Leaves out a scene of the demo. */
async function omit(one: Writer): Promise<void> {
  await one.line("Don't make this difficult").click()
  await one.menu("Page and production…")
  await dialog(one).getByRole("button", { name: "Lock the scene numbers" }).click()
  await dialog(one).getByRole("button", { name: /^Omit / }).click()
  await dialog(one).getByRole("button", { name: "Close" }).click()
  await expect(one.page.locator(".omission")).toHaveCount(1)
}

const dialogs: readonly Screen[] = [
  fromMenu("shortcuts", "Keyboard shortcuts"),
  fromMenu("name", "Your name and colour…"),
  fromMenu("settings", "Settings…"),
  fromMenu("title-page", "Title page…"),
  fromMenu("statistics", "Statistics…"),
  fromMenu("figures", "Connection and figures…"),
  fromMenu("production", "Page and production…"),
  fromMenu("other-files", "Download a PDF or another file…"),
  fromMenu("reports", "Reports…"),
  onDemo("history", async one => {
    await one.menu("History…")
    await expect(one.page.locator(".version").first()).toBeVisible()
    await expect(one.page.locator(".history-view")).not.toHaveAttribute("aria-busy", "true")
  }),
]

const people: readonly Screen[] = [
  { name: "sign-in", relaySettings: withAccounts, show: ({ me }) => me.page.goto("/") },
  {
    name: "make-account",
    relaySettings: withAccounts,
    show: async ({ me }) => {
      await me.page.goto("/")
      await me.page.getByRole("button", { name: "Make an account" }).click()
      await me.page.getByLabel("E-mail address").fill(ada)
      await me.page.getByLabel("Password").fill("long enough for this")
      await me.page.getByLabel("Invitation").fill("let me in")
      await me.page.getByRole("button", { name: "Make an account" }).click()
      await expect(me.page.getByRole("alert")).not.toBeEmpty()
    },
  },
  signedIn("scripts-none", one => expect(one.page.getByText("No scripts yet.")).toBeVisible()),
  signedIn("scripts", async one => {
    for (const title of ["The Night Ferry", "A very long title of a script that nobody has shortened yet, for whatever reason", "Harbour lights"]) {
      await one.openFountain(`Title: ${title}\n\nINT. FERRY - NIGHT\n\nChains creak.\n`)
      await one.saved()
    }
    await one.page.goto("/")
    await expect(one.page.getByText("3 scripts")).toBeVisible()
    await one.page.getByRole("button", { name: "More for “Harbour lights”" }).click()
    await expect(one.page.getByRole("menu")).toBeVisible()
  }),
  signedIn("trash", async one => {
    await one.openFountain("Title: Harbour lights\n\nINT. FERRY - NIGHT\n\nChains creak.\n")
    await one.saved()
    await one.page.goto("/")
    await one.rowMenu("Harbour lights", "Move to the trash")
    await one.page.getByRole("button", { name: "Trash", exact: true }).click()
    await one.page.getByRole("button", { name: "Delete “Harbour lights” for good" }).click()
    await expect(dialog(one)).toBeVisible()
  }),
  signedIn("share", async (one, stage) => {
    await share(one, await withAccount(stage, ben), ben, "Editor")
    await one.share()
    await one.page.getByRole("button", { name: "Make a link" }).click()
    await expect(one.page.getByText("The link is ready to be copied.")).toBeVisible()
  }),
  signedIn("history-of-two", async (one, stage) => {
    const other = await withAccount(stage, ben)
    await share(one, other, ben, "Editor")
    await other.line("Don't make this difficult").click()
    await other.press("End", "Control+ArrowLeft", "Control+Shift+ArrowLeft", "Delete")
    await other.type("any harder")
    await one.sees("any harder")
    await other.saved()
    await one.menu("History…")
    await one.page.locator(".version").first().click()
    await expect(one.page.locator(".changes ins").first()).toBeVisible()
  }),
  signedIn("view-only", async (one, stage) => {
    await share(await withAccount(stage, ben), one, ada, "Viewer")
    await expect(one.page.locator(".reader")).toBeVisible()
  }),
  {
    name: "invited",
    relaySettings: withAccounts,
    show: async stage => {
      const owner = await withAccount(stage, ada)
      await owner.openFountain(demo)
      await owner.saved()
      await owner.share()
      await owner.page.getByRole("button", { name: "Make a link" }).click()
      await stage.me.page.goto(await owner.page.getByRole("textbox", { name: "The link", exact: true }).inputValue())
      await expect(stage.me.page.getByRole("heading", { name: "You are invited to a script." })).toBeVisible()
    },
  },
  signedIn("not-for-you", async one => {
    await one.page.goto(`/s/${crypto.randomUUID()}`)
    await expect(one.page.locator(".badge, .notice-line").first()).toBeVisible()
  }),
  {
    name: "signed-in-elsewhere",
    relaySettings: withForeignTokens,
    show: async ({ me }) => {
      await me.page.goto(`/s/${crypto.randomUUID()}`)
      await expect(me.page.getByRole("heading", { name: "This script is for its members." })).toBeVisible()
    },
  },
]

export const screens: readonly Screen[] = [...home, ...script, ...dialogs, ...people]

/** The themes that a writer can choose beside the system's own. */
export const themes = ["light", "sepia", "dark"] as const

/** Puts the page into a theme, as the choice in the menu does. */
export async function inTheme(one: Writer, theme: (typeof themes)[number]): Promise<void> {
  await one.page.evaluate(theme => (document.documentElement.dataset.theme = theme), theme)
}

/** What is wider than the screen, by what it says; but for tables and lists that scroll sideways by themselves. */
export async function tooWide(writer: Writer): Promise<string[]> {
  return await writer.page.evaluate(() => {
    const scrolls = (node: Element | null): boolean =>
      node !== null && !node.matches("body, dialog") && (/auto|scroll/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement))
    return [...document.querySelectorAll<HTMLElement>("button, input, select, a, p, h1, h2, h3")]
      .filter(node => node.checkVisibility() && node.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
      .filter(node => !scrolls(node.parentElement))
      .map(node => node.getAttribute("aria-label") ?? node.textContent ?? node.tagName)
  })
}
