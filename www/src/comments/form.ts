// Where a comment is written: a field that grows, with its buttons. Mod-Enter sends, Escape goes back.

import { el, keyLabel } from "../dom"
import { draftField } from "../drafts"
import { suggestNames } from "./mentions"
import { ui } from "../words/ui"

/** What a form is for. */
export interface FormOptions {
  readonly label: string
  readonly button: string
  readonly text?: string
  /** Who can be mentioned. */
  readonly names: () => readonly string[]
  /** What was said, never empty. What it throws is shown, and the words stay. */
  readonly send: (text: string) => void
  readonly cancel: () => void
}

/** As much as a comment holds, in UTF-16 units: more is no remark on a script. */
const maxLength = 10_000

/** A form for a comment. */
export class CommentForm {
  readonly dom: HTMLFormElement
  private readonly field: HTMLTextAreaElement
  private readonly trouble = el("p", { class: "trouble", role: "alert" })

  constructor(private readonly options: FormOptions) {
    this.field = el("textarea", {
      rows: 2,
      maxlength: maxLength,
      [draftField]: true,
      "aria-label": options.label,
      placeholder: options.label,
      title: ui.comments.sends(keyLabel("Mod-Enter")),
      onkeydown: event => this.key(event as KeyboardEvent),
      oninput: () => this.changed(),
    })
    this.field.defaultValue = options.text ?? ""
    const actions = el(
      "div",
      { class: "actions" },
      el("button", { type: "submit", class: "button primary" }, options.button),
      el("button", { type: "button", class: "button", onclick: options.cancel }, ui.common.cancel),
    )
    const onsubmit = (event: Event): void => {
      event.preventDefault()
      this.send()
    }
    this.dom = el("form", { class: "comment-form", onsubmit }, suggestNames(this.field, options.names), this.trouble, actions)
    this.changed()
  }

  /** What was written and not sent yet. */
  get text(): string {
    return this.field.value
  }

  clear(): void {
    this.field.value = ""
    this.changed()
  }

  focus(): void {
    this.field.focus()
  }

  /** Says something below the field, until somebody writes on. */
  say(words: string): void {
    this.trouble.textContent = words
  }

  private send(): void {
    const text = this.field.value.trim()
    if (text === "") return this.field.focus()
    try {
      this.options.send(text)
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error))
    }
  }

  /** An empty form at rest is one line, without buttons. */
  private changed(): void {
    this.say("")
    this.dom?.classList.toggle("filled", this.field.value !== "")
  }

  private key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.send()
    else if (event.key === "Escape") this.options.cancel()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}
