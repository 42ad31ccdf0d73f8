// Somebody's role changes while they write: the editor says so, and no word that it took is lost.

import { readFile } from "node:fs/promises"
import { openRelay, type RelayScript } from "scriptroom/relay"
import { passwordOf, withAccounts } from "./people.ts"
import type { Relay } from "./relay.ts"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

test.use({ relaySettings: withAccounts })

const ada = "ada@example.org"
const ben = "ben@example.org"
const bens = `mail:${ben}`

/** Ada and Ben with her script open, which he may write in; and the script as she asks the relay for it. */
async function together(relay: Relay, writer: () => Promise<Writer>, text = shortScript): Promise<{ her: Writer; him: Writer; script: RelayScript }> {
  const [her, him] = [await writer(), await writer()]
  await her.page.goto("/")
  await her.makeAccount(ada)
  await her.openFountain(text)
  await her.saved()
  await him.page.goto("/")
  await him.makeAccount(ben)
  const { token } = await openRelay({ relay: relay.origin }).signIn({ email: ada, password: passwordOf(ada) })
  const script = openRelay({ relay: relay.origin, token }).script(new URL(her.page.url()).pathname.split("/").at(-1) ?? "")
  await script.setRole(bens, "editor")
  await him.open(her.page.url())
  await him.saved()
  return { her, him, script }
}

test("an editor who is made a viewer while typing reads on, is told why, and has every word that was taken", async ({ relay, writer }) => {
  const { her, him, script } = await together(relay, writer)
  await him.toEnd()
  const taken: string[] = []
  let change: Promise<unknown> | null = null
  for (let at = 0; at < 200; at++) {
    const word = `word${at}.`
    await him.type(` ${word}`)
    if (!(await him.text()).includes(word)) break
    taken.push(word)
    if (at === 20) change = script.setRole(bens, "viewer")
  }
  await change
  await expect(him.script).toHaveAttribute("aria-readonly", "true")
  await expect(him.page.getByText("View only")).toBeVisible()
  await expect(him.page.getByText("View only").locator("..")).toHaveAttribute("title", "You can read. Its owner can let you write.")
  expect(taken.length).toBeGreaterThan(20)
  await him.saved()
  await him.agreesWith(her)
  const stored = await her.text()
  const missing = taken.filter(word => !stored.includes(word))
  if (missing.length > 0) {
    const copy = await keptCopy(him)
    for (const word of missing) expect(copy).toContain(word)
  }
  await script.setRole(bens, "editor")
  await expect(him.script).not.toHaveAttribute("aria-readonly", "true")
  await expect(him.page.getByText("View only")).toBeHidden()
  await him.toEnd()
  await him.type(" Writing again.")
  await her.sees("Writing again.")
  await him.saved()
})

test("what was typed before somebody could know that they may not write is kept on the device and offered", async ({ relay, writer }) => {
  const { her, him, script } = await together(relay, writer)
  await him.context.setOffline(true)
  await him.toEnd()
  await him.type(" Typed on the train.")
  await script.setRole(bens, "viewer")
  await him.context.setOffline(false)
  await expect(him.page.getByText("The relay refused some edits. They are in a copy on this device.")).toBeVisible()
  expect(await keptCopy(him)).toContain("Typed on the train.")
  await expect(him.script).toHaveAttribute("aria-readonly", "true")
  await him.saved()
  await him.agreesWith(her)
  expect(await her.text()).not.toContain("Typed on the train.")
  await script.setRole(bens, "editor")
  await expect(him.script).not.toHaveAttribute("aria-readonly", "true")
  await him.toEnd()
  await him.type(" Typed at home.")
  await her.sees("Typed at home.")
  await him.saved()
})

test("a comment that was written before somebody could know that they may not comment waits on the device until they may", async ({ relay, writer }) => {
  const { her, him, script } = await together(relay, writer)
  await him.context.setOffline(true)
  await him.toEnd()
  await him.comment("At what?")
  await script.setRole(bens, "viewer")
  await him.context.setOffline(false)
  await expect(him.badge).toHaveText("Saved – comments wait")
  await expect(him.badge).toHaveAttribute("title", /You may only read it now/)
  await script.setRole(bens, "commenter")
  await him.saved()
  await expect(her.page.getByRole("button", { name: "Comments: 1 open" })).toBeVisible()
})

