// The page, locked pages and scenes, revisions and print, as a production uses them.

import { readFile } from "node:fs/promises"
import { WebsocketProvider } from "y-websocket"
import { Doc } from "yjs"
import { pdfPages } from "./pdf.ts"
import { generated, shortScript } from "./samples.ts"
import { choose } from "./settings.ts"
import { expect, shot, test, type Writer } from "./writer.ts"

/** Opens the dialog, does something in it, and closes it. */
async function inProduction(writer: Writer, act: () => Promise<void>): Promise<void> {
  await writer.menu("Page and production…")
  await act()
  await writer.page.getByRole("dialog").getByRole("button", { name: "Close" }).click()
}

async function press(writer: Writer, ...buttons: (string | RegExp)[]): Promise<void> {
  const dialog = writer.page.getByRole("dialog")
  for (const name of buttons) await dialog.getByRole("button", { name }).click()
}

async function pages(writer: Writer): Promise<number> {
  return Number(/of (\d+)$/.exec(await writer.status.innerText())?.[1] ?? Number.NaN)
}

interface Sheet {
  readonly page: string
  readonly head?: string
  readonly foot?: string
  /** Where the marks of revisions stand. */
  readonly star?: string
  readonly number: string
  readonly numbers: readonly string[]
  readonly text: string
}

/** What the printer would get by something that is done. */
async function printedBy(writer: Writer, work: () => Promise<unknown>): Promise<readonly Sheet[]> {
  const body = writer.page.locator("body")
  await writer.page.evaluate(() => {
    delete document.body.dataset.printed
    window.print = () => {
      const text = (node: Element | null): string => node?.textContent ?? ""
      const sheets = [...document.querySelectorAll<HTMLElement>(".print-script .sheet")].map(sheet => ({
        page: sheet.dataset.page,
        head: text(sheet.querySelector(".sheet-head")),
        foot: text(sheet.querySelector(".sheet-foot")),
        star: sheet.querySelector<HTMLElement>(".star")?.style.left ?? "",
        number: text(sheet.querySelector(".sheet-number")),
        numbers: [...sheet.querySelectorAll(".scene-number")].map(text),
        text: sheet.innerText,
      }))
      document.body.dataset.printed = JSON.stringify(sheets)
    }
  })
  await work()
  await expect(body).toHaveAttribute("data-printed", /page/)
  return JSON.parse((await body.getAttribute("data-printed")) ?? "[]")
}

/** What the printer would get of the pages that `which` chooses in the dialog. */
async function printed(writer: Writer, which: () => Promise<unknown> = async () => undefined): Promise<readonly Sheet[]> {
  const choose = async (): Promise<void> => {
    await which()
    await press(writer, "Print…")
  }
  return await printedBy(writer, () => inProduction(writer, choose))
}

test("the page is set up, what is refused says so by name and range, and the other writer has the same pages", async ({ writer }) => {
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFountain(generated(12))
  await expect(ana.status).toHaveText(/of 1\d$/)
  const before = await pages(ana)
  await ana.saved()
  await ben.open(ana.page.url())
  await ana.menu("Page and production…")
  const lines = ana.page.getByLabel("Lines a page")
  await expect(lines).toHaveAttribute("placeholder", "54")
  await lines.fill("0")
  await ana.press("Enter")
  const refused = ana.page.locator(".refused").filter({ hasText: /./ })
  await expect(refused).toHaveText(["Lines a page: from 1 to 66 is possible, not 0."])
  await expect(ana.page.getByText("That was not done: Lines a page: from 1 to 66 is possible, not 0.")).toBeVisible()
  await expect(lines).toBeFocused()
  await lines.fill("30")
  await ana.press("Enter")
  await expect.poll(() => pages(ana)).toBeGreaterThan(before + 3)
  await expect(lines).toHaveAttribute("aria-invalid", "false")
  await shot(ana, "production-dialog")
  await press(ana, "Close")
  const now = await pages(ana)
  await expect(ben.status).toHaveText(new RegExp(`of ${now}$`))
  await ben.menu("Page and production…")
  await ben.page.getByLabel("Preset").selectOption("Final Draft, A4")
  await expect.poll(() => pages(ana)).toBeLessThan(now)
})

