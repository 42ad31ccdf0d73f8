/**
 * Keeps editor and script in step.
 *
 * Out: each transaction of the writer's goes to the script in one call, from within the editor's
 * update. In: bytes are queued by the script; once a frame, or less often while the writer types on a
 * slow device, they are applied and dispatched in one synchronous step, so that no key can fall in between. Nothing is dispatched from inside an
 * update, and nothing while an input method composes (for a bounded time). Where the two ever say
 * different things, the script is right.
 */

import { Annotation, type EditorState, Prec, type StateEffect, Transaction, type TransactionSpec } from "@codemirror/state"
import { type Command, EditorView, logException, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view"
import { saysClosed } from "../closed.ts"
import type { Change, InsertedLine, Selection } from "../document-types.ts"
import type { Role, ScriptHandle } from "../types.ts"
import { editsOf } from "./edits.ts"
import { formatsAgree, formatsChanged, formatsField, formatsOf } from "./formats.ts"
import { handleOf } from "./handle.ts"
import { type Stretch, insertionOf } from "./inserted.ts"
import { pagesChanged } from "./pages.ts"
import {
  looksAlike,
  paragraphsChanged,
  paragraphsCorrected,
  paragraphsField,
  paragraphsReread,
} from "./paragraphs.ts"
import { Pace } from "./pace.ts"
import { peersChanged } from "./peers.ts"
import { closedTold, roleTold } from "./writing.ts"

/** Marks a transaction that shows what the script already has. */
export const fromScript = Annotation.define<boolean>()

/** How long incoming changes wait for an input method to finish. */
const compositionPatienceMs = 4_000

/** How often a page in the background takes in what came. */
const backgroundMs = 250

/** How often the caret is put back to where it was: what is drawn there for the first time may be of other heights than it was taken for. */
const maxScrolls = 2

class Sync implements PluginValue {
  private readonly view: EditorView
  private readonly script: ScriptHandle
  private readonly unsubscribe: readonly (() => void)[]
  /** Changes that this editor shows already; their events say nothing new. */
  private readonly shown = new WeakSet<Change>()
  private cancelFrame: (() => void) | null = null
  private mending = false
  private composingSince: number | null = null
  private readonly pace = new Pace()
  /** Heights have changed, and nothing has been measured since. */
  private isUnmeasured = false
  /** What waits for the next frame. */
  private due = { incoming: false, pages: false, peers: false, reconcile: false }

  constructor(view: EditorView) {
    this.view = view
    this.script = handleOf(view.state)
    const { script } = this
    this.unsubscribe = [
      script.on("incoming", () => this.soon("incoming")),
      script.on("pages", () => this.soon("pages")),
      script.on("presence", () => this.soon("peers")),
      script.on("role", role => this.allow(role)),
      script.on("change", change => this.heard(change)),
      script.on("closed", () => this.soonest(() => this.view.dispatch({ effects: closedTold.of(null), annotations: fromScript.of(true) }))),
      script.on("error", error => error.kind === "rebuilt" && this.soon("reconcile")),
    ]
    this.tellPresence(view.state)
    this.soon("incoming")
  }

  update(update: ViewUpdate): void {
    if (update.heightChanged) this.isUnmeasured = update.transactions.length > 0
    for (const transaction of update.transactions) {
      if (transaction.annotation(fromScript)) continue
      if (transaction.docChanged) this.pace.typed(performance.now())
      this.commit(transaction)
    }
    if (update.selectionSet || update.docChanged) this.tellPresence(update.state)
  }

  destroy(): void {
    for (const unsubscribe of this.unsubscribe) unsubscribe()
    this.cancelFrame?.()
    this.script.setPresence({ selection: null })
  }

  /** Shows a change that the script has made: an undo, a scene that was moved, an import. */
  show(change: Change, spec: TransactionSpec = {}): void {
    this.shown.add(change)
    if (this.view.state.doc.length + grown(change) !== this.script.length) this.reconcile()
    else this.view.dispatch({ ...changeSpec(change), ...spec })
  }

  /** Brings a transaction of the writer's to the script. */
  private commit(transaction: Transaction): void {
    const { edits, then } = editsOf(transaction)
    const before = selectionOf(transaction.startState)
    const after = selectionOf(transaction.state)
    const changes: Change[] = []
    try {
      if (edits.length > 0) changes.push(this.script.edit(edits, { before, after }))
      if (then.length > 0) changes.push(this.script.edit(then, { before: after, after }))
    } catch (error) {
      // The script refused, so what the editor shows is nowhere else: say so, and go back to it.
      logException(transaction.state, error, "scriptroom")
      this.soon("reconcile")
    }
    for (const change of changes) {
      this.shown.add(change)
      this.mend(transaction.state, change)
    }
  }

  /** Compares what the editor foretold with what the script did, and sets it right before the
   * next frame is painted. */
  private mend(state: EditorState, change: Change): void {
    const looks = state.field(paragraphsField)
    const effects: StateEffect<unknown>[] = []
    let grownBy = 0
    for (const { from, removed, inserted } of change.paragraphs) {
      const at = from + grownBy
      grownBy += inserted.length - removed
      const now = this.script.paragraphs(at, at + inserted.length)
      if (!now.every((look, index) => looksAlike(looks[at + index], look))) {
        effects.push(paragraphsCorrected.of({ from: at, looks: now }))
      }
    }
    const formats = formatsOf(change)
    if (!formatsAgree(state.field(formatsField), formats)) effects.push(formatsChanged.of(formats))
    const sameLength = this.script.length === state.doc.length && looks.length === state.doc.lines
    if (!sameLength) this.soonest(() => this.reconcile())
    else if (effects.length > 0) {
      this.soonest(() => {
        if (this.view.state.doc === state.doc) this.view.dispatch({ effects, annotations: fromScript.of(true) })
        else this.reconcile()
      })
    }
  }

  /** Runs once the editor's update is over, before anything is painted. */
  private soonest(run: () => void): void {
    this.mending = true
    queueMicrotask(() => {
      this.mending = false
      if (this.view.dom.isConnected) whileOpen(run)
    })
  }

  /** Not with the next frame: what is typed until then would be shown, and the script would not take it. */
  private allow(role: Role): void {
    this.view.dispatch({ effects: roleTold.of(role), annotations: fromScript.of(true) })
  }

  private heard(change: Change): void {
    if (!this.shown.has(change)) this.show(change)
  }

  private soon(what: keyof Sync["due"]): void {
    this.due[what] = true
    // Where nothing is shown yet, somebody waits for the script, and nothing that they look at can move.
    const isFirst = what === "incoming" && this.view.state.doc.length === 0
    if (what === "reconcile" || isFirst) this.cancelFrame?.()
    else if (this.cancelFrame) return
    const waitMs = what === "reconcile" ? 0 : this.pace.waitMs(performance.now())
    this.cancelFrame = isFirst ? atOnce(() => this.onFrame()) : onNextFrame(() => this.onFrame(), waitMs)
  }

  private onFrame(): void {
    this.cancelFrame = null
    if (this.mending || this.waitsForComposition()) {
      this.cancelFrame = onNextFrame(() => this.onFrame())
      return
    }
    const beganMs = performance.now()
    whileOpen(() => this.showDue())
    this.pace.shown(beganMs, performance.now())
  }

  /** Takes in what others have done, and shows it. */
  private showDue(): void {
    const due = this.due
    this.due = { incoming: false, pages: false, peers: false, reconcile: false }
    if (due.reconcile) this.reconcile()
    const isFirst = this.view.state.doc.length === 0
    this.measure()
    const transactions = due.incoming ? this.received() : []
    // What others write below the caret moves nothing above them; to look where it is costs a layout.
    const mayMove = due.pages || transactions.some(({ changes, startState }) => changes.touchesRange(0, startState.selection.main.head))
    const caretTop = mayMove && !isFirst ? this.caretTop() : null
    const { state } = transactions.at(-1) ?? this.view
    const effects: StateEffect<unknown>[] = []
    if (due.pages) effects.push(pagesChanged.of(this.script.pages.breaks))
    if (due.peers || due.incoming) effects.push(peersChanged.of(this.script.peers()))
    if (caretTop !== null) effects.push(caretAt(state, caretTop))
    transactions.push(state.update({ effects, annotations: fromScript.of(true) }))
    // All as one update: CodeMirror keeps the place of the view over one, not over two in a frame.
    if (effects.length > 0) this.view.dispatch(transactions)
    if (caretTop !== null) this.keepCaret(caretTop)
    if (due.incoming && this.script.length !== this.view.state.doc.length) this.reconcile()
  }

  private waitsForComposition(): boolean {
    if (!this.view.composing) {
      this.composingSince = null
      return false
    }
    this.composingSince ??= performance.now()
    return performance.now() - this.composingSince < compositionPatienceMs
  }

  /** Applies what has come in; what shows it is to be dispatched before anything else happens. */
  private received(): Transaction[] {
    const transactions: Transaction[] = []
    const changes = this.script.flush()
    // Only now: whoever was told of the others meanwhile may have dispatched something, such as a scroll to one of them.
    let { state } = this.view
    for (const change of changes) {
      this.shown.add(change)
      const transaction = state.update(changeSpec(change))
      transactions.push(transaction)
      state = transaction.state
    }
    return transactions
  }

  /** Makes the editor say what the script says. */
  private reconcile(): void {
    const { state } = this.view
    const changes = difference(state.doc.toString(), this.script.text())
    this.view.dispatch({
      changes,
      effects: [
        paragraphsReread.of(this.script.paragraphs()),
        formatsChanged.of([{ from: 0, to: this.script.length, runs: this.script.runs(0, this.script.length) }]),
      ],
      annotations: [fromScript.of(true), Transaction.remote.of(true)],
    })
  }

  /** CodeMirror keeps the place of the view over one update that changes heights; before another it has to measure. */
  private measure(): void {
    if (this.isUnmeasured) this.view.lineBlockAtHeight(0)
    this.isUnmeasured = false
  }

  /** How far below the top of the view the caret is; `null` when it is not in sight. What others write above it and
   * pages that break elsewhere would push it about: it stays where it is, and the text around it with it. */
  private caretTop(): number | null {
    const caret = this.caret()
    const height = this.view.scrollDOM.clientHeight
    // A jump leaves it at the very edge, where a fraction of a pixel may be out of sight.
    return caret && caret.bottom > 0 && caret.top < height ? caret.top : null
  }

  /** Where the caret is, from the top of the view; `null` where it is not drawn. To ask makes CodeMirror measure, and scroll. */
  private caret(): { readonly top: number; readonly bottom: number } | null {
    const caret = this.view.coordsAtPos(this.view.state.selection.main.head)
    const sight = this.view.scrollDOM.getBoundingClientRect().top
    return caret && { top: caret.top - sight, bottom: caret.bottom - sight }
  }

  /** Has the view scrolled now: CodeMirror would in the next frame, after this one was painted in the wrong place. */
  private keepCaret(top: number): void {
    let before = Number.NaN
    for (let scrolls = 0; scrolls < maxScrolls; scrolls++) {
      const caret = this.caret()
      // Where it cannot go farther, at the script's ends, it stays.
      if (!caret || Math.abs(caret.top - top) < 1 || caret.top === before) return
      before = caret.top
      this.view.dispatch({ effects: caretAt(this.view.state, top), annotations: fromScript.of(true) })
    }
    this.caret()
  }

  private tellPresence(state: EditorState): void {
    this.script.setPresence({ selection: selectionOf(state) })
  }
}

const plugin = ViewPlugin.fromClass(Sync)

/** Scrolls so that the caret is so far below the top of the view. */
function caretAt({ selection }: EditorState, top: number): StateEffect<unknown> {
  return EditorView.scrollIntoView(selection.main.head, { y: "start", yMargin: top })
}

/** An editor may outlive its script: it goes on showing what it shows, and there is nothing more to show. */
function whileOpen(run: () => void): void {
  try {
    run()
  } catch (error) {
    if (!saysClosed(error)) throw error
  }
}

/** Runs when what goes on now is over, before anything is painted. */
function atOnce(run: () => void): () => void {
  let isDue = true
  queueMicrotask(() => isDue && run())
  return () => (isDue = false)
}

/** Runs with the next frame after a while; a page in the background has none, but goes on listening. */
function onNextFrame(run: () => void, waitMs = 0): () => void {
  if (document.visibilityState === "hidden") {
    const timer = setTimeout(run, backgroundMs)
    return () => clearTimeout(timer)
  }
  let frame = 0
  const ask = (): void => {
    if (document.visibilityState === "hidden") run()
    else frame = requestAnimationFrame(run)
  }
  const timer = waitMs > 0 ? setTimeout(ask, waitMs) : null
  if (timer === null) ask()
  return () => {
    if (timer !== null) clearTimeout(timer)
    cancelAnimationFrame(frame)
  }
}

/** The extension: first among the plugins, so that the others see what the script has. */
export const sync = Prec.highest(plugin)

/**
 * Puts paragraphs in the place of `from … to`. In the middle of text the first one joins what is there; where it begins
 * a paragraph that is left empty, it brings along what it is. Several at the start of one that has text stand above it, and it stays
 * what it is. All of it is one step for undo.
 */
export function insertParagraphs(view: EditorView, from: number, to: number, paragraphs: readonly InsertedLine[]): void {
  insert(view, { from, to }, paragraphs, null)
}

/**
 * Puts paragraphs where they are dropped, and selects them. What they were dragged from, if anything, goes in the same step for undo;
 * dropped on itself it stays.
 */
export function dropParagraphs(view: EditorView, at: number, paragraphs: readonly InsertedLine[], moved: Stretch | null): void {
  if (moved && moved.from <= at && at <= moved.to) return
  insert(view, { from: at, to: at }, paragraphs, { moved })
}

function insert(view: EditorView, at: Stretch, paragraphs: readonly InsertedLine[], drop: { readonly moved: Stretch | null } | null): void {
  const sync = view.plugin(plugin)
  if (!sync || paragraphs.length === 0 || view.state.readOnly) return
  const { edits, then } = insertionOf(view.state, at, paragraphs, drop?.moved ?? null)
  const after = { anchor: drop ? then.from : then.to, head: then.to }
  const change = handleOf(view.state).edit(edits, { before: selectionOf(view.state), after })
  const userEvent = drop ? (drop.moved ? "move.drop" : "input.drop") : "input.paste"
  sync.show(change, { selection: after, scrollIntoView: true, userEvent })
}

/** Takes back the writer's own last edits, goes to where they were. */
export const undo: Command = view => step(view, "undo")

/** Makes them again. */
export const redo: Command = view => step(view, "redo")

/** The browser's own undo, as from its menu or by a gesture, knows only what it saw come into the page: it is the script's. */
export const browserUndo = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return false
    step(view, event.inputType === "historyUndo" ? "undo" : "redo")
    return true
  },
})

