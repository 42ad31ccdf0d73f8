// The list of scenes: lengths, synopses, sections, and what a filter leaves of it.

import { expect, shot, test, type Writer } from "./writer.ts"

const script = `# The crossing

INT. FERRY - NIGHT

= Mara waits for a sign.

They look up.

MARA
Four minutes.

EXT. HARBOUR - NIGHT

A searchlight.

TOM
Five.

## The way back

INT. FERRY - DAY

Nobody. Only a gull.
`

const shown = (one: Writer): ReturnType<Writer["scenes"]["filter"]> => one.scenes.filter({ visible: true })

test("scenes have lengths in eighths and synopses, and stand under their sections", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(script)
  await expect(ada.scenes.first().locator(".length")).toHaveText("length 1/8")
  await expect(ada.scenes.first().locator(".synopsis")).toHaveText("Mara waits for a sign.")
  const sections = ada.page.getByRole("navigation", { name: "Scenes" }).locator(".section")
  await expect(sections).toHaveText(["The crossing", "The way back"])
  await shot(ada, "outline")
  await sections.nth(1).click()
  await expect(ada.page.getByLabel("Element", { exact: true })).toHaveValue("section")
  await ada.press("End")
  await ada.type(" home")
  await expect(sections.nth(1)).toHaveText("The way back home")
  await ada.line("Mara waits").click()
  await ada.press("End")
  await ada.type(" None comes.")
  await expect(ada.scenes.first().locator(".synopsis")).toHaveText("Mara waits for a sign. None comes.")
})

test("a section leads to where it is now, also when something was written before it", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(script)
  const sections = ada.page.locator(".section")
  await expect(sections).toHaveText(["The crossing", "The way back"])
  await ada.line("They look up.").click()
  await ada.press("End")
  await ada.type(" Eighteen letters")
  await sections.nth(1).click()
  await ada.type("On ")
  await ada.sees("\nOn The way back\n")
})

test("the list is walked by keys, sections and all", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(script)
  await ada.scenes.nth(1).focus()
  await ada.press("ArrowDown")
  await expect(ada.page.locator(".section", { hasText: "The way back" })).toBeFocused()
  await ada.press("ArrowDown")
  await expect(ada.scenes.nth(2)).toBeFocused()
  await ada.press("Home", "Enter")
  await expect(ada.script).toBeFocused()
})

test("a filter leaves the scenes with some words, with somebody, at a place", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(script)
  await ada.page.getByRole("button", { name: "Filter the scenes" }).click()
  const filter = ada.page.getByRole("search", { name: "Filter the scenes" })
  await ada.type("gull")
  await expect(shown(ada)).toHaveText([/INT\. FERRY - DAY/i])
  await expect(ada.page.locator(".scene-count")).toHaveText("1 of 3")
  await filter.getByLabel("Words in a scene").fill("")
  await filter.getByLabel("Who speaks").selectOption("TOM")
  await expect(shown(ada)).toHaveText([/HARBOUR/])
  await filter.getByLabel("Who speaks").selectOption("")
  await filter.getByLabel("Place").selectOption("FERRY")
  await expect(shown(ada)).toHaveCount(2)
  await shot(ada, "outline-filter")
  await ada.press("Escape")
  await expect(shown(ada)).toHaveCount(3)
  await expect(ada.page.getByRole("button", { name: "Filter the scenes" })).toBeFocused()
})

test("of a long list the rows in sight are drawn, all have names, and keys, the wheel and a filter reach each of them", async ({ writer }) => {
  const ada = await writer()
  const scenes = 160
  await ada.openFountain(Array.from({ length: scenes }, (_, at) => `INT. ROOM ${at + 1} - DAY\n\nSomebody waits for number ${at + 1}.\n`).join("\n"))
  const row = (number: number) => ada.scenes.nth(number - 1)
  await expect(ada.scenes).toHaveCount(scenes)
  await expect(row(1)).toHaveText(/INT\. ROOM 1 - DAY/)
  const drawn = ada.page.locator(".scene:not(:empty)")
  expect(await drawn.count()).toBeLessThan(scenes / 2)
  await expect(ada.page.getByRole("button", { name: `INT. ROOM ${scenes} - DAY` })).toHaveCount(1)
  const top = () => row(1).evaluate(button => button.getBoundingClientRect().top)
  const before = await top()
  const height = (number: number) => row(number).evaluate(button => button.getBoundingClientRect().height)
  const unseen = await height(scenes)
  await ada.toEnd()
  await expect(row(scenes)).toHaveAttribute("aria-current", "true")
  await expect(row(scenes).locator(".length")).toHaveText("length 1/8")
  await expect(row(scenes)).toBeInViewport({ ratio: 1 })
  expect(Math.abs((await height(scenes)) - unseen)).toBeLessThan(1)
  await row(1).focus()
  await ada.press("End")
  await expect(row(scenes)).toBeFocused()
  await expect(row(scenes)).toHaveText(/INT\. ROOM 160 - DAY/)
  await expect(row(scenes).locator(".length")).toHaveText("length 1/8")
  await expect(row(1)).toHaveText("")
  await ada.page.locator(".scene-list").evaluate(list => (list.scrollTop = list.scrollHeight / 2))
  const inSight = ada.page.locator(".scene-list").evaluateHandle(list => {
    const { left, top, height } = list.getBoundingClientRect()
    return document.elementFromPoint(left + 40, top + height / 2)?.closest(".scene")
  })
  await expect.poll(async () => (await inSight).evaluate(button => button?.textContent ?? "")).toMatch(/INT\. ROOM \d+ - DAY/)
  await ada.page.locator(".scene-list").evaluate(list => (list.scrollTop = 0))
  await expect(row(1)).toHaveText(/INT\. ROOM 1 - DAY/)
  expect(await top()).toBe(before)
  await ada.page.getByRole("button", { name: "Filter the scenes" }).click()
  await ada.type("number 155")
  await expect(shown(ada)).toHaveText([/INT\. ROOM 155 - DAY/])
})
