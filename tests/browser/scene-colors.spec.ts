// Colours of scenes: set by keys, mouse, finger and by name, seen by everybody, taken back, moved along, out of a file and into it.

import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { inTheme, themes } from "./screens.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

const script = `INT. ONE - DAY

First.

INT. TWO - DAY

Second.

INT. THREE - DAY

Third.
`

const red = "#d74840"

/** The mark of a scene's colour in the list. */
const mark = (one: Writer, heading: string) => one.scenes.filter({ hasText: heading }).locator(".scene-color")
const ask = (one: Writer) => one.page.getByRole("dialog", { name: "Colour of the scene" })
const choice = (one: Writer, name: string) => ask(one).getByRole("button", { name, exact: true })

async function open(writer: (options?: object) => Promise<Writer>, options?: object): Promise<Writer> {
  const one = await writer(options)
  await one.openFountain(script)
  await one.saved()
  return one
}

test("a colour is set by keys, a co-writer sees it, it goes along with its scene, and undo takes it back", async ({ writer }) => {
  const ada = await open(writer)
  const ben = await writer()
  await ben.open(ada.page.url())
  await ben.sees("Third.")
  await expect(mark(ben, "ONE")).toBeHidden()
  await ada.scenes.nth(0).focus()
  await ada.press("c")
  await expect(ask(ada)).toBeVisible()
  await expect(choice(ada, "No colour")).toBeFocused()
  await ada.press("ArrowDown")
  await expect(choice(ada, "Red")).toBeFocused()
  await ada.announces("INT. ONE - DAY: red", () => ada.press("Enter"))
  await expect(ada.scenes.nth(0)).toBeFocused()
  await expect(mark(ben, "ONE")).toHaveText("colour red")
  await expect(mark(ben, "ONE")).toHaveCSS("background-color", "rgb(215, 72, 64)")
  await expect(mark(ben, "TWO")).toBeHidden()
  // Both at once, each another scene: neither loses theirs.
  await paletteOf(ben, "TWO", "scene colour green")
  await expect(mark(ada, "TWO")).toHaveText("colour green")

  const from = await ada.scenes.nth(0).boundingBox()
  const to = await ada.scenes.nth(2).boundingBox()
  if (!from || !to) throw new Error("expected rows")
  await ada.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await ada.page.mouse.down()
  await ada.page.mouse.move(to.x + to.width / 2, to.y + to.height - 3, { steps: 6 })
  await ada.page.mouse.up()
  for (const one of [ada, ben]) {
    await expect(one.scenes.nth(2)).toContainText("INT. ONE")
    await expect(mark(one, "ONE")).toHaveText("colour red")
  }
  // First the move is taken back, then the colour; what Ben did stays.
  await ada.script.focus()
  await ada.press("Control+z")
  await expect(ben.scenes.nth(0)).toContainText("INT. ONE")
  await expect(mark(ben, "ONE")).toHaveText("colour red")
  await ada.press("Control+z")
  for (const one of [ada, ben]) {
    await expect(mark(one, "ONE")).toBeHidden()
    await expect(mark(one, "TWO")).toHaveText("colour green")
  }
  await ada.press("Control+Shift+z")
  await expect(mark(ben, "ONE")).toHaveText("colour red")
})

/** Gives a scene a colour by name, with the caret in it. */
async function paletteOf(one: Writer, heading: string, words: string): Promise<void> {
  await one.line(heading).click()
  await one.press("Control+k")
  await one.type(words)
  await one.press("Enter")
}

test("a right click asks, what is chosen is marked, Escape changes nothing, and a colour is taken away", async ({ writer }) => {
  const ada = await open(writer)
  await ada.scenes.nth(1).click({ button: "right" })
  await choice(ada, "Blue").click()
  await expect(mark(ada, "TWO")).toHaveText("colour blue")
  await ada.scenes.nth(1).click({ button: "right" })
  await expect(choice(ada, "Blue")).toHaveAttribute("aria-current", "true")
  await expect(choice(ada, "Blue")).toBeFocused()
  await shot(ada, "scene-color")
  await ada.press("ArrowUp", "Escape")
  await expect(ask(ada)).toHaveCount(0)
  await expect(mark(ada, "TWO")).toHaveText("colour blue")
  await ada.page.reload()
  await expect(mark(ada, "TWO")).toHaveText("colour blue")
  await ada.scenes.nth(1).click({ button: "right" })
  await choice(ada, "No colour").click()
  await expect(mark(ada, "TWO")).toBeHidden()
})

