// The production of a script in one dialog: the page, what is locked, the revisions, the printer. Every part is a form, so
// that it goes by keys; who only reads sees what is so, and may print.

import type { ScriptHandle } from "scriptroom"
import { openModal } from "../dialogs"
import { el } from "../dom"
import { mayWrite } from "../roles"
import { later } from "../words/later"
import { ui } from "../words/ui"
import { PageForm } from "./page"
import { saidOf } from "./problems"
import { printScript } from "./print"

const words = later.production

/** Where the writer is, for what is done to a scene or to what is selected. */
export interface Selected {
  readonly from: number
  readonly to: number
}

/** Opens the dialog. Others write meanwhile: `selected` says what is selected now. */
export function productionDialog(script: ScriptHandle, selected: () => Selected): void {
  const said = el("p", { class: "production-said", role: "status" })
  const body = el("div", { class: "production-body" })
  const close = el("button", { type: "button", class: "button", onclick: () => modal.dialog.close() }, ui.common.close)
  const modal = openModal(words.title, [body, said, el("div", { class: "actions" }, close)], "production")
  const writes = mayWrite(script.role)

  const run = async (work: () => unknown, done: string): Promise<void> => {
    try {
      await work()
      said.textContent = done
    } catch (error) {
      said.textContent = ui.common.notDone(error instanceof Error ? error.message : String(error))
    }
  }
  const button = (label: string, work: () => unknown, done: string): HTMLElement =>
    el("button", { type: "button", class: "button", disabled: !writes, onclick: () => void run(work, done) }, label)

  const { production } = script
  const page = new PageForm(production, writes, work => void run(work, words.done))
  const locks = el("div", { class: "production-locks" })
  const revisions = el("div", { class: "production-revisions" })
  const printing = el("div", { class: "production-print" })
  const part = (title: string, ...content: Node[]): HTMLElement => el("section", { "aria-label": title }, el("h3", {}, title), ...content)

  // The scene stays the one that the dialog was opened in, wherever it goes.
  const sceneId = script.sceneAt(selected().from)?.id ?? null
  const showLocks = (): void => {
    const { pagesLocked, numbersLocked, problems } = production.state
    const scene = sceneId === null ? null : script.scene(sceneId)
    const omitted = scene !== null && script.paragraph(scene.paragraph).omitted
    replaced(locks, [
      el("p", {}, pagesLocked ? words.pagesAreLocked : words.pagesAreFree),
      el(
        "div",
        { class: "row" },
        button(pagesLocked ? words.lockNewPages : words.lockPages, () => production.lockPages(), words.done),
        pagesLocked ? button(words.unlockPages, () => production.unlockPages(), words.done) : null,
        numbersLocked
          ? button(words.unlockNumbers, () => production.unlockSceneNumbers(), words.done)
          : button(words.lockNumbers, () => production.lockSceneNumbers(), words.done),
        scene ? button(omitted ? words.restore(scene.heading) : words.omit(scene.heading), () => production.omit(scene.id, !omitted), words.done) : null,
      ),
      problems.length > 0 ? el("p", {}, words.problems) : null,
      el("ul", { class: "problems" }, ...problems.map(problem => el("li", {}, saidOf(problem)))),
    ])
  }
  const list = el("ol", { class: "revisions" })
  const marking = el("div", { class: "row" })
  const newRevision = (): HTMLElement => {
    const name = el("input", { type: "text", maxlength: 60, autocomplete: "off", placeholder: words.asCustom })
    const color = el("select", {}, el("option", { value: "" }, words.asCustom), ...papers.map(paper => el("option", { value: paper }, words.papers[paper])))
    const date = el("input", { type: "text", maxlength: 30, autocomplete: "off", value: new Date().toLocaleDateString() })
    const field = (label: string, input: HTMLElement): HTMLElement => el("label", { class: "field" }, label, input)
    return el(
      "form",
      {
        class: "row",
        onsubmit: event => {
          event.preventDefault()
          void run(() => production.startRevision({ name: name.value.trim(), color: color.value, date: date.value.trim() }), words.revisionStarted)
        },
      },
      field(words.name, name),
      field(words.color, color),
      field(words.date, date),
      el("button", { class: "button", disabled: !writes }, words.startRevision),
    )
  }
  revisions.append(list, newRevision(), marking)
  const showRevisions = (): void => {
    const { revisions: all, revising } = production.state
    const rows = all.map(({ number, name, color, date }) =>
      el("li", { "data-paper": color.toLowerCase(), "aria-current": number === revising ? "true" : undefined }, `${name} · ${date}`),
    )
    list.replaceChildren(...rows)
    const { from, to } = selected()
    const marked = from < to
    const onSelection = (work: (from: number, to: number) => unknown) => (): unknown => {
      const { from, to } = selected()
      return work(from, to)
    }
    const buttons = [
      revising === null ? null : button(words.stopRevision, () => production.stopRevision(), words.done),
      revising === null || !marked ? null : button(words.mark, onSelection((from, to) => production.mark(from, to)), words.done),
      marked ? button(words.unmark, onSelection((from, to) => production.unmark(from, to)), words.done) : null,
    ]
    replaced(marking, buttons)
  }
  const which = el("select")
  const print = (): Promise<void> => printScript(script, which.value === "" ? null : Number(which.value))
  printing.append(el("div", { class: "row" }, el("label", { class: "field" }, words.which, which), el("button", { type: "button", class: "button", onclick: () => void run(print, "") }, words.print)))
  const showPrinting = (): void => {
    const chosen = which.value
    const options = production.state.revisions.map(({ number, name }) => el("option", { value: number }, words.pagesOf(name)))
    which.replaceChildren(el("option", { value: "" }, words.allPages), ...options)
    which.value = chosen
  }

  const show = (): void => {
    page.show()
    showRevisions()
    showPrinting()
    showLocks()
  }
  body.append(part(words.page, page.dom), part(words.locks, locks), part(words.revisions, revisions), part(words.printing, printing))
  show()
  const stop = script.on("pages", () => show())
  void modal.closed.then(stop)
}

/** Puts others in the place of what is there; the focus stays at its place among the buttons. */
function replaced(host: HTMLElement, content: readonly (Node | null)[]): void {
  const at = [...host.querySelectorAll("button")].indexOf(document.activeElement as HTMLButtonElement)
  host.replaceChildren(...content.filter(node => node !== null))
  const buttons = host.querySelectorAll("button")
  if (at >= 0) buttons[Math.min(at, buttons.length - 1)]?.focus()
}

const papers = ["White", "Blue", "Pink", "Yellow", "Green", "Goldenrod", "Buff", "Salmon", "Cherry", "Tan"] as const
