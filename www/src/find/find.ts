// Finding and replacing, over the whole script: the view shows only a part of it, so the browser's own finding cannot.

import type { ScriptHandle } from "scriptroom"
import { closeSearchPanel, findNext, findPrevious, openSearchPanel, search } from "@codemirror/search"
import type { Extension } from "@codemirror/state"
import { EditorView, keymap } from "@codemirror/view"
import { FindPanel } from "./panel"

/** Makes a script searchable. */
export function finding(script: ScriptHandle): Extension {
  const openReplace = (view: EditorView): boolean => {
    openSearchPanel(view)
    view.dom.querySelector<HTMLElement>(".find")?.dispatchEvent(new Event("replace"))
    return true
  }
  let panel: FindPanel | null = null
  return [
    search({
      top: true,
      literal: true,
      // One for the editor's life, so that it is as it was when it is opened again.
      createPanel: view => (panel ??= new FindPanel(view, script)),
      scrollToMatch: range => EditorView.scrollIntoView(range, { y: "center" }),
    }),
    keymap.of([
      { key: "Mod-f", run: openSearchPanel, scope: "editor search-panel", preventDefault: true },
      { key: "Mod-h", mac: "Mod-Alt-f", run: openReplace, scope: "editor search-panel", preventDefault: true },
      { key: "F3", run: findNext, shift: findPrevious, scope: "editor search-panel", preventDefault: true },
      { key: "Mod-g", run: findNext, shift: findPrevious, scope: "editor search-panel", preventDefault: true },
      { key: "Escape", run: closeSearchPanel, scope: "editor search-panel" },
    ]),
  ]
}

/** Opens the panel, with what is selected in it. */
export const openFind = openSearchPanel
