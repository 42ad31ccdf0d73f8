// Files in and out of the browser.

import { el } from "./dom"

/** What is in a file: Fountain is text, the others' are bytes. */
export type ScriptFile = string | { readonly kind: "fdx" | "pdf"; readonly bytes: Uint8Array }

/** So many bytes a relay keeps of a file at most, and a longer text is no script. A PDF may have pictures. */
const mostBytes = 16 << 20
const mostBytesOfPdf = 128 << 20

/** Asks for a file; resolves with `null` when the writer changed their mind. */
export function chooseFile(): Promise<File | null> {
  return new Promise(resolve => {
    const input = el("input", { type: "file", accept: ".fountain,.spmd,.txt,.fdx,.pdf,text/plain", hidden: true, "data-open": true })
    const done = (): void => input.remove()
    input.addEventListener("cancel", () => {
      done()
      resolve(null)
    })
    input.addEventListener("change", () => {
      done()
      resolve(input.files?.[0] ?? null)
    })
    document.body.append(input)
    input.click()
  })
}

/** What is in a file that the writer has given; `null` where that is more than a script can be. */
export async function readFile(file: File): Promise<ScriptFile | null> {
  const kind = /\.(fdx|pdf)$/.exec(file.name.toLowerCase())?.[1] as "fdx" | "pdf" | undefined
  if (file.size > (kind === "pdf" ? mostBytesOfPdf : mostBytes)) return null
  const bytes = new Uint8Array(await file.arrayBuffer())
  return kind ? { kind, bytes } : textOf(bytes)
}

/** A text as old and foreign programs write it, too: UTF-16, and Windows-1252 where it is no UTF-8. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes
  // Without a mark it is told by what every script has: letters of which each second byte is none.
  if ((first === 0xff && second === 0xfe) || second === 0) return new TextDecoder("utf-16le").decode(bytes)
  if ((first === 0xfe && second === 0xff) || first === 0) return new TextDecoder("utf-16be").decode(bytes)
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder("windows-1252").decode(bytes)
  }
}

/** Hands a text to the browser's downloads. */
export function downloadText(name: string, text: string): void {
  downloadFile(name, new Blob([text], { type: "text/plain;charset=utf-8" }))
}

/** Hands a Final Draft file to the browser's downloads. */
export function downloadFinalDraft(name: string, file: Uint8Array<ArrayBuffer>): void {
  downloadFile(name, new Blob([file], { type: "application/xml" }))
}

/** Hands a file to the browser's downloads. */
export function downloadFile(name: string, data: Blob): void {
  const address = URL.createObjectURL(data)
  el("a", { href: address, download: name }).click()
  // The download has its own hold on the data once the click was handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** A file name for a script's title. */
export function fileName(title: string, ending: "fountain" | "fdx" | "pdf" | "docx" | "html" | "txt" | "csv" = "fountain"): string {
  // A letter stays with its marks, be they of it or beside it.
  const words = title
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
  return `${[...words].slice(0, 60).join("") || "script"}.${ending}`
}
