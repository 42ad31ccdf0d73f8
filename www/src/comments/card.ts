// One thread in the panel: the words that it is about, what was said, and what can be said next.

import type { Comment, Thread } from "scriptroom"
import { personNameHere } from "../account/people"
import { el, icon, iconButton } from "../dom"
import { fromNow, fullTime, machineTime } from "../when"
import { CommentForm } from "./form"
import { withMentions } from "./mentions"
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
}

/** A thread. */
export class ThreadCard {
  readonly dom: HTMLLIElement
  private readonly quote = el("button", { type: "button", class: "quote", onclick: () => this.actions.jump(this.id) })
  private readonly said = el("ol", { class: "said" })
  private readonly tools = el("div", { class: "thread-tools" })
  private readonly reply: CommentForm
  /** The comment that is being edited, with its form. */
  private editing: { readonly comment: string; readonly form: CommentForm } | null = null
  private now: { readonly thread: Thread; readonly mayComment: boolean } | null = null
  /** What it shows, so that a thread that stayed the same keeps its nodes, and the focus in them. */
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
        this.reply.clear()
      },
      cancel: () => {
        this.reply.clear()
        actions.leave()
      },
    })
    this.dom = el("li", { class: "thread", "data-thread": id }, this.quote, this.said, this.reply.dom, this.tools)
  }

  /** Shows the thread as it is now. */
  show(thread: Thread, mayComment: boolean): void {
    // "5 minutes ago" is part of what it shows.
    const shows = JSON.stringify([thread, mayComment, thread.comments.map(({ timeMs }) => fromNow(timeMs))])
    if (shows === this.shows) return
    this.shows = shows
    this.now = { thread, mayComment }
    this.draw()
  }

  /** Whether somebody is writing in it. */
  get holdsWords(): boolean {
    return this.reply.text !== "" || this.editing !== null
  }

  focusReply(): void {
    if (this.reply.dom.hidden) this.quote.focus()
    else this.reply.focus()
  }

  private draw(): void {
    if (!this.now) return
    const { thread, mayComment } = this.now
    const { place, quote, resolved, comments } = thread
    const gone = place === "orphaned"
    this.dom.classList.toggle("resolved", resolved)
    this.quote.disabled = place !== "at"
    this.quote.title = gone ? ui.comments.goneHint : ui.comments.goHint
    this.quote.classList.toggle("gone", gone)
    this.quote.replaceChildren(quote || "…")
    this.quote.setAttribute("aria-label", gone ? ui.comments.goneTo(quote) : ui.comments.goTo(quote))
    this.said.replaceChildren(...comments.map(comment => this.comment(comment, mayComment)))
    this.reply.dom.hidden = !mayComment || resolved
    const done = el(
      "button",
      { type: "button", class: "button quiet", onclick: () => this.actions.resolve(this.id, !resolved) },
      icon(resolved ? "undo" : "check"),
      resolved ? ui.comments.reopen : ui.comments.resolve,
    )
    this.tools.replaceChildren(...(mayComment ? [done] : []))
  }

  private comment(comment: Comment, mayComment: boolean): HTMLElement {
    if (this.editing?.comment === comment.id) return el("li", {}, this.editing.form.dom)
    const { mine, author, timeMs, editedMs } = comment
    const who = mine ? ui.common.you : author === null ? ui.common.somebody : personNameHere(author)
    const when = el("time", { datetime: machineTime(timeMs), title: fullTime(timeMs) }, fromNow(timeMs))
    const head = el("div", { class: "comment-head" }, el("strong", {}, who), el("span", { class: "muted" }, when, editedMs !== null && ui.comments.edited))
    if (mine && mayComment) head.append(this.ownTools(comment))
    return el("li", {}, head, el("p", { class: "comment-text" }, ...withMentions(comment.text, this.actions.names())))
  }

  private ownTools(comment: Comment): HTMLElement {
    const edit = iconButton("pen", ui.comments.edit, () => this.edit(comment))
    const remove = iconButton("trash", ui.comments.remove, () => this.actions.remove(this.id, comment.id))
    return el("span", { class: "own-tools" }, edit, remove)
  }

  private edit(comment: Comment): void {
    const form = new CommentForm({
      label: ui.comments.yours,
      button: ui.comments.save,
      text: comment.text,
      names: this.actions.names,
      send: text => {
        this.actions.edit(this.id, comment.id, text)
        this.stopEditing()
      },
      cancel: () => this.stopEditing(),
    })
    this.editing = { comment: comment.id, form }
    this.draw()
    form.focus()
  }

  private stopEditing(): void {
    this.editing = null
    this.draw()
    this.focusReply()
  }
}
