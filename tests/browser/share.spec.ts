// Sharing: people and their roles, links with a role and an end, and what each role may do, as the others see it at once.

import { withAccounts } from "./people.ts"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

test.use({ relaySettings: withAccounts })

const ada = "ada@example.org"
const ben = "ben@example.org"

/** A browser in which somebody has made an account. */
async function newcomer(writer: () => Promise<Writer>, email: string): Promise<Writer> {
  const one = await writer()
  await one.page.goto("/")
  await one.makeAccount(email)
  return one
}

/** Her script, with the share dialog open. */
async function sharing(writer: () => Promise<Writer>): Promise<Writer> {
  const her = await newcomer(writer, ada)
  await her.openFountain(shortScript)
  await her.saved()
  await her.share()
  return her
}

/** Opens the dialog anew: others have come since. */
async function again(her: Writer): Promise<void> {
  await her.page.getByRole("dialog").getByRole("button", { name: "Done" }).click()
  await her.share()
}

/** Makes a link in the dialog and returns its address. */
async function linkFor(her: Writer, role: string): Promise<string> {
  await her.page.getByLabel("What the link lets people do").selectOption({ label: role })
  await her.page.getByRole("button", { name: "Make a link" }).click()
  await expect(her.page.getByText("The link is ready to be copied.")).toBeVisible()
  return await her.page.getByRole("textbox", { name: "The link", exact: true }).last().inputValue()
}

test("a failed try to add somebody keeps the address, and two clicks make one link", async ({ writer }) => {
  const her = await sharing(writer)
  await her.page.route("**/members/*", route => (route.request().method() === "PUT" ? route.abort() : route.continue()))
  const address = her.page.getByLabel("Add somebody by e-mail address")
  await address.fill(ben)
  await her.page.getByRole("button", { name: "Add", exact: true }).click()
  await expect(her.page.locator(".trouble-line")).toBeVisible()
  await expect(address).toHaveValue(ben)

  let made = 0
  await her.page.route("**/links", async route => {
    if (route.request().method() === "POST") made += 1
    await route.continue()
  })
  await her.page.getByRole("button", { name: "Make a link" }).dblclick()
  await expect(her.page.getByText("The link is ready to be copied.")).toBeVisible()
  await expect(her.page.getByRole("list", { name: "Links to this script" }).getByRole("listitem")).toHaveCount(1)
  expect(made).toBe(1)
})

test("a link lets somebody in who signs in first, with its role, and its secret goes to no server", async ({ writer }) => {
  const her = await sharing(writer)
  const link = await linkFor(her, "can write")
  await her.context.grantPermissions(["clipboard-read", "clipboard-write"])
  await expect(her.page.getByRole("button", { name: "Copy" })).toBeFocused()
  await her.press("Enter")
  await expect(her.page.getByText("Copied.")).toBeVisible()
  expect(await her.page.evaluate(() => navigator.clipboard.readText())).toBe(link)
  const his = await writer()
  const asked: string[] = []
  his.page.on("request", request => asked.push(request.url()))
  await his.page.goto(link)
  await expect(his.page.getByRole("heading", { name: "You are invited to a script." })).toBeVisible()
  await his.makeAccount(ben)
  await his.sees("Chains creak.")
  await his.saved()
  const secret = link.split("=").at(-1) ?? ""
  expect(secret.length).toBeGreaterThan(20)
  expect(asked.filter(url => url.includes(secret) && !url.includes("#"))).toEqual([])
  expect(his.page.url()).not.toContain(secret)
  await his.toEnd()
  await his.type(" Ben was here.")
  await her.sees("Ben was here.")
  await his.page.goto("/")
  await expect(his.page.getByRole("link", { name: /^The Night Ferry Editor/ })).toBeVisible()
})

test("who may only read sees it, and cannot write; an owner changes that while they look on", async ({ writer }) => {
  const her = await sharing(writer)
  const link = await linkFor(her, "can read")
  const his = await newcomer(writer, ben)
  await his.page.goto(link)
  await his.sees("Chains creak.")
  await expect(his.page.getByText("View only")).toBeVisible()
  await expect(his.page.getByLabel("Element")).not.toBeVisible()
  await expect(his.page.getByLabel("Title of the script")).not.toBeEditable()
  await expect(his.script).toHaveAttribute("aria-readonly", "true")
  await his.line("Chains creak.").click()
  await his.type("Not his to write.")
  expect(await his.text()).not.toContain("Not his")
  await his.share()
  const dialog = his.page.getByRole("dialog")
  await expect(dialog.getByText("Your role is viewer: you can read.")).toBeVisible()
  await expect(dialog.getByRole("combobox")).toHaveCount(0)
  await expect(dialog.getByRole("button", { name: "Make a link" })).toHaveCount(0)
  await dialog.getByRole("button", { name: "Done" }).click()

  await again(her)
  await her.page.getByLabel(`What ${ben} may do`).selectOption("Editor")
  await expect(her.page.getByText(`${ben} can write now.`)).toBeVisible()
  await expect(his.page.getByText("View only")).not.toBeVisible()
  await his.line("Chains creak.").click()
  await his.press("End")
  await his.type(" Now he may.")
  await her.sees("Now he may.")

  await her.page.getByLabel(`What ${ben} may do`).selectOption("Commenter")
  await expect(his.page.getByText("View and comment")).toBeVisible()
  await expect(his.script).toHaveAttribute("aria-readonly", "true")
})

