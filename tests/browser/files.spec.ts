// Files in and out, and the list of scripts on this device.

import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { pdfPages } from "./pdf.ts"
import { generated, shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

test("a Fountain file that was opened and downloaded opens as the same script again", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  await expect(ana.page.getByLabel("Title of the script")).toHaveValue("The Night Ferry")
  const text = await ana.text()
  const fountain = await ana.downloadFountain()
  expect(fountain).toContain("INT. FERRY, CAR DECK - NIGHT")
  expect(fountain).toContain("Title: The Night Ferry")
  expect(fountain).toContain("(to the dashboard)")

  await ana.openFountain(fountain)
  await expect.poll(() => ana.text()).toBe(text)
  expect(await ana.downloadFountain()).toBe(fountain)
})

test("a generated screenplay in several languages survives opening and downloading", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(generated(30, 7))
  const text = await ana.text()
  const fountain = await ana.downloadFountain()
  await ana.openFountain(fountain)
  await expect.poll(() => ana.text()).toBe(text)
})

test("a file opened from an empty script becomes that script", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  const address = ana.page.url()
  const chooser = ana.page.waitForEvent("filechooser")
  await ana.menu("Open a file…")
  await (await chooser).setFiles({ name: "a.fountain", mimeType: "text/plain", buffer: Buffer.from(shortScript) })
  await ana.sees("Chains creak.")
  expect(ana.page.url()).toBe(address)
})

test("a Final Draft file that was opened and downloaded opens as the same script again", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  const text = await ana.text()
  const fountain = await ana.downloadFountain()
  const finalDraft = await ana.downloadFinalDraft()
  expect(finalDraft).toContain("<Text>INT. FERRY, CAR DECK - NIGHT</Text>")
  await ana.openFile("ferry.fdx", finalDraft)
  await expect.poll(() => ana.text()).toBe(text)
  expect(await ana.downloadFountain()).toBe(fountain)
  expect(await ana.downloadFinalDraft()).toBe(finalDraft)
})

test("what is no Final Draft file is said to be none, and makes no script", async ({ writer }) => {
  const ana = await writer()
  await ana.page.goto("/")
  await ana.chooseFile("ferry.fdx", "INT. FERRY")
  await expect(ana.page.getByText("line 1, column 1: expected `<FinalDraft>`, got no XML")).toBeVisible()
  expect(new URL(ana.page.url()).pathname).toBe("/")
})

test("a PDF without text is said to have none, and what no script can be to be too large; neither makes a script", async ({ writer }) => {
  const ana = await writer()
  await ana.page.goto("/")
  const picture = [
    "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj",
    "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>\nendobj",
    "3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R>>\nendobj",
    "4 0 obj\n<</Length 14>>\nstream\n0 0 10 10 re f\nendstream\nendobj\n",
  ].join("\n")
  await ana.chooseFile("scan.pdf", picture)
  await expect(ana.page.getByText("expected a PDF with text, got none on any page (of 1): they may be pictures of a script")).toBeVisible()
  for (const name of ["long.fountain", "long.fdx"]) {
    await ana.chooseFile(name, Buffer.alloc((16 << 20) + 1, "Rain. "))
    await expect(ana.page.getByText(`“${name}” is larger than a script can be: at most 16 MB, a PDF 128 MB.`)).toBeVisible()
  }
  expect(new URL(ana.page.url()).pathname).toBe("/")
  await ana.openFountain(shortScript)
  await ana.sees("Chains creak.")
})

test("a malformed file is read as best it can be", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain("INT. \u0000 ROOM\n\n/* never closed\n\n[[ nor this\n\n@\n\n>>><<<\n\nLast words.\n")
  await ana.sees("Last words.")
})

test("a text is read in the encodings of other programs", async ({ writer }) => {
  const ana = await writer()
  const text = "INT. CAFÉ\n\nÉlan – “vite”.\n"
  const windows = Buffer.from(text.replace("–", "\x96").replace("“", "\x93").replace("”", "\x94"), "latin1")
  const marked = Buffer.from(`\ufeff${text}`, "utf16le")
  for (const file of [windows, marked, Buffer.from(text, "utf16le"), Buffer.from(marked).swap16()]) {
    await ana.openFile("old.fountain", file)
    await expect.poll(() => ana.text()).toBe("INT. CAFÉ\nÉlan – “vite”.")
  }
})

