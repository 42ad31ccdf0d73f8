// Paste: plain text of several lines is read as Fountain, by the package's own reader; what was copied here comes along
// as the paragraphs that it was, and what has its look as HTML by that (`pastehtml.ts`). The reader answers a moment later: until
// then the place is kept among what is written.

import { insertParagraphs } from "scriptroom/codemirror"
import { type InsertedLine, readFountain } from "scriptroom"
import type { Extension } from "@codemirror/state"
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

/** Where something is being pasted. */
interface Place {
  from: number
  to: number
}

class Pastes implements PluginValue {
  private readonly places = new Set<Place>()
  private readonly view: EditorView

  constructor(view: EditorView) {
    this.view = view
  }

  update({ changes, docChanged }: ViewUpdate): void {
    if (!docChanged) return
    for (const place of this.places) {
      place.from = changes.mapPos(place.from, 1)
      place.to = Math.max(place.from, changes.mapPos(place.to, -1))
    }
  }

  /** Whether the event is taken care of. */
  paste(data: DataTransfer): boolean {
    const copied = copiedParagraphs(data.getData(paragraphsType))
    const [html, text] = [whole(data.getData("text/html")), whole(data.getData("text/plain"))]
    const isOneLine = !/\S\s*[\r\n\u2028\u2029]\s*\S/.test(text)
    if (!copied && html === "" && isOneLine) return false
    const { from, to } = this.view.state.selection.main
    const place = { from, to }
    this.places.add(place)
    const plain = isOneLine ? text : plainLines(text)
    const read = copied ? Promise.resolve(copied) : linesOf(html).then(lines => lines ?? (isOneLine ? text : readFountain(text)))
    // Without the reader (it never came over the network), or with lines that are none, the text comes as it is.
    void read
      .then(lines => this.insert(place, lines))
      .catch(() => this.insert(place, plain))
      .finally(() => this.places.delete(place))
    return true
  }

  /** Puts paragraphs in, or text into one. */
  private insert({ from, to }: Place, what: readonly InsertedLine[] | string): void {
    const { view } = this
    // Where there is nothing to paste, as of a picture, what is selected stays.
    if (!view.dom.isConnected || view.state.readOnly || what === "") return
    if (typeof what !== "string") return insertParagraphs(view, from, to, what)
    const insert = view.state.toText(what)
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.paste", scrollIntoView: true })
  }
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
function copiedParagraphs(json: string): InsertedLine[] | null {
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
