// One comment in a thread: who said it, when, and what; or the form in which its author edits it.

import type { Comment } from "scriptroom"
import { personNameHere } from "../account/people"
import { el, iconButton } from "../dom"
import { fromNow, fullTime, machineTime } from "../when"
import { CommentForm } from "./form"
import { withMentions } from "./mentions"
import { ui } from "../words/ui"

/** What a comment asks of its thread. */
export interface SaidActions {
  readonly names: () => readonly string[]
  /** Throws where it cannot be said; the words stay in the form then. */
  readonly edit: (text: string) => void
  readonly remove: () => void
  /** The form is away again. */
  readonly edited: () => void
}

/** A comment. */
export class Said {
  private readonly who = el("strong")
  private readonly time = el("time")
  private readonly tools: HTMLElement
  private readonly head: HTMLElement
  private readonly edits = el("span", { hidden: true }, ui.comments.edited)
  private readonly text = el("p", { class: "comment-text" })
  readonly dom: HTMLLIElement
  private form: CommentForm | null = null
  private comment: Comment | null = null

  constructor(private readonly actions: SaidActions) {
    const edit = iconButton("pen", ui.comments.edit, () => this.edit())
    const remove = iconButton("trash", ui.comments.remove, actions.remove)
    this.tools = el("span", { class: "own-tools" }, edit, remove)
    this.head = el("div", { class: "comment-head" }, this.who, el("span", { class: "muted" }, this.time, this.edits), this.tools)
    this.dom = el("li", {}, this.head, this.text)
  }

  /** Whether its author is editing it. */
  get isEdited(): boolean {
    return this.form !== null
  }

  show(comment: Comment, mayComment: boolean, names: readonly string[]): void {
    const { mine, author, timeMs, editedMs, text } = comment
    this.comment = comment
    this.who.textContent = mine ? ui.common.you : author === null ? ui.common.somebody : personNameHere(author)
    this.time.dateTime = machineTime(timeMs)
    this.time.title = fullTime(timeMs)
    this.edits.hidden = editedMs === null
    this.tools.hidden = !mine || !mayComment
    this.text.replaceChildren(...withMentions(text, names))
    this.showTime()
  }

  /** "5 minutes ago" goes on. */
  showTime(): void {
    const words = this.comment ? fromNow(this.comment.timeMs) : ""
    if (this.time.textContent !== words) this.time.textContent = words
  }

  private edit(): void {
    this.form = new CommentForm({
      label: ui.comments.yours,
      button: ui.comments.save,
      text: this.comment?.text ?? "",
      names: this.actions.names,
      send: text => {
        this.actions.edit(text)
        this.stopEditing()
      },
      cancel: () => this.stopEditing(),
    })
    this.dom.replaceChildren(this.form.dom)
    this.form.focus()
  }

  private stopEditing(): void {
    this.form = null
    this.dom.replaceChildren(this.head, this.text)
    this.actions.edited()
  }
}
