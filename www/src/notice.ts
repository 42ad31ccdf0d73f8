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
  private words: string | null | undefined

  constructor() {
    this.show(null)
  }

  show(view: NoticeView | null): void {
    const words = view?.words ?? null
    if (words === this.words) return
    this.words = words
    this.dom.classList.toggle("empty", view === null)
    if (!view) return this.dom.replaceChildren()
    const { action } = view
    this.dom.replaceChildren(
      el("p", {}, view.words),
      ...(action ? [el("button", { type: "button", class: "button", onclick: action.run }, action.label)] : []),
    )
  }
}
