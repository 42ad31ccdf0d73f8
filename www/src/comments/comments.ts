// The comments on the script that is open: keeps panel, marks and threads in step.

import type { ScriptHandle, Thread } from "scriptroom"
import type { Extension } from "@codemirror/state"
import { EditorView, keymap, type ViewUpdate } from "@codemirror/view"
import { account } from "../account/account"
import { introduce, personName } from "../account/people"
import { toast } from "../dialogs"
import { el, icon } from "../dom"
import { goTo } from "../editor"
import { displayName } from "../peers"
import { mayComment } from "../roles"
import { loadPerson } from "../saved"
import { chosenThread, commentMarks, draftPlaced, draftRange, type Mark, marksChanged, threadChosen } from "./marks"
import { CommentsPanel } from "./panel"
import { ui } from "../words/ui"

/** The key that begins a comment. */
export const commentKey = "Mod-Alt-m"

/** How long the panel may lag behind the script's text; the marks do not. */
const refreshMs = 300

/** The longest quote that is shown, in UTF-16 units. */
const quoteLength = 120

/** Comments of one script. */
export class Comments {
  private readonly panel: CommentsPanel
  private readonly count = el("span", { class: "count" })
  /** The button that shows and hides them. */
  readonly toggle: HTMLButtonElement
  private script: ScriptHandle | null = null
  private view: EditorView | null = null
  private subscriptions: (() => void)[] = []
  private timer: ReturnType<typeof setTimeout> | null = null
  private known: ReadonlySet<string> | null = null

  /** `onShow` hears whether the panel is to be seen. */
  constructor(private readonly onShow: (shown: boolean) => void) {
    const act = <Given extends readonly unknown[]>(work: (script: ScriptHandle, ...given: Given) => void) => (...given: Given): void => {
      if (this.script) work(this.script, ...given)
    }
    this.panel = new CommentsPanel({
      names: () => this.names(),
      jump: id => this.jump(id),
      leave: () => this.view?.focus(),
      reply: act((script, thread: string, text: string) => {
        introduce(script)
        script.threads.reply(thread, text)
      }),
      edit: act(({ threads }, thread: string, comment: string, text: string) => threads.edit(thread, comment, text)),
      remove: act(({ threads }, thread: string, comment: string) => threads.remove(thread, comment)),
      resolve: act(({ threads }, thread: string, resolved: boolean) => threads.resolve(thread, resolved)),
      begin: () => this.begin(),
      add: text => this.add(text),
      dismiss: () => this.dismiss(),
      close: () => this.show(false),
      concerns: thread => this.concerns(thread),
    })
    this.toggle = el(
      "button",
      { type: "button", class: "icon-button comments-toggle", title: ui.comments.title, "aria-expanded": "false", "aria-controls": "comments", onclick: () => this.show(!this.isShown) },
      icon("comment"),
      this.count,
    )
  }

  get dom(): HTMLElement {
    return this.panel.dom
  }

  /** What the editor needs, to mark the words that comments are about. */
  get marks(): Extension {
    const marks = commentMarks(thread => {
      this.show(true)
      this.panel.choose(thread)
    })
    const begin = (): boolean => {
      this.begin()
      return true
    }
    return [marks, keymap.of([{ key: commentKey, run: begin, preventDefault: true }])]
  }

  /** Follows a script in its editor. */
  follow(script: ScriptHandle, view: EditorView): void {
    this.script = script
    this.view = view
    this.subscriptions = [
      script.on("threads", () => this.look()),
      script.on("role", () => this.look()),
      script.on("change", () => this.lookSoon()),
    ]
    this.look()
  }

  /** Lets go of them. */
  leave(): void {
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe()
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.script = this.view = null
  }

  /** The editor was updated: the caret may be in other words. Returns the comment on them, to be said. */
  updated(update: ViewUpdate): string | null {
    const chosen = chosenThread(update.state)
    if (chosen === chosenThread(update.startState)) return null
    this.panel.choose(chosen)
    const thread = chosen === null ? undefined : this.script?.threads.list().find(({ id }) => id === chosen)
    const [comment] = thread?.comments ?? []
    if (!comment) return null
    const { mine, author, text } = comment
    return ui.comments.here(mine ? ui.common.you : author === null ? ui.common.somebody : personName(author), text)
  }

