// Rules of breaking, each as a short script: the editor shows its pages to begin at the very words with which the printed pages
// begin. The pictures have the page's text beside it (tests/browser/screenshots/).

import { expect, shot, test, type Writer } from "./writer.ts"

const lines = (count: number): string => Array.from({ length: count }, (_, at) => `Line ${at + 1} of the action.`).join("\n\n")
const sentences = (count: number): string => Array.from({ length: count }, (_, at) => `Sentence ${at + 1} is said slowly, and to the end.`).join(" ")

/** What is named, and a script of two pages or more that shows it. */
const cases: Readonly<Record<string, string>> = {
  "action runs on": lines(40),
  "a paragraph is split at a sentence": `${lines(24)}\n\n${sentences(14)}`,
  "a speech goes on with its cue": `${lines(23)}\n\nANNA\n${sentences(14)}`,
  "a heading stays with what follows": `${lines(26)}\n\nINT. ROOM - DAY\n\n${lines(4)}`,
  "a cue is never alone": `${lines(26)}\n\nANNA\nNo.\n\n${lines(3)}`,
  "a break comes before a parenthetical": `${lines(22)}\n\nANNA\n${sentences(4)}\n(after a while)\n${sentences(6)}`,
  "a transition starts no page": `${lines(27)}\n\nCUT TO:\n\n${lines(3)}`,
  "a forced break": `${lines(3)}\n\n===\n\n${lines(3)}`,
  "dual dialogue": `${lines(23)}\n\nANNA\n${sentences(9)}\n\nBEN ^\n${sentences(7)}\n\n${lines(3)}`,
  "East Asian text": `${lines(24)}\n\n${"彼女は静かに待っている。雨が窓を叩く。".repeat(14)}`,
  "text from right to left": `${lines(24)}\n\n${"היא מחכה ליד החלון. הגשם לא מפסיק לרדת. ".repeat(14)}`,
  "emoji and combining marks": `${lines(24)}\n\n${"👩‍👩‍👧 cafe\u0301 🇨🇭 nai\u0308ve 🎬. ".repeat(40)}`,
}

interface Page {
  readonly page: string
  readonly lines: readonly string[]
}

/** What the printer would get. */
async function printed(writer: Writer): Promise<readonly Page[]> {
  await writer.page.evaluate(() => {
    delete document.body.dataset.printed
    window.print = () => {
      const sheets = [...document.querySelectorAll<HTMLElement>(".print-script .sheet")]
      const lines = (sheet: HTMLElement): string[] => [...sheet.querySelectorAll(".line:not(.star)")].map(line => line.textContent ?? "")
      document.body.dataset.printed = JSON.stringify(sheets.map(sheet => ({ page: sheet.dataset.page, lines: lines(sheet) })))
    }
  })
  await writer.menu("Page and production…")
  await writer.page.getByRole("button", { name: "Print…" }).click()
  await expect(writer.page.locator("body")).toHaveAttribute("data-printed", /page/)
  await writer.press("Escape")
  return JSON.parse((await writer.page.locator("body").getAttribute("data-printed")) ?? "[]")
}

/** The words behind each break that the editor shows, and the cue that stands there again. */
function shown(writer: Writer): Promise<{ page: string; contd: string; words: string }[]> {
  return writer.page.evaluate(() => {
    const content = document.querySelector(".cm-content") as HTMLElement
    return [...content.querySelectorAll<HTMLElement>(".page-gap")].map(gap => {
      const range = document.createRange()
      range.setStartAfter(gap)
      range.setEndAfter(content.lastChild as Node)
      return { page: gap.dataset.page ?? "", contd: gap.querySelector(".contd")?.textContent ?? "", words: range.toString().replace(/\s+/g, "").slice(0, 24) }
    })
  })
}

for (const [name, text] of Object.entries(cases)) {
  test(`pictures: pages: ${name}`, async ({ writer }) => {
    const ana = await writer({ viewport: { width: 2200, height: 2600 } })
    await ana.openFountain(text)
    await expect(ana.status).toHaveText(/of [2-9]$/)
    const pages = await printed(ana)
    expect(pages.length).toBeGreaterThan(1)
    await expect(async () => {
      const breaks = await shown(ana)
      expect(breaks.map(one => one.page)).toEqual(pages.slice(1).map(one => one.page))
      for (const [at, { contd, words }] of breaks.entries()) {
        const [first = "", second = ""] = pages[at + 1]?.lines ?? []
        if (contd !== "") expect(contd).toBe(first)
        const begins = (contd === "" ? first : second).replace(/\s+/g, "")
        expect(words.slice(0, begins.length)).toBe(begins.slice(0, words.length))
      }
    }).toPass()
    await ana.page.evaluate(pages => {
      const beside = document.createElement("pre")
      beside.style.cssText = "position: fixed; top: 4rem; right: 1rem; width: 34rem; background: #fff; color: #000; font-size: 11px; unicode-bidi: plaintext; z-index: 9"
      beside.textContent = pages.map(({ page, lines }) => `── ${page} ──\n${lines.join("\n")}`).join("\n\n")
      document.body.append(beside)
    }, pages)
    await shot(ana, `pages-${name.toLowerCase().replaceAll(" ", "-")}`)
  })
}

test("pictures: pages: dual dialogue that is cut goes on in both columns at the words with which it does on paper", async ({ writer }) => {
  const ana = await writer({ viewport: { width: 1400, height: 1500 } })
  await ana.openFountain(`${lines(22)}\n\nANNA\n${sentences(9)}\n\nBEN ^\n${sentences(12)}\n\n${lines(3)}`)
  await expect(ana.status).toHaveText(/of 2$/)
  const [, second] = await printed(ana)
  const begins = second?.lines.findIndex(line => line.startsWith("BEN")) ?? 0
  const onPaper = [second?.lines.slice(0, begins), second?.lines.slice(begins, second.lines.indexOf("Line 1 of the action."))]
  expect(onPaper.map(column => column?.[0])).toEqual(["ANNA (CONT'D)", "BEN (CONT'D)"])
  const joined = (lines: readonly string[] = []): string => lines.join("").replace(/\s+/g, "")
  const rests = ana.page.locator(".dual-block.rest > div")
  await expect(rests).toHaveCount(2)
  for (const [at, column] of onPaper.entries()) {
    expect(joined(await rests.nth(at).locator("p").allTextContents())).toBe(joined(column))
    await expect(ana.page.locator(".dual-block:not(.rest) > div").nth(at).locator("p").last()).toHaveText("(MORE)")
  }
  await ana.page.locator('.page-gap[data-page="2"]').scrollIntoViewIfNeeded()
  await shot(ana, "pages-dual-dialogue-cut")
  // Whoever writes in it has lines: the sheets part at the left column's words, and the right one's are marked.
  await ana.page.locator(".dual-block.rest p[data-offset]").first().click()
  await expect(ana.page.locator(".dual-block")).toHaveCount(0)
  const breaks = await shown(ana)
  expect(breaks.map(({ page }) => page)).toEqual(["2", "2"])
  for (const [at, { words }] of breaks.entries()) expect(joined(onPaper[at]?.slice(1)).startsWith(words.slice(0, 20))).toBe(true)
  const mark = ana.page.locator('.page-gap.as-line[data-page="2"]')
  await mark.evaluate(mark => mark.scrollIntoView({ block: "center" }))
  await expect(mark).toBeInViewport()
  await shot(ana, "pages-dual-dialogue-cut-written-in")
})
