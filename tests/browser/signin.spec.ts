// Signing in: with an account, by name in development, and where the app cannot; what happens when a sign-in is over, and on
// signing out.

import { forDevelopment, invitation, oldToken, passwordOf, withAccounts, withForeignTokens } from "./people.ts"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

const ada = "ada@example.org"

/** The names of the databases of this browser. */
async function databases(writer: Writer): Promise<string[]> {
  return await writer.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ""))
}

/** Makes the token that is kept here one that the relay no longer takes. */
async function endSignIn(writer: Writer): Promise<void> {
  await writer.page.evaluate(() => {
    const account = JSON.parse(localStorage.getItem("scriptroom.account") ?? "null")
    localStorage.setItem("scriptroom.account", JSON.stringify({ ...account, token: "over", gotMs: 0 }))
  })
}

test.describe("a relay with accounts", () => {
  test.use({ relaySettings: withAccounts })

  test("an account is made with the invitation, outlives a reload, and its scripts are there on another device", async ({ writer }) => {
    const here = await writer()
    await here.page.goto("/")
    await here.makeAccount(ada)
    await expect(here.page.getByText("No scripts yet.")).toBeVisible()
    await here.openFountain(shortScript)
    await here.saved()
    await here.page.reload()
    await here.sees("Chains creak.")
    await here.saved()

    const there = await writer()
    await there.page.goto("/")
    await there.signIn(ada)
    await there.page.getByRole("link", { name: /The Night Ferry/ }).click()
    await there.sees("Chains creak.")
    await here.toEnd()
    await here.type(" Seen on both.")
    await there.sees("Seen on both.")
  })

  test("what is wrong with a sign-in is said in words", async ({ writer }) => {
    const page = (await writer()).page
    await page.goto("/")
    const trouble = page.getByRole("alert")
    await page.getByRole("button", { name: "Make an account" }).click()
    await page.getByLabel("E-mail address").fill(ada)
    await page.getByLabel("Password").fill(passwordOf(ada))
    await page.getByLabel("Invitation").fill("let me in")
    await page.getByRole("button", { name: "Make an account" }).click()
    await expect(trouble).toHaveText("This invitation is not the right one. Ask whoever runs this relay.")
    await page.getByLabel("Invitation").fill(invitation)
    await page.getByRole("button", { name: "Make an account" }).click()
    await expect(page.getByRole("heading", { name: "Your scripts" })).toBeVisible()

    const other = (await writer()).page
    await other.goto("/")
    const refusal = other.getByRole("alert")
    await other.getByLabel("E-mail address").fill(ada)
    const signIn = other.getByRole("button", { name: "Sign in", exact: true })
    await other.getByLabel("Password").fill("a guess")
    await signIn.click()
    await expect(refusal).toHaveText("The address or the password is wrong.")
    const guess = async (): Promise<string | null> => {
      await other.getByLabel("Password").fill("a guess")
      await signIn.click()
      await expect(other.locator("form")).not.toHaveAttribute("aria-busy")
      return await refusal.textContent()
    }
    await expect.poll(guess).toMatch(/^Too many wrong passwords\. Try again in (a second|\d+ seconds|\d+ minutes)\.$/)
    await other.getByRole("button", { name: "Make an account" }).click()
    await other.getByLabel("Password").fill("another password")
    await other.getByLabel("Invitation").fill(invitation)
    await other.getByRole("button", { name: "Make an account" }).click()
    await expect(refusal).toHaveText("There is an account with this address. Sign in instead.")
  })

  test("a script is opened after signing in at its address", async ({ writer }) => {
    const here = await writer()
    await here.page.goto("/")
    await here.makeAccount(ada)
    await here.openFountain(shortScript)
    await here.saved()
    const there = await writer()
    await there.page.goto(here.page.url())
    await expect(there.page.getByRole("heading", { name: "Sign in to open this script." })).toBeVisible()
    await there.signIn(ada)
    await there.sees("Chains creak.")
  })

  test("a sign-in is renewed in the background, in one tab for all", async ({ writer }) => {
    const here = await writer()
    await here.page.goto("/")
    await here.makeAccount(ada)
    await here.openFountain(shortScript)
    await here.saved()
    const before = await here.page.evaluate(() => localStorage.getItem("scriptroom.account"))
    const renewed = here.page.waitForResponse(/signin.renew$/)
    // As if half of the token's hour were over.
    await here.page.evaluate(() => {
      const account = JSON.parse(localStorage.getItem("scriptroom.account") ?? "null")
      localStorage.setItem("scriptroom.account", JSON.stringify({ ...account, gotMs: account.gotMs - account.lifeMs / 2 }))
      document.dispatchEvent(new Event("visibilitychange"))
    })
    expect((await renewed).status()).toBe(200)
    await expect.poll(() => here.page.evaluate(() => localStorage.getItem("scriptroom.account"))).not.toBe(before)
    await here.toEnd()
    await here.type(" Still here.")
    await here.saved()
  })

  test("who comes back after two weeks is signed in", async ({ writer }) => {
    const here = await writer()
    await here.page.goto("/")
    await here.makeAccount(ada)
    await here.openFountain(shortScript)
    await here.saved()
    const token = oldToken(ada, 14)
    await here.page.evaluate(token => {
      const account = JSON.parse(localStorage.getItem("scriptroom.account") ?? "null")
      localStorage.setItem("scriptroom.account", JSON.stringify({ ...account, token, gotMs: account.gotMs - 14 * 24 * 3600_000 }))
    }, token)
    await here.page.reload()
    await here.toEnd()
    await here.type(" Back again.")
    await here.saved()
    await expect(here.page.getByText("Your sign-in is over.")).toHaveCount(0)
  })

  test("who has a clock that is slow is signed in when a token is over that it takes for good", async ({ relay, writer }) => {
    const here = await writer()
    await here.page.goto("/")
    await here.makeAccount(ada)
    await here.openFountain(shortScript)
    await here.saved()
    const keep = (token: string): Promise<void> =>
      here.page.evaluate(token => {
        const account = JSON.parse(localStorage.getItem("scriptroom.account") ?? "null")
        localStorage.setItem("scriptroom.account", JSON.stringify({ ...account, token, gotMs: Date.now() }))
      }, token)
    // On a connection that is made again, and in a request.
    await keep(oldToken(ada, 1))
    await relay.kill()
    await relay.run(withAccounts)
    await here.toEnd()
    await here.type(" Still here.")
    await here.saved()
    await keep(oldToken(ada, 1))
    await here.page.goto("/")
    await expect(here.page.getByRole("link", { name: /The Night Ferry/ })).toBeVisible()
    await expect(here.page.locator(".list-status")).toHaveText(/1/)
    await expect(here.page.locator(".list-status")).not.toHaveClass(/trouble/)
    await expect(here.page.getByText("Your sign-in is over.")).toHaveCount(0)
  })

  test("when a sign-in is over the writer goes on writing, and signs in again beside the script", async ({ relay, writer }) => {
    const here = await writer()
    await here.page.goto("/")
    await here.makeAccount(ada)
    await here.openFountain(shortScript)
    await here.saved()
    await endSignIn(here)
    await relay.kill()
    await relay.run(withAccounts)
    const notice = here.page.getByText("Your sign-in is over.")
    await expect(notice).toBeVisible()
    await here.toEnd()
    await here.type(" Written meanwhile.")
    await here.page.getByRole("button", { name: "Sign in", exact: true }).click()
    const dialog = here.page.getByRole("dialog", { name: "Sign in" })
    await expect(dialog.getByLabel("E-mail address")).toHaveValue(ada)
    await dialog.getByLabel("Password").fill(passwordOf(ada))
    await dialog.getByRole("button", { name: "Sign in", exact: true }).click()
    await expect(notice).toHaveCount(0)
    await here.saved()
    const there = await writer()
    await there.page.goto(here.page.url())
    await there.signIn(ada)
    await there.sees("Written meanwhile.")
  })

  test("signing out asks, takes the scripts off the device, in every tab, and says what would be lost", async ({ writer }) => {
    const here = await writer()
    await here.page.goto("/")
    await here.makeAccount(ada)
    await here.openFountain(shortScript)
    await here.saved()
    await here.canReloadOffline()
    await here.context.setOffline(true)
    await here.toEnd()
    await here.type(" Not sent.")
    await expect(here.badge).toContainText("changes saved on this device")
    await here.menu("Sign out…")
    const dialog = here.page.getByRole("dialog", { name: `Sign out ${ada}?` })
    await expect(dialog).toContainText("The Night Ferry")
    await dialog.getByRole("button", { name: "Stay signed in" }).click()
    await here.context.setOffline(false)
    await here.saved()

    const other = await here.context.newPage()
    await other.goto("/")
    await expect(other.getByRole("link", { name: /The Night Ferry/ })).toBeVisible()
    expect((await databases(here)).some(name => name.includes(ada))).toBe(true)
    await here.menu("Sign out…")
    await dialog.getByRole("button", { name: "Sign out" }).click()
    await expect(here.page.getByRole("heading", { name: "Write one script together." })).toBeVisible()
    await expect(other.getByRole("heading", { name: "Write one script together." })).toBeVisible()
    await expect(other.getByRole("link", { name: /The Night Ferry/ })).toHaveCount(0)
    await expect.poll(async () => (await databases(here)).some(name => name.includes(ada))).toBe(false)
    await here.signIn(ada)
    await here.page.getByRole("link", { name: /The Night Ferry/ }).click()
    await here.sees("Not sent.")
  })

  test("who signs out where the device's store does not open is signed out, and told that it could not be looked at", async ({ writer }) => {
    const here = await writer()
    await here.page.addInitScript(() => {
      const broken = (): never => {
        throw new DOMException("seeded by the test", "UnknownError")
      }
      Object.assign(indexedDB, { open: broken, deleteDatabase: broken })
    })
    await here.page.goto("/")
    await here.makeAccount(ada)
    await here.newScript()
    await here.menu("Sign out…")
    const dialog = here.page.getByRole("dialog", { name: `Sign out ${ada}?` })
    await expect(dialog).toContainText("could not be looked at")
    await dialog.getByRole("button", { name: "Sign out" }).click()
    await expect(here.page.getByRole("heading", { name: "Write one script together." })).toBeVisible()
    await expect(here.page.getByText("You are signed out, but this device still has your scripts")).toBeVisible()
    expect(await here.page.evaluate(() => localStorage.getItem("scriptroom.account"))).toBeNull()
  })

  test("who lets pages keep nothing is signed in as long as the page is open", async ({ writer }) => {
    const here = await writer()
    await here.page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get: () => {
          throw new DOMException("seeded by the test", "SecurityError")
        },
      })
    })
    const { page } = here
    await page.goto("/")
    await page.getByRole("button", { name: "Make an account" }).click()
    await page.getByLabel("E-mail address").fill(ada)
    await page.getByLabel("Password").fill(passwordOf(ada))
    await page.getByLabel("Invitation").fill(invitation)
    await page.getByRole("button", { name: "Make an account" }).click()
    await expect(page.getByRole("heading", { name: "Your scripts" })).toBeVisible()
    await page.getByRole("button", { name: "New script" }).click()
    await here.script.waitFor()
    await here.type("int. nowhere - night")
    await here.saved()
    await here.menu("Sign out…")
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click()
    await expect(page.getByRole("heading", { name: "Write one script together." })).toBeVisible()
  })

  test("who writes without signing in has the script on the device, and moves it to their own later", async ({ writer }) => {
    const here = await writer()
    await here.openFountain(shortScript)
    await expect(here.badge).toHaveText("On this device")
    await here.toEnd()
    await here.type(" Before any account.")
    await expect(here.badge).toHaveText("On this device")
    await here.page.goto("/")
    await expect(here.page.getByRole("heading", { name: "Only on this device" })).toBeVisible()
    await here.makeAccount(ada)
    await here.page.getByRole("button", { name: "Move “The Night Ferry” to my scripts" }).click()
    await expect(here.page.getByRole("heading", { name: "Only on this device" })).toHaveCount(0)

    const there = await writer()
    await there.page.goto("/")
    await there.signIn(ada)
    await there.page.getByRole("link", { name: /The Night Ferry/ }).click()
    await there.sees("Before any account.")
    await there.saved()
  })
})

