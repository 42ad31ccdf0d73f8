// Who does not see the screen, or sees little of it at once: what is said, and where the focus is.

import { withAccounts } from "./people.ts"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

/** A computer's screen at 200 %. */
const enlarged = { viewport: { width: 640, height: 430 } }

const focused = (one: Writer): Promise<string> => one.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "")

/** How much of what has the focus is seen, from 0 to 1: the rest lies under something else. */
function focusSeen(one: Writer): Promise<number> {
  return one.page.evaluate(() => {
    const focused = document.activeElement as HTMLElement
    const { left, top, width, height } = focused.getBoundingClientRect()
    const points = [0.1, 0.3, 0.5, 0.7, 0.9].map(part => document.elementFromPoint(left + width / 2, top + part * height))
    const isIt = (point: Element | null): boolean => point !== null && (focused.contains(point) || point.contains(focused))
    return points.filter(isIt).length / points.length
  })
}

test("who walks through the script hears into which element they come, and what is said of the words there", async ({ writer }) => {
  const ada = await writer({ name: "Ada" })
  await ada.openFountain(shortScript)
  await ada.line("The radio says nothing").click()
  await ada.comment("Too quiet?")
  await expect(ada.page.locator(".thread")).toContainText("Too quiet?")
  await ada.line("You said four minutes").click()
  await ada.announces("Parenthetical", () => ada.press("ArrowUp"))
  await ada.announces("Dialogue", () => ada.press("ArrowDown"))
  await ada.announces("Action. Comment, You: Too quiet?", () => ada.press("ArrowDown"))
  await ada.press("Home", "Shift+End")
  await ada.announces("Bold: on", () => ada.press("Control+b"))
  await ada.announces("Bold: off", () => ada.press("Control+b"))
})

test("who deletes a comment of their own goes on in its thread", async ({ writer }) => {
  const ada = await writer({ name: "Ada" })
  await ada.openFountain(shortScript)
  await ada.line("The radio says nothing").click()
  await ada.comment("Too quiet?")
  const thread = ada.page.locator(".thread")
  await thread.getByLabel("Reply").fill("Or too loud.")
  await ada.press("Control+Enter")
  await expect(thread).toContainText("Or too loud.")
  await thread.getByRole("button", { name: "Delete your comment" }).last().focus()
  await ada.press("Enter")
  await expect(thread).not.toContainText("Or too loud.")
  await expect(thread.getByLabel("Reply")).toBeFocused()
})

test("the names that a comment suggests are heard", async ({ writer }) => {
  const ada = await writer({ name: "Ada" })
  await ada.openFountain(shortScript)
  const ben = await writer({ name: "Benno" })
  await ben.open(ada.page.url())
  await expect(ada.page.getByRole("button", { name: "Follow Benno" })).toBeAttached()
  await ada.line("The radio says nothing").click()
  await ada.press("Control+Alt+m")
  const field = ada.page.getByLabel("Your comment")
  await ada.type("@")
  const said = (): Promise<string> =>
    field.evaluate(field => {
      const list = document.getElementById(field.getAttribute("aria-controls") ?? "")
      const option = document.getElementById(field.getAttribute("aria-activedescendant") ?? "")
      return list?.contains(option) ? (option?.textContent ?? "") : ""
    })
  await expect.poll(said).toBe("Benno")
  await ada.press("ArrowDown")
  await expect.poll(said).toBe("Ada")
  await ada.press("Escape")
  await expect.poll(said).toBe("")
})

test("where the scenes lie over the script the focus is in them, and they go when it leaves", async ({ writer }) => {
  const ada = await writer(enlarged)
  await ada.openFountain(shortScript)
  const toggle = ada.page.getByRole("button", { name: "Scenes", exact: true })
  const open = async (): Promise<void> => {
    await toggle.focus()
    await ada.press("Enter")
    await expect(ada.scenes.first()).toBeFocused()
  }
  await open()
  await ada.press("Escape")
  await expect(ada.scenes.first()).toBeHidden()
  await expect(toggle).toBeFocused()
  await open()
  await ada.press("c")
  await expect(ada.page.getByRole("dialog", { name: "Colour of the scene" })).toBeVisible()
  await ada.press("Escape")
  await expect(ada.scenes.first()).toBeFocused()
  await ada.press("Tab")
  await expect(ada.scenes.first()).toBeHidden()
  await expect(ada.script).toBeFocused()
  await open()
  await ada.page.getByRole("button", { name: "Close the scenes" }).click()
  await expect(ada.scenes.first()).toBeHidden()
  await expect(toggle).toBeFocused()
})