  /** Begins a comment on what is selected, or on the line with the caret. */
  begin(): void {
    if (!this.view || !this.script) return
    if (!mayComment(this.script.role)) return toast(ui.comments.mayNot)
    const { doc, selection } = this.view.state
    const { from, to, head, empty } = selection.main
    const line = doc.lineAt(head)
    const range = empty ? { from: line.from, to: line.to } : { from, to }
    if (range.from === range.to) return toast(ui.comments.selectFirst)
    this.show(true)
    if (this.panel.goesOn()) return
    this.view.dispatch({ effects: draftPlaced.of(range) })
    this.panel.ask(shortened(doc.sliceString(range.from, range.to)))
  }

  private add(text: string): void {
    const range = this.view && draftRange(this.view.state)
    if (!range) throw new Error(ui.comments.wordsGone)
    if (this.script) introduce(this.script)
    const id = this.script?.threads.add(range, text) ?? null
    this.view?.dispatch({ effects: [draftPlaced.of(null), threadChosen.of(id)] })
    this.view?.focus()
  }

  private dismiss(): void {
    this.view?.dispatch({ effects: draftPlaced.of(null) })
    this.view?.focus()
  }

  private jump(id: string): void {
    const range = this.script?.threads.list().find(thread => thread.id === id)?.range
    if (!range || !this.view) return
    goTo(this.view, range.from)
    this.view.dispatch({ effects: threadChosen.of(id) })
  }

  private get isShown(): boolean {
    return this.toggle.getAttribute("aria-expanded") === "true"
  }

  private show(shown: boolean): void {
    if (shown === this.isShown) return
    this.toggle.setAttribute("aria-expanded", String(shown))
    this.onShow(shown)
    if (shown) this.look()
    else this.view?.focus()
  }

  private lookSoon(): void {
    if (this.timer === null && this.isShown) this.timer = setTimeout(() => this.look(), refreshMs)
  }

  /** Shows the threads as they are now. */
  private look(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    const { script, view } = this
    if (!script || !view) return
    const threads = script.threads.list()
    const open = threads.filter(({ resolved }) => !resolved)
    this.count.textContent = open.length > 0 ? String(open.length) : ""
    this.toggle.setAttribute("aria-label", open.length > 0 ? ui.comments.open(open.length) : ui.comments.title)
    const marks = open.flatMap(({ id, range }): Mark[] => (range ? [{ thread: id, ...range }] : []))
    // This may be heard in the middle of an update of the editor.
    queueMicrotask(() => this.view === view && view.dispatch({ effects: marksChanged.of(marks) }))
    if (this.isShown) this.panel.show(threads, mayComment(script.role))
    this.tellNew(threads)
  }

  /** Says what others have said since. */
  private tellNew(threads: readonly Thread[]): void {
    const before = this.known
    const comments = threads.flatMap(thread => thread.comments)
    this.known = new Set(comments.map(({ id }) => id))
    const fresh = before && comments.filter(({ id, mine }) => !mine && !before.has(id))
    if (!fresh?.length || !this.view) return
    const names = new Set(fresh.map(({ author }) => (author === null ? ui.common.somebody : personName(author))))
    this.view.dispatch({ effects: EditorView.announce.of(ui.comments.fresh([...names].join(", "))) })
  }

  /** Who can be mentioned: who is here, and who has commented. */
  private names(): readonly string[] {
    if (!this.script) return []
    const here = this.script.peers().map(({ name }) => displayName(name))
    const authors = this.script.threads.list().flatMap(({ comments }) => comments.flatMap(({ author }) => author ?? []))
    return [...new Set([...here, ...authors.map(personName), ...this.ownNames()])]
  }

  private ownNames(): readonly string[] {
    const { chosen, name } = loadPerson()
    const person = account()?.person
    return [...(chosen ? [name] : []), ...(person ? [personName(person)] : [])]
  }

  private concerns({ comments }: Thread): boolean {
    const mentions = this.ownNames().map(name => `@${name}`)
    return comments.some(({ mine, text }) => mine || mentions.some(mention => text.includes(mention)))
  }
}

function shortened(words: string): string {
  return words.length > quoteLength ? `${words.slice(0, quoteLength - 1)}…` : words
}