function step(view: EditorView, kind: "undo" | "redo"): boolean {
  if (view.state.readOnly) return false
  const change = handleOf(view.state)[kind]()
  const sync = view.plugin(plugin)
  if (!change || !sync) return false
  const selection = change.selection ?? endOf(change)
  sync.show(change, { ...(selection && { selection }), scrollIntoView: true, userEvent: kind })
  return true
}

/** Where a change ends: there the caret goes when nobody told what was selected. */
function endOf({ text }: Change): { readonly anchor: number } | undefined {
  const last = text.at(-1)
  if (!last) return undefined
  const grownBefore = text.slice(0, -1).reduce((sum, part) => sum + part.insert.length - (part.to - part.from), 0)
  return { anchor: last.from + grownBefore + last.insert.length }
}

function selectionOf({ selection: { main } }: EditorState): Selection {
  return { anchor: main.anchor, head: main.head }
}

function changeSpec(change: Change): TransactionSpec {
  return {
    // Whoever writes in a scene that is moved goes with it.
    ...(change.scenes.moved.length > 0 && change.selection && { selection: change.selection }),
    changes: change.text as { from: number; to: number; insert: string }[],
    effects: [paragraphsChanged.of(change.paragraphs), formatsChanged.of(formatsOf(change))],
    annotations: [fromScript.of(true), Transaction.remote.of(change.origin === "remote")],
  }
}

function grown(change: Change): number {
  return change.text.reduce((sum, { from, to, insert }) => sum + insert.length - (to - from), 0)
}

/** What has to be replaced in `before` to get `after`: all but their common start and end. */
function difference(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  let end = 0
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) }
}
