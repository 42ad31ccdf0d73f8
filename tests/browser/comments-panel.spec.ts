// Comments as writers see them: on words that others go on editing, answered, resolved, and within everybody's role.

import type { Locator } from "@playwright/test"
import { openRelay } from "scriptroom/relay"
import { passwordOf, withAccounts } from "./people.ts"
import { shortScript } from "./samples.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

const threads = (one: Writer): Locator => one.page.getByRole("complementary", { name: "Comments" }).locator(".thread")
const marked = (one: Writer): Locator => one.script.locator(".commented")
const toggle = (one: Writer): Locator => one.page.locator(".comments-toggle")

/** Selects the last word of the line that has these words. */
async function selectLastWord(one: Writer, words: string): Promise<void> {
  await one.line(words).click()
  await one.press("End", "ArrowLeft", "Control+Shift+ArrowLeft")
}

/** Ada with a script that is open to everybody, and Ben in it. */
async function two(writer: () => Promise<Writer>): Promise<{ ada: Writer; ben: Writer }> {
  const [ada, ben] = [await writer(), await writer()]
  await ada.openFountain(shortScript)
  await ada.saved()
  await ben.open(ada.page.url())
  await ben.sees("Chains creak.")
  return { ada, ben }
}

test("a comment is made by keys, answered by somebody else, resolved, found again and opened again", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  await selectLastWord(ada, "The radio says nothing")
  await ada.comment("Not even static?")
  await expect(ada.script).toBeFocused()
  await expect(marked(ada)).toHaveText("nothing")
  await expect(marked(ben)).toHaveText("nothing")
  await expect(toggle(ben)).toHaveAccessibleName("Comments: 1 open")

  await marked(ben).click()
  await expect(threads(ben)).toHaveCount(1)
  await expect(threads(ben)).toHaveClass(/chosen/)
  await expect(threads(ben)).toContainText("Not even static?")
  await threads(ben).getByLabel("Reply").fill("Static it is.")
  await threads(ben).getByRole("button", { name: "Reply" }).click()
  await expect(threads(ada).locator(".said > li")).toHaveText([/Not even static\?/, /Static it is\./])

  await threads(ada).getByRole("button", { name: "Resolve" }).click()
  await expect(threads(ada)).toHaveCount(0)
  await expect(marked(ben)).toHaveCount(0)
  await expect(toggle(ben)).toHaveAccessibleName("Comments")
  await ben.page.getByLabel("Which comments").selectOption("Resolved")
  await threads(ben).getByRole("button", { name: "Reopen" }).click()
  await expect(marked(ada)).toHaveText("nothing")
})

test("what is written in a comment stays there, also when the caret was left where a line is wrapped", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  await selectLastWord(ada, "The radio says nothing")
  await ada.comment("Not even static?")
  await ben.toEnd()
  await ben.type(" A line that is so long that it goes on in a second one, whatever the page is, and then in a third.")
  await ben.press("Home", "ArrowUp", "End")
  await toggle(ben).click()
  const reply = threads(ben).getByLabel("Reply")
  await reply.click()
  const { width, height } = ben.page.viewportSize() ?? { width: 1280, height: 720 }
  for (const letter of "Static it is.") {
    // The editor measures anew each time.
    await ben.page.setViewportSize({ width: width - (letter.charCodeAt(0) % 2) * 40, height })
    await ben.type(letter)
  }
  await expect(reply).toHaveValue("Static it is.")
})

