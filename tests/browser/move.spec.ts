// Scenes are moved in the list, by mouse, finger and keys, while a co-writer writes in them.

import { expect, test, type Writer } from "./writer.ts"

const script = `INT. ONE - DAY

First.

INT. TWO - DAY

Second.

INT. THREE - DAY

Third.
`

async function open(writer: (options?: object) => Promise<Writer>, options?: object): Promise<Writer> {
  const one = await writer(options)
  await one.openFountain(script)
  await one.saved()
  return one
}

const order = (one: Writer): Promise<string[]> => one.scenes.locator(".heading").allTextContents()

/** The middle of a scene's row. */
async function middle(one: Writer, at: number): Promise<{ x: number; y: number; height: number }> {
  const box = await one.scenes.nth(at).boundingBox()
  if (!box) throw new Error(`expected a row ${at}`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, height: box.height }
}

test("a scene is dragged by the mouse while a co-writer types in it: every letter and their caret go with it", async ({ writer }) => {
  const ada = await open(writer)
  const ben = await writer()
  await ben.open(ada.page.url())
  await ben.sees("Third.")
  await ben.line("Third.").click()
  await ben.press("End")
  await ben.type(" Before it moves")
  await ada.sees("Before it moves")
  const [from, to] = [await middle(ada, 2), await middle(ada, 0)]
  await ada.page.mouse.move(from.x, from.y)
  await ada.page.mouse.down()
  await ada.page.mouse.move(to.x, to.y, { steps: 5 })
  await expect(ada.page.locator(".drop-line")).toHaveCount(1)
  await ben.type(", while")
  await ada.page.mouse.move(to.x, to.y - to.height / 4)
  await ada.page.mouse.up()
  await ben.type(" it moves")
  await expect(ben.scenes.first()).toContainText("INT. THREE")
  await ben.type(", and after.")
  await ada.sees("Third. Before it moves, while it moves, and after.")
  await expect.poll(() => order(ada)).toEqual(["INT. THREE - DAY", "INT. ONE - DAY", "INT. TWO - DAY"])
  await expect(ada.page.locator(".drop-line")).toHaveCount(0)
  await ben.saved()
  await ben.agreesWith(ada)
  await ada.press("Control+z")
  await expect(ben.scenes.last()).toContainText("INT. THREE")
  await ada.sees("Third. Before it moves, while it moves, and after.")
})

test("a scene is moved by keys, the focus stays with it, and it is said where it is", async ({ writer }) => {
  const ada = await open(writer)
  await ada.scenes.nth(0).click()
  await ada.scenes.nth(0).focus()
  await ada.announces("INT. ONE - DAY is before INT. THREE - DAY now.", () => ada.press("Alt+ArrowDown"))
  await expect.poll(() => order(ada)).toEqual(["INT. TWO - DAY", "INT. ONE - DAY", "INT. THREE - DAY"])
  await expect(ada.scenes.nth(1)).toBeFocused()
  await ada.press("Alt+ArrowDown", "Alt+ArrowDown")
  await expect.poll(() => order(ada)).toEqual(["INT. TWO - DAY", "INT. THREE - DAY", "INT. ONE - DAY"])
  await ada.press("Alt+ArrowUp")
  await expect.poll(() => order(ada)).toEqual(["INT. TWO - DAY", "INT. ONE - DAY", "INT. THREE - DAY"])
  await ada.press("Control+z", "Control+z")
  await expect.poll(() => order(ada)).toEqual(["INT. TWO - DAY", "INT. ONE - DAY", "INT. THREE - DAY"])
  await ada.press("Control+z")
  await expect.poll(() => order(ada)).toEqual(["INT. ONE - DAY", "INT. TWO - DAY", "INT. THREE - DAY"])
  await ada.press("Control+Shift+Z")
  await expect.poll(() => order(ada)).toEqual(["INT. TWO - DAY", "INT. ONE - DAY", "INT. THREE - DAY"])
  await expect(ada.scenes.nth(1)).toBeFocused()
})

test("a drag that is called off, or ends where it began, moves nothing and goes nowhere", async ({ writer }) => {
  const ada = await open(writer)
  await ada.line("First.").click()
  const [from, to] = [await middle(ada, 2), await middle(ada, 0)]
  for (const ends of ["Escape", "back"]) {
    await ada.page.mouse.move(from.x, from.y)
    await ada.page.mouse.down()
    await ada.page.mouse.move(to.x, to.y, { steps: 5 })
    if (ends === "Escape") await ada.press("Escape")
    else await ada.page.mouse.move(from.x, from.y, { steps: 5 })
    await ada.page.mouse.up()
    await expect.poll(() => order(ada)).toEqual(["INT. ONE - DAY", "INT. TWO - DAY", "INT. THREE - DAY"])
    await expect(ada.scenes.nth(0)).toHaveAttribute("aria-current", "true")
  }
})

