// The line between header and script that says what stands in the way, and what can be done about it.

import { el } from "./dom"

/** What a notice says. */
export interface NoticeView {
  readonly words: string
  readonly action?: { readonly label: string; readonly run: () => void } | undefined
}

/** The line; hidden while there is nothing to say. Screen readers hear it. */
export class Notice {
  readonly dom = el("div", { class: "notice-line", role: "status" })
  private words: string | null = null

  constructor() {
    this.show(null)
  }

  show(view: NoticeView | null): void {
    if ((view?.words ?? null) === this.words && view !== null) return
    this.words = view?.words ?? null
    this.dom.classList.toggle("empty", view === null)
    if (!view) return this.dom.replaceChildren()
    const { words, action } = view
    this.dom.replaceChildren(
      el("p", {}, words),
      ...(action ? [el("button", { type: "button", class: "button", onclick: action.run }, action.label)] : []),
    )
  }
}
