// Two writers in one script at the same time.

import { generated, shortScript } from "./samples.ts"
import { expect, test } from "./writer.ts"

test("two writers type at once into a 120-page script and see each other's words", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(generated(120))
  await ana.saved()
  const before = await ana.text()
  expect(before.length).toBeGreaterThan(100_000)

  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await expect.poll(() => ben.text(), { timeout: 60_000 }).toBe(before)

  await ana.toStart()
  await ana.press("End", "Enter")
  await ben.toEnd()
  await ben.press("Enter")
  await Promise.all([ana.type("Ana writes at the very beginning."), ben.type("Benno writes at the very end.")])

  await ana.sees("Benno writes at the very end.")
  await ben.sees("Ana writes at the very beginning.")
  await ana.saved()
  await ben.saved()
  await ana.agreesWith(ben)
  expect((await ana.text()).length).toBe(before.length + 2 + "Ana writes at the very beginning.Benno writes at the very end.".length)
})

test("who opens a script is shown it when it has come, and not a frame later", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(shortScript)
  await ana.saved()
  const ben = await writer({ name: "Benno" })
  await ben.page.addInitScript(() => (window.requestAnimationFrame = () => 0))
  await ben.open(ana.page.url())
  await ben.sees("The radio says nothing.")
})

test("two writers in the same line keep every letter", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(shortScript)
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await ben.sees("The radio says nothing.")

  await ana.line("The radio says nothing.").click()
  await ben.line("The radio says nothing.").click()
  await ana.press("Home")
  await ben.press("End")
  await Promise.all([ana.type("At first "), ben.type(" Then it does.")])

  const line = "At first The radio says nothing. Then it does."
  await ana.sees(line)
  await ben.sees(line)
})

test("a writer's name and caret are shown to the other, and go when they leave", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(shortScript)
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await ben.sees("Chains creak.")
  await ben.line("The radio says nothing.").click()

  await expect(ana.page.getByRole("button", { name: "Follow Benno" })).toBeVisible()
  await expect(ben.page.getByRole("button", { name: "Follow Ana" })).toBeVisible()
  await expect(ana.page.locator(".sr-peer-caret")).toHaveCount(1)

  await ben.page.goto("/")
  await expect(ana.page.getByRole("button", { name: "Follow Benno" })).toHaveCount(0)
})

test("undo takes back one's own words and leaves the co-writer's", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(shortScript)
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await ben.sees("The radio says nothing.")

  await ana.line("The radio says nothing.").click()
  await ana.press("End")
  await ana.type(" Mine.")
  await ben.sees("The radio says nothing. Mine.")
  await ben.line("Chains creak.").click()
  await ben.press("Home")
  await ben.type("Theirs. ")
  await ana.sees("Theirs. Chains creak.")
  await ana.press("Control+z")

  await expect.poll(() => ana.text()).not.toContain("Mine.")
  await ana.sees("Theirs. Chains creak.")
})
