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
