// Everything by name: commands, scenes, pages and lines, found by a few letters of theirs. Mod-K opens it.

import { openModal } from "./dialogs"
import { el } from "./dom"
import { ui } from "./words/ui"

/** One thing that can be done, or gone to. */
export interface PaletteEntry {
  readonly label: string
  /** What stands at the end of its row: a key, a page. */
  readonly hint?: string
  readonly run: () => void
}

const shownAtMost = 40

/** Which entries have all the words that were typed, those first that begin with them. */
export function matching(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(word => word !== "")
  const found = entries.filter(({ label }) => words.every(word => label.toLocaleLowerCase().includes(word)))
  const begins = ({ label }: PaletteEntry): boolean => label.toLocaleLowerCase().startsWith(words.join(" "))
  return [...found.filter(begins), ...found.filter(entry => !begins(entry))]
}

/**
 * Asks for one of these and does it. `entries` are all there are; `numbered` gives those that a number leads to, such as
 * that page.
 */
export function openPalette(entries: readonly PaletteEntry[], numbered: (number: number) => readonly PaletteEntry[]): void {
  let shown: readonly PaletteEntry[] = []
  let at = 0
  const list = el("ul", { class: "palette-list", role: "listbox", id: "palette-list", "aria-label": ui.palette.list })
  const empty = el("p", { class: "empty", hidden: true, role: "status" }, ui.palette.nothing)
  const input = el("input", {
    type: "text",
    role: "combobox",
    "aria-label": ui.palette.field,
    "aria-controls": "palette-list",
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    placeholder: ui.palette.hint,
    autocomplete: "off",
    spellcheck: "false",
    autofocus: true,
    oninput: () => show(),
  })
  const { dialog } = openModal(ui.palette.title, [input, list, empty], "palette")

  const choose = (entry: PaletteEntry | undefined): void => {
    if (!entry) return
    dialog.close()
    entry.run()
  }
  const mark = (to: number): void => {
    if (shown.length === 0) return input.removeAttribute("aria-activedescendant")
    at = (to + shown.length) % shown.length
    for (const [index, row] of [...list.children].entries()) row.setAttribute("aria-selected", String(index === at))
    input.setAttribute("aria-activedescendant", `palette-${at}`)
    list.children[at]?.scrollIntoView({ block: "nearest" })
  }
  const show = (): void => {
    const typed = input.value.trim()
    const number = /^\d{1,6}$/.test(typed) ? Number(typed) : null
    shown = [...(number === null ? [] : numbered(number)), ...matching(entries, typed)].slice(0, shownAtMost)
    const row = (entry: PaletteEntry, index: number): HTMLElement =>
      el("li", { role: "option", id: `palette-${index}`, onclick: () => choose(entry) }, el("span", {}, entry.label), entry.hint ? el("kbd", {}, entry.hint) : null)
    list.replaceChildren(...shown.map(row))
    empty.hidden = shown.length > 0
    mark(0)
  }
  dialog.addEventListener("keydown", event => {
    if (event.isComposing) return
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key]
    if (to !== undefined) mark(to)
    else if (event.key === "Enter") choose(shown[at])
    else return
    event.preventDefault()
  })
  show()
}