test("the home page lists the scripts of this device, by title", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  const address = ana.page.url()
  const title = ana.page.getByLabel("Title of the script")
  await title.fill("Ferry, second draft")
  await title.press("Enter")
  await ana.page.goto("/")
  await ana.page.getByRole("link", { name: /Ferry, second draft/ }).click()
  await ana.script.waitFor()
  expect(ana.page.url()).toBe(address)
  await expect(title).toHaveValue("Ferry, second draft")
})

test("the demo opens as a new script", async ({ writer }) => {
  const ana = await writer()
  await ana.page.goto("/")
  await ana.page.getByRole("button", { name: "Try the demo" }).click()
  await ana.script.waitFor()
  await expect(ana.scenes.first()).toBeVisible()
  expect(new URL(ana.page.url()).pathname).toMatch(/^\/s\/[0-9a-f-]{36}$/)
})

test("a script begins with a template, in the language of the app", async ({ writer }) => {
  const ana = await writer({ locale: "de-DE" })
  await ana.page.goto("/")
  await ana.page.getByRole("button", { name: "Aus einer Vorlage" }).click()
  await ana.page.getByRole("menuitem", { name: "Spielfilm, drei Akte" }).click()
  await ana.script.waitFor()
  await ana.sees("Zweiter Akt")
  await expect(ana.page.locator(".scene")).toHaveCount(4)
  await expect(ana.page.getByLabel("Titel des Drehbuchs")).toHaveValue("Ein Spielfilm")
})

test("every template opens with a title and scenes, in both languages", async ({ writer }) => {
  for (const locale of ["en", "de"]) {
    const ana = await writer({ locale })
    await ana.page.goto("/")
    const templates = ana.page.getByRole("button", { name: /^(From a template|Aus einer Vorlage)$/ })
    await templates.click()
    const count = await ana.page.getByRole("menuitem").count()
    expect(count).toBe(5)
    for (let at = 0; at < count; at++) {
      await ana.page.goto("/")
      await templates.click()
      await ana.page.getByRole("menuitem").nth(at).click()
      await ana.script.waitFor()
      await expect(ana.page.locator(".scene").first()).toBeAttached()
      await expect(ana.page.locator(".script-title")).not.toHaveValue("")
    }
  }
})

/** Drops a file on a part of the page. */
async function drop(one: Writer, where: string, name: string, text: string): Promise<void> {
  await one.page.evaluate(
    ([where, name, text]) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([text], name))
      const target = document.querySelector(where)
      for (const type of ["dragover", "drop"]) target?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    },
    [where, name, text] as const,
  )
}

test("a file that is dropped on the home page or on a script is opened, and goes into no script that has words", async ({ writer }) => {
  const ana = await writer()
  await ana.page.goto("/")
  await expect(ana.page.getByRole("button", { name: "New script" })).toBeVisible()
  await drop(ana, ".home", "ferry.fountain", shortScript)
  await ana.script.waitFor()
  await ana.sees("Chains creak.")
  await expect(ana.page.getByLabel("Title of the script")).toHaveValue("The Night Ferry")
  const finalDraft = await ana.downloadFinalDraft()
  const address = ana.page.url()
  await drop(ana, ".cm-content", "again.fdx", finalDraft)
  await expect(ana.page).not.toHaveURL(address)
  await ana.sees("Chains creak.")
  expect(await ana.text()).not.toContain("FinalDraft")
})

test("a script is downloaded as a PDF, which opens as a script again", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  const download = ana.page.waitForEvent("download")
  await ana.menu("Download a PDF or another file…")
  await ana.page.getByLabel("Watermark over every page").fill("Ana")
  await ana.page.getByRole("button", { name: "Download", exact: true }).click()
  const file = await readFile(await (await download).path())
  expect(file.subarray(0, 8).toString("latin1")).toBe("%PDF-1.7")
  await expect(ana.page.getByRole("dialog")).toBeHidden()

  await ana.openFile("ferry.pdf", file)
  await ana.sees("INT. FERRY, CAR DECK - NIGHT")
  await expect(ana.page.getByLabel("Title of the script")).toHaveValue("The Night Ferry")
})

