// What stands in a PDF of ours, read by nothing of ours: the text of each page in the order in which it is drawn.

import { inflateSync } from "node:zlib"

/** What stands on a page. */
export interface PdfPage {
  /** The script's own text. */
  readonly text: string
  /** What the page adds: numbers, marks, what says that something goes on. */
  readonly added: readonly string[]
}

/** What stands on each page. */
export function pdfPages(file: Buffer): PdfPage[] {
  const objects = objectsOf(file)
  const all = [...objects.values()]
  const letters = new Map<string, Map<string, string>>()
  const fonts = all.find(({ dictionary }) => dictionary.includes("/Font <<"))?.dictionary ?? ""
  for (const [, name = "", font = ""] of fonts.matchAll(/\/(\w+) (\d+) 0 R/g)) {
    const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(font)?.dictionary ?? "")?.[1]
    if (map) letters.set(name, lettersOf(objects.get(map)?.stream() ?? ""))
  }
  const tree = all.find(({ dictionary }) => /\/Type \/Pages\b/.test(dictionary))?.dictionary ?? ""
  const kids = /\/Kids \[([^\]]*)\]/.exec(tree)?.[1] ?? ""
  return [...kids.matchAll(/(\d+) 0 R/g)].map(([, page = ""]) => {
    const content = /\/Contents (\d+) 0 R/.exec(objects.get(page)?.dictionary ?? "")?.[1] ?? ""
    return drawn(objects.get(content)?.stream() ?? "", letters)
  })
}

interface PdfObject {
  readonly dictionary: string
  stream(): string
}

function objectsOf(file: Buffer): Map<string, PdfObject> {
  const text = file.toString("latin1")
  const objects = new Map<string, PdfObject>()
  for (const { 1: number = "", index } of text.matchAll(/^(\d+) 0 obj$/gm)) {
    const start = text.indexOf("\n", index) + 1
    const streamAt = text.slice(start).search(/\bstream\n|\bendobj\b/) + start
    const dictionary = text.slice(start, streamAt)
    const stream = (): string => {
      const from = text.indexOf("\n", streamAt) + 1
      const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1])
      return inflateSync(file.subarray(from, from + length)).toString("latin1")
    }
    objects.set(number, { dictionary, stream })
  }
  return objects
}

/** The letter of each code of a font. */
function lettersOf(map: string): Map<string, string> {
  const pairs = [...map.matchAll(/<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>/g)]
  return new Map(pairs.map(([, code = "", units = ""]) => [code.toLowerCase(), Buffer.from(units, "hex").swap16().toString("utf16le")]))
}

const tokens = /\/(\w+) <<(?:[^<>]|<[^<>]*>)*>>\s*BDC|\/(\w+) [\d.]+ Tf|(\((?:[^\\()]|\\[^])*\)|<[0-9A-Fa-f]*>) Tj/g

/** What is drawn on a page: the script's own text, and what the page adds, which a screen reader passes over. */
function drawn(content: string, letters: ReadonlyMap<string, ReadonlyMap<string, string>>): PdfPage {
  const page = { text: "", added: [] as string[] }
  let isAdded = false
  let font: ReadonlyMap<string, string> = new Map()
  for (const [, tag, name, string] of content.matchAll(tokens)) {
    if (tag !== undefined) {
      isAdded = tag === "Artifact"
      if (isAdded) page.added.push("")
    } else if (name !== undefined) {
      font = letters.get(name) ?? new Map()
    } else {
      const text = (codes(string ?? "").match(/.{4}/g) ?? []).map(code => font.get(code) ?? "\ufffd").join("")
      if (isAdded) page.added.push((page.added.pop() ?? "") + text)
      else page.text += text
    }
  }
  return page
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }

/** A string of a content stream in hexadecimal. */
function codes(string: string): string {
  if (string.startsWith("<")) return string.slice(1, -1).toLowerCase()
  const bytes = string.slice(1, -1).replace(/\\([0-7]{1,3}|[^])/g, (_, what: string) =>
    /^[0-7]/.test(what) ? String.fromCharCode(Number.parseInt(what, 8)) : (escapes[what] ?? what),
  )
  return Buffer.from(bytes, "latin1").toString("hex")
}
