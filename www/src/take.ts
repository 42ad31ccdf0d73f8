// The dialog that makes a file of a script for who reads it: a PDF, a Word document, a web page, plain text.

import type { ScriptHandle } from "scriptroom"
import { openModal } from "./dialogs"
import { el } from "./dom"
import { downloadFile, fileName } from "./files"
import { fontsFor } from "./fonts"
import { loadSettings } from "./settings"
import { later } from "./words/later"
import { ui } from "./words/ui"

/** The files that can be made, by their endings. */
const endings = ["pdf", "docx", "html", "txt"] as const
type Ending = (typeof endings)[number]

/** Asks what to make, makes it, and hands it to the browser's downloads. */
export function openTake(script: ScriptHandle, title: string): void {
  const choices = endings.map((ending, index) => el("input", { type: "radio", name: "ending", value: ending, checked: index === 0 }))
  const watermark = el("input", { type: "text", name: "watermark", maxlength: 40, autocomplete: "off" })
  const titlePage = el("input", { type: "checkbox", name: "title-page", checked: true })
  // Asked for when letters have turned out to be missing, and then before all others.
  const font = el("input", { type: "file", name: "font", accept: ".ttf,.otf,.woff", multiple: true })
  const ofFont = el("label", { class: "field", hidden: true }, later.take.font, font)
  const ofPdf = el(
    "fieldset",
    { class: "plain" },
    el("label", { class: "field" }, later.take.watermark, watermark),
    el("label", { class: "check" }, titlePage, later.take.titlePage),
    ofFont,
  )
  const progress = el("progress", { max: 1, value: 0, "aria-label": later.take.progress, hidden: true })
  const words = el("p", { role: "status" })
  const make = el("button", { type: "submit", class: "button primary" }, later.take.make)
  const cancel = el("button", { type: "button", class: "button" }, ui.common.close)
  const form = el(
    "form",
    {},
    el("div", { role: "radiogroup", "aria-label": later.take.kind }, ...choices.map((choice, index) => el("label", { class: "check" }, choice, later.take.kinds[endings[index] ?? "pdf"]))),
    ofPdf,
    progress,
    words,
    el("div", { class: "actions" }, make, cancel),
  )
  const chosen = (): Ending => endings[choices.findIndex(choice => choice.checked)] ?? "pdf"
  form.addEventListener("change", () => (ofPdf.disabled = chosen() !== "pdf"))
  const modal = openModal(later.take.title, [form], "take")
  cancel.addEventListener("click", () => modal.dialog.close())
  form.addEventListener("submit", event => {
    event.preventDefault()
    make.disabled = true
    progress.hidden = false
    progress.removeAttribute("value")
    const onProgress = (done: number, of: number): void => void (progress.value = done / of)
    words.textContent = ""
    const options = {
      watermark: watermark.value.trim() || undefined,
      withoutTitlePage: !titlePage.checked,
      language: loadSettings().writing || undefined,
      fonts: (letters: string) => fontsWith([...(font.files ?? [])], letters),
      onProgress,
    }
    const ending = chosen()
    void made(script, ending, options)
      .then(({ data, missing }) => {
        downloadFile(fileName(title, ending), data)
        if (missing === "") modal.dialog.close()
        else {
          words.textContent = later.take.missing(missing)
          ofFont.hidden = false
        }
      })
      .catch((error: unknown) => (words.textContent = ui.session.noFile(error instanceof Error ? error.message : String(error))))
      .finally(() => {
        make.disabled = false
        progress.hidden = true
      })
  })
}

/** The writer's own fonts, and those that the app has for these letters. */
async function fontsWith(own: readonly File[], letters: string): Promise<readonly Uint8Array[]> {
  const [theirs, ours] = await Promise.all([
    Promise.all(own.map(async file => new Uint8Array(await file.arrayBuffer()))),
    // Without a network some are not to be had: then the letters are told as those that no font has.
    fontsFor(letters).catch(() => []),
  ])
  return [...theirs, ...ours]
}

/** A file, and the letters that it lacks. */
interface Made {
  readonly data: Blob
  readonly missing: string
}

async function made(script: ScriptHandle, ending: Ending, options: Parameters<ScriptHandle["exportPdf"]>[0]): Promise<Made> {
  const whole = (data: Uint8Array<ArrayBuffer> | string, type: string, missing = ""): Made => ({
    data: new Blob([data], { type }),
    missing,
  })
  switch (ending) {
    case "pdf": {
      const { file, missing } = await script.exportPdf(options)
      return whole(file, "application/pdf", missing)
    }
    case "docx":
      return whole(await script.exportWord(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    case "html":
      return whole(await script.exportHtml(), "text/html;charset=utf-8")
    case "txt":
      return whole(await script.exportText(), "text/plain;charset=utf-8")
  }
}