test("a message is not taken away from whoever is at its button, and gives the focus back", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.page.clock.install()
  const ben = await writer({ name: "Benno" })
  await ben.open(ada.page.url())
  const button = ada.page.getByRole("button", { name: "Say who you are" })
  await expect(button).toBeVisible()
  await ada.line("The radio says nothing").click()
  await button.focus()
  await ada.page.clock.runFor(60_000)
  await expect(button).toBeFocused()
  await ada.press("Enter")
  await expect(ada.page.getByLabel("The others see you as")).toBeFocused()
  await ada.press("Escape")
  await expect(ada.script).toBeFocused()
})

test("the figures of the connection are written over, and not put there anew under who reads them", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.page.clock.install()
  await ada.menu("Connection and figures…")
  const rows = ada.page.locator(".figures-list > div")
  await expect(rows.first()).toBeVisible()
  await rows.last().evaluate(row => row.setAttribute("data-marked", ""))
  await ada.page.evaluate(() => document.body.append(document.createElement("i"), document.createElement("i")))
  const before = await rows.last().textContent()
  await ada.page.clock.runFor(3_000)
  await expect(rows.last()).not.toHaveText(before ?? "")
  await expect(rows.last()).toHaveAttribute("data-marked", "")
})

test("a script that is forgotten on the home page leaves the focus at its place, and the last one no empty list", async ({ writer }) => {
  const ada = await writer()
  for (const title of ["One", "Two"]) {
    await ada.openFountain(`Title: ${title}\n\nINT. FERRY - DAY\n`)
    await ada.saved()
  }
  await ada.page.goto("/")
  await ada.page.getByRole("button", { name: "Take “Two” from the list" }).focus()
  await ada.press("Enter")
  await expect(ada.page.getByRole("button", { name: "Take “One” from the list" })).toBeFocused()
  await ada.press("Enter")
  await expect(ada.page.getByRole("button", { name: "New script" })).toBeFocused()
  await expect(ada.page.locator(".recent, #recent-title, .recent-note")).toHaveCount(0)
})

test("by keys no field of a dialog is under its buttons", async ({ writer }) => {
  const ada = await writer(enlarged)
  await ada.openFountain(shortScript)
  for (const [entry, steps] of [
    ["Settings…", 16],
    ["Page and production…", 16],
    ["Title page…", 12],
  ] as const) {
    await ada.menu(entry)
    const dialog = ada.page.getByRole("dialog")
    await expect(dialog).toBeVisible()
    for (let step = 0; step < steps; step++) {
      await ada.press("Tab")
      expect(await focusSeen(ada), `${entry} ${await focused(ada)}`).toBe(1)
    }
    for (let step = 0; step < steps; step++) {
      await ada.press("Shift+Tab")
      expect(await focusSeen(ada), `${entry} ${await focused(ada)}`).toBe(1)
    }
    await ada.press("Escape")
    await expect(dialog).toHaveCount(0)
  }
})

