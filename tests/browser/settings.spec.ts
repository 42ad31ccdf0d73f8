// What a writer sets for themselves: it counts at once, stays, and comes along to other devices.

import { passwordOf, withAccounts } from "./people.ts"
import { generated, shortScript } from "./samples.ts"
import { choose, set } from "./settings.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

/** Writes at the end of the script, after an empty paragraph of action. */
async function writeOn(one: Writer, ...lines: string[]): Promise<void> {
  await one.toEnd()
  for (const line of lines) {
    await one.press("Enter")
    await one.type(line)
  }
}

test("draft view and larger letters stay after a reload", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(generated(6))
  await expect(ada.status).toHaveText(/of \d$/)
  await expect(ada.page.locator(".page-gap").first()).toBeVisible()
  const letters = (): Promise<number> => ada.script.evaluate(script => Number.parseFloat(getComputedStyle(script).fontSize))
  const before = await letters()
  await choose(ada, "View", "Draft, without sheets")
  await expect(ada.page.locator(".page-gap.as-line").first()).toBeAttached()
  await choose(ada, "Size of the script’s letters", "125%")
  await expect.poll(letters).toBeCloseTo(1.25 * before)
  await ada.page.reload()
  await ada.script.waitFor()
  await expect(ada.page.locator(".page-gap.as-line").first()).toBeAttached()
  await expect.poll(letters).toBeCloseTo(1.25 * before)
  await shot(ada, "draft-view")
  await ada.menu("Settings…")
  await shot(ada, "settings")
  await ada.page.getByRole("combobox", { name: "View" }).selectOption("page")
  await ada.page.getByRole("button", { name: "Done" }).click()
  await expect(ada.page.locator(".page-gap.as-line")).toHaveCount(0)
})

test("somebody who goes on speaking is (CONT'D), and one undo takes only that back", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.line("The radio says nothing").click()
  await ada.press("End", "Enter", "Tab")
  await ada.type("mara")
  await ada.press("Escape", "Enter")
  await ada.type("Still four.")
  await ada.sees("mara (CONT'D)\nStill four.")
  await ada.press("Control+z", "Control+z")
  await ada.sees("mara\n\nEXT.")
  await ada.press("Control+Shift+Z", "Control+Shift+Z")
  await ada.sees("mara (CONT'D)\nStill four.")
})

test("what is done while typing is taken back by one undo, and can be switched off", async ({ writer }) => {
  const ada = await writer()
  await ada.newScript()
  await set(ada, "Curly quotes", true)
  await set(ada, "Sentences begin with a capital", true)
  await ada.script.focus()
  await ada.type("she says \"it's late. go.\"")
  await ada.sees("She says “it’s late. Go.”")
  await ada.press("Control+z")
  await ada.sees("She says “it’s late. Go.\"")
  await ada.press("Control+z", "Control+z")
  await ada.sees("She says “it’s late. g")
  await set(ada, "INT. and EXT. begin a scene", false)
  await ada.toEnd()
  await ada.press("Enter")
  await ada.type("int. here")
  await expect(ada.page.getByLabel("Element", { exact: true })).toHaveValue("action")
})

test("German quotations within a quotation close, and an apostrophe in them is one as soon as its word goes on", async ({ writer }) => {
  const ada = await writer()
  await ada.newScript()
  await set(ada, "Curly quotes", true)
  await choose(ada, "Language of the script", "German")
  await ada.script.focus()
  await ada.type("\"Er sagte 'Hallo'\", sagte sie. ")
  await expect.poll(() => ada.text()).toBe("„Er sagte ‚Hallo‘“, sagte sie. ")
  await ada.type("'Hab's'")
  await expect.poll(() => ada.text()).toBe("„Er sagte ‚Hallo‘“, sagte sie. ‚Hab’s‘")
  await ada.press("ArrowLeft", "ArrowLeft", "Backspace")
  await ada.type("'")
  await expect.poll(() => ada.text()).toBe("„Er sagte ‚Hallo‘“, sagte sie. ‚Hab’s‘")
})

test("a bracket that opened a parenthetical is a bracket again after one undo, and stays one where that is switched off", async ({ writer }) => {
  const ada = await writer()
  await ada.newScript()
  const element = ada.page.getByLabel("Element", { exact: true })
  await ada.press("Control+3")
  await ada.type("mara")
  await ada.press("Enter")
  await ada.type("(")
  await expect(element).toHaveValue("parenthetical")
  await ada.sees("mara\n()")
  await ada.press("Control+z")
  await expect(element).toHaveValue("dialogue")
  await expect.poll(() => ada.text()).toBe("mara\n(")
  await set(ada, "A bracket begins a parenthetical", false)
  await ada.toEnd()
  await ada.press("Backspace")
  await ada.type("(low) No.")
  await expect(element).toHaveValue("dialogue")
  await expect.poll(() => ada.text()).toBe("mara\n(low) No.")
})

test("the line that is written stays in the middle, and only its paragraph stands out", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(generated(4))
  await set(ada, "Typewriter", true)
  await set(ada, "Focus", true)
  await writeOn(ada, "The end.")
  const middle = async (): Promise<number> => {
    const line = await ada.page.locator(".cm-activeLine").boundingBox()
    const desk = await ada.page.locator(".cm-scroller").boundingBox()
    return ((line?.y ?? 0) + (line?.height ?? 0) / 2 - (desk?.y ?? 0)) / (desk?.height ?? 1)
  }
  await expect(async () => expect(Math.abs((await middle()) - 0.5)).toBeLessThan(0.1)).toPass()
  await expect(ada.page.locator(".cm-activeLine")).toHaveCSS("opacity", "1")
  await expect(ada.page.locator(".cm-line:not(.cm-activeLine)").first()).toHaveCSS("opacity", "0.45")
  await shot(ada, "focus")
})