/** What leaves no room for a line, in the fields of the page: below nothing, nothing, and more than the page. */
const refusals: readonly (readonly [name: string, value: string, said: string])[] = [
  ["width", "-850", "Width (1/100 in): from 100 to 10000 is possible, not -850."],
  ["width", "0", "Width (1/100 in): from 100 to 10000 is possible, not 0."],
  ["width", "20000", "Width (1/100 in): from 100 to 10000 is possible, not 20000."],
  ["height", "0", "Height (pt): from 72 to 7200 is possible, not 0."],
  ["height", "-792", "Height (pt): from 72 to 7200 is possible, not -792."],
  ["height", "99999", "Height (pt): from 72 to 7200 is possible, not 99999."],
  ["top-margin", "-1", "Top margin (pt): from 0 to 780 is possible, not -1."],
  ["top-margin", "900", "Top margin (pt): from 0 to 780 is possible, not 900."],
  ["bottom-margin", "-1", "Bottom margin (pt): from 0 to 780 is possible, not -1."],
  ["bottom-margin", "792", "Bottom margin (pt): from 0 to 780 is possible, not 792."],
  ["lines", "-54", "Lines a page: a whole number, or nothing is expected, not -54."],
  ["lines", "0", "Lines a page: from 1 to 66 is possible, not 0."],
  ["lines", "67", "Lines a page: from 1 to 66 is possible, not 67."],
  ["leading", "0", "Line (pt): from 4 to 144 is possible, not 0."],
  ["leading", "500", "Line (pt): from 4 to 144 is possible, not 500."],
  ["first-page-number", "-1", "First page: a whole number that is not negative is expected, not -1."],
  ["dialogue.left", "-10", "Dialogue: Left: from 0 to 830 is possible, not -10."],
  ["dialogue.right", "200", "Dialogue: Right: from 270 to 850 is possible, not 200."],
  ["dialogue.right", "851", "Dialogue: Right: from 270 to 850 is possible, not 851."],
  ["action.space-before", "-12", "Action: Space before: from 0 to 7200 is possible, not -12."],
  ["action.space-before", "7201", "Action: Space before: from 0 to 7200 is possible, not 7201."],
  ["lines", "many", "Lines a page: a whole number, or nothing is expected, not “many”."],
]

test("values that leave no room are refused by name and range, each beside its field, and change nothing", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain("INT. HOUSE - DAY\n\nRain.\n\n===\n\nMore rain.\n")
  await expect(ana.status).toHaveText(/of 2$/)
  await ana.menu("Page and production…")
  const dialog = ana.page.getByRole("dialog")
  const refused = dialog.locator(".refused").filter({ hasText: /./ })
  for (const [name, value, said] of refusals) {
    const field = dialog.locator(`input[name="${name}"]`)
    const kept = await field.inputValue()
    if (!(await field.isVisible())) await dialog.locator("details", { has: ana.page.locator(`input[name="${name}"]`) }).locator("summary").click()
    await field.fill(value)
    await ana.press("Enter")
    await expect(refused).toHaveText([said])
    await expect(field).toHaveAttribute("aria-invalid", "true")
    await expect(field).toBeFocused()
    await field.fill(kept)
    await ana.press("Enter")
    await expect(refused).toHaveCount(0)
  }
  await press(ana, "Close")
  await expect(ana.status).toHaveText(/of 2$/)
})

test("locked pages overflow to A-pages for everybody, and are counted again when they are unlocked", async ({ writer }) => {
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFountain(generated(6))
  await expect(ana.status).toHaveText(/of [5-9]$/)
  const before = await pages(ana)
  await ana.saved()
  await ben.open(ana.page.url())
  await inProduction(ana, async () => {
    await press(ana, "Lock the pages")
    await expect(ana.page.getByText("The pages are locked")).toBeVisible()
  })
  await ben.toStart()
  for (let line = 0; line < 60; line++) await ben.press("Enter")
  for (const one of [ana, ben]) await expect.poll(() => pages(one)).toBeGreaterThan(before)
  // The editor draws what is near: the break is looked for from the start on.
  await ben.toStart()
  const begins = ben.page.locator('.page-gap[data-page="1A"]')
  await expect(async () => {
    if ((await begins.count()) === 0) await ben.press("PageDown")
    await begins.scrollIntoViewIfNeeded({ timeout: 1_000 })
  }).toPass()
  await expect(ben.page.locator('.page-gap[data-page="1A"] .page-number')).toHaveText("1A.")
  await shot(ben, "locked-pages")
  await ana.toEnd()
  await expect(ana.status).toHaveText(new RegExp(`^Page ${before} of`))
  await inProduction(ben, () => press(ben, "Unlock the pages"))
  // Counted from the first to the last.
  await expect(ana.status).toHaveText(/^Page (\d+) of \1$/)
})

