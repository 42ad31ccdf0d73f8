// The history of a script: its versions beside what one of them was, or what it changed. It lies over the editor, which stays as
// it is; Escape goes back to it.

import type { History, Made, RelayScript } from "scriptroom/relay"
import { RelayError } from "scriptroom/relay"
import { account } from "../account/account"
import { personName } from "../account/people"
import { askText, confirmed, openModal, toast } from "../dialogs"
import { el, icon, iconButton } from "../dom"
import { type Entry, entriesOf, versionAt } from "./entries"
import { Timeline } from "./timeline"
import { Viewer } from "./viewer"
import { later } from "../words/later"
import { ui } from "../words/ui"

/** Whose history is shown, to whom. */
export interface HistoryOf {
  readonly script: RelayScript
  readonly title: string
  /** Whether this person may bring something back, and give names. */
  readonly mayWrite: boolean
  /** When this person had the script open before; `null` for never. */
  readonly lastHereMs: number | null
}

/** Opens the history. */
export function showHistory(of: HistoryOf): void {
  new HistoryPanel(of).open()
}

class HistoryPanel {
  private readonly timeline = new Timeline(
    entry => void this.choose(entry),
    () => void this.load(true),
  )
  private readonly viewer: Viewer
  private readonly actions = el("div", { class: "history-actions", role: "group", "aria-label": later.history.thisVersion })
  private readonly back = el("button", { type: "button", class: "button back", onclick: () => this.showList() }, icon("back"), later.history.versions)
  private parts: History[] = []
  private entries: readonly Entry[] = []
  private dialog: HTMLDialogElement | null = null

  constructor(private readonly of: HistoryOf) {
    this.viewer = new Viewer(of.script)
  }

  open(): void {
    const close = iconButton("close", later.history.close, () => this.dialog?.close())
    const body = el("div", { class: "history-body" }, el("div", { class: "history-main" }, el("div", { class: "history-bar" }, this.back, this.viewer.tools, this.actions), this.viewer.dom), this.timeline.dom)
    const modal = openModal(later.history.title(this.of.title || ui.common.untitled), [close, body], "history")
    this.dialog = modal.dialog
    void modal.closed.then(() => this.viewer.close())
    void this.load().then(() => this.timeline.focus())
  }

  /** Asks for the newest part, or for the next older one, and shows what is known; of the newest part a version, or the newest. */
  private async load(older = false, version: number | null = null): Promise<void> {
    try {
      const before = older ? this.parts.at(-1)?.before : undefined
      const part = await this.of.script.history(before ?? undefined)
      this.parts = older ? [...this.parts, part] : [part]
      this.entries = entriesOf(this.parts)
    } catch (error) {
      return this.viewer.say(historyTrouble(error))
    }
    this.timeline.show(this.entries, this.parts.at(-1)?.before != null, this.of.lastHereMs)
    if (older) return
    this.viewer.knows(this.entries, this.parts[0]?.version ?? 0, versionAt(this.entries, this.of.lastHereMs))
    const shown = this.entries.find(entry => entry.version === version) ?? this.entries[0]
    if (shown) await this.show(shown)
    else this.viewer.say(later.history.nothing)
  }

  private async choose(entry: Entry): Promise<void> {
    this.dialog?.classList.add("looks")
    // Where there is room for one of the two, the row that was pressed is gone, and the way back is there.
    this.back.focus()
    await this.show(entry)
  }

  private async show(entry: Entry): Promise<void> {
    this.timeline.mark(entry.version)
    this.showActions(entry)
    await this.viewer.show(entry).catch((error: unknown) => this.viewer.say(historyTrouble(error)))
  }

  private showList(): void {
    this.dialog?.classList.remove("looks")
    this.timeline.focus()
  }

  private showActions(entry: Entry): void {
    if (!this.of.mayWrite) {
      this.actions.replaceChildren(el("span", { class: "muted" }, later.history.mayLook))
      return
    }
    const button = (label: string, run: () => Promise<void>): HTMLElement =>
      el("button", { type: "button", class: "button", onclick: () => void run() }, label)
    const isNewest = entry.version === this.parts[0]?.version
    // What is left of an hour says no longer who wrote which of it.
    const [author] = entry.authors
    const isWhole = entry.origin !== null && entry.origin !== "hour" && author !== undefined
    const takeBack = isWhole ? button(later.history.takeBack, () => this.takeBack(entry, author)) : null
    const restore = isNewest ? null : button(later.history.restore, () => this.restore(entry))
    restore?.classList.add("primary")
    this.actions.replaceChildren(...[button(later.history.name, () => this.name(entry)), takeBack, restore].filter(node => node !== null))
  }

  private async name({ version, names }: Entry): Promise<void> {
    const name = await askText(later.history.nameTitle, later.history.nameLabel, names[0] ?? "", later.history.keep)
    if (!name) return
    await this.done(async () => {
      await this.of.script.nameVersion(name, version)
      toast(later.history.kept(name))
      await this.load(false, version)
      // The button that was pressed is another one now.
      this.actions.querySelector("button")?.focus()
    })
  }

  private async restore({ version }: Entry): Promise<void> {
    await this.done(async () => this.brought(await this.of.script.restoreVersion(version), later.history.restored))
  }

  private async takeBack({ version, before }: Entry, author: string): Promise<void> {
    const words = author === account()?.person ? later.history.takeBackYours : later.history.takeBackOf(personName(author))
    if (!(await confirmed(later.history.takeBackTitle, words, later.history.takeItBack))) return
    const edits = { from: before + 1, to: version, author }
    await this.done(async () => this.brought(await this.of.script.rollBack(edits), later.history.takenBack))
  }

  /** The script is another now: everybody sees it, and it can be taken back in its turn. */
  private brought({ version, changed }: Made, words: string): void {
    this.dialog?.close()
    if (!changed) return toast(later.history.unchanged)
    const undo = async (): Promise<void> => {
      await this.of.script.rollBack({ from: version, to: version })
      toast(later.history.asBefore)
    }
    toast(words, { label: ui.common.undo, run: () => void this.done(undo) })
  }

  private async done(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      toast(historyTrouble(error))
    }
  }
}

function historyTrouble(error: unknown): string {
  if (error instanceof TypeError) return later.history.unreachable
  if (!(error instanceof RelayError)) return later.history.failed(String(error))
  return later.history.trouble[error.code] ?? later.history.failed(error.message)
}
