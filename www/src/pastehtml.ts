// Paste from word processors, other screenwriting programs and pages of the web: paragraphs by what their HTML says they
// are, else by where they stand on the line, else by what they say. Styles come along.

import type { ElementType, InsertedLine, Run, Style } from "scriptroom"

/** More than any script; what is longer is pasted as text. */
const mostLetters = 5_000_000
/** From the left edge of the action, in inches: speeches stand at 1, parentheticals at 1.5, cues at 2. */
const speechFrom = 0.6
const cueFrom = 1.7

/** What programs call the elements, in class names and names of styles, without spaces and hyphens. */
const names: readonly (readonly [RegExp, ElementType])[] = [
  [/sceneheading|slugline|^scene$|^heading$/, "scene-heading"],
  [/parenthetical|^paren$|wryly/, "parenthetical"],
  [/dialog/, "dialogue"],
  [/^character|charactername|^cue$/, "character"],
  [/transition/, "transition"],
  [/^action|scenedescription/, "action"],
  [/^shot$/, "shot"],
  [/^lyrics?$/, "lyrics"],
]
const isHeading = /^(?:int|ext|est|i\/e|int\.?\/ext)[. ]/i
const isTransition = /^[^a-z]*\bTO:$|^FADE (?:IN|OUT)[.:]$/
/** A cue has letters, none of them small, but in what is behind the name. */
const isCue = /^(?=.*\p{L})[^\p{Ll}.!?:]{1,40}(?:\([^)]*\))?$/u

/** A paragraph as the HTML has it. */
interface Block {
  runs: Run[]
  readonly named: ElementType | null
  /** In inches. */
  readonly left: number
  readonly align: string
  /** It follows the one before on the next line. */
  readonly joined: boolean
}

/** The paragraphs in a piece of HTML; `null` where it says no more than the text beside it. */
export function readHtml(html: string): InsertedLine[] | null {
  if (html === "" || html.length > mostLetters) return null
  const { body } = new DOMParser().parseFromString(html, "text/html")
  // What keeps its spaces is source, such as Fountain in an editor for programs: the text is it.
  if (body.querySelector('pre, textarea, [style*="white-space:pre"], [style*="white-space: pre"]')) return null
  const blocks = new Reader().read(body)
  if (blocks.filter(block => textOf(block) !== "").length < 2) return null
  return lines(blocks)
}

class Reader {
  readonly #blocks: Block[] = []
  #open = false

  read(body: HTMLElement): readonly Block[] {
    this.#inside(body, [])
    return this.#blocks
  }

  #inside(parent: Element, styles: readonly Style[]): void {
    for (const node of parent.childNodes) {
      if (node instanceof Text) this.#text(node.data, parent, styles)
      else if (node instanceof HTMLElement) this.#element(node, styles)
    }
  }

  #element(element: HTMLElement, outer: readonly Style[]): void {
    const { tagName } = element
    if (/^(?:STYLE|SCRIPT|TITLE|HEAD|META|LINK)$/.test(tagName)) return
    if (tagName === "BR") {
      const last = this.#blocks.at(-1)
      if (last && this.#open) this.#blocks.push({ ...last, runs: [], joined: true })
      return
    }
    const styles = stylesOf(element, outer)
    if (!/^(?:P|DIV|H[1-6]|LI|TR|BLOCKQUOTE|SECTION|ARTICLE|CENTER|TABLE|UL|OL|TBODY)$/.test(tagName)) return this.#inside(element, styles)
    this.#open = false
    // What has paragraphs in it is none.
    if (!element.querySelector("p, div, h1, h2, h3, h4, h5, h6, li, tr, blockquote")) this.#begin(element)
    this.#inside(element, styles)
    this.#open = false
  }

  #begin(element: Element): void {
    this.#blocks.push({ runs: [], named: nameOf(element), left: leftOf(element), align: alignOf(element), joined: false })
    this.#open = true
  }

  #text(data: string, parent: Element, styles: readonly Style[]): void {
    const text = data.replace(/[\s\u00a0]+/g, " ")
    if (!this.#open) {
      if (text.trim() === "") return
      this.#begin(parent)
    }
    const block = this.#blocks.at(-1)
    const before = block?.runs.at(-1)?.text
    const piece = before === undefined || before.endsWith(" ") ? text.trimStart() : text
    if (piece !== "") block?.runs.push({ text: piece, styles })
  }
}

