// The title page: what stands on it, and how that looks on paper. Only what was changed here is written, so that what others write
// on it meanwhile stays.

import type { ScriptHandle, TitleEntry } from "scriptroom"
import { openModal } from "./dialogs"
import { el } from "./dom"
import { isTitleKey, onPaper, titleKeys, type TitleKey, titleLines } from "./titlepaper"
import { ui, type Words } from "./words/ui"

/** Opens the editor; `changed` is called when something was written. `mayWrite`: otherwise it is only shown. */
export function editTitlePage(script: ScriptHandle, mayWrite: boolean, changed: () => void): void {
  const before = new Map(titleKeys.map(key => [key, titleLines(script.titlePage(), key).join("\n")]))
  const fields = new Map(titleKeys.map(key => [key, field(key, before.get(key) ?? "", mayWrite)]))
  const paper = el("div", { class: "title-paper", "aria-hidden": "true" })
  const valueOf = (key: TitleKey): string => fields.get(key)?.querySelector("textarea")?.value ?? ""
  const draw = (): void => paper.replaceChildren(...onPaper(valueOf))
  const save = (event: Event): void => {
    event.preventDefault()
    const edited = titleKeys.filter(key => valueOf(key).trim() !== (before.get(key) ?? "").trim())
    if (edited.length > 0) {
      script.setTitlePage(edited.reduce((entries, key) => withEntry(entries, key, valueOf(key)), script.titlePage()))
      changed()
    }
    modal.dialog.close()
  }
  const cancel = el("button", { type: "button", class: "button", onclick: () => modal.dialog.close() }, mayWrite ? ui.common.cancel : ui.common.close)
  const actions = el("div", { class: "actions" }, mayWrite && el("button", { type: "submit", class: "button primary" }, ui.person.save), cancel)
  const form = el("form", { onsubmit: save, oninput: draw }, el("div", { class: "title-body" }, el("div", { class: "title-fields" }, ...fields.values()), paper), actions)
  const modal = openModal(ui.titlePage.title, [form], "title-page")
  draw()
  fields.get("Title")?.querySelector("textarea")?.focus()
}

function field(key: TitleKey, value: string, mayWrite: boolean): HTMLElement {
  const rows = key === "Contact" ? 3 : 1
  const input = el("textarea", { rows, maxlength: 2_000, readonly: !mayWrite, "data-key": key })
  input.value = value
  return el("label", { class: "field" }, nameOf(key), input)
}

function nameOf(key: TitleKey): string {
  const names: Readonly<Record<TitleKey, keyof Words["titlePage"]["fields"]>> = {
    Title: "title",
    Credit: "credit",
    Author: "author",
    Source: "source",
    "Draft date": "date",
    Contact: "contact",
    Copyright: "copyright",
    Notes: "notes",
  }
  return ui.titlePage.fields[names[key]]
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
