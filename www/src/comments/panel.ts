// The comments beside the script: all threads in the order of their words, a new one, and which of them are shown.

import type { Thread } from "scriptroom"
import { arrange, el, iconButton } from "../dom"
import { type CardActions, ThreadCard } from "./card"
import { CommentForm } from "./form"
import { ui, type Words } from "../words/ui"

/** Which threads are shown. */
type Filter = keyof Words["comments"]["filters"]

/** What the panel asks of whoever has the script. */
export interface PanelActions extends Omit<CardActions, "settled"> {
  /** Begins a comment on what is selected. */
  readonly begin: () => void
  /** Says it; throws where it cannot be said. */
  readonly add: (text: string) => void
  /** A comment that was begun is not made. */
  readonly dismiss: () => void
  readonly close: () => void
  /** Whether a thread is by this person, or mentions them. */
  readonly concerns: (thread: Thread) => boolean
}

/** The panel. */
export class CommentsPanel {
  private readonly list = el("ol", { class: "threads" })
  private readonly empty = el("p", { class: "empty" })
  private readonly begun = el("div", { class: "begun" })
  /** The comment that is begun, and not made yet. */
  private form: CommentForm | null = null
  private readonly filter: HTMLSelectElement
  private readonly add: HTMLButtonElement
  private readonly cards = new Map<string, ThreadCard>()
  private threads: readonly Thread[] = []
  private mayComment = false
  private chosen: string | null = null
  readonly dom: HTMLElement

  constructor(private readonly actions: PanelActions) {
    this.filter = el("select", { "aria-label": ui.comments.which, onchange: () => this.draw() })
    for (const [value, name] of Object.entries(ui.comments.filters)) this.filter.append(el("option", { value }, name))
    this.add = el("button", { type: "button", class: "button", onmousedown: event => event.preventDefault(), onclick: actions.begin }, ui.comments.add)
    const close = iconButton("close", ui.comments.close, actions.close)
    const head = el("div", { class: "comments-head" }, el("h2", { id: "comments-title" }, ui.comments.title), this.filter, close)
    this.dom = el("aside", { class: "comments", id: "comments", "aria-labelledby": "comments-title" }, head, this.begun, this.add, this.empty, this.list)
    this.dom.addEventListener("keydown", event => {
      if (event.key === "Escape" && !event.defaultPrevented) actions.leave()
    })
  }

  /** Shows these threads. */
  show(threads: readonly Thread[], mayComment: boolean): void {
    this.threads = threads
    this.mayComment = mayComment
    this.draw()
  }

  /** Marks the thread that is looked at, and brings it into view. */
  choose(id: string | null): void {
    this.card(this.chosen)?.dom.classList.remove("chosen")
    this.chosen = id
    const card = this.card(id)
    card?.dom.classList.add("chosen")
    card?.dom.scrollIntoView({ block: "nearest" })
  }

  /** Puts the focus to a thread's reply, whatever is shown else. */
  focus(id: string): void {
    if (!this.cards.has(id)) this.filter.value = "all"
    this.draw()
    this.card(id)?.focusReply()
  }

  /** Whether somebody has written something in a comment that is begun. Then they are brought back to it, and told. */
  goesOn(): boolean {
    if (!this.form || this.form.text.trim() === "") return false
    this.form.say(ui.comments.beginLater)
    this.form.focus()
    return true
  }

  /** Asks what is to be said about these words. */
  ask(quote: string): void {
    const stop = (): void => {
      this.form = null
      this.begun.replaceChildren()
    }
    this.form = new CommentForm({
      label: ui.comments.yours,
      button: ui.comments.comment,
      names: this.actions.names,
      send: text => {
        this.actions.add(text)
        stop()
      },
      cancel: () => {
        stop()
        this.actions.dismiss()
      },
    })
    this.begun.replaceChildren(el("blockquote", { class: "quote" }, quote), this.form.dom)
    this.form.focus()
  }

  private draw(): void {
    const shown = [...this.threads, ...this.deleted()].filter(thread => this.isShown(thread)).sort((one, other) => placeOf(one) - placeOf(other))
    const names = this.actions.names()
    const cards = shown.map(thread => {
      const card = this.cards.get(thread.id) ?? this.newCard(thread.id)
      card.show(thread, this.mayComment, names)
      return card
    })
    const before = [...this.list.children]
    const left = before.findIndex(child => child.contains(document.activeElement))
    arrange(this.list, cards.map(({ dom }) => dom))
    for (const [id, card] of this.cards) if (card.dom.parentElement !== this.list) this.cards.delete(id)
    this.add.hidden = !this.mayComment
    this.empty.hidden = shown.length > 0
    this.empty.textContent = this.mayComment ? ui.comments.empty[this.kind] : ui.comments.emptyForReader
    if (left >= 0 && before[left]?.parentElement !== this.list) this.focusNear(cards, left)
  }

  /** The card that had the focus is gone: the one in its place has it, or what chooses which are shown. */
  private focusNear(cards: readonly ThreadCard[], at: number): void {
    const card = cards[Math.min(at, cards.length - 1)]
    if (card) card.focusReply()
    else this.filter.focus()
  }

  /** Threads whose last comment was deleted while somebody writes in them, as they were, without comments. */
  private deleted(): Thread[] {
    const ids = new Set(this.threads.map(({ id }) => id))
    return [...this.cards].flatMap(([id, { thread, holdsWords }]) => (thread && holdsWords && !ids.has(id) ? { ...thread, comments: [] } : []))
  }

  private get kind(): Filter {
    return this.filter.value as Filter
  }

  private isShown(thread: Thread): boolean {
    // Nobody is written away from under their hands.
    if (this.cards.get(thread.id)?.holdsWords) return true
    const { kind } = this
    return kind === "all" || (kind === "mine" ? this.actions.concerns(thread) : thread.resolved === (kind === "resolved"))
  }

  private newCard(id: string): ThreadCard {
    const card = new ThreadCard(id, { ...this.actions, settled: () => this.draw() })
    card.dom.classList.toggle("chosen", id === this.chosen)
    this.cards.set(id, card)
    return card
  }

  private card(id: string | null): ThreadCard | undefined {
    return id === null ? undefined : this.cards.get(id)
  }
}

/** Threads whose words are gone, or have not come yet, stand behind the others. */
function placeOf({ range }: Thread): number {
  return range ? range.from : Infinity
}
