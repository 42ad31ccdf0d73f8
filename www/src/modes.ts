// How the script is shown and what the browser does with it, as the writer has set it: page or draft view, typewriter, focus, spelling.
// `modes` goes into the editor, `showModes` and `showOnPage` follow a change of settings.

import { Compartment, type Extension } from "@codemirror/state"
import { EditorView, highlightActiveLine } from "@codemirror/view"
import { pageGaps } from "./pagegaps"
import { loadSettings, type Settings } from "./settings"
import { knownNames } from "./spelling"
import { titleSheet } from "./titlesheet"

const shown = new Compartment()

/** What depends on the settings in the editor. */
export function modes(): Extension {
  return shown.of(modesFor(loadSettings()))
}

/** Shows a script as the settings say now. */
export function showModes(view: EditorView): void {
  view.dispatch({ effects: shown.reconfigure(modesFor(loadSettings())) })
  // Letters of another size: what was measured is no longer true.
  view.requestMeasure()
}

function modesFor(settings: Settings): Extension {
  const { view, typewriter, focus, spelling, writing } = settings
  return [
    pageGaps(view),
    view === "page" ? titleSheet : [],
    typewriter ? middleLine : [],
    focus ? highlightActiveLine() : [],
    spelling ? knownNames() : [],
    EditorView.contentAttributes.of({
      spellcheck: String(spelling),
      ...(writing !== "" && { lang: writing }),
      autocapitalize: "sentences",
      autocorrect: "on",
    }),
  ]
}

/** Whatever brings the caret into view brings it to the middle: there is no room for it elsewhere. */
const middleLine = EditorView.scrollMargins.of(view => {
  const half = Math.max(0, view.scrollDOM.clientHeight / 2 - 1.5 * view.defaultLineHeight)
  return { top: half, bottom: half }
})

/** What the whole page shows of the settings. */
export function showOnPage({ textSize, view, typewriter, focus, capitals }: Settings): void {
  const root = document.documentElement
  root.style.setProperty("--script-scale", String(textSize))
  root.classList.toggle("draft-view", view === "draft")
  root.classList.toggle("typewriter", typewriter)
  root.classList.toggle("focus-mode", focus)
  root.classList.toggle("as-typed", !capitals)
}