test("a scene that a co-writer deletes meanwhile gets no colour, and that is said", async ({ writer }) => {
  const ada = await open(writer)
  const ben = await writer()
  await ben.open(ada.page.url())
  await ben.sees("Third.")
  await ada.scenes.nth(2).click({ button: "right" })
  await expect(ask(ada)).toBeVisible()
  await ben.line("Second.").click()
  await ben.press("End", "Control+Shift+End", "Delete")
  await expect(ada.scenes).toHaveCount(2)
  await choice(ada, "Red").click()
  await expect(ada.page.getByText("This scene is no longer there.")).toBeVisible()
})

test("a finger sets a colour by the menu, for the scene that it has touched", async ({ writer }) => {
  const ada = await open(writer, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  await ada.line("Second.").tap()
  await ada.page.getByRole("button", { name: "Menu" }).tap()
  await ada.page.getByRole("menuitem", { name: "Colour of the scene…" }).tap()
  const box = await choice(ada, "Violet").boundingBox()
  expect(box?.height).toBeGreaterThanOrEqual(44)
  await choice(ada, "Violet").tap()
  await ada.page.getByRole("button", { name: "Scenes" }).tap()
  await expect(mark(ada, "TWO")).toHaveText("colour violet")
  await shot(ada, "scene-color-phone")
})

test("a colour is copied with its scene", async ({ writer }) => {
  const ada = await open(writer)
  await paletteOf(ada, "THREE", "scene colour teal")
  await expect(mark(ada, "THREE")).toHaveText("colour teal")
  await ada.press("Home", "Control+Shift+End", "Control+c")
  await ada.toEnd()
  await ada.press("Enter", "Control+v")
  await expect(ada.scenes).toHaveCount(4)
  await expect(mark(ada, "THREE")).toHaveText(["colour teal", "colour teal"])
})

test("a colour comes out of a Final Draft file by the nearest name, and the one that is set goes into it and nothing else does", async ({ writer }) => {
  const file = await readFile(join(import.meta.dirname, "../../crates/formats/tests/fdx/files/everything.fdx"), "utf8")
  const ada = await writer()
  await ada.openFile("everything.fdx", file)
  await expect(mark(ada, "HARBOUR")).toHaveText("colour blue, another shade")
  await expect(mark(ada, "HARBOUR")).toHaveCSS("background-color", "rgb(208, 225, 242)")
  expect(await ada.downloadFinalDraft()).toBe(file)
  await ada.scenes.filter({ hasText: "HARBOUR" }).click({ button: "right" })
  await expect(choice(ada, "Blue, another shade")).toHaveAttribute("aria-current", "true")
  await choice(ada, "Red").click()
  await expect(mark(ada, "HARBOUR")).toHaveText("colour red")
  expect(await ada.downloadFinalDraft()).toBe(file.replace('Color="#D0D0E1E1F2F2"', 'Color="#D7D748484040"'))
})

test("every colour that is offered stands out from the list of scenes in each theme, and the edge of every other", async ({ writer }) => {
  const ada = await open(writer)
  await ada.scenes.nth(0).click({ button: "right" })
  await expect(choice(ada, "Red")).toBeVisible()
  const offered = await ask(ada).locator(".choice").evaluateAll(choices => choices.map(choice => (choice as HTMLButtonElement).value))
  expect(offered).toContain(red)
  await choice(ada, "Red").click()
  await expect(mark(ada, "ONE")).toHaveCSS("background-color", "rgb(215, 72, 64)")
  await expect(ada.scenes.nth(0)).toHaveAttribute("aria-current", "true")
  for (const theme of themes) {
    await inTheme(ada, theme)
    const contrasts = await ada.page.evaluate(contrastsWith, offered.filter(color => color.startsWith("#")))
    expect(Math.min(...contrasts), theme).toBeGreaterThanOrEqual(3)
  }
})

/** The contrast of each colour, and of the edge of a mark, with what they stand on in the list; as WCAG has it. */
function contrastsWith(colors: readonly string[]): number[] {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const styleOf = (selector: string): CSSStyleDeclaration => getComputedStyle(document.querySelector(selector) as Element)
  const luminance = (color: string): number => {
    if (!canvas) throw new Error("expected a canvas")
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map(channel => {
      const value = channel / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const contrast = (one: string, other: string): number => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }
  const list = styleOf(".outline").backgroundColor
  const edge = styleOf(".scene-color").borderTopColor
  const current = styleOf('.scene[aria-current="true"]').backgroundColor
  return [...colors.map(color => contrast(color, list)), contrast(edge, list), contrast(edge, current)]
}
