// The menu of a script.

import type { ScriptHandle } from "scriptroom"
import { commentKey } from "./comments/comments"
import type { MenuEntry } from "./dialogs"
import { icon, keyLabel } from "./dom"
import { lazily } from "./lazily"
import { applyTheme, loadTheme, type Theme } from "./saved"
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
    { label: ui.menu.person, icon: icon("person"), run: () => askPerson(script) },
    themeEntry(),
    { label: ui.menu.settings, icon: icon("sliders"), run: () => lazily(import("./settings-dialog"), ({ showSettings }) => showSettings()) },
    { label: ui.menu.figures, icon: icon("pulse"), run: actions.figures },
    { label: ui.menu.keys, icon: icon("keys"), run: () => lazily(import("./keys-dialog"), ({ showKeys }) => showKeys()) },
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
export function askPerson(script: ScriptHandle): void {
  lazily(import("./person-dialog"), ({ showPerson }) => void showPerson(script))
}
