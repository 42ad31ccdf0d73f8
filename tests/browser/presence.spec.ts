// What one sees of the others beside their words: who types, where, and who has gone quiet.

import { crash } from "./package-page.ts"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

async function two(writer: (options?: { name: string }) => Promise<Writer>): Promise<readonly [Writer, Writer]> {
  const ada = await writer({ name: "Ada" })
  await ada.openFountain(shortScript)
  await ada.saved()
  const ben = await writer({ name: "Ben" })
  await ben.open(ada.page.url())
  await ben.sees("The radio says nothing.")
  return [ada, ben]
}

test("who is typing is said, the line has a mark in the margin, and both go", async ({ writer }) => {
  const [ada, ben] = await two(writer)
  await ben.line("The radio").click()
  await ben.press("End")
  const mark = ada.page.locator(".peer-line")
  await expect(mark).toHaveCount(1)
  await expect(async () => {
    const [line, bar] = [await ada.line("The radio").boundingBox(), await mark.boundingBox()]
    expect(Math.abs((line?.y ?? 0) - (bar?.y ?? 0))).toBeLessThan(2)
    expect(bar?.x ?? 0).toBeLessThan(line?.x ?? 0)
  }).toPass()
  // Somebody who types on is typing whenever one looks.
  await expect(async () => {
    await ben.type(" Not a word.")
    await expect(ada.page.locator(".typing", { hasText: "Ben is typing" })).toHaveCount(1, { timeout: 2_000 })
  }).toPass()
  await expect(ada.page.locator(".statusline .typing")).toBeEmpty()
  await ben.page.goto("/")
  await expect(mark).toHaveCount(0)
})

test("the ring of who types on comes to rest: a page that moves shows each key later", async ({ writer }) => {
  const [ada, ben] = await two(writer)
  await ben.line("The radio").click()
  await ben.press("End")
  const moving = () => ada.page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length)
  await expect(async () => {
    await ben.type(" Still.")
    await expect(ada.page.locator(".avatar.typing")).toHaveCount(1, { timeout: 2_000 })
    expect(await moving()).toBe(0)
    await expect(ada.page.locator(".avatar.typing")).toHaveCount(1, { timeout: 1 })
  }).toPass()
})

test("the caret of somebody who has not moved for a minute fades, and comes back with a key", async ({ writer }) => {
  const ada = await writer({ name: "Ada" })
  await ada.page.clock.install()
  await ada.openFountain(shortScript)
  await ada.saved()
  const ben = await writer({ name: "Ben" })
  await ben.open(ada.page.url())
  await ben.line("A searchlight").click()
  const caret = ada.page.locator(".sr-peer-caret")
  await expect(caret).toHaveCount(1)
  await expect(caret).not.toHaveClass(/sr-peer-idle/)
  // A message that was under way, or a connection that the leap of the clock took for dead, counts as moving.
  await expect(async () => {
    await ada.page.clock.fastForward(61_000)
    await expect(caret).toHaveClass(/sr-peer-idle/, { timeout: 2_000 })
  }).toPass()
  await ben.press("End")
  await expect(caret).not.toHaveClass(/sr-peer-idle/)
})

test("a click on an avatar follows somebody; a key of one's own ends it", async ({ writer }) => {
  const [ada, ben] = await two(writer)
  const avatar = ada.page.getByRole("button", { name: "Follow Ben" })
  await avatar.click()
  await expect(avatar).toHaveAttribute("aria-pressed", "true")
  await ben.toEnd()
  await expect(ada.page.locator(".sr-peer-caret")).toBeInViewport()
  await ada.toStart()
  await ada.type("x")
  await expect(avatar).toHaveAttribute("aria-pressed", "false")
})

/** Types at the end of the script, and takes the caret back each time: that is told together with words that have yet to be shown. */
async function writesAndGoesBack(ben: Writer): Promise<void> {
  await ben.toEnd()
  for (let round = 0; round < 20; round++) {
    await ben.type("xy")
    await ben.press("ArrowLeft")
  }
}

test("who is followed writes, and the view goes with them", async ({ writer }) => {
  const ada = await writer({ name: "Ada" })
  await ada.openFountain(shortScript.repeat(6))
  await ada.saved()
  const ben = await writer({ name: "Ben" })
  await ben.open(ada.page.url())
  await ben.sees("The radio says nothing.")
  await ada.page.getByRole("button", { name: "Follow Ben" }).click()
  await writesAndGoesBack(ben)
  await ada.agreesWith(ben)
  await expect(ada.page.locator(".sr-peer-caret")).toBeInViewport()
  await expect(ada.page.locator(".crash")).toHaveCount(0)
})

test("those for whom there is no room are in a menu, from which they are followed", async ({ writer }) => {
  const [ada, ben] = await two(writer)
  for (let tabs = 2; tabs <= 7; tabs++) await (await ben.context.newPage()).goto(ben.page.url())
  const more = ada.page.getByRole("button", { name: "2 more" })
  await expect(more).toHaveAttribute("title", "Ben and Ben")
  await expect(ada.page.getByRole("button", { name: "Follow Ben" })).toHaveCount(5)
  await more.focus()
  await ada.press("Enter", "ArrowDown", "Enter")
  const followed = ada.page.getByRole("button", { name: "Follow Ben", pressed: true })
  await expect(followed).toBeFocused()
  await expect(more).toBeVisible()
  await ada.press("Enter")
  await expect(followed).toHaveCount(0)
})

test("what somebody dispatches as they are told of the others disturbs nothing", async ({ writer }) => {
  const [ada, ben] = await two(writer)
  await ada.script.evaluate(content => {
    type Shown = { script?: { on(event: "presence", listener: () => void): void } } | null
    type View = { plugins: { value: Shown }[]; state: { selection: unknown }; dispatch(spec: object): void }
    const { view } = (content as unknown as { cmTile: { root: { view: View } } }).cmTile.root
    const script = view.plugins.map(({ value }) => value?.script).find(script => script !== undefined)
    script?.on("presence", () => view.dispatch({ selection: view.state.selection }))
    Object.assign(window, { isListening: script !== undefined })
  })
  expect(await ada.page.evaluate(() => (window as unknown as { isListening: boolean }).isListening)).toBe(true)
  await writesAndGoesBack(ben)
  await ada.agreesWith(ben)
  await expect(ada.page.locator(".crash")).toHaveCount(0)
})

test("a second tab of somebody's that is loaded anew, closed or crashes leaves no avatar behind", async ({ writer }) => {
  const [ada, ben] = await two(writer)
  const avatars = ada.page.getByRole("button", { name: "Follow Ben" })
  await expect(avatars).toHaveCount(1)
  const first = await avatars.getAttribute("data-peer")
  const second = await ben.context.newPage()
  await second.goto(ben.page.url())
  await expect(avatars).toHaveCount(2)
  await second.reload()
  await expect(second.locator(".cm-content")).toBeVisible()
  await expect(second.getByRole("button", { name: /^Follow/ })).toHaveCount(2)
  await expect(avatars).toHaveCount(2)
  await crash(second)
  await expect(avatars).toHaveCount(1)
  await expect(avatars).toHaveAttribute("data-peer", first ?? "")
  const third = await ben.context.newPage()
  await third.goto(ben.page.url())
  await expect(avatars).toHaveCount(2)
  await third.close()
  await expect(avatars).toHaveCount(1)
})