test("locks that a moved scene leaves, and settings that another program wrote, are said with their names", async ({ writer, relay }) => {
  const [ana, ada] = [await writer(), await writer({ locale: "de-DE" })]
  const scene = (name: string): string => `INT. ${name} - DAY\n\n${Array.from({ length: 27 }, (_, at) => `${name} waits, ${at + 1}.`).join("\n\n")}\n\n`
  await ana.openFountain(["ONE", "TWO", "THREE"].map(scene).join(""))
  await expect(ana.status).toHaveText(/of [3-6]$/)
  await ana.saved()
  await inProduction(ana, async () => {
    await press(ana, "Lock the pages")
    await expect(ana.page.getByText("The pages are locked")).toBeVisible()
  })
  await ana.scenes.nth(1).focus()
  await ana.press("Alt+ArrowDown")
  await expect(ana.scenes.nth(2)).toContainText("INT. TWO")
  const doc = new Doc()
  const id = new URL(ana.page.url()).pathname.split("/").at(-1) ?? ""
  const provider = new WebsocketProvider(`ws://127.0.0.1:${relay.port}/api/ws/scripts`, id, doc, { disableBc: true })
  const entries = doc.getMap("script")
  entries.set("p:lines", 0)
  entries.set("p:dialogue.left", -50)
  entries.set("p:top-margin", 900)
  entries.set("p:font", "Comic Sans")
  entries.set("p:more", true)
  await ana.menu("Page and production…")
  const problems = ana.page.getByRole("dialog").locator(".problems li")
  await expect(problems.filter({ hasText: /^Page \d is not locked any more: the text at which it began stands elsewhere/ })).not.toHaveCount(0)
  for (const said of [
    "Lines a page: from 1 to 66 is possible, not 0.",
    "Dialogue: Left: from 0 to 830 is possible, not -50.",
    "Top margin (pt): from 0 to 780 is possible, not 900.",
    "There is no setting “font”.",
    "Below a split speech: a short text of one line, or nothing is expected, not yes.",
  ]) {
    await expect(problems.filter({ hasText: said })).toHaveCount(1)
  }
  // The preset's own count instead.
  await expect(ana.page.getByLabel("Top margin (pt)")).toHaveValue("72")
  await problems.first().scrollIntoViewIfNeeded()
  await shot(ana, "production-problems")
  // Whoever reads German is told the same in German, of what they enter, too.
  await ada.open(ana.page.url())
  await ada.page.getByRole("button", { name: "Menü" }).click()
  await ada.page.getByRole("menuitem", { name: "Seite und Produktion …" }).click()
  const german = ada.page.getByRole("dialog").locator(".problems li")
  await expect(german.filter({ hasText: /^Seite \d ist nicht mehr gesperrt/ })).not.toHaveCount(0)
  for (const said of [
    "Zeilen je Seite: Möglich ist 1 bis 66, nicht 0.",
    "Dialog: Links: Möglich ist 0 bis 830, nicht -50.",
    "Eine Einstellung „font“ gibt es nicht.",
    "Unter einer geteilten Rede: Erwartet wird ein kurzer Text in einer Zeile oder nichts, nicht Ja.",
  ]) {
    await expect(german.filter({ hasText: said })).toHaveCount(1)
  }
  await ada.page.getByLabel("Rand oben (pt)").fill("x")
  await ada.press("Enter")
  await expect(ada.page.locator(".refused").filter({ hasText: /./ })).toHaveText(["Rand oben (pt): Erwartet wird eine ganze Zahl von Punkt, nicht „x“."])
  await shot(ada, "production-problems-german")
  provider.destroy()
})

