// A person's scripts on the home page: found, renamed, copied, put away and brought back; what is shown without a network.

import { openRelay, type Relay as RelayClient } from "scriptroom/relay"
import { invitation, passwordOf, withAccounts } from "./people.ts"
import type { Relay } from "./relay.ts"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

test.use({ relaySettings: withAccounts })

const ada = "ada@example.org"

/** Somebody with an account, asking the relay beside the page. */
async function person(relay: Relay, email: string): Promise<RelayClient> {
  const nobody = openRelay({ relay: relay.origin })
  const { token } = await nobody.makeAccount({ email, password: passwordOf(email), invitation })
  return openRelay({ relay: relay.origin, token })
}

/** A browser in which she is signed in. */
async function signedIn(writer: () => Promise<Writer>, email: string): Promise<Writer> {
  const one = await writer()
  await one.page.goto("/")
  await one.signIn(email)
  return one
}

test("scripts are listed in pages and found by title", async ({ relay, writer }) => {
  const hers = await person(relay, ada)
  for (let at = 1; at <= 33; at++) await hers.createScript({ title: `Night ${at}` })
  await hers.createScript({ title: "Harbour" })
  const here = await signedIn(writer, ada)
  const rows = here.page.getByRole("list", { name: "Your scripts" }).getByRole("listitem")
  await expect(rows).toHaveCount(30)
  await here.page.getByRole("button", { name: "Show more" }).click()
  await expect(rows).toHaveCount(34)
  await expect(here.page.getByText("34 scripts")).toBeVisible()
  await expect(rows.nth(30).getByRole("link")).toBeFocused()
  await here.page.getByRole("searchbox").fill("harb")
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText("Harbour")
  await here.page.getByRole("searchbox").fill("nothing like it")
  await expect(here.page.getByText("Nothing has “nothing like it” in its title.")).toBeVisible()
})

test("a script is renamed, copied, put into the trash, taken back, and deleted for good", async ({ writer, relay }) => {
  await person(relay, ada)
  const here = await signedIn(writer, ada)
  await here.openFountain(shortScript)
  await here.saved()
  const address = here.page.url()
  await here.page.goto("/")
  const row = (title: string) => here.page.getByRole("link", { name: new RegExp(`^${title}`) })

  await here.rowMenu("The Night Ferry", "Rename…")
  await here.page.getByRole("dialog").getByLabel("Title").fill("Ferry, second draft")
  await here.page.getByRole("button", { name: "Rename" }).click()
  await expect(row("Ferry, second draft")).toBeVisible()
  await expect(row("The Night Ferry")).toHaveCount(0)

  await here.rowMenu("Ferry, second draft", "Make a copy")
  await expect(row("Copy of Ferry, second draft")).toBeVisible()
  await row("Copy of Ferry, second draft").click()
  await here.sees("Chains creak.")
  await expect(here.page.getByLabel("Title of the script")).toHaveValue("Copy of Ferry, second draft")
  await here.saved()
  expect(here.page.url()).not.toBe(address)

  await here.page.goto("/")
  await here.rowMenu("Ferry, second draft", "Move to the trash")
  await expect(row("Ferry, second draft")).toHaveCount(0)
  await here.page.getByRole("button", { name: "Undo" }).click()
  await expect(row("Ferry, second draft")).toBeVisible()
  await here.rowMenu("Ferry, second draft", "Move to the trash")
  await expect(row("Ferry, second draft")).toHaveCount(0)
  await here.page.getByRole("button", { name: "Trash", exact: true }).click()
  await here.page.getByRole("button", { name: "Restore “Ferry, second draft”" }).click()
  await expect(here.page.getByText("The trash is empty.")).toBeVisible()
  await here.page.getByRole("button", { name: "Scripts", exact: true }).click()
  await here.rowMenu("Ferry, second draft", "Move to the trash")
  await here.page.getByRole("button", { name: "Trash", exact: true }).click()
  await here.page.getByRole("button", { name: "Delete “Ferry, second draft” for good" }).click()
  await here.page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click()
  await expect(here.page.getByText("The trash is empty.")).toBeVisible()
  await here.page.goto(address)
  await expect(here.page.getByText("This script was deleted for good.")).toBeVisible()
})