test("a bar shows how far a long PDF is", async ({ writer }) => {
  const ana = await writer()
  // Without letters for which other fonts are asked, and all is drawn again.
  const [, scenes = ""] = shortScript.split("A. Writer\n")
  await ana.openFountain(scenes.repeat(400))
  await ana.menu("Download a PDF or another file…")
  const dialog = ana.page.getByRole("dialog")
  const bar = dialog.getByRole("progressbar", { name: "Writing the file" })
  await expect(bar).toBeHidden()
  // Each state that the bar was seen in, since it is not there for long.
  await bar.or(dialog.locator("progress")).evaluate(bar => {
    const seen: number[] = []
    Object.assign(window, { seen })
    const look = (): void => {
      if (bar.checkVisibility()) seen.push((bar as HTMLProgressElement).position)
      if (bar.isConnected) requestAnimationFrame(look)
    }
    look()
  })
  const file = await downloadedFile(ana)
  expect(pdfPages(file).length).toBeGreaterThan(100)
  await expect(dialog).toBeHidden()
  const seen = await ana.page.evaluate(() => (window as unknown as { seen: number[] }).seen)
  expect(seen.some(position => position > 0 && position < 1), String(seen)).toBe(true)
  expect(seen.toSorted((one, other) => one - other), "it only ever goes on").toEqual(seen)
})

test("a PDF that another program made is read by where its lines stand", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  await ana.menu("Download a PDF or another file…")
  await ana.page.getByRole("radio", { name: "Web page" }).check()
  const html = (await downloadedFile(ana)).toString()
  // The browser's own printing: another maker of PDFs, with fonts and letters in its own way.
  const other = await ana.context.newPage()
  await other.setContent(html)
  const file = await other.pdf({ format: "Letter" })
  expect(file.toString("latin1")).toContain("Skia/PDF")
  await ana.openFile("printed.pdf", file)
  await ana.sees("EXT. HARBOUR - NIGHT")
  await expect(ana.scenes).toHaveCount(2)
  const fountain = await ana.downloadFountain()
  expect(fountain).toContain("INT. FERRY, CAR DECK - NIGHT\n\nChains creak. MARA sits in a van that does not belong to her.\n")
  expect(fountain).toContain("\nMARA\n(to the dashboard)\nYou said four minutes.\n\nThe radio says nothing.\n")
})

/** Scripts of the world, and pictures, as they are in a file; each line is one of the PDF's. */
const otherLetters = ["Дождь и ветер.", "雨が降っている。", "비가 내린다.", "大雨，臺灣學習。", "Βρέχει πολύ.", "ฝนตก", "नमस्ते", "Đường phố.", "Ǆ Ǻ", "♪ ☕ 😀"]
const fromTheRight = ["גשם חזק", "مطر غزير"]

/** Downloads what the dialog makes. */
async function downloadedFile(ana: Writer): Promise<Buffer> {
  const download = ana.page.waitForEvent("download")
  await ana.page.getByRole("button", { name: "Download", exact: true }).click()
  return await readFile(await (await download).path())
}

test("a PDF has the letters of other scripts, and is written beside the page's own thread", async ({ writer }) => {
  const ana = await writer()
  const fonts: string[] = []
  ana.page.on("request", request => void (request.url().includes("/assets/fonts/") && fonts.push(request.url())))
  await ana.openFountain(["INT. FERRY", ...otherLetters, ...fromTheRight].join("\n\n"))
  await ana.menu("Download a PDF or another file…")
  expect(fonts, "no font comes before it is needed").toEqual([])
  const [page] = pdfPages(await downloadedFile(ana))
  await expect(ana.page.getByRole("dialog")).toBeHidden()
  const text = page?.text.replace(/\s/g, "") ?? ""
  for (const line of otherLetters) expect(text).toContain(line.replace(/\s/g, "").normalize("NFC"))
  for (const letter of fromTheRight.join("").replace(/\s/g, "")) expect(text).toContain(letter)
  expect(ana.page.workers().some(worker => /files-worker/.test(worker.url()))).toBe(true)
  // Japanese alone is more than a hundred pieces: only those of these letters came.
  expect(fonts.length).toBeLessThan(40)
})

