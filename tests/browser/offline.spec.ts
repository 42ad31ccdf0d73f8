// Writing without a network, and with a relay that dies.

import { generated, shortScript } from "./samples.ts"
import { expect, test } from "./writer.ts"

test("a writer goes offline, writes, reloads, writes, comes back: all is there for both", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(shortScript)
  await ana.saved()
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await ben.sees("The radio says nothing.")
  await ben.canReloadOffline()

  await ben.context.setOffline(true)
  await ben.line("The radio says nothing.").click()
  await ben.press("End")
  await ben.type(" Before the reload.")
  await expect(ben.badge).toHaveAttribute("data-state", "offline")
  await expect(ben.badge).toContainText("changes saved on this device")
  await ana.line("Chains creak.").click()
  await ana.press("End")
  await ana.type(" Meanwhile, ashore.")

  await ben.page.reload()
  await ben.sees("The radio says nothing. Before the reload.")
  await ben.toEnd()
  await ben.type(" After the reload.")
  await ben.context.setOffline(false)

  await ben.sees("Meanwhile, ashore.")
  await ana.sees("The radio says nothing. Before the reload.")
  await ana.sees("After the reload.")
  await ben.saved()
  await ana.agreesWith(ben)
})

test("the relay is killed while both write, and started again: every word is there", async ({ relay, writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(generated(120))
  await ana.saved()
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await ben.saved()
  await ana.toStart()
  await ana.press("End", "Enter")
  await ben.toEnd()
  await ben.press("Enter")

  const words = (name: string): string[] => Array.from({ length: 40 }, (_, index) => `${name}${index}.`)
  const writing = Promise.all([ana.type(words("a").join(" ")), ben.type(words("b").join(" "))])
  await ana.sees("b3.")
  await relay.kill()
  await writing
  await expect(ana.badge).not.toHaveAttribute("data-state", "saved")
  await relay.run()

  await ana.saved()
  await ben.saved()
  for (const word of [...words("a"), ...words("b")]) {
    await ana.sees(word)
    await ben.sees(word)
  }
  await ana.agreesWith(ben)

  const late = await writer({ name: "Late" })
  await late.open(ana.page.url())
  await expect.poll(() => late.text(), { timeout: 60_000 }).toBe(await ana.text())
})

const threeScenes = `INT. ONE - DAY

The first scene has a long line that both of them cut.

INT. TWO - DAY

MARA
The second scene speaks.

INT. THREE - DAY

The third scene goes.
`

test("a week without a network, in which both put the script in another order: no word of either is gone", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(threeScenes)
  await ana.saved()
  const ben = await writer({ name: "Benno" })
  await ben.page.clock.install()
  await ben.open(ana.page.url())
  await ben.sees("The third scene goes.")
  await ben.saved()
  await ben.canReloadOffline()
  await ben.context.setOffline(true)

  // Ben: the second scene first, the long line cut and continued, a speech made action, a scene of his own, on two days.
  await ben.scenes.nth(1).focus()
  await ben.press("Alt+ArrowUp")
  await ben.line("both of them cut").click()
  await ben.press("Home", "Control+ArrowRight", "Control+ArrowRight", "Enter")
  await ben.type("Bens first day. ")
  await ben.line("The second scene speaks").click()
  await ben.press("Control+2", "End")
  await ben.type(" Not any more, says Ben.")
  await expect(ben.badge).toHaveAttribute("data-state", "offline")
  await ben.page.reload()
  await ben.sees("Bens first day.")
  await ben.page.clock.fastForward(7 * 24 * 3_600_000)
  await ben.toEnd()
  await ben.press("Enter")
  await ben.type("int. ben - night")
  await ben.press("Escape", "Enter")
  await ben.type("Bens seventh day.")
  await ben.line("The third scene goes").click()
  await ben.press("End")
  await ben.type(" Ben adds to it.")

  // Ana meanwhile: the second scene last, the same line cut elsewhere, the third scene's line deleted, a heading written over.
  await ana.scenes.nth(1).focus()
  await ana.press("Alt+ArrowDown")
  await ana.line("both of them cut").click()
  await ana.press("End", "Control+ArrowLeft", "Control+ArrowLeft", "Enter")
  await ana.type("Anas cut. ")
  await ana.line("The second scene speaks").click()
  await ana.press("End")
  await ana.type(" Ana agrees.")
  await ana.line("The third scene goes").click()
  await ana.press("Home", "Shift+End", "Delete")
  await ana.type("Ana has another end.")
  await ana.line("INT. ONE").click()
  await ana.press("End")
  await ana.type(" LATER")
  await ana.saved()

  await ben.context.setOffline(false)
  await ben.sees("Ana has another end.")
  await ben.saved()
  await ana.agreesWith(ben)
  const words = ["Bens first day.", "Not any more, says Ben.", "int. ben - night", "Bens seventh day.", "Ben adds to it.", "Anas cut.", "Ana agrees.", "LATER"]
  const text = await ana.text()
  expect(words.filter(word => text.split(word).length !== 2)).toEqual([])
  expect(text.split("INT. TWO - DAY").length, "a scene that both have moved is there once").toBe(2)
  for (const one of [ana, ben]) await expect(one.scenes).toHaveCount(4)
  await ana.page.reload()
  await expect.poll(() => ana.text()).toBe(text)
})

test("a script that was never online is there after a reload without a network, and so are files", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.canReloadOffline()
  await ana.context.setOffline(true)
  await ana.type("int. nowhere - night")
  await expect(ana.badge).toHaveAttribute("data-state", "offline")
  await ana.page.reload()
  await ana.sees("int. nowhere - night")
  await expect(ana.line("int. nowhere - night")).toHaveClass(/el-scene-heading/)
  expect(await ana.downloadFountain()).toContain("int. nowhere - night")
})