test.describe("a relay that takes another service's tokens", () => {
  test.use({ relaySettings: withForeignTokens })

  test("says that it has no sign-in, and what is written stays on the device", async ({ writer }) => {
    const here = await writer()
    await here.page.goto("/")
    await expect(here.page.getByText("People sign in to this relay through another service")).toBeVisible()
    await expect(here.page.getByLabel("Password")).toHaveCount(0)
    await here.newScript()
    await here.type("int. nowhere - night")
    await expect(here.badge).toHaveText("On this device")
    await here.page.reload()
    await here.sees("int. nowhere - night")
    await here.page.goto(`/s/${crypto.randomUUID()}`)
    await expect(here.page.getByRole("heading", { name: "This script is for its members." })).toBeVisible()
    await expect(here.page.getByText("People sign in to this relay through another service")).toBeVisible()
  })
})

test.describe("a relay for development", () => {
  test.use({ relaySettings: forDevelopment })

  test("lets everybody write as a guest, and sign in by name", async ({ writer }) => {
    const here = await writer()
    await here.newScript()
    await here.type("By a guest.")
    await here.saved()
    await here.page.goto("/")
    await here.page.getByRole("button", { name: "Sign in" }).click()
    const dialog = here.page.getByRole("dialog", { name: "Sign in" })
    await dialog.getByLabel("Your name").fill("Ada Lovelace")
    await dialog.getByRole("button", { name: "Sign in" }).click()
    await expect(here.page.getByRole("button", { name: "Account: ada lovelace" })).toBeVisible()
    await here.openFountain(shortScript)
    await here.saved()

    const guest = await writer()
    await guest.page.goto(here.page.url())
    await expect(guest.page.getByText("This script is for people who have signed in.")).toBeVisible()
    await guest.page.getByRole("button", { name: "Sign in" }).click()
    await guest.page.getByLabel("Your name").fill("Ada Lovelace")
    await guest.page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click()
    await guest.sees("Chains creak.")
  })
})
