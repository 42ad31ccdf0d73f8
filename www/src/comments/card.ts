// One thread in the panel: the words that it is about, what was said, and what can be said next. Its nodes stay as long as it
// does, and only what differs is written into them: the focus may be in any, and what an input method puts together.

import type { Comment, Thread } from "scriptroom"
import { personNameHere } from "../account/people"
import { arrange, el, icon } from "../dom"
import { CommentForm } from "./form"
import { Said } from "./said"
import { ui } from "../words/ui"

/** What a card asks of the panel. */
export interface CardActions {
  readonly names: () => readonly string[]
  /** Shows the words that the thread is about. */
  readonly jump: (thread: string) => void
  /** Goes back to the script. */
  readonly leave: () => void
  readonly reply: (thread: string, text: string) => void
  readonly edit: (thread: string, comment: string, text: string) => void
  readonly remove: (thread: string, comment: string) => void
  readonly resolve: (thread: string, resolved: boolean) => void
  /** Nobody writes in it any more: what was shown only for that may go. */
  readonly settled: () => void
}

/** A thread. */
export class ThreadCard {
  readonly dom: HTMLLIElement
  private readonly quote = el("button", { type: "button", class: "quote", onclick: () => this.actions.jump(this.id) })
  private readonly deleted = el("p", { class: "muted", hidden: true }, ui.comments.deleted)
  private readonly list = el("ol", { class: "said" })
  private readonly done = el("button", { type: "button", class: "button quiet", onclick: () => this.actions.resolve(this.id, !this.thread?.resolved) })
  private readonly reply: CommentForm
  /** The comments, by their ids. */
  private said: ReadonlyMap<string, Said> = new Map()
  thread: Thread | null = null
  /** What it shows, but for the times: a thread that stayed the same is left alone. */
  private shows = ""

  constructor(
    readonly id: string,
    private readonly actions: CardActions,
  ) {
    this.reply = new CommentForm({
      label: ui.comments.reply,
      button: ui.comments.reply,
      names: actions.names,
      send: text => {
        actions.reply(id, text)
        this.empty()
      },
      cancel: () => {
        actions.leave()
        this.empty()
      },
    })
    this.dom = el("li", { class: "thread", "data-thread": id }, this.quote, this.deleted, this.list, this.reply.dom, el("div", { class: "thread-tools" }, this.done))
  }

  /** Shows the thread as it is now; `names` are those that can be mentioned. Without comments it is one that is deleted while somebody writes in it. */
  show(thread: Thread, mayComment: boolean, names: readonly string[]): void {
    this.thread = thread
    for (const said of this.said.values()) said.showTime()
    // Where its words stand is no part of what it shows: that is another place with each letter that is written above them.
    const { place, quote, resolved, comments } = thread
    const people = comments.map(({ author }) => author && personNameHere(author))
    const mentioned = names.filter(name => comments.some(({ text }) => text.includes(`@${name}`)))
    const shows = JSON.stringify([place, quote, resolved, comments, mayComment, people, mentioned])
    if (shows === this.shows) return
    this.shows = shows
    this.draw(thread, mayComment, mentioned)
  }

  /** Whether somebody is writing in it. */
  get holdsWords(): boolean {
    return this.reply.text !== "" || [...this.said.values()].some(({ isEdited }) => isEdited)
  }

  focusReply(): void {
    if (!this.reply.dom.hidden) this.reply.focus()
    else if (!this.quote.disabled) this.quote.focus()
    else this.done.focus()
  }

  private empty(): void {
    this.reply.clear()
    // It may have been shown for its words alone.
    this.shows = ""
    this.actions.settled()
  }

  private draw({ place, quote, resolved, comments }: Thread, mayComment: boolean, names: readonly string[]): void {
    const isOrphaned = place === "orphaned"
    const isDeleted = comments.length === 0
    this.dom.classList.toggle("resolved", resolved)
    this.quote.disabled = place !== "at" || isDeleted
    this.quote.title = isOrphaned ? ui.comments.goneHint : ui.comments.goHint
    this.quote.classList.toggle("gone", isOrphaned)
    this.quote.textContent = quote.trim() || "…"
    this.quote.setAttribute("aria-label", isOrphaned ? ui.comments.goneTo(quote) : ui.comments.goTo(quote))
    this.deleted.hidden = !isDeleted
    this.drawSaid(comments, mayComment, names)
    this.reply.dom.hidden = (!mayComment || resolved) && this.reply.text === ""
    this.done.hidden = !mayComment || isDeleted
    this.done.replaceChildren(icon(resolved ? "undo" : "check"), resolved ? ui.comments.reopen : ui.comments.resolve)
  }

  private drawSaid(comments: readonly Comment[], mayComment: boolean, names: readonly string[]): void {
    const before = this.said
    const now = new Map(comments.map(({ id }) => [id, before.get(id) ?? this.newSaid(id)]))
    // One that is deleted elsewhere while it is edited here stays for the words in its form.
    for (const [id, said] of before) if (said.isEdited) now.set(id, said)
    for (const comment of comments) now.get(comment.id)?.show(comment, mayComment, names)
    this.said = now
    const hadFocus = this.list.contains(document.activeElement)
    arrange(this.list, [...now.values()].map(({ dom }) => dom))
    // The comment that was deleted took it along.
    if (hadFocus && !this.list.contains(document.activeElement) && now.size > 0) this.focusReply()
  }

  private newSaid(id: string): Said {
    return new Said({
      names: this.actions.names,
      edit: text => {
        if (!this.thread?.comments.some(comment => comment.id === id)) throw new Error(ui.comments.deletedMeanwhile)
        this.actions.edit(this.id, id, text)
      },
      remove: () => this.actions.remove(this.id, id),
      edited: () => {
        this.shows = ""
        this.focusReply()
        this.actions.settled()
      },
    })
  }
}
