// Networks that let no WebSockets through: writers behind them write on, are told so, and every word arrives.

import { Gate } from "./gate.ts"
import { shortScript } from "./samples.ts"
import { expect, test } from "./writer.ts"

const words = (name: string): string[] => Array.from({ length: 12 }, (_, at) => `${name}${at}.`)

test("two writers without sockets write one script, and both see that it is saved", async ({ relay, writer }) => {
  const gate = await Gate.before(relay.port)
  const ana = await writer({ name: "Ana", baseURL: gate.origin })
  await ana.openFountain(shortScript)
  await ana.saved()
  await expect(ana.badge).toHaveText("Saved – no live connection")
  const ben = await writer({ name: "Benno", baseURL: gate.origin })
  await ben.open(ana.page.url())
  await ben.sees("The radio says nothing.")
  await ana.toStart()
  await ana.press("End", "Enter")
  await ben.toEnd()
  await ben.press("Enter")
  await Promise.all([ana.type(words("a").join(" ")), ben.type(words("b").join(" "))])
  for (const word of [...words("a"), ...words("b")]) {
    await ana.sees(word)
    await ben.sees(word)
  }
  await ana.saved()
  await ben.saved()
  await expect(ben.badge).toHaveText("Saved – no live connection")
  await ana.agreesWith(ben)
  await gate.stop()
})

test("one writer without sockets and one with them, until the network changes", async ({ relay, writer }) => {
  const gate = await Gate.before(relay.port)
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(shortScript)
  await ana.saved()
  const ben = await writer({ name: "Benno", baseURL: gate.origin })
  await ben.open(ana.page.url().replace(relay.origin, gate.origin))
  await ben.sees("The radio says nothing.")
  await ben.toEnd()
  await ben.type(" Over plain requests.")
  await ana.sees("Over plain requests.")
  await ana.toStart()
  await ana.press("End")
  await ana.type(" Over a socket.")
  await ben.sees("Over a socket.")
  await ben.saved()
  await expect(ben.badge).toHaveText("Saved – no live connection")
  await expect(ana.badge).toHaveText("Saved")
  gate.upgrades = "pass"
  await expect(ben.badge).toHaveText("Saved")
  await expect(ana.page.getByRole("button", { name: "Follow Benno" })).toBeVisible()
  await ana.agreesWith(ben)
  await gate.stop()
})

test("comments that wait for a live connection are not called saved, and go out with one", async ({ relay, writer }) => {
  const gate = await Gate.before(relay.port)
  const ana = await writer({ name: "Ana", baseURL: gate.origin })
  await ana.openFountain(shortScript)
  await ana.saved()
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url().replace(gate.origin, relay.origin))
  await ben.sees("Chains creak.")
  await ana.line("A searchlight").click()
  await ana.comment("Too dark?")
  await expect(ana.badge).toHaveText("Saved – comments wait")
  await expect(ana.badge).toHaveAttribute("data-state", "offline")
  await ana.menu("Connection and figures…")
  await expect(ana.page.getByRole("dialog").getByText("Your comments are kept on this device")).toBeVisible()
  await ana.press("Escape")
  // What is written beside them is stored, and they go on waiting.
  await ana.toEnd()
  await ana.type(" Over plain requests.")
  await ben.sees("Over plain requests.")
  await expect(ana.badge).toHaveText("Saved – comments wait")
  await expect(ben.page.locator(".comments-toggle")).toHaveAccessibleName("Comments")
  gate.upgrades = "pass"
  await expect(ana.badge).toHaveText("Saved")
  await expect(ben.page.locator(".comments-toggle")).toHaveAccessibleName("Comments: 1 open")
  await gate.stop()
})
