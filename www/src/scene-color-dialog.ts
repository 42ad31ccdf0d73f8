// Asks for the colour of a scene: one button a colour, with its name beside it.

import { openModal } from "./dialogs"
import { el } from "./dom"
import { sceneColorName, sceneColors } from "./scene-colors"
import { ui } from "./words/ui"

/** Asks which colour a scene gets that has `color` now. `null` is none; nothing when somebody changed their mind. */
export async function askSceneColor(heading: string, color: string | null): Promise<string | null | undefined> {
  const others = color === null || (sceneColors as readonly string[]).includes(color) ? [] : [color]
  const choices = [...sceneColors, ...others, null].map(choice => choiceButton(choice, choice === color))
  const list = el("form", { method: "dialog", class: "scene-colors" }, ...choices)
  list.addEventListener("keydown", event => walk(event, choices))
  const cancel = el("button", { type: "button", class: "button", onclick: () => dialog.close() }, ui.common.cancel)
  const about = el("p", { class: "muted" }, heading || ui.palette.emptyHeading)
  const { dialog, closed } = openModal(ui.outline.colorTitle, [about, list, el("div", { class: "actions" }, cancel)])
  const answer = await closed
  return answer === null ? undefined : answer === none ? null : answer
}

/** What the button says that takes the colour away. */
const none = "none"

function choiceButton(color: string | null, isNow: boolean): HTMLButtonElement {
  const mark = el("span", { class: "scene-color" })
  if (color !== null) mark.style.setProperty("--scene-color", color)
  const name = color === null ? ui.outline.noColor : sceneColorName(color)
  return el("button", { class: "choice", value: color ?? none, "aria-current": isNow ? "true" : undefined, autofocus: isNow }, mark, name)
}

/** The arrow keys go from one choice to the next. */
function walk(event: KeyboardEvent, choices: readonly HTMLElement[]): void {
  const at = choices.indexOf(event.target as HTMLElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 }[event.key]
  if (at < 0 || to === undefined) return
  event.preventDefault()
  choices[(to + choices.length) % choices.length]?.focus()
}
