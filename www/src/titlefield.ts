// One entry of the title page to write in: its words, and the styles that all of them have, for which Fountain has marks around
// each line. Where only some words have one, the marks stand among the words, as in a file.

import { el, isMac, keyLabel } from "./dom"
import { draftField } from "./drafts"
import { buttonStyles } from "./styles"
import { later } from "./words/later"
import { ui } from "./words/ui"

type Style = (typeof buttonStyles)[number]["style"]

/** Fountain's marks, the outermost first. */
const marks: ReadonlyMap<Style, string> = new Map([["underline", "_"], ["bold", "**"], ["italic", "*"]])

/** What so many stars, one to three, say. */
const byStars: readonly (readonly Style[])[] = [["italic"], ["bold"], ["bold", "italic"]]

/** The words of an entry, a line each, and what all of them are. */
interface Styled {
  readonly words: string
  readonly has: ReadonlySet<Style>
}

/** An entry's field. */
export class TitleField {
  readonly dom: HTMLElement
  private readonly input: HTMLTextAreaElement
  private readonly buttons: ReadonlyMap<Style, HTMLButtonElement>
  private readonly before: string

  constructor(key: string, label: string, lines: readonly string[], mayWrite: boolean) {
    const { words, has } = unmarked(lines)
    const id = `title-${key.toLowerCase().replace(" ", "-")}`
    this.input = el("textarea", { id, rows: key === "Contact" ? 3 : 1, maxlength: 2_000, readonly: !mayWrite, "data-key": key, [draftField]: true, onkeydown: event => this.keyed(event as KeyboardEvent) })
    this.input.defaultValue = words
    this.buttons = new Map(buttonStyles.map(({ style, key }) => [style, this.button(style, key)]))
    const group = el("div", { class: "styles", role: "group", "aria-label": later.titlePage.style(label) }, ...this.buttons.values())
    this.dom = el("div", { class: "field" }, el("label", { for: id }, label), mayWrite && group, this.input)
    for (const style of has) this.press(style)
    this.before = this.value
  }

  /** The lines, with their marks. */
  get value(): string {
    return marked({ words: this.input.value, has: new Set([...marks.keys()].filter(style => this.isPressed(style))) })
  }

  /** Whether something was written, or styled. */
  get isEdited(): boolean {
    return this.value.trim() !== this.before.trim()
  }

  focus(): void {
    this.input.focus()
  }

  private button(style: Style, key: string): HTMLButtonElement {
    const label = ui.styles[style]
    const attributes = { type: "button", class: `icon-button format-${style}`, "aria-label": label, "aria-pressed": "false", title: `${label} (${keyLabel(key)})` }
    return el("button", { ...attributes, onclick: () => this.toggle(style) }, label.charAt(0))
  }

  private keyed(event: KeyboardEvent): void {
    const { style } = buttonStyles.find(({ key }) => key === `Mod-${event.key.toLowerCase()}`) ?? {}
    if (!style || this.input.readOnly || event.altKey || event.shiftKey || !(isMac ? event.metaKey : event.ctrlKey)) return
    event.preventDefault()
    this.toggle(style)
  }

  private toggle(style: Style): void {
    this.press(style)
    this.input.dispatchEvent(new InputEvent("input", { bubbles: true }))
  }

  private isPressed(style: Style): boolean {
    return this.buttons.get(style)?.getAttribute("aria-pressed") === "true"
  }

  private press(style: Style): void {
    const isPressed = !this.isPressed(style)
    this.buttons.get(style)?.setAttribute("aria-pressed", String(isPressed))
    this.input.classList.toggle(`style-${style}`, isPressed)
  }
}

/** Takes the marks away that are around each of the lines. */
function unmarked(lines: readonly string[]): Styled {
  const raw = { words: lines.join("\n"), has: new Set<Style>() }
  const bare = lines.filter(line => line.trim() !== "").map(bared)
  const [first] = bare
  if (!first || bare.some(({ has }) => has.size !== first.has.size || [...has].some(style => !first.has.has(style)))) return raw
  let at = 0
  return { words: lines.map(line => (line.trim() === "" ? "" : (bare[at++] as Styled).words)).join("\n"), has: first.has }
}

/** A line without the marks that are around all of it, in whatever order they are. What has one within, or a backslash, stays. */
function bared(line: string): Styled {
  const has = new Set<Style>()
  let words = line.trim()
  if (words.includes("\\")) return { words, has }
  for (;;) {
    const [, stars, starred] = /^(\*{1,3})([^*\s](?:[^*]*[^*\s])?)\1$/.exec(words) ?? []
    const [, underlined] = /^_([^_\s](?:[^_]*[^_\s])?)_$/.exec(words) ?? []
    const inner = starred ?? underlined
    if (inner === undefined) return { words, has }
    const added = stars ? byStars[stars.length - 1] : (["underline"] as const)
    for (const style of added ?? []) has.add(style)
    words = inner
  }
}

/** The lines with the marks of what they are around each. */
function marked({ words, has }: Styled): string {
  const open = [...marks].flatMap(([style, mark]) => (has.has(style) ? [mark] : []))
  const close = [...open].reverse()
  return words.split("\n").map(line => (line.trim() === "" ? "" : [...open, line.trim(), ...close].join(""))).join("\n")
}
