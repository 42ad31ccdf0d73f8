// Mentioning somebody: `@` in a comment suggests the names of those who are here. A mention is text like any other.

import { el } from "../dom"
import { ui } from "../words/ui"

const suggestedAtMost = 6
let lists = 0
const beforeCaret = /(?:^|\s)@([^\s@]*)$/u

/** The names that go on from what stands behind the last `@`. */
export function suggestions(before: string, names: readonly string[]): readonly string[] {
  const begun = beforeCaret.exec(before)?.[1]
  if (begun === undefined) return []
  const start = begun.toLocaleLowerCase()
  return names.filter(name => name.toLocaleLowerCase().split(/\s/).some(word => word.startsWith(start))).slice(0, suggestedAtMost)
}

/** A comment's text as nodes: the names that it mentions stand out. */
export function withMentions(text: string, names: readonly string[]): readonly (Node | string)[] {
  const known = names.filter(name => name !== "").sort((one, other) => other.length - one.length)
  if (known.length === 0) return [text]
  const pattern = new RegExp(`(@(?:${known.map(escaped).join("|")}))(?![\\p{L}\\p{N}])`, "u")
  return text.split(pattern).map((part, index) => (index % 2 === 1 ? el("span", { class: "mention" }, part) : part))
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")

/** A field with its suggestions below it. */
export function suggestNames(field: HTMLTextAreaElement, names: () => readonly string[]): HTMLElement {
  lists += 1
  const id = `mentions-${lists}`
  const list = el("ul", { class: "suggested", role: "listbox", id, "aria-label": ui.comments.people, hidden: true })
  const box = el("div", { class: "suggesting" }, field, list)
  let at = 0
  field.setAttribute("aria-autocomplete", "list")
  field.setAttribute("aria-controls", id)

  const before = (): string => field.value.slice(0, field.selectionStart)
  const hide = (): void => {
    list.hidden = true
    field.removeAttribute("aria-activedescendant")
  }
  const choose = (name: string): void => {
    const start = before().lastIndexOf("@")
    field.setRangeText(`@${name} `, start, field.selectionStart, "end")
    hide()
    field.focus()
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }
  const mark = (to: number): void => {
    at = (to + list.children.length) % list.children.length
    ;[...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)))
    field.setAttribute("aria-activedescendant", `${id}-${at}`)
  }
  const show = (): void => {
    const found = suggestions(before(), names())
    list.hidden = found.length === 0
    const option = (name: string, index: number): HTMLElement =>
      // A press would take the focus from the field before the click comes.
      el("li", { role: "option", id: `${id}-${index}`, onmousedown: event => event.preventDefault(), onclick: () => choose(name) }, name)
    list.replaceChildren(...found.map(option))
    if (found.length > 0) mark(0)
    else hide()
  }
  const key = (event: KeyboardEvent): void => {
    if (list.hidden || event.isComposing) return
    if (event.key === "ArrowDown") mark(at + 1)
    else if (event.key === "ArrowUp") mark(at - 1)
    else if (event.key === "Enter" || event.key === "Tab") choose(list.children[at]?.textContent ?? "")
    else if (event.key === "Escape") hide()
    else return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  field.addEventListener("input", show)
  field.addEventListener("blur", hide)
  box.addEventListener("keydown", key, { capture: true })
  return box
}
