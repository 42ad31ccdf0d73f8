// The title page: what stands on it, and how that looks on paper. Only what was changed here is written, so that what others write
// on it meanwhile stays.

import type { PageSettings, ScriptHandle, TitleEntry, TitleLine } from "scriptroom"
import { openModal, toast } from "./dialogs"
import { el } from "./dom"
import { mayWrite } from "./roles"
import { TitleField } from "./titlefield"
import { styled } from "./titlesheet"
import { later } from "./words/later"
import { ui } from "./words/ui"

/** What a title page has, in the order of Fountain's own keys; other entries stay as they are. */
const titleKeys = ["Title", "Credit", "Author", "Source", "Draft date", "Contact", "Copyright", "Notes"] as const
type TitleKey = (typeof titleKeys)[number]

/** Under which other names files have the same. */
const otherNames: Readonly<Partial<Record<TitleKey, readonly string[]>>> = { Author: ["authors"], "Draft date": ["date"] }

/** Opens the editor; `changed` is called when something was written. `writes`: otherwise it is only shown. */
export function editTitlePage(script: ScriptHandle, writes: boolean, changed: () => void): void {
  const fields = new Map(titleKeys.map(key => [key, new TitleField(key, nameOf(key), titleLines(script.titlePage(), key), writes)]))
  const paper = el("div", { class: "title-paper", "aria-hidden": "true" })
  const isEdited = (): boolean => [...fields.values()].some(field => field.isEdited)
  const written = (): readonly TitleEntry[] =>
    [...fields].reduce((entries, [key, field]) => (field.isEdited ? withEntry(entries, key, field.value) : entries), script.titlePage())
  let asked = 0
  const draw = async (): Promise<void> => {
    const turn = (asked += 1)
    // Before the first layout there is nobody to ask; it is drawn with that.
    const lines = script.pages.count === 0 ? [] : await script.production.titleLines(written())
    if (turn === asked) onPaper(paper, lines, script.production.state.settings)
  }
  const save = (event: Event): void => {
    event.preventDefault()
    // The right to write may have gone since the dialog was opened.
    if (isEdited() && !mayWrite(script.role)) toast(ui.session.mayRead)
    else if (isEdited()) {
      script.setTitlePage(written())
      changed()
    }
    modal.dialog.close()
  }
  const cancel = el("button", { type: "button", class: "button", onclick: () => modal.dialog.close() }, writes ? ui.common.cancel : ui.common.close)
  const actions = el("div", { class: "actions" }, writes && el("button", { type: "submit", class: "button primary" }, later.person.save), cancel)
  const form = el("form", { onsubmit: save, oninput: () => void draw() }, el("div", { class: "title-body" }, el("div", { class: "title-fields" }, ...[...fields.values()].map(({ dom }) => dom)), paper), actions)
  const modal = openModal(later.titlePage.title, [form], "title-page")
  void draw()
  void modal.closed.then(script.on("pages", () => void draw()))
  fields.get("Title")?.focus()
}

/** Puts the lines where they stand on the sheet, in parts of its size. */
function onPaper(paper: HTMLElement, lines: readonly TitleLine[], settings: PageSettings): void {
  const number = (name: string, otherwise: number): number => Number(settings[name] ?? otherwise)
  const [width, height] = [number("width", 850), number("height", 792)]
  const part = (length: number, of: number): string => `${((length / of) * 100).toFixed(2)}%`
  paper.style.setProperty("--sheet", `${width / 100} / ${height / 72}`)
  // A letter of Courier is six tenths of its size wide.
  paper.style.setProperty("--letter", String(1000 / number("chars-per-ten-inches", 102) / 0.6 / width))
  const line = ({ top, left, runs }: TitleLine): HTMLElement =>
    el("p", { style: `top: ${part(number("top-margin", 72) + top, height)}; left: ${part(left, width)}` }, ...styled(runs))
  paper.replaceChildren(...lines.map(line))
}

/** Whether an entry is the one with this key. */
function isTitleKey(entry: TitleEntry, key: TitleKey): boolean {
  const name = entry.key.trim().toLowerCase()
  return name === key.toLowerCase() || (otherNames[key]?.includes(name) ?? false)
}

/** The lines of an entry; none where there is no such. */
function titleLines(entries: readonly TitleEntry[], key: TitleKey): readonly string[] {
  return entries.find(entry => isTitleKey(entry, key))?.lines ?? []
}

function nameOf(key: TitleKey): string {
  const names: Readonly<Record<TitleKey, keyof typeof later.titlePage.fields>> = {
    Title: "title",
    Credit: "credit",
    Author: "author",
    Source: "source",
    "Draft date": "date",
    Contact: "contact",
    Copyright: "copyright",
    Notes: "notes",
  }
  return later.titlePage.fields[names[key]]
}

/** A title page with another entry: in the place of the one that there was, or behind all. Without words it has none. */
export function withEntry(entries: readonly TitleEntry[], key: TitleKey, value: string): readonly TitleEntry[] {
  const lines = value.split("\n").map(line => line.trim())
  while (lines.at(-1) === "") lines.pop()
  while (lines[0] === "") lines.shift()
  const at = entries.findIndex(entry => isTitleKey(entry, key))
  if (lines.length === 0) return entries.filter((_, index) => index !== at)
  const entry = { key: entries[at]?.key ?? key, lines }
  if (at < 0) return key === "Title" ? [entry, ...entries] : [...entries, entry]
  return entries.map((other, index) => (index === at ? entry : other))
}