test("a guest is called what they have chosen, by who comes later, too, in comments and in history", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  await ben.menu("Your name and colour…")
  await ben.page.getByLabel("The others see you as").fill("Benno")
  await ben.page.getByRole("button", { name: "Save" }).click()
  await ben.line("Chains creak.").click()
  await ben.press("End")
  await ben.type(" Loudly.")
  await ben.saved()
  await ada.menu("History…")
  await expect(ada.page.locator(".version .deed").filter({ hasText: "Benno" })).toHaveCount(1)
  await ada.press("Escape")
  await selectLastWord(ben, "The radio says nothing")
  await ben.comment("Not even static?")
  await ben.saved()
  await toggle(ada).click()
  await expect(threads(ada).locator(".said > li")).toContainText("Benno")
  await ben.page.close()
  const cem = await writer({ name: "Cem" })
  await cem.open(ada.page.url())
  await toggle(cem).click()
  await expect(threads(cem).locator(".said > li")).toContainText("Benno")
  await cem.menu("History…")
  await expect(cem.page.locator(".version .deed").filter({ hasText: "Benno" })).toHaveCount(1)
  // Whoever only looks leaves no name.
  const { origin, pathname } = new URL(ada.page.url())
  const said = await (await fetch(`${origin}/api/scripts/${pathname.split("/").at(-1)}/threads/updates`)).text()
  expect([said.includes("Benno"), said.includes("Cem")]).toEqual([true, false])
})

test("a comment stays with its words while a co-writer edits them, and says so when they are gone", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  await ada.line("A searchlight").click()
  await ada.press("Home", "Shift+End")
  await ada.comment("Longer?")
  await expect(marked(ben)).toHaveText("A searchlight goes over the water and comes back.")
  await ben.line("A searchlight").click()
  await ben.press("Home", "Control+ArrowRight", "Control+ArrowRight")
  await ben.type(" slowly")
  await ben.press("Enter")
  await ben.toStart()
  await ben.type("FADE IN: ")
  await ada.sees("A searchlight slowly\n")
  await expect(marked(ada)).toHaveText(["A searchlight slowly", /goes over the water/])
  await ada.toStart()
  await threads(ada).getByRole("button", { name: /^Go to:/ }).click()
  await expect.poll(() => ada.page.evaluate(() => getSelection()?.focusNode?.textContent)).toContain("A searchlight")

  await ben.line("goes over").click()
  await ben.press("Shift+ArrowUp", "Home", "Shift+ArrowDown", "Shift+End", "Delete")
  await expect(threads(ada).locator(".quote")).toHaveClass(/gone/)
  await expect(marked(ada)).toHaveCount(0)
  await expect(threads(ada)).toContainText("Longer?")
})

test("a comment that is begun follows its words, and somebody who is here is mentioned", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  await ben.page.getByRole("button", { name: "Menu" }).click()
  await ben.page.getByRole("menuitem", { name: /Your name/ }).click()
  await ben.page.getByLabel("The others see you as").fill("Ben Okri")
  await ben.press("Enter")
  await expect(ada.page.getByRole("button", { name: "Follow Ben Okri" })).toBeVisible()

  await selectLastWord(ada, "You said four minutes")
  await ada.press("Control+Alt+m")
  await expect(ada.page.getByLabel("Your comment")).toBeFocused()
  await ada.type("Five, @be")
  await expect(ada.page.getByRole("listbox", { name: "People" }).getByRole("option")).toHaveText(["Ben Okri"])
  await ben.line("You said").click()
  await ben.press("Home")
  await ben.type("Listen. ")
  await ada.sees("Listen. You said")
  await ada.press("Enter")
  await ada.type("agree?")
  await ada.press("Control+Enter")
  await expect(marked(ben)).toHaveText("minutes")
  await toggle(ben).click()
  await ben.page.getByLabel("Which comments").selectOption("With you")
  await expect(threads(ben).locator(".mention")).toHaveText("@Ben Okri")
  await expect(threads(ben).locator(".comment-text")).toHaveText("Five, @Ben Okri agree?")
})

test("one's own comment is edited and deleted, nobody else's", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  await selectLastWord(ada, "The radio says nothing")
  await ada.comment("Static?")
  await toggle(ben).click()
  await expect(threads(ben)).toContainText("Static?")
  await expect(threads(ben).getByRole("button", { name: "Edit your comment" })).toHaveCount(0)
  await threads(ada).getByRole("button", { name: "Edit your comment" }).click()
  await ada.page.getByLabel("Your comment").fill("Only static?")
  await ada.page.getByRole("button", { name: "Save" }).click()
  await expect(threads(ben)).toContainText("Only static?")
  await expect(threads(ben)).toContainText("edited")
  await threads(ada).getByRole("button", { name: "Delete your comment" }).click()
  await expect(threads(ben)).toHaveCount(0)
  await expect(marked(ben)).toHaveCount(0)
})