test("scenes keep their numbers, a new one gets a letter, and an omitted one comes back", async ({ writer }) => {
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFountain(shortScript)
  await ana.saved()
  await ben.open(ana.page.url())
  await inProduction(ana, async () => {
    await press(ana, "Lock the scene numbers")
    await expect(ana.page.getByRole("button", { name: "Unlock the scene numbers" })).toBeVisible()
  })
  const heading = (one: Writer, words: string) => one.script.locator(".cm-line.el-scene-heading", { hasText: words })
  await expect(heading(ben, "EXT. HARBOUR")).toHaveAttribute("data-scene-number", "2")
  await ben.line("Chains creak").click()
  await ben.press("End", "Enter")
  await ben.type("int. wheelhouse - night")
  await expect(heading(ben, "int. wheelhouse")).toHaveAttribute("data-scene-number", "1A")
  await expect(heading(ana, "int. wheelhouse")).toHaveAttribute("data-scene-number", "1A")
  await expect(heading(ana, "EXT. HARBOUR")).toHaveAttribute("data-scene-number", "2")
  await ana.line("A searchlight").click()
  await inProduction(ana, () => press(ana, /^Omit EXT\. HARBOUR/))
  // Folded into its line for both, with its number on both sides; also for whoever has the caret in it.
  for (const one of [ana, ben]) {
    await expect(one.page.locator(".omission")).toHaveText(/^OMITTED/)
    await expect(one.page.locator(".omission")).toHaveAttribute("data-scene-number", "2")
    await expect(one.line("A searchlight")).toHaveCount(0)
  }
  await shot(ben, "omitted-scene")
  // It is looked into without being taken in again, and is folded when the caret has left.
  await ben.page.getByRole("button", { name: /^Look inside the omitted scene: EXT\. HARBOUR/ }).click()
  await expect(ben.line("A searchlight")).toHaveClass(/left-out/)
  await expect(ana.page.locator(".omission")).toHaveCount(1)
  await shot(ben, "omitted-scene-open")
  await ben.line("The radio").click()
  await expect(ben.page.locator(".omission")).toHaveCount(1)
  // Whoever had the caret in it writes on in sight, wherever that is.
  await ana.script.focus()
  await ana.type("Fog. ")
  await expect(ana.line("Fog.")).toBeVisible()
  await expect(ben.page.locator(".omission")).toHaveCount(1)
  const sheets = await printed(ana)
  expect(sheets.at(-1)?.text).toContain("OMITTED")
  expect(sheets.at(-1)?.text).not.toContain("searchlight")
  expect(sheets.at(-1)?.numbers).toEqual(["1", "1", "1A", "1A", "2", "2"])
  await ben.page.getByRole("button", { name: /^Look inside/ }).click()
  await inProduction(ben, () => press(ben, /^Restore EXT\. HARBOUR/))
  await expect(ana.line("A searchlight")).not.toHaveClass(/left-out/)
  await expect(heading(ana, "EXT. HARBOUR")).toHaveAttribute("data-scene-number", "2")
})

test("the title page stands above the first page, is not counted, and follows what is written on it", async ({ writer }) => {
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFountain("Title: **Rain**\nAuthor: Ana\nContact: a_b@quay.example\n\nINT. HOUSE - DAY\n\nIt rains on the roof, and on the street.\n")
  await expect(ana.status).toHaveText("Page 1 of 1")
  const sheet = ana.page.locator(".title-sheet")
  await expect(sheet).toHaveText(/Rain\s*Ana\s*a_b@quay.example/)
  await expect(sheet.locator(".style-bold")).toHaveText("Rain")
  const [title, first] = [await sheet.boundingBox(), await ana.script.locator(".cm-line").first().boundingBox()]
  expect(first?.y).toBeGreaterThanOrEqual((title?.y ?? 0) + (title?.height ?? 0) - 1)
  await shot(ana, "title-page-above")
  await ana.saved()
  await ben.open(ana.page.url())
  await ana.menu("Title page…")
  await ana.page.getByLabel("Title", { exact: true }).fill("Snow")
  await ana.page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
  for (const one of [ana, ben]) await expect(one.page.locator(".title-sheet")).toHaveText(/Snow/)
  await ana.toStart()
  await ana.type("x")
  await expect(sheet).toHaveText(/Snow/)
  await choose(ana, "View", "Draft, without sheets")
  await expect(sheet).toHaveCount(0)
})