test("somebody who is removed is out at once, is told so, and a link of before does not let them in again", async ({ writer }) => {
  const her = await sharing(writer)
  const link = await linkFor(her, "can write")
  const his = await newcomer(writer, ben)
  await his.page.goto(link)
  await his.sees("Chains creak.")
  await again(her)
  await her.page.getByRole("button", { name: `Remove ${ben}` }).click()
  await her.page.getByRole("button", { name: "Remove", exact: true }).click()
  await expect(her.page.getByText(`${ben} is out of the script.`)).toBeVisible()
  await expect(his.page.getByText("You are not among the people of this script, or no longer.")).toBeVisible()
  await expect(his.badge).toHaveAttribute("data-state", "problem")
  await his.page.goto("/")
  await his.page.goto(link)
  await expect(his.page.getByText("This link is not good, or no longer.")).toBeVisible()
})

test("a link that is revoked lets nobody in, and the last owner stays", async ({ writer }) => {
  const her = await sharing(writer)
  const link = await linkFor(her, "can read and comment")
  await her.page.getByRole("button", { name: /^Revoke the link/ }).click()
  await expect(her.page.getByText("The link is revoked")).toBeVisible()
  await expect(her.page.getByRole("button", { name: "Make a link" })).toBeFocused()
  await expect(her.page.getByRole("list", { name: "Links to this script" })).not.toBeVisible()
  await her.page.getByLabel(`What ${ada} may do`).selectOption("Viewer")
  await expect(her.page.getByText("There has to be another owner first")).toBeVisible()
  await expect(her.page.getByLabel(`What ${ada} may do`)).toHaveValue("owner")
  const his = await newcomer(writer, ben)
  await his.page.goto(link)
  await expect(his.page.getByText("This link is not good, or no longer.")).toBeVisible()
})

test("somebody is added by address, finds the script in their list, and leaves it by themselves", async ({ writer }) => {
  const his = await newcomer(writer, ben)
  const her = await sharing(writer)
  await her.page.getByLabel("Add somebody by e-mail address").fill(ben)
  await her.page.getByRole("button", { name: "Add", exact: true }).click()
  await expect(her.page.getByText(`${ben} can write now.`)).toBeVisible()
  await his.page.goto("/")
  await his.page.getByRole("link", { name: /The Night Ferry/ }).click()
  await his.sees("Chains creak.")
  await his.share()
  await his.page.getByRole("button", { name: "Leave" }).click()
  await his.page.getByRole("dialog", { name: "Leave this script?" }).getByRole("button", { name: "Leave" }).click()
  await expect(his.page.getByText("No scripts yet.")).toBeVisible()
})

test("the dialog is walked by keys, keeps the focus inside, and gives it back", async ({ writer }) => {
  const her = await sharing(writer)
  const dialog = her.page.getByRole("dialog", { name: "Share “The Night Ferry”" })
  await expect(dialog.getByRole("list", { name: "People in this script" })).toBeVisible()
  const reached = new Set<string>()
  for (let step = 0; step < 14; step++) {
    await her.press("Tab")
    const active = await her.page.evaluate(() => {
      const node = document.activeElement
      const inside = node === document.body || node?.closest("dialog") !== null
      return inside ? (node?.getAttribute("aria-label") ?? node?.closest("label")?.textContent ?? node?.textContent ?? "") : "outside"
    })
    expect(active).not.toBe("outside")
    reached.add(active)
  }
  for (const name of [`What ${ada} may do`, "Leave", "Make a link", "How long the link is good", "Done"]) expect([...reached]).toContain(name)
  await her.press("Escape")
  await expect(dialog).toHaveCount(0)
  await expect(her.page.getByRole("button", { name: "Share: people and links" })).toBeFocused()
})

for (const [when, isDue] of [["as the page learns from the relay", false], ["as it is to be renewed", true]] as const) {
  test(`a link lets somebody in whose own sign-in is over, ${when}`, async ({ writer }) => {
    const her = await sharing(writer)
    const link = await linkFor(her, "can write")
    const his = await newcomer(writer, ben)
    await his.page.evaluate(isDue => {
      const account = JSON.parse(localStorage.getItem("scriptroom.account") ?? "null")
      localStorage.setItem("scriptroom.account", JSON.stringify({ ...account, token: "over", ...(isDue && { gotMs: 0 }) }))
    }, isDue)
    await his.page.goto(link)
    await expect(his.page.getByRole("heading", { name: "You are invited to a script." })).toBeVisible()
    expect(his.page.url()).toBe(link)
    await his.signIn(ben)
    await his.sees("Chains creak.")
    expect(his.page.url()).not.toContain("link=")
  })
}

test("a link is not called bad by a relay that has no time for it, and is good later", async ({ writer }) => {
  const her = await sharing(writer)
  const link = await linkFor(her, "can write")
  const his = await newcomer(writer, ben)
  for (const status of [429, 503]) {
    await his.page.goto("/")
    await his.page.route(/\/accept$/, route => route.fulfill({ status, json: { error: { code: "busy", message: "seeded by the test" } } }))
    await his.page.goto(link)
    await expect(his.page.getByText("open the link again when you are online")).toBeVisible()
    expect(his.page.url()).toBe(link)
    await his.page.unroute(/\/accept$/)
  }
  await his.page.reload()
  await his.sees("Chains creak.")
})