test("whoever edits a comment, or stands on a button, goes on there while others write above it, answer, and minutes pass", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  await selectLastWord(ada, "You said four minutes")
  await ada.comment("Five?")
  await toggle(ben).click()
  await threads(ada).getByRole("button", { name: "Edit your comment" }).click()
  const field = ada.page.getByRole("textbox", { name: "Your comment" })
  await expect(field).toBeFocused()
  await ada.press("End")
  await ada.type(" Or s")
  await ada.page.evaluate(() => {
    const now = Date.now
    Date.now = () => now() + 7 * 60_000
  })
  await ben.toStart()
  await ben.type("FADE IN: ")
  await ada.sees("FADE IN: ")
  await threads(ben).getByLabel("Reply").fill("Four.")
  await ben.press("Control+Enter")
  await expect(threads(ada).locator(".comment-text")).toHaveText(["Four."])
  await expect(threads(ada).locator("time")).toHaveText("7 minutes ago")
  await ada.type("ix?")
  await expect(field).toBeFocused()
  await expect(field).toHaveValue("Five? Or six?")
  await ada.press("Control+Enter")
  await expect(threads(ben).locator(".comment-text")).toHaveText(["Five? Or six?", "Four."])

  const pen = threads(ada).getByRole("button", { name: "Edit your comment" })
  const resolve = threads(ada).getByRole("button", { name: "Resolve" })
  for (const [button, answer] of [[pen, "Four it is."], [resolve, "Really."]] as const) {
    await button.focus()
    await ben.toStart()
    await ben.type("X")
    await threads(ben).getByLabel("Reply").fill(answer)
    await ben.press("Control+Enter")
    await expect(threads(ada)).toContainText(answer)
    await expect(button).toBeFocused()
  }
})

test("a reply that is being written outlives the comment, and brings its thread back", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  await selectLastWord(ada, "The radio says nothing")
  await ada.comment("Static?")
  await toggle(ben).click()
  await threads(ben).getByLabel("Reply").click()
  await ben.type("The chains are")
  await threads(ada).getByRole("button", { name: "Delete your comment" }).click()
  await expect(threads(ada)).toHaveCount(0)
  await expect(threads(ben)).toContainText("This comment was deleted.")
  await ben.type(" louder.")
  await expect(threads(ben).getByLabel("Reply")).toHaveValue("The chains are louder.")
  await ben.press("Control+Enter")
  await expect(threads(ada).locator(".comment-text")).toHaveText(["The chains are louder."])

  await threads(ada).getByLabel("Reply").fill("They are not.")
  await threads(ben).getByRole("button", { name: "Delete your comment" }).click()
  await expect(threads(ada)).toContainText("This comment was deleted.")
  await threads(ada).getByLabel("Reply").press("Escape")
  await expect(threads(ada)).toHaveCount(0)
})

test("a comment that is begun is not lost to a second one, nor an edit to a second one", async ({ writer }) => {
  const { ada } = await two(writer)
  await selectLastWord(ada, "The radio says nothing")
  await ada.press("Control+Alt+m")
  await ada.type("Not even static?")
  await selectLastWord(ada, "You said four minutes")
  await ada.press("Control+Alt+m")
  await expect(ada.page.getByLabel("Your comment")).toBeFocused()
  await expect(ada.page.getByRole("alert").filter({ hasText: "Send this comment first" })).toBeVisible()
  await expect(ada.page.getByLabel("Your comment")).toHaveValue("Not even static?")
  await ada.press("Control+Enter")
  await expect(marked(ada)).toHaveText("nothing")
  await threads(ada).getByLabel("Reply").fill("Some static.")
  await ada.press("Control+Enter")
  await threads(ada).getByRole("button", { name: "Edit your comment" }).first().click()
  await ada.type("!")
  await threads(ada).getByRole("button", { name: "Edit your comment" }).click()
  await expect(ada.page.getByLabel("Your comment")).toHaveCount(2)
})

