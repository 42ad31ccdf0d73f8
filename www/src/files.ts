// Fountain files in and out of the browser.

import { el } from "./dom"

/** Asks for a file and reads it as text; resolves with `null` when the writer changed their mind. */
export function chooseFountain(): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const input = el("input", { type: "file", accept: ".fountain,.spmd,.txt,text/plain", hidden: true, "data-open": true })
    const done = (): void => input.remove()
    input.addEventListener("cancel", () => {
      done()
      resolve(null)
    })
    input.addEventListener("change", () => {
      done()
      const file = input.files?.[0]
      if (file) file.text().then(resolve, reject)
      else resolve(null)
    })
    document.body.append(input)
    input.click()
  })
}

/** Hands a text to the browser's downloads. */
export function downloadText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }))
  el("a", { href: address, download: name }).click()
  // The download has its own hold on the data once the click was handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** A file name for a script's title. */
export function fileName(title: string): string {
  const words = title
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
  return `${words.slice(0, 60) || "script"}.fountain`
}
