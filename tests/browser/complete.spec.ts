// Completion from the script itself, as fingers know it: what is offered, what takes it, and what never stands in the way.

import type { Locator } from "@playwright/test"
import { set } from "./settings.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

const script = `INT. FERRY - NIGHT

MARA
Four minutes.

TOM
Five.

MARA (O.S.)
Four.

EXT. HARBOUR - DUSK

A light.

MATILDA
Now.

INT. FERRY - CONTINUOUS

MARA
Well?

TOM
Well.

CUT TO BLACK:
`

const offered = (one: Writer): Locator => one.page.locator(".completions li")

/** Goes to an offer by the arrow key and takes it. A list that has just come does not listen yet: who types fast means their letters. */
async function take(one: Writer, text: string): Promise<void> {
  await expect(async () => {
    await one.press("ArrowDown")
    await expect(one.page.locator(".completions li[aria-selected]")).toHaveText(text, { timeout: 100 })
  }).toPass()
  await one.press("Enter")
}

/** A writer at a new, empty line behind the script, of an element. */
async function atEnd(writer: () => Promise<Writer>, element: number): Promise<Writer> {
  const one = await writer()
  await one.openFountain(script)
  await one.toEnd()
  await one.press("Enter", `Control+${element}`)
  return one
}

test("who answered before is offered first, and Enter takes the name and goes on with the speech", async ({ writer }) => {
  const ada = await atEnd(writer, 3)
  await ada.type("m")
  await expect(offered(ada)).toHaveText(["MARA", "MATILDA"])
  await shot(ada, "completion")
  await take(ada, "MATILDA")
  await ada.sees("\nMATILDA")
  await ada.type(" (o")
  await expect(offered(ada)).toHaveText(["O.S.", "O.C.", "ON PHONE"])
  await take(ada, "O.C.")
  await ada.press("Enter")
  await ada.type("Here I am.")
  await ada.sees("\nMATILDA (O.C.)\nHere I am.")
})

test("a name that is typed in full, or is new, is not in anybody's way", async ({ writer }) => {
  const ada = await atEnd(writer, 3)
  await ada.type("mara")
  await expect(offered(ada)).toHaveCount(0)
  await ada.press("Enter")
  await ada.type("Yes.")
  await ada.press("Enter", "Tab")
  await ada.type("zoe")
  await expect(offered(ada)).toHaveCount(0)
  await ada.press("Enter")
  await ada.type("No.")
  await ada.sees("\nmara\nYes.\nzoe\nNo.")
})

test("places and times of the script complete a heading; one undo takes the completion back", async ({ writer }) => {
  const ada = await atEnd(writer, 2)
  await ada.type("ext. ")
  await ada.type("f")
  await expect(offered(ada)).toHaveText(["FERRY"])
  await offered(ada).click()
  await ada.sees("ext. FERRY")
  await ada.press("Control+z")
  await expect.poll(() => ada.text()).toMatch(/ext\. f$/)
  await ada.press("Control+Shift+Z")
  await ada.type(" - d")
  await expect(offered(ada)).toHaveText(["DUSK", "DAY", "DAWN"])
  await ada.press("Escape")
  await expect(offered(ada)).toHaveCount(0)
  await ada.press("Enter")
  await ada.type("Rain.")
  await ada.sees("ext. FERRY - d\nRain.")
})

test("completion is switched off, and comes when it is asked for", async ({ writer }) => {
  const ada = await atEnd(writer, 3)
  await set(ada, "Offer names, places and times", false)
  await ada.toEnd()
  await ada.type("m")
  await expect(offered(ada)).toHaveCount(0)
  await ada.press("Control+Space")
  await expect(offered(ada)).toHaveText(["MARA", "MATILDA"])
})
