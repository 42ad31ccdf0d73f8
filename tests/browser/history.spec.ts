// History: who wrote when, what a script was, what differs, and how a version comes back while others look on.

import { withAccounts } from "./people.ts"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

const ada = "ada@example.org"
const ben = "ben@example.org"

/** Opens the history, and waits until a version is shown. */
async function openHistory(writer: Writer): Promise<void> {
  await writer.menu("History…")
  await expect(versions(writer).first()).toBeVisible()
  await shown(writer)
}

/** Waits until what was asked for is shown. */
async function shown(writer: Writer): Promise<void> {
  await expect(writer.page.locator(".history-view")).not.toHaveAttribute("aria-busy", "true")
}

function versions(writer: Writer) {
  return writer.page.getByRole("navigation", { name: "Versions" }).locator(".version")
}

test.describe("people", () => {
  test.use({ relaySettings: withAccounts })

  /** Her script, and him in it by a link with a role. */
  async function together(writer: () => Promise<Writer>, role: string): Promise<readonly [Writer, Writer]> {
    const her = await writer()
    await her.page.goto("/")
    await her.makeAccount(ada)
    await her.openFountain(shortScript)
    await her.saved()
    await her.share()
    await her.page.getByLabel("What the link lets people do").selectOption({ label: role })
    await her.page.getByRole("button", { name: "Make a link" }).click()
    const link = await her.page.getByRole("textbox", { name: "The link", exact: true }).inputValue()
    await her.page.getByRole("button", { name: "Done" }).click()
    const his = await writer()
    await his.page.goto(link)
    await his.makeAccount(ben)
    await his.sees("Chains creak.")
    await his.saved()
    return [her, his]
  }

  test("a version is brought back: the other sees it at once, and undo takes it back", async ({ writer }) => {
    const [her, his] = await together(writer, "can write")
    await his.line("The radio says nothing.").click()
    await his.press("End")
    await his.type(" The deck shudders.")
    await her.sees("The radio says nothing. The deck shudders.")
    await his.saved()

    await openHistory(her)
    await expect(versions(her)).toHaveCount(2)
    await expect(versions(her).nth(0)).toContainText(`${ben} wrote`)
    await expect(versions(her).nth(1)).toContainText("You wrote")
    // What he changed is shown first, word by word.
    await expect(her.page.locator(".changes ins")).toHaveText(/^ ?The deck shudders\.$/)
    await expect(her.page.locator(".changes ins").first()).toHaveAttribute("title", `${ben} added this`)
    await expect(her.page.getByRole("list", { name: "Who" })).toHaveText(ben)
    await expect(her.page.getByText("Paragraphs: 1 changed.")).toBeVisible()

    await versions(her).nth(1).click()
    await her.page.getByRole("button", { name: "Script", exact: true }).click()
    const paper = her.page.locator(".history .cm-content")
    await expect(paper).toHaveAttribute("aria-readonly", "true")
    await expect(paper).toContainText("Chains creak.")
    await expect(paper).not.toContainText("The deck shudders.")
    await her.page.getByRole("button", { name: "Restore this version" }).click()

    await expect.poll(() => his.text()).not.toContain("The deck shudders.")
    await expect.poll(() => her.text()).not.toContain("The deck shudders.")
    await her.page.getByRole("button", { name: "Undo" }).last().click()
    await his.sees("The radio says nothing. The deck shudders.")
    await her.sees("The radio says nothing. The deck shudders.")
    await her.agreesWith(his)
  })

  test("what one person did is taken back, and the other's words stay", async ({ writer }) => {
    const [her, his] = await together(writer, "can write")
    await his.toEnd()
    await his.type(" Ben’s end.")
    await her.sees("Ben’s end.")
    await his.saved()
    await her.toEnd()
    await her.type(" Ada’s end.")
    await his.sees("Ada’s end.")
    await her.saved()
    await openHistory(her)
    await versions(her).filter({ hasText: ben }).click()
    await her.page.getByRole("button", { name: "Take this back…" }).click()
    await her.page.getByRole("dialog", { name: "Take this back?" }).getByRole("button", { name: "Take it back" }).click()
    await expect.poll(() => his.text()).not.toContain("Ben’s end.")
    await his.sees("Ada’s end.")
  })

  test("a version gets a name, is compared with it, and is found again", async ({ writer }) => {
    const [her, his] = await together(writer, "can write")
    await openHistory(her)
    await her.page.getByRole("button", { name: "Name…" }).click()
    await her.page.getByRole("textbox", { name: "Name" }).fill("First draft")
    await her.page.getByRole("button", { name: "Keep it" }).click()
    await expect(versions(her).filter({ hasText: "First draft" })).toHaveCount(1)
    await her.page.getByRole("button", { name: "Close the history" }).click()

    await his.line("The radio says nothing.").click()
    await his.press("Home", "Shift+End", "Delete")
    await his.type("Silence.")
    await her.sees("Silence.")
    await his.saved()
    await openHistory(his)
    await his.page.getByLabel("Compare with").selectOption({ label: "“First draft”" })
    await shown(his)
    await expect(his.page.locator(".changes del").first()).toContainText("radio")
    await expect(his.page.locator(".changes ins").first()).toContainText("Silence.")
    await his.page.getByRole("button", { name: "Next change" }).click()
    await expect(his.page.getByText(/^Change 1 of \d+\.$/)).toBeVisible()
  })

  test("what the history says is seen and read out while it is open, and goes on when it is closed", async ({ writer }) => {
    const [her] = await together(writer, "can read")
    await openHistory(her)
    await her.page.getByRole("button", { name: "Name…" }).click()
    await her.page.getByRole("textbox", { name: "Name" }).fill("First draft")
    await her.page.getByRole("button", { name: "Keep it" }).click()
    const dialog = her.page.getByRole("dialog", { name: /^History of/ })
    const said = dialog.locator("[aria-live=polite]").getByText("First draft")
    await expect(said).toBeVisible()
    // Nothing lies over it: whoever points there points at it.
    const isOnTop = await said.evaluate(message => {
      const { left, top, width, height } = message.getBoundingClientRect()
      return message.contains(document.elementFromPoint(left + width / 2, top + height / 2))
    })
    expect(isOnTop).toBe(true)
    await expect(versions(her).filter({ hasText: "First draft" })).toHaveCount(1)
    await her.press("Escape")
    await expect(dialog).toHaveCount(0)
    await expect(her.page.locator("[aria-live=polite]").getByText("First draft")).toBeVisible()
  })

  test("who may only read looks, and brings nothing back; what is new since they were here is marked", async ({ writer }) => {
    const [her, his] = await together(writer, "can read")
    const address = his.page.url()
    await his.page.goto("/")
    await her.toEnd()
    await her.type(" While he was away.")
    await her.saved()
    await his.open(address)
    await his.sees("While he was away.")
    await openHistory(his)
    await expect(his.page.getByText("Since you were last here")).toBeVisible()
    await expect(his.page.getByText("You can look. Editors can bring versions back.")).toBeVisible()
    await expect(his.page.getByRole("button", { name: /Restore|Take this back|Name…/ })).toHaveCount(0)
  })
})