test("what is changed in a revision has its mark in the margin, for both who write in it", async ({ writer }) => {
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFountain(shortScript)
  await ana.saved()
  await ben.open(ana.page.url())
  await inProduction(ana, async () => {
    await ana.page.getByLabel("Date", { exact: true }).fill("21 November")
    await press(ana, "Begin a revision")
    await expect(ana.page.getByText("Blue · 21 November")).toBeVisible()
  })
  await ben.line("The radio says nothing").click()
  await ben.press("End")
  await ben.type(" Somebody has been here.")
  for (const one of [ana, ben]) await expect(one.line("The radio says nothing").locator('.revision-mark[data-paper="blue"]')).toHaveCount(1)
  await expect(ana.page.locator(".revision-mark")).toHaveCount(1)
  // Where text is taken out there is a mark, too.
  await ana.line("A searchlight").click()
  await ana.press("Home", "Delete")
  for (const one of [ana, ben]) await expect(one.page.locator(".revision-mark")).toHaveCount(2)
  // A line is no taller for its mark.
  const heights = await ana.page.locator(".cm-line:has(.revision-mark)").evaluateAll(lines => lines.map(line => line.getBoundingClientRect().height))
  const line = await ana.page.locator(".cm-line").first().evaluate(of => Number.parseFloat(getComputedStyle(of).lineHeight))
  expect(heights.map(height => height % line)).toEqual(heights.map(() => 0))
  await shot(ana, "revision-marks")
  await ana.press("Control+a")
  await inProduction(ana, () => press(ana, "Take the marks off the selection"))
  for (const one of [ana, ben]) await expect(one.page.locator(".revision-mark")).toHaveCount(0)
})

test("what is printed is the pages as they are laid out; of a revision, those that it changed", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(`Title: Rain\nAuthor: Ana\n\n${generated(6)}`)
  await expect(ana.status).toHaveText(/of [5-9]$/)
  const count = await pages(ana)
  const all = await printed(ana)
  expect(all.map(sheet => sheet.page)).toEqual(["title", ...Array.from({ length: count }, (_, at) => String(at + 1))])
  expect(all[0]?.text).toContain("Rain")
  expect(all[1]?.number).toBe("")
  expect(all[2]?.number).toBe("2.")

  await inProduction(ana, async () => {
    await ana.page.getByLabel("Date", { exact: true }).fill("11/21/26")
    await press(ana, "Begin a revision")
    await expect(ana.page.getByText("Blue · 11/21/26")).toBeVisible()
  })
  await ana.toEnd()
  await ana.type("!")
  await expect(ana.page.locator(".revision-mark")).toHaveCount(1)
  const changed = await printed(ana, () => ana.page.getByLabel("Pages to print").selectOption("Only the pages changed in Blue"))
  expect(changed.map(sheet => sheet.page)).toEqual([String(count)])
  const [last] = changed
  expect(last?.head).toBe("Blue Rev. 11/21/26")
  expect(last?.foot).toBe("Blue · 11/21/26")
  expect(last?.star).toBe("7.75in")
  // No other page has the colour and the date at its foot.
  expect((await printed(ana)).map(sheet => sheet.foot)).toEqual([...all.slice(1).map(() => ""), "Blue · 11/21/26"])
  expect(last?.text).toContain("*")
})

/** A script of words that occur once, so that each page's can be told from any other's. */
function counted(scenes: number): string {
  let word = 0
  const words = (count: number): string => Array.from({ length: count }, () => `w${(word += 1)}`).join(" ")
  const scene = (at: number): string =>
    `INT. ROOM ${words(1)} - DAY\n\n${words(30)}.\n\nANA${at % 3}\n${words(60)}. ${words(50)}. ${words(40)}.\n\n${words(80)}.\n`
  return Array.from({ length: scenes }, (_, at) => scene(at)).join("\n")
}

/** Letters alone, in capitals, without the stars of revisions. */
function bare(text: string): string {
  return text.toUpperCase().replaceAll(/[\s*]/g, "")
}

/** What the editor shows of each page: its number, the cue that it repeats (none: ""), and the text that it begins with. */
async function shownPages(writer: Writer, count: number): Promise<{ page: string; contd: string; text: string }[]> {
  const shown = new Map<string, { page: string; contd: string; text: string }>()
  await writer.toStart()
  await expect(async () => {
    await writer.press("PageDown")
    const inView = await writer.script.evaluate(content =>
      [...content.querySelectorAll<HTMLElement>(".page-gap")].map(gap => {
        const range = document.createRange()
        range.setStartAfter(gap)
        range.setEndAfter(content.lastChild as Node)
        // Where the next page begins its number follows: the words before it tell the place.
        return { page: gap.dataset.page ?? "", contd: gap.querySelector(".contd")?.textContent ?? "", text: range.toString().slice(0, 30) }
      }),
    )
    for (const gap of inView) if (gap.text.length === 30) shown.set(gap.page, gap)
    // The first page has nothing above it.
    expect([...shown.keys()]).toHaveLength(count - 1)
  }).toPass({ intervals: [0], timeout: 60_000 })
  return [...shown.values()]
}

