// The keys that do something, in a list.

import { commentKey } from "./comments/comments"
import { showDialog } from "./dialogs"
import { el, keyLabel } from "./dom"
import { elementLabel, numbered } from "./elements"
import { styles } from "./styles"
import { ui } from "./words/ui"

/** Shows the list. */
export function showKeys(): void {
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
  void showDialog(ui.keys.title, [list], [{ label: ui.common.close, value: "close", kind: "primary" }])
}
