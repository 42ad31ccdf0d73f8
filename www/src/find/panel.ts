// The panel above the script: what is looked for, where, how much of it there is, and what to put in its place. It goes on saying what it said
// when it is opened again, and what it says is what is done: of what the editor makes of a selection it takes the words.

import { paragraphsField } from "scriptroom/codemirror"
import type { ElementType, ScriptHandle } from "scriptroom"
import { closeSearchPanel, findNext, findPrevious, getSearchQuery, replaceAll, replaceNext, SearchQuery, setSearchQuery } from "@codemirror/search"
import type { EditorState } from "@codemirror/state"
import { EditorView, type Panel, runScopeHandlers, type ViewUpdate } from "@codemirror/view"
import { el, iconButton, keyLabel } from "../dom"
import { elementLabel, elementTypes } from "../elements"
import { paragraphAt } from "../lines"
import { ui } from "../words/ui"

/** How long the count may lag behind a key in the script. */
const countMs = 250
/** No more are counted: by then the number says nothing. */
const countedAtMost = 9_999

/** The panel. */
export class FindPanel implements Panel {
  readonly top = true
  readonly dom: HTMLElement
  private readonly words = field(ui.find.find, { "main-field": "true" })
  private readonly other = field(ui.find.replaceWith, {})
  private readonly matchCase = toggle("Aa", ui.find.matchCase, () => this.commit())
  private readonly wholeWords = toggle("W", ui.find.wholeWords, () => this.commit())
  private readonly regexp = toggle(".*", ui.find.regexp, () => this.commit())
  private readonly element = el("select", { "aria-label": ui.find.inElement, onchange: () => this.commit() })
  private readonly place = el("select", { "aria-label": ui.find.where, onchange: () => this.commit() })
  private readonly count = el("span", { class: "find-count", role: "status" })
  private readonly replacing: HTMLElement
  private readonly unfold: HTMLButtonElement
  private timer: ReturnType<typeof setTimeout> | null = null
  /** What it asked for last. */
  private asked: SearchQuery | null = null

  constructor(
    private readonly view: EditorView,
    private readonly script: ScriptHandle,
  ) {
    const option = (value: string, label: string): HTMLElement => el("option", { value }, label)
    this.element.append(option("", ui.find.anyElement), ...elementTypes.map(element => option(element, elementLabel(element))))
    this.place.append(option("", ui.find.wholeScript), option("scene", ui.find.thisScene))
    this.replacing = el(
      "div",
      { class: "find-row" },
      this.other,
      button(ui.find.replace, () => replaceNext(view)),
      button(ui.find.replaceAll, () => this.replaceAll()),
    )
    this.unfold = iconButton("pen", ui.find.unfold(keyLabel("Mod-h")), () => this.showReplacing(this.replacing.hidden !== false))
    const row = el(
      "div",
      { class: "find-row" },
      this.words,
      this.count,
      iconButton("up", ui.find.before(keyLabel("Shift-Enter")), () => findPrevious(view)),
      iconButton("down", ui.find.next, () => findNext(view)),
      el("div", { class: "find-options" }, this.matchCase, this.wholeWords, this.regexp, this.element, this.place, this.unfold),
      el("span", { class: "spring" }),
      iconButton("close", ui.find.close, () => closeSearchPanel(view)),
    )
    this.dom = el("div", { class: "find cm-search", role: "search", "aria-label": ui.find.panel, onkeydown: event => this.key(event as KeyboardEvent) }, row, this.replacing)
    this.dom.addEventListener("replace", () => this.showReplacing(true))
    for (const input of [this.words, this.other]) input.addEventListener("input", () => this.commit())
  }

  mount(): void {
    this.showReplacing(false)
    this.take(getSearchQuery(this.view.state))
    this.words.select()
    this.showCount()
  }

  update(update: ViewUpdate): void {
    for (const { effects } of update.transactions) {
      for (const effect of effects) if (effect.is(setSearchQuery)) this.take(effect.value)
    }
    this.unfold.hidden = update.state.readOnly
    if (update.state.readOnly) this.showReplacing(false)
    if (update.docChanged || update.selectionSet) this.countSoon()
  }

  destroy(): void {
    if (this.timer !== null) clearTimeout(this.timer)
  }

  /** Looks for words that came from elsewhere, those that were selected, as it says here. More than a line of them is not meant. */
  private take(query: SearchQuery): void {
    if (query === this.asked) return
    if (query.search !== "" && !query.search.includes("\n")) this.words.value = query.search
    queueMicrotask(() => this.commit())
  }

