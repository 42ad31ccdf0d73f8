// Who the writer is: the name and the colour that the others see.

import type { ScriptHandle } from "scriptroom"
import { learnNames } from "./account/people"
import { showDialog } from "./dialogs"
import { el } from "./dom"
import { loadPerson, personColors, savePerson } from "./saved"
import { later } from "./words/later"
import { ui } from "./words/ui"

/** Asks for both. */
export async function showPerson(script: ScriptHandle): Promise<void> {
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
    el("label", { class: "field" }, later.person.name, name),
    el("div", { class: "field", role: "radiogroup", "aria-label": later.person.color }, later.person.color, el("div", { class: "swatches" }, ...colors)),
  ]
  const answer = await showDialog(later.person.title, fields, [
    { label: later.person.save, value: "save", kind: "primary" },
    { label: ui.common.cancel, value: "" },
  ])
  if (answer !== "save") return
  const chosen = { name: name.value.trim() || ui.common.guest, color: colors.find(input => input.checked)?.value ?? person.color }
  savePerson({ ...chosen, chosen: true })
  script.setUser(chosen)
  learnNames(script)
}
