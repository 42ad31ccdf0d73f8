// The menu of a script, and the dialogs that it opens: who the writer is, the theme, the keys.

import type { ScriptHandle } from "scriptroom"
import { commentKey } from "./comments/comments"
import { type MenuEntry, showDialog } from "./dialogs"
import { el, icon, keyLabel } from "./dom"
import { elementLabel, numbered } from "./elements"
import { applyTheme, completes, loadPerson, loadTheme, personColors, savePerson, setCompletes, type Theme } from "./saved"

/** What the menu asks of the session. */
export interface MenuActions {
  readonly newScript: () => void
  readonly openFile: () => void
  readonly download: () => void
  readonly downloadFinalDraft: () => void
  /** `null` where nobody is signed in, or it is not for here. */
  readonly signOut: (() => void) | null
  readonly signIn: (() => void) | null
  readonly history: (() => void) | null
  readonly find: () => void
  /** `null` for whoever may not comment. */
  readonly comment: (() => void) | null
}

const nextTheme: Readonly<Record<Theme, Theme>> = { system: "light", light: "sepia", sepia: "dark", dark: "system" }
const themeNames: Readonly<Record<Theme, string>> = { system: "as the system", light: "light", sepia: "sepia", dark: "dark" }

/** The entries of the menu. */
export function scriptMenu(script: ScriptHandle, actions: MenuActions): readonly (MenuEntry | null)[] {
  return [
    { label: "New script", icon: icon("plus"), run: actions.newScript },
    { label: "Open a file…", icon: icon("open"), run: actions.openFile },
    { label: "Download Fountain", icon: icon("download"), run: actions.download },
    { label: "Download Final Draft", icon: icon("download"), run: actions.downloadFinalDraft },
    ...(actions.history ? [{ label: "History…", icon: icon("history"), run: actions.history }] : []),
    null,
    { label: "Find and replace…", icon: icon("search"), key: keyLabel("Mod-f"), run: actions.find },
    ...(actions.comment ? [{ label: "Comment on the selection", icon: icon("comment"), key: keyLabel(commentKey), run: actions.comment }] : []),
    null,
    { label: "Your name and colour…", icon: icon("person"), run: () => void askPerson(script) },
    themeEntry(),
    { label: `Completion: ${completes() ? "on" : "off"}`, icon: icon("pen"), run: () => setCompletes(!completes()) },
    { label: "Keyboard shortcuts", icon: icon("keys"), run: () => void showKeys() },
    null,
    ...(actions.signIn ? [{ label: "Sign in…", icon: icon("person"), run: actions.signIn }] : []),
    ...(actions.signOut ? [{ label: "Sign out…", icon: icon("leave"), run: actions.signOut }] : []),
    { label: "All scripts", icon: icon("home"), run: () => location.assign("/") },
  ]
}

/** The entry that changes the theme. */
export function themeEntry(): MenuEntry {
  const theme = loadTheme()
  return { label: `Theme: ${themeNames[theme]}`, icon: icon("theme"), run: () => applyTheme(nextTheme[theme]) }
}

/** Asks for the name and the colour that the others see. */
export async function askPerson(script: ScriptHandle): Promise<void> {
  const person = loadPerson()
  const name = el("input", {
    type: "text",
    name: "name",
    value: person.chosen ? person.name : "",
    placeholder: "Guest",
    maxlength: 40,
    autocomplete: "name",
    autofocus: true,
  })
  const colors = Object.entries(personColors).map(([color, name]) =>
    el("input", {
      type: "radio",
      name: "color",
      value: color,
      style: `--peer: ${color}`,
      "aria-label": name,
      title: name,
      checked: color === person.color,
    }),
  )
  const fields = [
    el("label", { class: "field" }, "The others see you as", name),
    el("div", { class: "field", role: "radiogroup", "aria-label": "Colour" }, "Colour", el("div", { class: "swatches" }, ...colors)),
  ]
  const answer = await showDialog("Your name and colour", fields, [
    { label: "Save", value: "save", primary: true },
    { label: "Cancel", value: "" },
  ])
  if (answer !== "save") return
  const chosen = { name: name.value.trim() || "Guest", color: colors.find(input => input.checked)?.value ?? person.color }
  savePerson({ ...chosen, chosen: true })
  script.setUser(chosen)
}

async function showKeys(): Promise<void> {
  const rows: readonly (readonly [string, string])[] = [
    ["Next paragraph, of the element that follows", "Enter"],
    ["Next or other element", "Tab"],
    ["Offer what the script has", "Ctrl+Space"],
    ["Element before", keyLabel("Shift-Tab")],
    ...numbered.map((element, index) => [elementLabel(element), keyLabel(`Mod-${index + 1}`)] as const),
    ["Bold, italic, underlined", ["b", "i", "u"].map(key => keyLabel(`Mod-${key}`)).join(", ")],
    ["Move a scene, in the list of scenes", `${keyLabel("Alt")}+↑, ↓`],
    ["Comment on the selection", keyLabel(commentKey)],
    ["Go to anything", keyLabel("Mod-k")],
    ["Find, replace", `${keyLabel("Mod-f")}, ${keyLabel("Mod-h")}`],
    ["Undo, redo", `${keyLabel("Mod-z")}, ${keyLabel("Mod-Shift-z")}`],
    ["Leave the script with the keyboard", "Escape, then Tab"],
  ]
  const list = el("dl", { class: "shortcuts" })
  for (const [what, key] of rows) list.append(el("dt", {}, what), el("dd", {}, el("kbd", {}, key)))
  await showDialog("Keyboard shortcuts", [list], [{ label: "Close", value: "close", primary: true }])
}