  /** Looks for what the panel says now. */
  private commit(): void {
    const element = this.element.value as ElementType | ""
    const isInScene = this.place.value === "scene" ? inSceneOfCaret() : null
    const test = (_match: string, state: EditorState, from: number): boolean =>
      (element === "" || paragraphAt(state, from)?.element === element) && (isInScene === null || isInScene(state, from))
    const query = new SearchQuery({
      search: this.words.value,
      replace: this.other.value,
      literal: true,
      caseSensitive: isPressed(this.matchCase),
      wholeWord: isPressed(this.wholeWords),
      regexp: isPressed(this.regexp),
      ...((element !== "" || isInScene !== null) && { test }),
    })
    if (!query.eq(getSearchQuery(this.view.state))) {
      this.asked = query
      this.view.dispatch({ effects: setSearchQuery.of(query) })
    }
    this.showCount()
  }

  private replaceAll(): void {
    const before = countOf(getSearchQuery(this.view.state), this.view.state, null).all
    // One undo takes all of it back, and nothing that was typed before.
    this.script.closeUndoGroup()
    if (!replaceAll(this.view)) return
    this.script.closeUndoGroup()
    this.view.dispatch({ effects: EditorView.announce.of(ui.find.replaced(before)) })
    this.showCount()
  }

  private showReplacing(show: boolean): void {
    this.replacing.hidden = !show
    this.unfold.setAttribute("aria-expanded", String(show))
    if (show) this.other.focus()
  }

  private countSoon(): void {
    this.timer ??= setTimeout(() => this.showCount(), countMs)
  }

  private showCount(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    const query = getSearchQuery(this.view.state)
    const invalid = query.search !== "" && !query.valid
    this.words.setAttribute("aria-invalid", String(invalid))
    if (invalid) this.count.textContent = ui.find.invalid
    else if (query.search === "") this.count.textContent = ""
    else {
      const { all, current } = countOf(query, this.view.state, this.view.state.selection.main)
      const total = all >= countedAtMost ? `${all}+` : String(all)
      this.count.textContent = all === 0 ? ui.find.nothing : current > 0 ? ui.find.at(current, total) : total
    }
  }

  private key(event: KeyboardEvent): void {
    if (runScopeHandlers(this.view, event, "search-panel")) return event.preventDefault()
    if (event.key !== "Enter" || event.isComposing) return
    if (event.target === this.words) (event.shiftKey ? findPrevious : findNext)(this.view)
    else if (event.target === this.other) replaceNext(this.view)
    else return
    event.preventDefault()
  }
}

/** Whether an offset is in the scene that the caret is in, or like it before the first scene. */
function inSceneOfCaret(): (state: EditorState, offset: number) => boolean {
  let known: { readonly state: EditorState; readonly from: number; readonly to: number } | null = null
  return (state, offset) => {
    if (known?.state !== state) known = { state, ...sceneOfCaret(state) }
    return offset >= known.from && offset <= known.to
  }
}

function sceneOfCaret(state: EditorState): { readonly from: number; readonly to: number } {
  const paragraphs = state.field(paragraphsField)
  const { doc, selection } = state
  let first = doc.lineAt(selection.main.head).number
  let last = first
  while (first > 1 && !paragraphs[first - 1]?.scene) first -= 1
  while (last < doc.lines && !paragraphs[last]?.scene) last += 1
  return { from: doc.line(first).from, to: doc.line(last).to }
}

/** How often something is there, and which of them is selected, from 1. */
function countOf(query: SearchQuery, state: EditorState, selected: { readonly from: number; readonly to: number } | null): { readonly all: number; readonly current: number } {
  let [all, current] = [0, 0]
  const cursor = query.getCursor(state)
  for (let next = cursor.next(); !next.done && all < countedAtMost; next = cursor.next()) {
    all += 1
    if (selected && next.value.from === selected.from && next.value.to === selected.to) current = all
  }
  return { all, current }
}

function field(label: string, attributes: Readonly<Record<string, string>>): HTMLInputElement {
  return el("input", { type: "text", "aria-label": label, placeholder: label, autocomplete: "off", spellcheck: "false", ...attributes })
}

function button(label: string, onclick: () => void): HTMLButtonElement {
  return el("button", { type: "button", class: "button", onclick }, label)
}

function toggle(text: string, label: string, onchange: () => void): HTMLButtonElement {
  const onclick = (): void => {
    press(made, !isPressed(made))
    onchange()
  }
  const made = el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, "aria-pressed": "false", onclick }, text)
  return made
}

const isPressed = (button: HTMLButtonElement): boolean => button.getAttribute("aria-pressed") === "true"
const press = (button: HTMLButtonElement, pressed: boolean): void => button.setAttribute("aria-pressed", String(pressed))