test.describe("with accounts", () => {
  test.use({ relaySettings: withAccounts })

  test("another form to sign in has the focus", async ({ writer }) => {
    const ada = await writer()
    await ada.page.goto("/")
    await ada.page.getByRole("button", { name: "Make an account" }).focus()
    await ada.press("Enter")
    await expect(ada.page.getByLabel("E-mail address")).toBeFocused()
    await expect(ada.page.getByLabel("Invitation")).toBeVisible()
  })

  test("where a version takes the place of the list the focus is on the way back, and then on the version", async ({ writer }) => {
    const ada = await writer(enlarged)
    await ada.page.goto("/")
    await ada.makeAccount("ada@example.org")
    await ada.openFountain(shortScript)
    await ada.saved()
    await ada.menu("History…")
    await expect(ada.page.locator(".version").first()).toBeFocused()
    await ada.press("Enter")
    const back = ada.page.getByRole("button", { name: "Versions" })
    await expect(back).toBeFocused()
    await ada.press("Enter")
    await expect(ada.page.locator(".version").first()).toBeFocused()
  })

  test("who gives an older version a name stays at it, and at the button", async ({ writer }) => {
    const ada = await writer()
    await ada.page.goto("/")
    await ada.makeAccount("ada@example.org")
    await ada.openFountain(shortScript)
    await ada.saved()
    const ben = await writer()
    await ben.page.goto("/")
    await ben.makeAccount("ben@example.org")
    await ada.share()
    await ada.page.getByLabel("Add somebody by e-mail address").fill("ben@example.org")
    await ada.page.getByRole("button", { name: "Add", exact: true }).click()
    await expect(ada.page.getByText("can write now")).toBeVisible()
    await ada.page.getByRole("button", { name: "Done" }).click()
    await ben.open(new URL(ada.page.url()).pathname)
    await ben.sees("The radio says nothing.")
    await ben.toEnd()
    await ben.type(" Twice.")
    await ben.saved()
    await ada.sees("Twice.")
    await ada.menu("History…")
    const versions = ada.page.locator(".version")
    await expect(versions).toHaveCount(2)
    await versions.last().click()
    await expect(versions.last()).toHaveAttribute("aria-current", "true")
    const name = ada.page.getByRole("button", { name: "Name…" })
    await name.focus()
    await ada.press("Enter")
    await ada.type("Before Ben")
    await ada.press("Enter")
    await expect(versions.last()).toContainText("Before Ben")
    await expect(versions.last()).toHaveAttribute("aria-current", "true")
    await expect(name).toBeFocused()
  })

  test("a version that is read shows that it has the focus", async ({ writer }) => {
    const ada = await writer()
    await ada.page.goto("/")
    await ada.makeAccount("ada@example.org")
    await ada.openFountain(shortScript)
    await ada.saved()
    await ada.menu("History…")
    await ada.page.getByRole("button", { name: "Script", exact: true }).click()
    const paper = ada.page.getByRole("dialog").locator(".cm-content[contenteditable=false]")
    await expect(paper).toContainText("The radio says nothing")
    const ring = (): Promise<string> => ada.page.getByRole("dialog").locator(".cm-editor").evaluate(editor => getComputedStyle(editor, "::after").outlineStyle)
    expect(await ring()).toBe("none")
    for (let step = 0; step < 12 && !(await paper.evaluate(node => node === document.activeElement)); step++) await ada.press("Tab")
    await expect(paper).toBeFocused()
    await expect.poll(ring).toBe("solid")
  })
})

/** The colour on the screen just inside an element's corner: what the system makes of ours is told nowhere else. */
async function colorOf(one: Writer, selector: string): Promise<string> {
  const box = await one.page.locator(selector).filter({ visible: true }).first().boundingBox()
  if (!box) throw new Error(`expected ${selector} on the screen`)
  const picture = (await one.page.screenshot({ caret: "hide" })).toString("base64")
  const place = { x: Math.floor(box.x + box.width / 2), y: Math.floor(box.y + Math.min(4, box.height / 4)) }
  return one.page.evaluate(
    async ({ picture, x, y }) => {
      const bytes = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0))
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }))
      const context = new OffscreenCanvas(1, 1).getContext("2d")
      context?.drawImage(bitmap, -x, -y)
      return String(context?.getImageData(0, 0, 1, 1).data)
    },
    { picture, ...place },
  )
}

test("where the system chooses the colours, what is chosen is told from what is not", async ({ writer }) => {
  const ada = await writer({ forcedColors: "active", colorScheme: "dark", reducedMotion: "reduce" })
  await ada.openFountain(shortScript)
  const differ = async (one: string, other: string): Promise<void> => {
    await expect(async () => expect(await colorOf(ada, one)).not.toBe(await colorOf(ada, other))).toPass({ timeout: 5_000 })
  }
  await ada.line("The radio says nothing").click()
  await differ('.scene[aria-current="true"]', ".scene:not([aria-current])")
  await ada.comment("Too quiet?")
  await ada.line("You said").click()
  await differ(".commented", ".cm-line.el-parenthetical > span")
  await ada.press("Control+f")
  await ada.type("nothing")
  await differ(".cm-searchMatch", ".cm-line.el-parenthetical > span")
  await ada.page.getByRole("button", { name: "Match case" }).click()
  await differ('.find [aria-pressed="true"]', '.find [aria-pressed="false"]')
  await ada.script.focus()
  await ada.press("Control+k")
  await differ('.palette-list [aria-selected="true"]', '.palette-list [aria-selected="false"]')
  await ada.press("Escape")
  await ada.menu("Your name and colour…")
  await differ(".swatches input:nth-child(1)", ".swatches input:nth-child(2)")
  await ada.press("Escape")
  await ada.page.getByRole("button", { name: "Menu" }).focus()
  await ada.press("Enter")
  await differ(".menu button:nth-child(1)", ".menu button:nth-child(2)")
})
