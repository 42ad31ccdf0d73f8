// Paste: plain text of several lines is read as Fountain, by the package's own reader; what was copied here comes along
// as the paragraphs that it was, and what has its look as HTML by that (`pastehtml.ts`). The reader answers a moment later: until
// then the place is kept among what is written.

import { insertParagraphs } from "scriptroom/codemirror"
import { type InsertedLine, readFountain } from "scriptroom"
import type { ChangeDesc, Extension } from "@codemirror/state"
import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view"

/** How copied paragraphs are told from plain text; see `clipboard.ts`. */
export const paragraphsType = "application/x-scriptroom-paragraphs"

/** Pastes several lines as paragraphs. One line is text, and goes the editor's own way. */
export function pasteParagraphs(): Extension {
  return [plugin, EditorView.clipboardInputFilter.of(whole)]
}

/** As the script has it: half of a pair of units is no letter there, and every kind of line break is one. */
function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd").replace(/[\u2028\u2029]/g, "\n")
}

interface Range {
  readonly from: number
  readonly to: number
}

/** Where something is being pasted. */
interface Place {
  /** What of the selected text is still there: what comes into it meanwhile, or in its place, stays. */
  replaced: readonly Range[]
  at: number
}

class Pastes implements PluginValue {
  private readonly places = new Set<Place>()
  /** What was pasted before is in: what comes later stands behind it. */
  private before: Promise<unknown> = Promise.resolve()
  private readonly view: EditorView

  constructor(view: EditorView) {
    this.view = view
  }

  update({ changes, docChanged }: ViewUpdate): void {
    if (!docChanged) return
    for (const place of this.places) {
      place.replaced = place.replaced.flatMap(range => left(range, changes))
      place.at = changes.mapPos(place.at, 1)
    }
  }

  /** Whether the event is taken care of. */
  paste(data: DataTransfer): boolean {
    const copied = copiedParagraphs(data.getData(paragraphsType))
    const [html, text] = [whole(data.getData("text/html")), whole(data.getData("text/plain"))]
    const isOneLine = !/\S\s*[\r\n\u2028\u2029]\s*\S/.test(text)
    if (!copied && html === "" && isOneLine) return false
    const { from, to, empty } = this.view.state.selection.main
    const place = { replaced: empty ? [] : [{ from, to }], at: to }
    this.places.add(place)
    const plain = isOneLine ? text : plainLines(text)
    const read = copied ? Promise.resolve(copied) : linesOf(html).then(lines => lines ?? (isOneLine ? text : readFountain(text)))
    // Without the reader (it never came over the network), or with lines that are none, the text comes as it is.
    this.before = Promise.all([read.catch(() => plain), this.before])
      .then(([lines]) => this.insert(place, lines))
      .catch(() => this.insert(place, plain))
      .finally(() => this.places.delete(place))
    return true
  }

  /** Puts paragraphs in, or text into one. */
  private insert(place: Place, what: readonly InsertedLine[] | string): void {
    const { view } = this
    // Where there is nothing to paste, as of a picture, what is selected stays.
    if (!view.dom.isConnected || view.state.readOnly || what === "") return
    const apart = place.replaced.filter(({ to }) => to !== place.at)
    if (apart.length > 0) view.dispatch({ changes: apart, userEvent: "input.paste" })
    const to = place.at
    const from = place.replaced.at(-1)?.from ?? to
    if (typeof what !== "string") return insertParagraphs(view, from, to, what)
    const insert = view.state.toText(what)
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.paste", scrollIntoView: true })
  }
}

/** What a change leaves of a range, without what it inserts. */
function left({ from, to }: Range, changes: ChangeDesc): Range[] {
  const ranges: Range[] = []
  let start = from
  const keep = (end: number) => {
    if (start < end) ranges.push({ from: changes.mapPos(start, 1), to: changes.mapPos(end, -1) })
  }
  changes.iterChangedRanges((fromA, toA) => {
    keep(Math.min(fromA, to))
    start = Math.max(start, toA)
  }, true)
  keep(to)
  return ranges
}

const plugin = ViewPlugin.fromClass(Pastes, {
  eventHandlers: {
    paste(event) {
      if (!event.clipboardData || !this.paste(event.clipboardData)) return false
      event.preventDefault()
      return true
    },
  },
})

/** The paragraphs of a script's look; `null` where HTML is no script, or only a look at some text. */
async function linesOf(html: string): Promise<readonly InsertedLine[] | null> {
  if (html === "") return null
  const { readHtml } = await import("./pastehtml")
  return readHtml(html)
}

/** The clipboard is written by any page: what is no list of paragraphs is none. */
export function copiedParagraphs(json: string): InsertedLine[] | null {
  if (json === "") return null
  try {
    const lines: unknown = JSON.parse(json)
    return Array.isArray(lines) && lines.length > 0 && lines.every(isLine) ? lines : null
  } catch {
    return null
  }
}

function isLine(line: unknown): line is InsertedLine {
  return typeof line === "object" && line !== null && "text" in line && typeof line.text === "string"
}

function plainLines(text: string): InsertedLine[] {
  const lines = text.split(/\r\n?|[\n\u2028\u2029]/).map(line => line.trim())
  return lines.filter(line => line !== "").map(line => ({ text: line, element: "action" }))
}