test("guests have a history too; it is walked by keys, and Escape goes back to the script", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(shortScript)
  await ana.saved()
  const other = await writer({ name: "Benno" })
  await other.open(ana.page.url())
  await other.sees("Chains creak.")
  await other.toEnd()
  await other.type(" By another.")
  await ana.sees("By another.")
  await other.saved()
  await openHistory(ana)
  await expect(versions(ana)).toHaveCount(2)
  await expect(versions(ana).first()).toBeFocused()
  await ana.press("ArrowDown")
  await expect(versions(ana).nth(1)).toBeFocused()
  await ana.press("Enter")
  await expect(versions(ana).nth(1)).toHaveAttribute("aria-current", "true")
  await expect(ana.page.locator(".changes ins").first()).toBeVisible()
  await ana.press("Escape")
  await expect(ana.page.getByRole("dialog")).toHaveCount(0)
  await expect(ana.page.getByRole("button", { name: "Menu" })).toBeFocused()
})

test("a version that is still being made ready is not shown over what was chosen after it", async ({ writer }) => {
  const ana = await writer({ serviceWorkers: "block" })
  let letGo: () => void = () => {}
  const held = new Promise<void>(resolve => (letGo = resolve))
  await ana.page.route(/background.*\.wasm/, async route => {
    await held
    await route.continue()
  })
  await ana.newScript()
  await ana.type("int. nowhere - night")
  await ana.saved()
  await openHistory(ana)
  const given = ana.page.waitForResponse(/fountain/)
  await ana.page.getByRole("button", { name: "Script", exact: true }).click()
  await given
  await ana.page.getByRole("button", { name: "Changes", exact: true }).click()
  await expect(ana.page.locator(".history .changes")).toHaveCount(1)
  letGo()
  await expect(ana.status).toHaveText(/of 1$/)
  await expect(ana.page.locator(".history .cm-content")).toHaveCount(1)
  await expect(ana.page.locator(".history .changes")).toHaveCount(1)
  await expect(ana.page.locator(".history-status")).toHaveText(/^Paragraphs:/)
})

test("the history opens where words were brought back to a restored relay, or came in a way that the page does not know", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.newScript()
  await ana.type("int. nowhere - night")
  await ana.saved()
  for (const [origin, deed] of [
    ["recovered", "You brought back what the relay had lost"],
    ["unheard-of", "You wrote"],
  ] as const) {
    await ana.page.route("**/history*", async route => {
      const response = await route.fetch()
      const { versions, ...rest } = await response.json()
      await route.fulfill({ response, json: { ...rest, versions: versions.map((one: object) => ({ ...one, origin })) } })
    })
    await openHistory(ana)
    await expect(versions(ana).first()).toContainText(deed)
    await ana.press("Escape")
    await ana.page.unrouteAll()
  }
})