function stylesOf(element: HTMLElement, outer: readonly Style[]): readonly Style[] {
  const { fontWeight, fontStyle, textDecorationLine, textDecoration } = element.style
  const line = textDecorationLine || textDecoration
  const tag = element.tagName
  const says = (style: Style, tags: readonly string[], css: string, on: RegExp): boolean =>
    css === "" ? outer.includes(style) || tags.includes(tag) : on.test(css)
  const said: readonly (readonly [Style, boolean])[] = [
    ["bold", says("bold", ["B", "STRONG"], fontWeight, /bold|[6-9]00/)],
    ["italic", says("italic", ["I", "EM"], fontStyle, /italic|oblique/)],
    ["underline", says("underline", ["U"], line, /underline/)],
    ["strike", says("strike", ["S", "STRIKE", "DEL"], line, /line-through/)],
  ]
  return said.filter(([, is]) => is).map(([style]) => style)
}

function nameOf(element: Element): ElementType | null {
  const own = [...element.classList, element.getAttribute("data-element") ?? "", element.getAttribute("data-type") ?? ""]
  // Word has what it calls a style in its class, and hyphens for what it has no letters for.
  const found = own.map(name => name.toLowerCase().replace(/[^a-z]/g, "")).flatMap(name => names.filter(([is]) => is.test(name)))
  return found[0]?.[1] ?? null
}

function leftOf(element: Element): number {
  let left = 0
  for (let at: Element | null = element; at instanceof HTMLElement; at = at.parentElement) {
    left += inches(at.style.marginLeft) + inches(at.style.paddingLeft)
  }
  return left
}

const perInch: Readonly<Record<string, number>> = { in: 1, pt: 72, px: 96, cm: 2.54, mm: 25.4, pc: 6, em: 6, rem: 6, ch: 10 }

function inches(length: string): number {
  const [, number, unit = ""] = /^(-?[\d.]+)([a-z]+)$/.exec(length) ?? []
  return number === undefined ? 0 : Number(number) / (perInch[unit] ?? Number.POSITIVE_INFINITY)
}

function alignOf(element: Element): string {
  const css = element instanceof HTMLElement ? element.style.textAlign : ""
  return css || (element.getAttribute("align") ?? (element.tagName === "CENTER" ? "center" : ""))
}

function textOf({ runs }: Block): string {
  return runs.map(run => run.text).join("").trim()
}

function lines(blocks: readonly Block[]): InsertedLine[] {
  const margin = Math.min(...blocks.filter(block => textOf(block) !== "").map(block => block.left))
  const read: InsertedLine[] = []
  let before: ElementType | null = null
  for (const [at, block] of blocks.entries()) {
    const text = textOf(block)
    if (text === "") {
      before = null
      continue
    }
    const next = blocks[at + 1]
    const element = elementOf(block, text, { left: block.left - margin, before, isFollowed: next !== undefined && textOf(next) !== "" })
    const joined = block.joined && element === before && (element === "action" || element === "dialogue")
    read.push({ text, runs: trimmed(block.runs), element, ...(joined && { joined }) })
    before = element
  }
  return read
}

interface Around {
  readonly left: number
  readonly before: ElementType | null
  readonly isFollowed: boolean
}

function elementOf({ named, align }: Block, text: string, { left, before, isFollowed }: Around): ElementType {
  if (named) return named
  if (isHeading.test(text)) return "scene-heading"
  if (isTransition.test(text) || (align === "right" && text === text.toUpperCase())) return "transition"
  const speaks = before === "character" || before === "parenthetical" || before === "dialogue"
  if (/^\(.*\)$/.test(text) && (speaks || left >= speechFrom)) return "parenthetical"
  if (left >= cueFrom && isCue.test(text)) return "character"
  if (left >= speechFrom && align !== "center") return "dialogue"
  if (before === "character" || before === "parenthetical") return "dialogue"
  if (align === "center") return isFollowed && isCue.test(text) ? "character" : "centered"
  if (isFollowed && isCue.test(text)) return "character"
  return "action"
}

/** Runs without the spaces at their ends, those of one style together. */
function trimmed(runs: readonly Run[]): Run[] {
  const joined: { text: string; styles: readonly Style[] }[] = []
  for (const { text, styles } of runs) {
    const last = joined.at(-1)
    if (last && last.styles.join() === styles.join()) last.text += text
    else joined.push({ text, styles })
  }
  const last = joined.at(-1)
  if (last) last.text = last.text.trimEnd()
  return joined.filter(run => run.text !== "")
}
