// The reports as pages of the app: what each says of a script, and how long that was from day to day.

import { readdirSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { expect, shot, test, type Writer } from "./writer.ts"
import type { Relay } from "./relay.ts"

const script = `INT. FERRY - NIGHT

Chains creak.

MARA
You said four minutes.

JON
I said five.

EXT. HARBOUR - DAY

Gulls.

MARA
Never again will I go by sea.

INT. FERRY - DAY

JON
Yes you will.

MARA
No.
`

const dialog = (one: Writer) => one.page.getByRole("dialog", { name: "Reports" })

/** Opens the reports on a script of three scenes. */
async function reports(one: Writer): Promise<void> {
  await one.openFountain(script)
  await one.sees("Yes you will.")
  await one.menu("Reports…")
  await expect(dialog(one).getByRole("rowheader", { name: "Scenes" })).toBeVisible()
}

/** What a report's table says, row by row. */
async function report(one: Writer, kind: string): Promise<string[][]> {
  await dialog(one).getByLabel("Report", { exact: true }).selectOption(kind)
  // The one before it stands there until this one is made.
  await expect(dialog(one).locator(".report")).toHaveAttribute("data-kind", kind)
  return await dialog(one).getByRole("row").evaluateAll(rows => rows.map(row => [...row.children].map(cell => cell.textContent ?? "")))
}

test("each report is a page with what is in the script", async ({ writer }) => {
  const ana = await writer()
  await reports(ana)
  expect(await report(ana, "characters")).toEqual([
    ["Character", "Speeches", "Words", "Scenes", "First page", "Last page"],
    ["MARA", "3", "12", "3", "1", "1"],
    ["JON", "2", "6", "2", "1", "1"],
  ])
  await shot(ana, "report-characters")
  expect(await report(ana, "locations")).toEqual([
    ["Location", "Settings", "Scenes", "Eighths", "Minutes"],
    ["FERRY", "INT", "2", "4", "0.5"],
    ["HARBOUR", "EXT", "1", "2", "0.3"],
  ])
  await shot(ana, "report-locations")
  expect(await report(ana, "matrix")).toEqual([
    ["Character", "1", "2", "3"],
    ["MARA", "1", "1", "1"],
    ["JON", "1", "", "1"],
  ])
  await shot(ana, "report-matrix")
  expect(await report(ana, "dialogue")).toEqual([])
  const shares = dialog(ana).locator("dl.shares")
  expect(await shares.locator("dt").allInnerTexts()).toEqual(["MARA", "JON"])
  expect(await shares.locator("dd").allInnerTexts()).toEqual(["66.7 %, 12 words", "33.3 %, 6 words"])
  const [longest = 0, half = 0] = await shares.locator(".bar").evaluateAll(bars => bars.map(bar => bar.getBoundingClientRect().width))
  expect(Math.abs(longest / half - 2)).toBeLessThan(0.1)
  await shot(ana, "report-dialogue")
})

test("what is written while a report is open counts when the next is chosen", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(script)
  const [first, second] = [ana, await writer()]
  await second.open(first.page.url())
  await second.sees("Yes you will.")
  await first.menu("Reports…")
  expect(await report(first, "locations")).toHaveLength(3)
  await second.toEnd()
  await second.press("Enter", "Control+1")
  await second.type("INT. LIGHTHOUSE")
  await second.saved()
  await first.sees("INT. LIGHTHOUSE")
  await report(first, "scenes")
  expect((await report(first, "locations")).map(([name]) => name)).toContain("LIGHTHOUSE")
})

/** As if all that is stored so far had come so many days ago. The relay is down meanwhile. */
async function age(relay: Relay, days: number): Promise<void> {
  await relay.kill()
  const files = readdirSync(relay.data, { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".sqlite"))
  let changed = 0
  for (const name of files) {
    const database = new DatabaseSync(join(relay.data, name))
    const isLog = database.prepare("SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'entries'").get()?.n === 1
    if (isLog) changed += Number(database.prepare("UPDATE entries SET time = time - ?").run(days * 86_400_000).changes)
    database.close()
  }
  expect(changed, "there was a log").toBeGreaterThan(0)
  await relay.run()
}

test("the length of a script is a bar and a row for each day", async ({ writer, relay }) => {
  const ana = await writer()
  await ana.openFountain(script)
  await ana.saved()
  await age(relay, 1)
  await ana.saved()
  await ana.toEnd()
  await ana.type(" Three words more.")
  await ana.saved()
  await age(relay, 2)
  await ana.page.reload()
  await ana.toEnd()
  await ana.press("Enter", "Control+1")
  await ana.type("INT. LIGHTHOUSE")
  await ana.saved()
  await ana.menu("Reports…")
  const [head, ...days] = await report(ana, "length")
  expect(head).toEqual(["Date", "Pages", "Scenes", "Words"])
  const midnight = (back: number): string => {
    const day = new Date(Date.now() - back * 86_400_000)
    return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map(part => String(part).padStart(2, "0")).join("-")
  }
  expect(days.map(([day]) => day)).toEqual([midnight(3), midnight(2), midnight(0)])
  expect(days.map(([, , scenes]) => scenes)).toEqual(["3", "3", "4"])
  const words = days.map(([, , , words]) => Number(words))
  expect(words[1]).toBe((words[0] ?? 0) + 3)
  expect(words[2]).toBe((words[1] ?? 0) + 2)
  const chart = dialog(ana).getByRole("img", { name: "Length over time" })
  await expect(chart.locator("span")).toHaveCount(3)
  await shot(ana, "report-length")
  const download = ana.page.waitForEvent("download")
  await dialog(ana).getByRole("button", { name: "Download CSV" }).click()
  const csv = await readFile(await (await download).path(), "utf8")
  expect(csv.split("\r\n").slice(1, -1).map(row => row.split(",")[0])).toEqual(days.map(([day]) => day))
})