test("a clock that is beyond all dates stops nobody from reading comments and history", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  const usual = await ben.page.evaluate(() => {
    const { now } = Date
    Date.now = () => 9e15
    return now()
  })
  await selectLastWord(ben, "The radio says nothing")
  await ben.comment("Static?")
  await expect(threads(ben)).toContainText("Static?")
  await ben.page.evaluate(ms => void (Date.now = () => ms), usual)
  await toggle(ada).click()
  await expect(threads(ada)).toContainText("Static?")
  await expect(threads(ada).locator("time")).toHaveAttribute("datetime", "+275760-09-13T00:00:00.000Z")
  await ada.page.route("**/history*", async route => {
    const answer = await route.fetch()
    const history = await answer.json()
    for (const version of history.versions) Object.assign(version, { from: 9e15, to: 9e15 })
    await route.fulfill({ response: answer, json: history })
  })
  await ada.menu("History…")
  await expect(ada.page.locator(".versions")).toHaveAccessibleName(/275760/)
  await expect(ada.page.locator(".version")).toHaveCount(1)
})

test("a comment written without a network is there after a reload, and goes out when there is one", async ({ writer }) => {
  const { ada, ben } = await two(writer)
  await ada.canReloadOffline()
  await ada.context.setOffline(true)
  await selectLastWord(ada, "The radio says nothing")
  await ada.comment("Said on a train.")
  await ada.page.reload()
  await expect(marked(ada)).toHaveText("nothing")
  await ada.context.setOffline(false)
  await expect(marked(ben)).toHaveText("nothing")
})

test.describe("with roles", () => {
  test.use({ relaySettings: withAccounts })

  test("a commenter comments and does not write; a viewer reads what was said", async ({ relay, writer }) => {
    const [ada, ben] = [await writer(), await writer()]
    for (const [one, email] of [[ada, "ada@example.org"], [ben, "ben@example.org"]] as const) {
      await one.page.goto("/")
      await one.makeAccount(email)
    }
    await ada.openFountain(shortScript)
    await ada.saved()
    const { token } = await openRelay({ relay: relay.origin }).signIn({ email: "ada@example.org", password: passwordOf("ada@example.org") })
    const script = openRelay({ relay: relay.origin, token }).script(new URL(ada.page.url()).pathname.split("/").at(-1) ?? "")
    await script.setRole("mail:ben@example.org", "commenter")
    await ben.open(ada.page.url())
    await expect(ben.page.getByText("View and comment")).toBeVisible()
    await ben.line("The radio says nothing").dblclick()
    await ben.comment("By a reader.")
    await toggle(ada).click()
    await expect(threads(ada)).toContainText("ben@example.org")
    await expect(threads(ada)).toContainText("By a reader.")
    await shot(ada, "comments")
    await ada.page.emulateMedia({ colorScheme: "dark" })
    await shot(ada, "comments-dark")

    await script.setRole("mail:ben@example.org", "viewer")
    await expect(ben.page.getByText("View only")).toBeVisible()
    await expect(threads(ben)).toContainText("By a reader.")
    await expect(threads(ben).getByLabel("Reply")).toBeHidden()
    await expect(threads(ben).getByRole("button", { name: "Resolve" })).toHaveCount(0)
    await expect(ben.page.getByRole("button", { name: "Comment on the selection" })).toBeHidden()
  })
})

test("on a phone the comments come from below, and what is said is not hidden", async ({ writer }) => {
  const ada = await writer({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  await ada.openFountain(shortScript)
  await ada.line("The radio says nothing").click()
  await toggle(ada).click()
  await ada.page.getByRole("button", { name: "Comment on the selection" }).click()
  await ada.type("On a phone.")
  await ada.page.getByRole("button", { name: "Comment", exact: true }).click()
  await expect(threads(ada)).toContainText("On a phone.")
  await shot(ada, "phone-comments")
})
