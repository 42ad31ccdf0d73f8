// A person's scripts at the relay: found by title, in pages, and those in the trash. Where the relay cannot be reached, what
// this device has of them.

import { RelayError, type ScriptPage } from "scriptroom/relay"
import { relay, SignedOutError } from "../account/account"
import { el, icon } from "../dom"
import { changeRecent, loadRecent, type RecentScript } from "../saved"
import { type RowEvents, deviceRow, scriptRow } from "./row"
import { ui } from "../words/ui"

const pageLength = 30
/** Typing asks when it pauses. */
const pauseMs = 200

/** The list. */
export class MyScripts {
  private readonly search = el("input", {
    type: "search",
    placeholder: ui.library.search,
    "aria-label": ui.library.searchLabel,
    oninput: () => this.searchSoon(),
  })
  private readonly active = this.tab(ui.library.scripts, false)
  private readonly trash = this.tab(ui.library.trash, true)
  private readonly status = el("p", { class: "list-status", role: "status" })
  private readonly list = el("ul", { class: "recent mine", "aria-label": ui.home.yourScripts })
  private readonly more = el("button", { type: "button", class: "button more", onclick: () => void this.load(true) }, ui.library.more)
  private readonly hint = el("div", { class: "list-hint" })
  readonly dom = el(
    "section",
    { class: "my-scripts", "aria-label": ui.home.yourScripts },
    el("div", { class: "list-tools" }, el("label", { class: "search" }, icon("search"), this.search), el("div", { class: "tabs", role: "group", "aria-label": ui.library.which }, this.active, this.trash)),
    this.status,
    this.list,
    this.more,
    this.hint,
  )
  private showsTrash = false
  private next: string | null = null
  /** Which question this is: the answer to an earlier one comes too late. */
  private asked = 0
  private pause: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly person: string) {
    this.more.hidden = true
    this.showTab()
    void this.load()
    const online = (): void => {
      // As long as the page is there: a list that is no longer on it asks nothing.
      if (this.dom.isConnected) void this.load()
      else removeEventListener("online", online)
    }
    addEventListener("online", online)
  }

  private tab(label: string, trash: boolean): HTMLButtonElement {
    const choose = (): void => {
      this.showsTrash = trash
      this.showTab()
      void this.load()
    }
    return el("button", { type: "button", class: "tab", onclick: choose }, label)
  }

  private showTab(): void {
    this.active.setAttribute("aria-pressed", String(!this.showsTrash))
    this.trash.setAttribute("aria-pressed", String(this.showsTrash))
  }

  private searchSoon(): void {
    clearTimeout(this.pause)
    this.pause = setTimeout(() => void this.load(), pauseMs)
  }

  private async load(more = false): Promise<void> {
    this.asked += 1
    const { asked } = this
    this.dom.setAttribute("aria-busy", "true")
    try {
      const query = this.search.value.trim()
      const after = more && this.next !== null ? this.next : undefined
      const page = await relay.scripts({ query, trashed: this.showsTrash, limit: pageLength, after })
      if (asked === this.asked) this.show(page, query, more)
    } catch (error) {
      if (asked === this.asked) this.showTrouble(error)
    }
    if (asked === this.asked) this.dom.removeAttribute("aria-busy")
  }

  private show(page: ScriptPage, query: string, more: boolean): void {
    this.next = page.next
    const ids = new Set(page.scripts.map(script => script.id))
    // What the relay lists is this person's, whoever opened it here before.
    changeRecent(entry => (ids.has(entry.id) && entry.of === "guest" ? { ...entry, of: this.person } : entry))
    const notSent = more || this.showsTrash ? [] : this.notSent(ids, query)
    const rows = [...notSent, ...page.scripts.map(script => scriptRow(script, this.events()))]
    if (more) this.list.append(...rows)
    else this.list.replaceChildren(...rows)
    if (more) rows[0]?.querySelector<HTMLElement>("a, button")?.focus()
    this.more.hidden = page.next === null
    this.status.classList.remove("trouble")
    const count = this.list.children.length
    this.list.hidden = count === 0
    this.status.textContent = count === 0 ? this.nothing(query) : ui.library.counted(count, page.next !== null)
    this.hint.replaceChildren()
  }

  /** Scripts that were begun here, of which the relay has yet to hear. */
  private notSent(listed: ReadonlySet<string>, query: string): HTMLElement[] {
    const mine = loadRecent().filter(entry => entry.of === this.person && entry.unmade && !listed.has(entry.id))
    return mine.filter(entry => isFound(entry, query)).map(entry => deviceRow(entry, ui.library.notSent))
  }

  private nothing(query: string): string {
    if (query !== "") return ui.library.notFound(query, this.showsTrash)
    return this.showsTrash ? ui.library.trashEmpty : ui.library.none
  }

  private showTrouble(error: unknown): void {
    this.more.hidden = true
    this.status.classList.add("trouble")
    const isAway = !(error instanceof RelayError) && !(error instanceof SignedOutError)
    // What is in the trash only the relay knows.
    const here = this.showsTrash ? [] : loadRecent().filter(entry => entry.of === this.person && isFound(entry, this.search.value.trim()))
    if (error instanceof SignedOutError) this.status.textContent = ui.library.signInAgain
    else if (isAway) this.status.textContent = here.length > 0 ? ui.library.away : ui.common.unreachable
    else this.status.textContent = ui.library.trouble((error as Error).message)
    this.list.replaceChildren(...here.map(entry => deviceRow(entry)))
    this.list.hidden = here.length === 0
    const again = el("button", { type: "button", class: "button", onclick: () => void this.load() }, ui.common.tryAgain)
    this.hint.replaceChildren(...(error instanceof SignedOutError ? [] : [again]))
  }

  /** What a row's actions end with: the list as it is then, and the focus where it was. */
  private events(): RowEvents {
    return {
      person: this.person,
      changed: async id => {
        const at = [...this.list.children].findIndex(row => (row as HTMLElement).dataset.row === id)
        await this.load()
        const row = this.list.children[Math.min(Math.max(at, 0), this.list.children.length - 1)]
        ;(row?.querySelector<HTMLElement>("button") ?? this.search).focus()
      },
    }
  }
}

/** As the relay searches: by a part of the title. */
function isFound({ title }: RecentScript, query: string): boolean {
  return title.toLowerCase().includes(query.toLowerCase())
}