test("on a phone a scene is dragged by its grip, and a finger elsewhere scrolls", async ({ writer }) => {
  const ada = await open(writer, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  await ada.page.getByRole("button", { name: "Scenes" }).click()
  const grip = await ada.scenes.nth(0).locator(".grip").boundingBox()
  const last = await middle(ada, 2)
  if (!grip) throw new Error("expected a grip")
  const cdp = await ada.context.newCDPSession(ada.page)
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x: number, y: number): Promise<unknown> =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] })
  const x = grip.x + grip.width / 2
  await touch("touchStart", x, grip.y + grip.height / 2)
  for (const y of [grip.y + 40, last.y, last.y + last.height]) await touch("touchMove", x, y)
  await touch("touchEnd", x, last.y + last.height)
  await expect.poll(() => order(ada)).toEqual(["INT. TWO - DAY", "INT. THREE - DAY", "INT. ONE - DAY"])
})

test("the focus stays on a row while a co-writer moves other scenes past it, and the row itself", async ({ writer }) => {
  const ada = await open(writer)
  const ben = await writer()
  await ben.open(ada.page.url())
  await expect(ben.scenes).toHaveCount(3)
  const row = (name: string) => ada.scenes.filter({ hasText: name })
  await row("INT. TWO").focus()
  await ben.scenes.nth(0).focus()
  for (const [key, now] of [
    ["Alt+ArrowDown", ["TWO", "ONE", "THREE"]],
    ["Alt+ArrowDown", ["TWO", "THREE", "ONE"]],
    ["Alt+ArrowUp", ["TWO", "ONE", "THREE"]],
    ["Alt+ArrowUp", ["ONE", "TWO", "THREE"]],
  ] as const) {
    await ben.press(key)
    await expect.poll(() => order(ada)).toEqual(now.map(name => `INT. ${name} - DAY`))
    await expect(row("INT. TWO")).toBeFocused()
  }
  await ben.scenes.nth(1).focus()
  await ben.press("Alt+ArrowUp")
  await expect.poll(() => order(ada)).toEqual(["INT. TWO - DAY", "INT. ONE - DAY", "INT. THREE - DAY"])
  await expect(row("INT. TWO")).toBeFocused()
})

test("a scene that is none any more when it is dropped, or goes before one that is none, stays where it is, and that is said", async ({ writer }) => {
  const ada = await open(writer)
  const ben = await writer()
  await ben.open(ada.page.url())
  const gone = ada.page.getByText("This scene is no longer there.")
  for (const [name, from, to] of [["INT. THREE", 2, 0], ["INT. ONE", 1, 0]] as const) {
    await expect(ada.scenes).toHaveCount(from + 1)
    const [start, end] = [await middle(ada, from), await middle(ada, to)]
    await ada.page.mouse.move(start.x, start.y)
    await ada.page.mouse.down()
    await ada.page.mouse.move(end.x, end.y - end.height / 4, { steps: 5 })
    await expect(ada.page.locator(".drop-line")).toHaveCount(1)
    // The list may still have its row when it is dropped: nothing here waits until that has gone.
    await ben.line(name).click()
    await ben.press("Control+2")
    await expect(ada.line(name)).toHaveClass(/el-action/)
    await ada.page.mouse.up()
    // Where the row before which it was to come has gone already it is dropped where it was.
    if (name === "INT. THREE") await expect(gone).toBeVisible()
    await expect(ada.page.locator(".crash")).toHaveCount(0)
  }
  await ada.agreesWith(ben)
  await expect.poll(() => order(ada)).toEqual(["INT. TWO - DAY"])
})

const five = ["ONE", "TWO", "THREE", "FOUR", "FIVE"].map(name => `INT. ${name} - DAY\n\n${name === "TWO" || name === "FOUR" ? "Rain." : "Sun."}\n`).join("\n")

test("in a list that is filtered a scene comes right behind the last one shown, by keys and by the mouse", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(five)
  await ada.page.getByRole("button", { name: "Filter the scenes" }).click()
  await ada.type("rain")
  const shown = ada.scenes.filter({ visible: true })
  await expect(shown).toHaveText([/TWO/, /FOUR/])
  await shown.first().focus()
  await ada.announces("INT. TWO - DAY is before INT. FIVE - DAY now.", () => ada.press("Alt+ArrowDown"))
  await expect(shown).toHaveText([/FOUR/, /TWO/])
  const [from, to] = [await shown.first().boundingBox(), await shown.last().boundingBox()]
  if (!from || !to) throw new Error("expected rows")
  await ada.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await ada.page.mouse.down()
  await ada.page.mouse.move(to.x + to.width / 2, to.y + 2 * to.height, { steps: 5 })
  await ada.page.mouse.up()
  await expect(shown).toHaveText([/TWO/, /FOUR/])
  const headings = (await ada.text()).match(/INT\. \w+/g)
  expect(headings).toEqual(["INT. ONE", "INT. THREE", "INT. TWO", "INT. FOUR", "INT. FIVE"])
})
