// The page view has the page's own measures: each line of the editor says what the printed line says, and stands where that stands,
// however the page is set up. Both are read off the screen, so that this holds what people see.

import { expect, shot, test, type Writer } from "./writer.ts"

/** A line as it stands on a sheet: inches from its left edge, lines below its first. */
interface Line {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly row: number
}

const sentences = "It rains on the roof, and on the street. Somebody is out there. "

/** Every element, some of them over several lines; on one page, so that no break stands between them. */
const script = `Title: Rain on the roof
Credit: written by
Author: Ana Writer
Draft date: 21 November
Contact: 1 Quay
  Harbour Town

INT. A HOUSE WITH A LONG NAME, UPSTAIRS AND DOWNSTAIRS AND BEHIND IT - DAY

${sentences.repeat(4).trim()}

ANNA
(after she has looked at the street for a while)
${sentences.repeat(3).trim()}

> It is in the middle. <

~And somebody sings, in the rain, on the street, at the quay.

BEN
No.

ANNA (V.O.) ^
${sentences.trim()}

היא מחכה ליד החלון.

CUT TO:

INT. CELLAR - NIGHT

Nothing.
`

/** The lines that the printer gets, of the title page and of the first page. */
async function onPaper(writer: Writer, pitch: number): Promise<readonly (readonly Line[])[]> {
  await writer.page.evaluate(pitch => {
    delete document.body.dataset.printed
    window.print = () => {
      const inches = (length: string): number => Number.parseFloat(length) / (length.endsWith("pt") ? 72 : 1)
      const sheets = [...document.querySelectorAll<HTMLElement>(".print-script .sheet")].map(sheet => {
        const leading = inches(sheet.style.lineHeight)
        const lines = [...sheet.querySelectorAll<HTMLElement>(".line:not(.scene-number):not(.star)")]
        const first = inches(lines[0]?.style.top ?? "")
        return lines.map(({ style, textContent }) => {
          const [text, left] = [(textContent ?? "").trim(), inches(style.left)]
          return { text, left, right: left + text.length / pitch, row: (inches(style.top) - first) / leading }
        })
      })
      document.body.dataset.printed = JSON.stringify(sheets)
    }
  }, pitch)
  await writer.menu("Page and production…")
  await writer.page.getByRole("button", { name: "Print…" }).click()
  await expect(writer.page.locator("body")).toHaveAttribute("data-printed", /text/)
  await writer.press("Escape")
  return JSON.parse((await writer.page.locator("body").getAttribute("data-printed")) ?? "[]")
}

/** The lines as they are seen in the editor, from where its text breaks on the screen. */
function inEditor(writer: Writer, pitch: number): Promise<readonly Line[]> {
  return writer.script.evaluate((content, pitch) => {
    const ruler = document.createElement("div")
    ruler.style.cssText = "position: absolute; width: 100ch"
    content.parentElement?.append(ruler)
    const letter = ruler.getBoundingClientRect().width / 100
    ruler.remove()
    const lineHeight = Number.parseFloat(getComputedStyle(content).lineHeight)
    const edge = content.getBoundingClientRect().left
    const found: { text: string; left: number; right: number; top: number }[] = []
    for (const line of content.querySelectorAll(".cm-line, .dual-block p")) {
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
      let top = Number.NaN
      while (walker.nextNode()) {
        const node = walker.currentNode as Text
        for (let at = 0; at < node.length; at++) {
          const range = document.createRange()
          range.setStart(node, at)
          range.setEnd(node, at + 1)
          const { left, right, y, width } = range.getBoundingClientRect()
          // Spaces hang over the end of a line.
          if (node.data[at] === " " || width === 0) {
            const last = found.at(-1)
            if (last && !Number.isNaN(top)) last.text += node.data[at]
            continue
          }
          if (Number.isNaN(top) || Math.abs(y - top) > lineHeight / 2) found.push({ text: "", left, right, top: (top = y) })
          const last = found.at(-1) as { text: string; left: number; right: number }
          last.text += node.data[at]
          last.left = Math.min(last.left, left)
          last.right = Math.max(last.right, right)
        }
      }
    }
    const first = found[0]?.top ?? 0
    const inches = (x: number): number => (x - edge) / letter / pitch
    return found.map(({ text, left, right, top }) => ({ text: text.trim(), left: inches(left), right: inches(right), row: (top - first) / lineHeight }))
  }, pitch)
}

/** Each line of the editor is one of the page and stands where that stands. */
async function expectAlike(writer: Writer, pitch: number, page: readonly Line[]): Promise<void> {
  await expect(async () => {
    const lines = await inEditor(writer, pitch)
    expect(lines.map(({ text }) => text).sort()).toEqual(page.map(({ text }) => text).sort())
    for (const one of page) {
      // Where letters of another face are not as wide, a line still begins where it begins.
      const side = /^\p{Script=Hebrew}/u.test(one.text) ? "right" : "left"
      const same = lines.filter(({ text }) => text === one.text)
      const stands = same.some(line => Math.abs(line.row - one.row) < 0.3 && Math.abs(line[side] - one[side]) < 0.11)
      expect(stands, `${JSON.stringify(one)} among ${JSON.stringify(same)}`).toBe(true)
    }
  }).toPass({ timeout: 15_000 })
}