test("who is made a viewer while they write a title, or drag a scene, leaves both as they were, and nothing breaks", async ({ relay, writer }) => {
  const { her, him, script } = await together(relay, writer)
  const title = him.page.getByLabel("Title of the script")
  await title.focus()
  await him.press("End")
  await him.type(" Two")
  await script.setRole(bens, "viewer")
  await expect(title).not.toBeEditable()
  await him.press("Enter")
  await title.blur()
  await expect(title).toHaveValue("The Night Ferry")

  await script.setRole(bens, "editor")
  await him.menu("Title page…")
  await him.page.getByRole("dialog").getByRole("textbox", { name: /^Credit/ }).fill("written by nobody")
  await script.setRole(bens, "viewer")
  await expect(him.script).toHaveAttribute("aria-readonly", "true")
  await him.page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
  await expect(him.page.locator(".toast", { hasText: "You can read this script, not write in it." })).toBeVisible()

  await script.setRole(bens, "editor")
  await expect(him.script).not.toHaveAttribute("aria-readonly", "true")
  const [from, to] = [await him.scenes.nth(1).boundingBox(), await him.scenes.nth(0).boundingBox()]
  if (!from || !to) throw new Error("expected two scenes")
  await him.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await him.page.mouse.down()
  await him.page.mouse.move(to.x + to.width / 2, to.y + 2, { steps: 5 })
  await expect(him.page.locator(".drop-line")).toHaveCount(1)
  await script.setRole(bens, "viewer")
  await expect(him.script).toHaveAttribute("aria-readonly", "true")
  await him.page.mouse.up()
  await expect(him.page.locator(".drop-line")).toHaveCount(0)
  await expect(him.scenes.first()).toContainText("INT. FERRY")
  await expect(him.page.locator(".crash")).toHaveCount(0)
  await him.agreesWith(her)
  expect(await her.downloadFountain()).not.toContain("nobody")
})

const besideEachOther = `INT. FERRY - NIGHT

They look up.

MARA
You said four minutes.

TOM ^
Five. I said five.

Silence.
`

test("who only reads walks through dual dialogue by keys, and a commenter selects words in it", async ({ relay, writer }) => {
  const { him, script } = await together(relay, writer, besideEachOther)
  const blocks = him.page.locator(".dual-block")
  await script.setRole(bens, "viewer")
  await expect(him.script).toHaveAttribute("aria-readonly", "true")
  for (const [start, key, end] of [["They look up.", "ArrowDown", "Silence."], ["Silence.", "ArrowUp", "They look up."]] as const) {
    await him.line(start).click()
    await expect(blocks).toHaveCount(1)
    await him.press(key)
    await expect(blocks).toHaveCount(0)
    await him.press(key, key, key, key)
    await expect(blocks).toHaveCount(1)
    await expect.poll(() => him.page.evaluate(() => getSelection()?.focusNode?.textContent)).toContain(end)
  }
  await script.setRole(bens, "commenter")
  await expect(him.page.getByText("View and comment")).toBeVisible()
  await blocks.locator("p", { hasText: "Five. I said" }).click()
  await him.line("Five. I said").dblclick({ position: { x: 8, y: 12 } })
  await expect.poll(() => him.page.evaluate(() => String(getSelection()))).toBe("Five")
})

for (const role of ["viewer", "commenter"] as const) {
  test(`keys that write do nothing for a ${role}, and Tab goes on`, async ({ relay, writer }) => {
    const { her, him, script } = await together(relay, writer)
    await script.setRole(bens, role)
    await expect(him.script).toHaveAttribute("aria-readonly", "true")
    const before = await him.text()
    await him.line("Chains creak").click()
    await him.press("Enter", "Shift+Enter", "x", "Backspace")
    await him.line("Chains creak").click()
    await him.press("Home", "Shift+ArrowDown", "Shift+ArrowDown")
    for (const key of "biu12345678") await him.press(`Control+${key}`)
    await him.press("Control+Shift+x", "Control+x", "Enter")
    await him.line("Chains creak").click()
    await expect(him.script).toBeFocused()
    await him.press("Tab")
    await expect(him.script).not.toBeFocused()
    await expect(him.script.locator(".style-bold")).toHaveCount(0)
    await expect(him.script.locator(".cm-line")).toHaveText(await her.script.locator(".cm-line").allTextContents())
    await expect(him.page.locator(".crash")).toHaveCount(0)
    expect(await him.text()).toBe(before)
    await him.saved()
    await script.setRole(bens, "editor")
    await expect(him.script).not.toHaveAttribute("aria-readonly", "true")
    await him.toEnd()
    await him.press("Control+v")
    await expect.poll(async () => (await her.text()).split("Chains creak.").length, "what was cut is a copy").toBe(3)
  })
}

/** The copy that the app offers. */
async function keptCopy(writer: Writer): Promise<string> {
  const download = writer.page.waitForEvent("download")
  await writer.page.getByRole("button", { name: "Download the copy" }).click()
  return readFile(await (await download).path(), "utf8")
}
