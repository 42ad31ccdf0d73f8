// The menu of a script, and the dialogs that it opens: who the writer is, the theme, the keys.

import type { ScriptHandle } from "scriptroom"
import { learnNames } from "./account/people"
import { commentKey } from "./comments/comments"
import { type MenuEntry, showDialog } from "./dialogs"
import { el, icon, keyLabel } from "./dom"
import { elementLabel, numbered } from "./elements"
import { lazily } from "./lazily"
import { applyTheme, loadPerson, loadTheme, personColors, savePerson, type Theme } from "./saved"
import { styles } from "./styles"
import { ui } from "./words/ui"

/** What the menu asks of the session. */
export interface MenuActions {
  readonly newScript: () => void
  readonly openFile: () => void
  readonly download: () => void
  readonly downloadFinalDraft: () => void
  readonly downloadOther: () => void
  readonly reports: () => void
  /** `null` where nobody is signed in, or it is not for here. */
  readonly signOut: (() => void) | null
  readonly signIn: (() => void) | null
  readonly history: (() => void) | null
  /** `null` where it is what asks. */
  readonly palette: (() => void) | null
  readonly find: () => void
  readonly titlePage: () => void
  readonly figures: () => void
  readonly print: () => void
  readonly production: () => void
  /** `null` for whoever may not write. */
  readonly color: (() => void) | null
  /** `null` for whoever may not comment. */
  readonly comment: (() => void) | null
}

const nextTheme: Readonly<Record<Theme, Theme>> = { system: "light", light: "sepia", sepia: "dark", dark: "system" }

/** The entries of the menu. */
export function scriptMenu(script: ScriptHandle, actions: MenuActions): readonly (MenuEntry | null)[] {
  return [
    { label: ui.menu.newScript, icon: icon("plus"), run: actions.newScript },
    { label: ui.menu.open, icon: icon("open"), run: actions.openFile },
    { label: ui.menu.fountain, icon: icon("download"), run: actions.download },
    { label: ui.menu.finalDraft, icon: icon("download"), run: actions.downloadFinalDraft },
    { label: ui.menu.otherFile, icon: icon("download"), run: actions.downloadOther },
    { label: ui.menu.print, icon: icon("printer"), key: keyLabel("Mod-p"), run: actions.print },
    { label: ui.menu.reports, icon: icon("chart"), run: actions.reports },
    ...(actions.history ? [{ label: ui.menu.history, icon: icon("history"), run: actions.history }] : []),
    { label: ui.menu.titlePage, icon: icon("page"), run: actions.titlePage },
    { label: ui.menu.statistics, icon: icon("chart"), run: () => lazily(import("./statistics-dialog"), ({ showStatistics }) => showStatistics(script)) },
    null,
    ...(actions.palette ? [{ label: ui.menu.palette, icon: icon("scenes"), key: keyLabel("Mod-k"), run: actions.palette }] : []),
    { label: ui.menu.find, icon: icon("search"), key: keyLabel("Mod-f"), run: actions.find },
    ...(actions.comment ? [{ label: ui.menu.comment, icon: icon("comment"), key: keyLabel(commentKey), run: actions.comment }] : []),
    ...(actions.color ? [{ label: ui.menu.color, icon: icon("drop"), run: actions.color }] : []),
    { label: ui.menu.production, icon: icon("clapper"), run: actions.production },
    null,
    { label: ui.menu.person, icon: icon("person"), run: () => void askPerson(script) },
    themeEntry(),
    { label: ui.menu.settings, icon: icon("sliders"), run: () => lazily(import("./settings-dialog"), ({ showSettings }) => showSettings()) },
    { label: ui.menu.figures, icon: icon("pulse"), run: actions.figures },
    { label: ui.menu.keys, icon: icon("keys"), run: () => void showKeys() },
    null,
    ...(actions.signIn ? [{ label: ui.menu.signIn, icon: icon("person"), run: actions.signIn }] : []),
    ...(actions.signOut ? [{ label: ui.menu.signOut, icon: icon("leave"), run: actions.signOut }] : []),
    { label: ui.common.allScripts, icon: icon("home"), run: () => location.assign("/") },
  ]
}

/** The entry that changes the theme. */
export function themeEntry(): MenuEntry {
  const theme = loadTheme()
  return { label: ui.menu.theme(ui.themes[theme]), icon: icon("theme"), run: () => applyTheme(nextTheme[theme]) }
}

/** Asks for the name and the colour that the others see. */
export async function askPerson(script: ScriptHandle): Promise<void> {
  const person = loadPerson()
  const name = el("input", {
    type: "text",
    name: "name",
    value: person.chosen ? person.name : "",
    placeholder: ui.common.guest,
    maxlength: 40,
    autocomplete: "name",
    autofocus: true,
  })
  const colors = personColors.map(color =>
    el("input", {
      type: "radio",
      name: "color",
      value: color,
      style: `--peer: ${color}`,
      "aria-label": ui.colors[color],
      title: ui.colors[color],
      checked: color === person.color,
    }),
  )
  const fields = [
    el("label", { class: "field" }, ui.person.name, name),
    el("div", { class: "field", role: "radiogroup", "aria-label": ui.person.color }, ui.person.color, el("div", { class: "swatches" }, ...colors)),
  ]
  const answer = await showDialog(ui.person.title, fields, [
    { label: ui.person.save, value: "save", kind: "primary" },
    { label: ui.common.cancel, value: "" },
  ])
  if (answer !== "save") return
  const chosen = { name: name.value.trim() || ui.common.guest, color: colors.find(input => input.checked)?.value ?? person.color }
  savePerson({ ...chosen, chosen: true })
  script.setUser(chosen)
  learnNames(script)
}

async function showKeys(): Promise<void> {
  const rows: readonly (readonly [string, string])[] = [
    [ui.keys.enter, "Enter"],
    [ui.keys.tab, "Tab"],
    [ui.keys.offer, ui.keys.offerKeys],
    [ui.keys.backTab, keyLabel("Shift-Tab")],
    ...numbered.map((element, index) => [elementLabel(element), keyLabel(`Mod-${index + 1}`)] as const),
    [ui.keys.styles, styles.map(({ key }) => keyLabel(key)).join(", ")],
    [ui.keys.moveScene, `${keyLabel("Alt")}+↑, ↓`],
    [ui.keys.colorScene, "C"],
    [ui.keys.comment, keyLabel(commentKey)],
    [ui.keys.palette, keyLabel("Mod-k")],
    [ui.menu.print, keyLabel("Mod-p")],
    [ui.keys.find, `${keyLabel("Mod-f")}, ${keyLabel("Mod-h")}`],
    [ui.keys.undo, `${keyLabel("Mod-z")}, ${keyLabel("Mod-Shift-z")}`],
    [ui.keys.leave, ui.keys.leaveKeys],
  ]
  const list = el("dl", { class: "shortcuts" })
  for (const [what, key] of rows) list.append(el("dt", {}, what), el("dd", {}, el("kbd", {}, key)))
  await showDialog(ui.keys.title, [list], [{ label: ui.common.close, value: "close", kind: "primary" }])
}
