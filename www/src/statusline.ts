// The line below the script: which page of how many, and the keys that matter here.

import type { Pages } from "scriptroom"
import { el } from "./dom"
import { elementLabel, flow } from "./elements"
import { pageIndexAt } from "./lines"
import type { ElementType } from "scriptroom"
import { locale, ui } from "./words/ui"

/** The status line. */
export class StatusLine {
  private readonly page = el("span", { class: "page-now" })
  private readonly hint = el("span", { class: "hint" })
  private readonly typing = el("span", { class: "typing" })

  readonly dom: HTMLElement

  /** `state`: how the script stands with the relay, where that is not seen elsewhere. */
  constructor(state: HTMLElement) {
    this.dom = el("footer", { class: "statusline" }, this.page, this.typing, el("span", { class: "spring" }), this.hint, state)
  }

  /** Says who else is typing. */
  showTyping(names: readonly string[]): void {
    const words = names.length === 0 ? "" : ui.peers.typing(new Intl.ListFormat(locale).format(names), names.length)
    if (this.typing.textContent !== words) this.typing.textContent = words
  }

  /** Shows the page that `offset` is on; nothing before the first layout. */
  showPage(pages: Pages, offset: number): void {
    const index = pageIndexAt(pages.breaks, offset)
    const label = index === 0 ? pages.first : (pages.breaks[index - 1]?.page ?? pages.first)
    const text = pages.count > 0 ? ui.statusline.page(label, pages.count) : ""
    if (this.page.textContent === text) return
    this.page.textContent = text
    this.dom.dataset.pages = String(pages.count)
  }

  /** Says what Enter and Tab lead to. */
  showHint(element: ElementType): void {
    if (this.hint.dataset.element === element) return
    this.hint.dataset.element = element
    const { enter, tab } = flow(element)
    const leads = (key: string, to: ElementType): Node => el("span", {}, el("kbd", {}, key), ` ${elementLabel(to)}`)
    this.hint.replaceChildren(leads(ui.statusline.enter, enter), leads(ui.statusline.tab, tab))
  }
}