test("a title that is written in the script is the title in the lists", async ({ relay, writer }) => {
  const hers = await person(relay, ada)
  const here = await signedIn(writer, ada)
  await here.newScript()
  await here.type("Rain.")
  await here.saved()
  const title = here.page.getByLabel("Title of the script")
  await title.fill("Rain on the pier")
  await title.press("Enter")
  await expect.poll(async () => (await hers.scripts()).scripts.map(script => script.title)).toEqual(["Rain on the pier"])
})

test("somebody else's script is left, not deleted", async ({ relay, writer }) => {
  const hers = await person(relay, ada)
  const { id } = await hers.createScript({ title: "Hers" })
  const ben = await person(relay, "ben@example.org")
  await hers.script(id).setRole((await ben.me()).person, "viewer")
  const here = await signedIn(writer, "ben@example.org")
  await expect(here.page.getByRole("link", { name: /^Hers Viewer/ })).toBeVisible()
  await here.page.getByRole("button", { name: "More for “Hers”" }).click()
  await expect(here.page.getByRole("menuitem")).toHaveText(["Make a copy", "Leave this script…"])
  await here.page.getByRole("menuitem", { name: "Leave this script…" }).click()
  await here.page.getByRole("dialog").getByRole("button", { name: "Leave" }).click()
  await expect(here.page.getByText("No scripts yet.")).toBeVisible()
  await expect(ben.script(id).card()).rejects.toThrow("not a member")
  expect((await hers.script(id).members()).length).toBe(1)
})

test("without the relay the list shows what is on the device, and a script begun then is there when it is back", async ({ relay, writer }) => {
  await person(relay, ada)
  const here = await signedIn(writer, ada)
  await here.openFountain(shortScript)
  await here.saved()
  await here.canReloadOffline()
  await here.context.setOffline(true)
  await here.page.goto("/")
  await expect(here.page.getByText("The relay cannot be reached. These scripts are on this device:")).toBeVisible()
  const search = here.page.getByRole("searchbox")
  await search.fill("day")
  await expect(here.page.getByRole("link", { name: /The Night Ferry/ })).toHaveCount(0)
  await search.fill("night")
  await here.page.getByRole("link", { name: /The Night Ferry/ }).click()
  await here.sees("Chains creak.")
  await here.newScript()
  await here.type("Begun at sea.")
  await expect(here.badge).toHaveAttribute("data-state", "offline")
  await here.context.setOffline(false)
  await here.saved()
  const there = await signedIn(writer, ada)
  await expect(there.page.getByRole("list", { name: "Your scripts" }).getByRole("listitem")).toHaveCount(2)
  await there.page.goto(here.page.url())
  await there.sees("Begun at sea.")
})

test("a rename that the relay cannot be reached for is said not to be done", async ({ relay, writer }) => {
  await person(relay, ada)
  const here = await signedIn(writer, ada)
  await here.openFountain(shortScript)
  await here.saved()
  await here.page.clock.install()
  await here.page.goto("/")
  const away = here.page.locator(".toast", { hasText: "The relay cannot be reached. Are you online?" })
  const rename = async (): Promise<void> => {
    await here.rowMenu("The Night Ferry", "Rename…")
    await here.page.getByRole("dialog").getByLabel("Title").fill("Another")
    await here.page.getByRole("button", { name: "Rename" }).click()
  }
  // It answers, but lets no script through.
  let tries = 0
  await here.page.routeWebSocket(/./, socket => {
    tries += 1
    void socket.close({ code: 1013 })
  })
  await here.page.route(/\/api\/(health|scripts\/[^/]+\/updates)/, route => route.abort())
  await rename()
  await expect.poll(() => tries).toBeGreaterThan(0)
  await expect(async () => {
    await here.page.clock.fastForward(13_000)
    await expect(away).toHaveCount(1, { timeout: 1_000 })
  }).toPass()
  await here.page.clock.fastForward(10_000)
  await expect(away).toHaveCount(0)
  await relay.kill()
  await rename()
  await expect(away).toHaveCount(1)
  await expect(here.page.getByRole("link", { name: /^The Night Ferry/ })).toBeVisible()
})
