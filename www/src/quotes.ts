// Straight and curly quotes, as the language of the script has them. Text in, text out.

/** A language's marks: double and single, each opening and closing. */
export interface Quotes {
  readonly double: readonly [string, string]
  readonly single: readonly [string, string]
}

const english: Quotes = { double: ["“", "”"], single: ["‘", "’"] }
const known: Readonly<Record<string, Quotes>> = {
  de: { double: ["„", "“"], single: ["‚", "‘"] },
  fr: { double: ["«\u202f", "\u202f»"], single: ["‘", "’"] },
  es: { double: ["«", "»"], single: ["“", "”"] },
  it: { double: ["«", "»"], single: ["“", "”"] },
}

/** An apostrophe is the same everywhere. */
export const apostrophe = "’"

/** The marks of a language, by its tag. */
export function quotesFor(tag: string): Quotes {
  return known[tag.toLowerCase().split("-")[0] ?? ""] ?? english
}

/** The mark for a straight one, by what stands before it in its paragraph, and behind it where that is there already. */
export function curlyFor(mark: '"' | "'", before: string, quotes: Quotes, after = ""): string {
  const opens = opensBehind(before, quotes)
  if (mark === '"') return quotes.double[opens ? 0 : 1]
  if (opens) return quotes.single[0]
  // Within a word, and behind one whose quotation was never opened, it is an apostrophe.
  if (/\p{L}$/u.test(before) && /^\p{L}/u.test(after)) return apostrophe
  return isOpen(before, quotes) ? quotes.single[1] : apostrophe
}

/** Whether a mark opens a quotation: at the start, behind a space, a bracket or a dash, and behind one that opens in this language. */
function opensBehind(before: string, { double, single }: Quotes): boolean {
  const opening = [double[0], single[0]].map(mark => mark.trim())
  return /(^|[\s([{\u2013\u2014-])$/u.test(before) || opening.some(mark => before.endsWith(mark))
}

/** Whether a single quotation is open at the end of a text. */
function isOpen(text: string, { single: [open, close] }: Quotes): boolean {
  return text.lastIndexOf(open) > text.lastIndexOf(close)
}

/** Whether a letter behind `before` shows that what closed a single quotation was an apostrophe, of which it has another mark. */
export function showsApostrophe(letter: string, before: string, quotes: Quotes): boolean {
  const close = quotes.single[1]
  if (close === apostrophe || !before.endsWith(close) || !/^\p{L}/u.test(letter)) return false
  const word = before.slice(0, -close.length)
  return /\p{L}$/u.test(word) && isOpen(word, quotes)
}

/** A quote that becomes another. */
export interface QuoteChange {
  readonly at: number
  readonly length: number
  readonly insert: string
}

/** What makes the straight quotes of a paragraph curly. */
export function curlyChanges(text: string, quotes: Quotes): readonly QuoteChange[] {
  const changes: QuoteChange[] = []
  // What stands before a mark is taken as it reads then: an opened quotation decides what the next mark is.
  let before = ""
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at)
    const instead = letter === '"' || letter === "'" ? curlyFor(letter, before, quotes, text.slice(at + 1)) : letter
    if (instead !== letter) changes.push({ at, length: 1, insert: instead })
    before += instead
  }
  return changes
}

/** What makes the curly quotes of a paragraph straight. */
export function straightChanges(text: string): readonly QuoteChange[] {
  const found = text.matchAll(/[\u00ab\u2039]\u202f?|\u202f?[\u00bb\u203a]|[\u201c\u201d\u201e\u201f]|[\u2018\u2019\u201a\u201b]/gu)
  return [...found].map(({ 0: mark, index }) => ({ at: index, length: mark.length, insert: /[\u2018\u2019\u201a\u201b\u2039\u203a]/u.test(mark) ? "'" : '"' }))
}