test("the script's own names are not called wrong", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  const known = ada.line("Chains creak").locator("[spellcheck=false]")
  await expect(known).toHaveText(["MARA"])
  await expect(ada.line("INT. FERRY")).toHaveAttribute("spellcheck", "false")
  await writeOn(ada, "Mara and Zebulon wait on the ferry.")
  await expect(ada.line("Zebulon").locator("[spellcheck=false]")).toHaveText(["Mara"])
  await choose(ada, "Language of the script", "German")
  await expect(ada.script).toHaveAttribute("lang", "de")
  await set(ada, "Check spelling", false)
  await expect(ada.script).toHaveAttribute("spellcheck", "false")
})

test("the app's language is chosen, and the page speaks it at once", async ({ writer }) => {
  const ada = await writer()
  await ada.newScript()
  await choose(ada, "Language of this app", "Deutsch")
  await expect(ada.page.getByRole("button", { name: "Menü" })).toBeVisible()
})

test.describe("with an account", () => {
  test.use({ relaySettings: withAccounts })

  test("settings come along to another device", async ({ writer }) => {
    const ada = await writer()
    await ada.page.goto("/")
    await ada.makeAccount("ada@example.org")
    await ada.newScript()
    await set(ada, "Curly quotes", true)
    await ada.saved()
    const other = await writer()
    await expect(async () => {
      await other.page.goto("/")
      if ((await other.page.getByRole("button", { name: "Make an account" }).count()) > 0) await other.signIn("ada@example.org")
      const settings = await other.page.evaluate(() => JSON.parse(localStorage.getItem("scriptroom.settings") ?? "{}"))
      expect(settings.quotes).toBe(true)
    }).toPass()
  })

  /** The relay's word for what this person has set. */
  async function kept(one: Writer): Promise<Record<string, unknown>> {
    return await one.page.evaluate(async () => {
      const { token } = JSON.parse(localStorage.getItem("scriptroom.account") ?? "null")
      const answer = await fetch("/api/me", { headers: { authorization: `Bearer ${token}` } })
      return (await answer.json()).settings.app ?? {}
    })
  }

  test("the next person on a device has their own settings and name, also where the one before never signed out", async ({ writer }) => {
    const elsewhere = await writer()
    await elsewhere.page.goto("/")
    await elsewhere.makeAccount("ben@example.org")
    await elsewhere.newScript()
    await set(elsewhere, "Sentences begin with a capital", true)
    await expect.poll(async () => (await kept(elsewhere)).sentences).toBe(true)

    const device = await writer()
    await device.page.goto("/")
    await device.makeAccount("ada@example.org")
    await device.newScript()
    await device.menu("Your name and colour…")
    await device.page.getByLabel("The others see you as").fill("Ada L.")
    await device.page.getByRole("button", { name: "Save" }).click()
    await set(device, "Curly quotes", true)
    await expect.poll(async () => (await kept(device)).quotes).toBe(true)
    await choose(device, "View", "Draft, without sheets")
    // In the other tab nobody has set anything: it must not take the usual ones for a newer choice.
    const tab = await device.context.newPage()
    await tab.goto("/")
    await device.saved()
    await device.menu("Sign out…")
    await device.page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click()
    await expect(device.page.getByRole("heading", { name: "Write one script together." })).toBeVisible()
    const left = (): Promise<string[]> => device.page.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith("scriptroom.settings")))
    await expect.poll(left).toEqual([])
    await expect(device.page.locator("html")).not.toHaveClass(/draft-view/)
    await tab.close()
    await device.signIn("ben@example.org")
    await device.newScript()
    await device.saved()
    const settings = (): Promise<Record<string, unknown>> => device.page.evaluate(() => JSON.parse(localStorage.getItem("scriptroom.settings") ?? "{}"))
    await expect.poll(settings).toMatchObject({ sentences: true, quotes: false, view: "page" })
    expect(await kept(elsewhere)).toMatchObject({ sentences: true, quotes: false, view: "page" })

    // His time is over, and Ada signs in where he was: a name and a choice of his, not sent, stay his.
    await device.page.evaluate(() => {
      const write = (key: string, value: unknown): void => localStorage.setItem(key, JSON.stringify(value))
      const read = (key: string): object => JSON.parse(localStorage.getItem(key) ?? "{}")
      write("scriptroom.settings", { ...read("scriptroom.settings"), typewriter: true })
      write("scriptroom.settings.changed", { ms: Date.now() + 60_000, of: "mail:ben@example.org" })
      write("scriptroom.person", { name: "Benjamin", color: "#1f6f43", chosen: true })
      write("scriptroom.account", { ...read("scriptroom.account"), token: null })
    })
    await device.page.goto("/")
    await device.page.getByRole("button", { name: "Sign in", exact: true }).click()
    const dialog = device.page.getByRole("dialog", { name: "Sign in" })
    await dialog.getByLabel("E-mail address").fill("ada@example.org")
    await dialog.getByLabel("Password").fill(passwordOf("ada@example.org"))
    await dialog.getByRole("button", { name: "Sign in", exact: true }).click()
    await device.signedIn("ada@example.org")
    await expect.poll(settings).toMatchObject({ quotes: true, typewriter: false })
    expect(await device.page.evaluate(() => JSON.parse(localStorage.getItem("scriptroom.person") ?? "{}").name)).toBe("ada")
    expect(await kept(device)).toMatchObject({ quotes: true, typewriter: false })
  })
})