/** Sets the page up in its dialog: a preset, and fields by their labels. */
async function setUp(writer: Writer, preset: string, fields: Readonly<Record<string, string>>): Promise<void> {
  await writer.menu("Page and production…")
  const dialog = writer.page.getByRole("dialog")
  await dialog.getByLabel("Preset").selectOption(preset)
  await expect(dialog.getByText("Done.")).toBeVisible()
  await expect(dialog.locator("summary").last()).toBeVisible()
  for (const summary of await dialog.locator("summary").all()) await summary.click()
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label, { exact: true }).fill(value)
  await dialog.getByRole("button", { name: "Set up the page" }).click()
  await expect(dialog.getByText("Done.")).toBeVisible()
  await dialog.getByRole("button", { name: "Close" }).click()
}

const setups: Readonly<Record<string, readonly [preset: string, charactersAnInch: number, fields: Readonly<Record<string, string>>]>> = {
  "the default": ["Final Draft, US Letter", 10.2, {}],
  "A4 as Fountain has it": ["Fountain, A4", 10, {}],
  "a stage play": ["Stage play, modern", 10.2, {}],
  "indents, spaces and margins of its own": [
    "Final Draft, US Letter",
    10.2,
    {
      "Width (1/100 in)": "760",
      "Top margin (pt)": "36",
      "Bottom margin (pt)": "24",
      "Action: Left": "120",
      "Action: Right": "620",
      "Action: Space before": "24",
      "Dialogue: Left": "200",
      "Dialogue: Right": "650",
      "Dialogue: Space before": "6",
      "Character: Left": "300",
      "Character: Right": "650",
      "Parenthetical: Left": "230",
      "Parenthetical: Right": "420",
      "Transition: Right": "650",
      "Transition: Left": "400",
      "Scene heading: Left": "90",
      "Scene heading: Right": "520",
      "Scene heading: Space before": "36",
    },
  ],
}

for (const [name, [preset, pitch, fields]] of Object.entries(setups)) {
  test(`the editor's lines are those of the page, with the measures of ${name}`, async ({ writer }) => {
    const ana = await writer({ viewport: { width: 1700, height: 2200 } })
    await ana.openFountain(script)
    await expect(ana.status).toHaveText("Page 1 of 1")
    await setUp(ana, preset, fields)
    const [title = [], page = []] = await onPaper(ana, pitch)
    // The caret out of the dual dialogue, which is drawn as on paper then.
    await ana.toEnd()
    await expectAlike(ana, pitch, page)
    const sheet = await ana.page.locator(".title-sheet").evaluate((sheet, pitch) => {
      const edge = sheet.getBoundingClientRect().left
      return [...sheet.querySelectorAll("p")].map(line => {
        const { left, width } = line.getBoundingClientRect()
        const text = line.textContent ?? ""
        return { text, left: (left - edge) / (width / text.length) / pitch }
      })
    }, pitch)
    expect(sheet.map(({ text }) => text)).toEqual(title.map(({ text }) => text))
    for (const [at, { left }] of sheet.entries()) expect(Math.abs(left - (title[at]?.left ?? 0))).toBeLessThan(0.1)
    await shot(ana, `measures-${name.toLowerCase().replaceAll(/[ ,]+/g, "-")}`)
  })
}

/** A file with an element of the writer's own, and paragraphs that stand otherwise than their elements. */
const file = `<?xml version="1.0" encoding="UTF-8"?>
<FinalDraft DocumentType="Script" Template="No" Version="4"><Content>
<Paragraph Type="Scene Heading"><Text>INT. HOUSE</Text></Paragraph>
<Paragraph Type="Episode"><Text>RAIN ON THE ROOF</Text></Paragraph>
<Paragraph Type="Action"><Text>${sentences.repeat(3).trim()}</Text></Paragraph>
<Paragraph Type="Action" LeftIndent="3.00" RightIndent="5.50" SpaceBefore="36"><Text>${sentences.repeat(2).trim()}</Text></Paragraph>
<Paragraph Type="New Act"><Text>ACT ONE</Text></Paragraph>
<Paragraph Type="Action" Alignment="Right"><Text>Nobody is out there.</Text></Paragraph>
</Content>
<ElementSettings Type="New Act"><ParagraphSpec StartsNewPage="No" SpaceBefore="48"/><Behavior PaginateAs="General"/></ElementSettings>
<ElementSettings Type="Episode"><ParagraphSpec LeftIndent="4.00" RightIndent="6.50" FirstIndent="-0.50" SpaceBefore="60"/>
<Behavior PaginateAs="General"/></ElementSettings>
</FinalDraft>`

test("paragraphs of a file stand where that says, on paper and in the editor, and on another page, too", async ({ writer }) => {
  const ana = await writer({ viewport: { width: 1700, height: 2200 } })
  await ana.openFile("rain.fdx", file)
  await expect(ana.status).toHaveText("Page 1 of 1")
  const [first = []] = await onPaper(ana, 10.2)
  const at = (page: readonly Line[], text: string): Line | undefined => page.find(line => line.text.startsWith(text))
  expect([at(first, "RAIN")?.left, at(first, "It rains")?.left]).toEqual([3.5, 1.5])
  expect(first.filter(line => line.left === 3).length).toBeGreaterThan(3)
  await expectAlike(ana, 10.2, first)
  await shot(ana, "measures-of-a-file")

  await ana.menu("Page and production…")
  const dialog = ana.page.getByRole("dialog")
  await dialog.getByLabel("Lines", { exact: false }).first().fill("50")
  await dialog.getByRole("button", { name: "Set up the page" }).click()
  await expect(dialog.getByText("Done.")).toBeVisible()
  await dialog.getByRole("button", { name: "Close" }).click()
  // What the dialog has no field for is as it was: the act's space above, and how the paragraphs stand.
  const [second = []] = await onPaper(ana, 10.2)
  expect(second).toEqual(first)
})
