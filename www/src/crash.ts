// What a writer sees when a part of the app broke: that the text is safe, and a way on. Only the
// broken part is started again; the document stays where it is.

import { el } from "./dom"
import { ui } from "./words/ui"

/** What can be done after a crash. */
export interface CrashActions {
  /** Starts the editor again with the same script. */
  readonly restart: () => void
  readonly download: () => void
}

/** Lays the overlay over the script. Further crashes while it stands add nothing. */
export function showCrash(app: HTMLElement, error: unknown, actions: CrashActions): void {
  if (app.querySelector(".crash")) return
  const restart = (): void => {
    overlay.remove()
    actions.restart()
  }
  const again = el("button", { type: "button", class: "button primary", onclick: restart }, ui.crash.again)
  const overlay = el(
    "section",
    { class: "crash", role: "alertdialog", "aria-labelledby": "crash-title" },
    el("h2", { id: "crash-title" }, ui.crash.title),
    el("p", {}, ui.crash.words),
    el("details", {}, el("summary", {}, ui.common.whatHappened), describe(error)),
    el(
      "div",
      { class: "actions" },
      again,
      el("button", { type: "button", class: "button", onclick: actions.download }, ui.menu.fountain),
    ),
  )
  app.append(overlay)
  again.focus()
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
