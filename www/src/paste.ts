// Reads pasted text the way a screenplay reads: by its blank lines and capitals. It is a guess about
// text from anywhere, not the Fountain reader; that one reads files (see `files.ts`).

import type { ElementType } from "scriptroom"

/** One paragraph of what was pasted. */
export interface PastedParagraph {
  readonly text: string
  readonly element: ElementType
}

const heading = /^(?:int|ext|est|int\.?\/ext|ext\.?\/int|i\/e)[. ]/i
const transition = /^[^a-z]*(?:TO:|FADE OUT\.?|FADE IN:)$/
const lineBreaks = /\r\n?|[\n\u2028\u2029]/

/** The paragraphs of a text. Blank lines part them and are no paragraphs themselves. */
export function readPaste(text: string): readonly PastedParagraph[] {
  const lines = text.split(lineBreaks).map(line => line.trim())
  const paragraphs: PastedParagraph[] = []
  let inSpeech = false
  lines.forEach((line, index) => {
    if (line === "") {
      inSpeech = false
      return
    }
    const opensBlock = (lines[index - 1] ?? "") === ""
    const closesBlock = (lines[index + 1] ?? "") === ""
    const element = inSpeech ? speechElement(line) : blockElement(line, opensBlock, closesBlock)
    inSpeech = inSpeech || element === "character"
    paragraphs.push({ text: line, element })
  })
  return paragraphs
}

function speechElement(line: string): ElementType {
  return line.startsWith("(") && line.endsWith(")") ? "parenthetical" : "dialogue"
}

function blockElement(line: string, opensBlock: boolean, closesBlock: boolean): ElementType {
  if (opensBlock && heading.test(line)) return "scene-heading"
  const isUpper = line === line.toUpperCase() && line !== line.toLowerCase()
  if (opensBlock && closesBlock && transition.test(line)) return "transition"
  return opensBlock && !closesBlock && isUpper ? "character" : "action"
}
