// The settings as a dialog. What is changed counts at once, and stays.

import { openModal } from "./dialogs"
import { el } from "./dom"
import { applyTheme, loadTheme, type Theme } from "./saved"
import { type Automatisms, loadSettings, saveSettings, type Settings, textSizes, writingLanguages } from "./settings"
import { later } from "./words/later"
import { languages, locale, ui } from "./words/ui"

/** The settings that are on or off. */
type Switch = { readonly [K in keyof Settings]: Settings[K] extends boolean ? K : never }[keyof Settings]

/** What can be chosen: values, and what they are called. */
type Options = readonly (readonly [string, string])[]

const automatisms: readonly (keyof Automatisms)[] = ["headings", "brackets", "completes", "contd", "sentences", "quotes"]

/** Opens the dialog. */
export function showSettings(): void {
  const { settings: words } = later
  const before = loadSettings().language
  const done = el("button", { type: "button", class: "button primary", onclick: () => modal.dialog.close() }, ui.common.done)
  const content = [
    section(words.look, [
      choice(words.theme, Object.entries(ui.themes), loadTheme(), theme => applyTheme(theme as Theme)),
      choice(words.textSize, sizes(), String(loadSettings().textSize), size => saveSettings({ textSize: Number(size) })),
      choice(words.view, Object.entries(words.views), loadSettings().view, view => saveSettings({ view: view === "draft" ? "draft" : "page" })),
      ...(["capitals", "typewriter", "focus"] as const).map(toggle),
    ]),
    section(words.typing, [...automatisms.map(toggle), el("p", { class: "note" }, words.undoNote)]),
    section(words.words, [
      toggle("spelling"),
      choice(words.writing, tags(), loadSettings().writing, writing => saveSettings({ writing })),
      choice(words.language, [["system", words.browserLanguage], ...Object.entries(languages)], before, language =>
        saveSettings({ language: language as Settings["language"] }),
      ),
    ]),
    el("div", { class: "actions" }, done),
  ]
  const modal = openModal(words.title, content, "settings")
  void modal.closed.then(() => {
    // All that is on the page says what it says: in another language it is opened anew.
    if (loadSettings().language !== before) location.reload()
  })
}

function section(title: string, fields: readonly Node[]): HTMLElement {
  return el("fieldset", {}, el("legend", {}, title), ...fields)
}

function toggle(name: Switch): HTMLElement {
  const box = el("input", { type: "checkbox", name, checked: loadSettings()[name], onchange: () => saveSettings({ [name]: box.checked }) })
  const { label, hint } = later.settings.switches[name]
  return el("label", { class: "switch" }, box, el("span", {}, label, hint === "" ? null : el("small", {}, hint)))
}

function choice(label: string, options: Options, value: string, choose: (value: string) => void): HTMLElement {
  const select = el("select", { onchange: () => choose(select.value) })
  select.append(...options.map(([value, words]) => el("option", { value }, words)))
  select.value = value
  return el("label", { class: "choice" }, el("span", {}, label), select)
}

function sizes(): Options {
  const percent = new Intl.NumberFormat(locale, { style: "percent" })
  return textSizes.map(size => [String(size), percent.format(size)])
}

function tags(): Options {
  const names = new Intl.DisplayNames(locale, { type: "language" })
  return [["", later.settings.browserLanguage], ...writingLanguages.map(tag => [tag, names.of(tag) ?? tag] as const)]
}
