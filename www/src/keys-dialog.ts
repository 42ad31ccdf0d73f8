// The keys that do something, in a list.

import { commentKey } from "./comments/comments"
import { showDialog } from "./dialogs"
import { el, keyLabel } from "./dom"
import { elementLabel, numbered } from "./elements"
import { styles } from "./styles"
import { later } from "./words/later"
import { ui } from "./words/ui"

/** Shows the list. */
export function showKeys(): void {
  const rows: readonly (readonly [string, string])[] = [
    [later.keys.enter, "Enter"],
    [later.keys.tab, "Tab"],
    [later.keys.offer, later.keys.offerKeys],
    [later.keys.backTab, keyLabel("Shift-Tab")],
    ...numbered.map((element, index) => [elementLabel(element), keyLabel(`Mod-${index + 1}`)] as const),
    [later.keys.styles, styles.map(({ key }) => keyLabel(key)).join(", ")],
    [later.keys.moveScene, `${keyLabel("Alt")}+↑, ↓`],
    [later.keys.colorScene, "C"],
    [later.keys.comment, keyLabel(commentKey)],
    [later.keys.palette, keyLabel("Mod-k")],
    [ui.menu.print, keyLabel("Mod-p")],
    [later.keys.find, `${keyLabel("Mod-f")}, ${keyLabel("Mod-h")}`],
    [later.keys.undo, `${keyLabel("Mod-z")}, ${keyLabel("Mod-Shift-z")}`],
    [later.keys.leave, later.keys.leaveKeys],
  ]
  const list = el("dl", { class: "shortcuts" })
  for (const [what, key] of rows) list.append(el("dt", {}, what), el("dd", {}, el("kbd", {}, key)))
  void showDialog(later.keys.title, [list], [{ label: ui.common.close, value: "close", kind: "primary" }])
}