test("Mod-P prints the whole script, and the sheets are there for the printer until somebody goes on", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(generated(3))
  const sheets = await printedBy(ana, () => ana.press("Control+p"))
  expect(sheets.map(({ page }) => page).filter(page => page !== "title")).toEqual(Array.from({ length: await pages(ana) }, (_, index) => `${index + 1}`))
  await expect(ana.page.locator(".print-script .sheet")).toHaveCount(sheets.length)
  await ana.press("ArrowRight")
  await expect(ana.page.locator(".print-script")).toHaveCount(0)
  expect(await printedBy(ana, () => ana.menu(/^Print…/))).toEqual(sheets)
})

test("a PDF and a text have the pages that the editor shows, locked and revised", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(counted(14))
  await expect(ana.status).toHaveText(/of \d+$/)
  await inProduction(ana, async () => {
    await press(ana, "Lock the pages", "Lock the scene numbers")
    await ana.page.getByLabel("Date", { exact: true }).fill("11/21/26")
    await press(ana, "Begin a revision")
    await expect(ana.page.getByText("Blue · 11/21/26")).toBeVisible()
  })
  const before = await pages(ana)
  await ana.line("w300 ").click()
  await ana.press("End")
  await ana.page.keyboard.insertText(` ${Array.from({ length: 900 }, (_, at) => `new${at}`).join(" ")}`)
  await expect.poll(() => pages(ana)).toBeGreaterThan(before)
  const shown = await shownPages(ana, await pages(ana))
  const labels = shown.map(({ page }) => page)
  expect(labels.some(label => /^\d+[A-Z]$/.test(label)), labels.join(" ")).toBe(true)

  // The text from where a page begins to where the next one does.
  const all = bare(await ana.text())
  let start = 0
  const starts = shown.map(({ text }) => (start = all.indexOf(bare(text), start)))
  expect(starts).not.toContain(-1)
  const expected = [0, ...starts].map((start, at) => all.slice(start, starts[at]))

  const download = ana.page.waitForEvent("download")
  await ana.menu("Download a PDF or another file…")
  await ana.page.getByRole("button", { name: "Download", exact: true }).click()
  const printed = pdfPages(await readFile(await (await download).path()))
  expect(printed.map(({ text }) => bare(text))).toEqual(expected)
  for (const [at, { page, contd }] of shown.entries()) {
    const { added = [] } = printed[at + 1] ?? {}
    expect(added).toContain(`${page}.`)
    if (contd !== "") expect(added).toContain(contd.toUpperCase())
  }
  const revised = printed.filter(({ added }) => added.includes("Blue Rev. 11/21/26"))
  expect(revised.length).toBeGreaterThan(1)
  expect(revised.every(({ added }) => added.includes("*"))).toBe(true)

  const asText = ana.page.waitForEvent("download")
  await ana.menu("Download a PDF or another file…")
  await ana.page.getByRole("radio", { name: "Plain text" }).check()
  await ana.page.getByRole("button", { name: "Download", exact: true }).click()
  const sheets = (await readFile(await (await asText).path(), "utf8")).split("\f")
  expect(sheets.slice(1).map(sheet => /(\S+)\.$/m.exec(sheet)?.[1])).toEqual(labels)
})

test("the dialog means the words and the scene that it was opened at, whatever a co-writer writes before them", async ({ writer }) => {
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFountain(shortScript)
  await ana.saved()
  await ben.open(ana.page.url())
  await inProduction(ana, async () => {
    await press(ana, "Begin a revision")
    await expect(ana.page.getByRole("button", { name: "Stop marking changes" })).toBeVisible()
  })
  await ana.line("A searchlight").click()
  await ana.press("Home", "Shift+End")
  await inProduction(ana, async () => {
    await ben.line("Chains creak").click()
    await ben.press("End")
    await ben.type(" And creak, and creak, and they never stop, all through the long night.")
    await ana.sees("through the long night.")
    // It has shown what is new when it shows this.
    await inProduction(ben, () => press(ben, "Lock the scene numbers"))
    await expect(ana.page.getByRole("dialog").getByRole("button", { name: "Unlock the scene numbers" })).toBeVisible()
    await expect(ana.page.getByRole("dialog").getByRole("button", { name: /^Omit/ })).toHaveText("Omit EXT. HARBOUR - NIGHT")
    await press(ana, "Mark the selection as changed")
  })
  for (const one of [ana, ben]) {
    await expect(one.line("A searchlight").locator(".revision-mark")).toHaveCount(1)
    await expect(one.page.locator(".cm-line:has(.revision-mark)")).toHaveText([/Chains creak/, /A searchlight/])
  }
})