test("letters that no font here has are told, and a font of the writer's has them", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain("INT. FERRY\n\nRain ⵣ.\n")
  await ana.menu("Download a PDF or another file…")
  expect(pdfPages(await downloadedFile(ana))[0]?.text).toContain("Rain")
  const dialog = ana.page.getByRole("dialog")
  await expect(dialog.getByRole("status")).toHaveText(/No font here has these letters, .*: ⵣ$/)
  const font = dialog.getByLabel("A font that has them")
  await font.setInputFiles({ name: "no.ttf", mimeType: "font/ttf", buffer: Buffer.from("<html>") })
  await ana.page.getByRole("button", { name: "Download", exact: true }).click()
  await expect(dialog.getByRole("status")).toContainText("expected a TrueType, OpenType or WOFF 1 font")
  await font.setInputFiles(join(import.meta.dirname, "../../node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf"))
  expect(pdfPages(await downloadedFile(ana))[0]?.text).toContain("ⵣ")
  await expect(dialog).toBeHidden()
})

test("a script is downloaded for who reads it elsewhere", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  await ana.menu("Download a PDF or another file…")
  await ana.page.getByRole("radio", { name: "Web page" }).check()
  const download = ana.page.waitForEvent("download")
  await ana.page.getByRole("button", { name: "Download", exact: true }).click()
  const html = await readFile(await (await download).path(), "utf8")
  expect(html).toContain(">INT. FERRY, CAR DECK - NIGHT</h2>")
})

test("the length of a script over time comes from its history", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  await ana.toEnd()
  await ana.type(" The end.")
  await ana.saved()
  await ana.menu("Reports…")
  const dialog = ana.page.getByRole("dialog", { name: "Reports" })
  await dialog.getByLabel("Report", { exact: true }).selectOption("Summary")
  const now = await dialog.getByRole("row", { name: /^Words / }).getByRole("cell").innerText()
  await dialog.getByLabel("Report", { exact: true }).selectOption("Length over time")
  const today = dialog.getByRole("row", { name: new RegExp(`^\\d{4}-\\d\\d-\\d\\d .*\\b${now}$`) })
  await expect(today).toBeVisible()
  await expect(dialog.getByRole("img", { name: "Length over time" })).toBeVisible()
  const download = ana.page.waitForEvent("download")
  await dialog.getByRole("button", { name: "Download CSV" }).click()
  expect(await readFile(await (await download).path(), "utf8")).toMatch(/^date,pages,scenes,words\r\n\d{4}-\d\d-\d\d,1,/)
})

test("reports count what is in the script", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(shortScript)
  await ana.menu("Reports…")
  const dialog = ana.page.getByRole("dialog", { name: "Reports" })
  await expect(dialog.getByRole("rowheader", { name: "Scenes" })).toBeVisible()
  const words = await dialog.getByRole("row", { name: /^Words / }).getByRole("cell").innerText()
  await dialog.getByLabel("Report", { exact: true }).selectOption("Scenes")
  await expect(dialog.getByRole("cell", { name: "FERRY, CAR DECK" }).first()).toBeVisible()
  await dialog.getByLabel("Report", { exact: true }).selectOption("Share of the dialogue")
  await expect(dialog.getByText(/%, \d+ words/).first()).toBeVisible()
  const download = ana.page.waitForEvent("download")
  await dialog.getByRole("button", { name: "Download CSV" }).click()
  expect(await readFile(await (await download).path(), "utf8")).toContain("character,words,percent")
  await dialog.getByRole("button", { name: "Close" }).click()
  await ana.menu("Statistics…")
  const figures = ana.page.getByRole("dialog", { name: "Statistics" }).locator(".figures div", { hasText: "Words" })
  await expect(figures.first(), "both count alike").toContainText(words)
})

test("a file has the title's letters in its name, with their marks, and is not cut within one", async ({ writer }) => {
  const ada = await writer()
  for (const [title, name] of [
    ["Über den Dächern: Teil 2", "Über-den-Dächern-Teil-2"],
    ["U\u0308ber हिन्दी", "Über-हिन्दी"],
    [`${"a".repeat(59)}𝒜b`, `${"a".repeat(59)}𝒜`],
  ]) {
    await ada.openFountain(`Title: ${title}\n\nINT. ROOF - DAY\n`)
    const download = ada.page.waitForEvent("download")
    await ada.menu("Download Fountain")
    expect((await download).suggestedFilename()).toBe(`${name}.fountain`)
  }
})
