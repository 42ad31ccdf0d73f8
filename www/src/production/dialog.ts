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

/** Something to do, and what is said when it is done. */
type Run = (work: () => unknown, done: string) => void

/** What the parts of the dialog are made with. */
interface Frame {
  readonly script: ScriptHandle
  readonly writes: boolean
  readonly selected: () => Selected
  readonly run: Run
}

/** A part of the dialog. */
interface Part {
  readonly dom: HTMLElement
  /** Shows what is so now. */
  show(): void
}

/** Opens the dialog. Others write meanwhile: `selected` says what is selected now. */
export function productionDialog(script: ScriptHandle, selected: () => Selected): void {
  const said = el("p", { class: "production-said", role: "status" })
  const body = el("div", { class: "production-body" })
  const close = el("button", { type: "button", class: "button", onclick: () => modal.dialog.close() }, ui.common.close)
  const modal = openModal(words.title, [body, said, el("div", { class: "actions" }, close)], "production")
  const writes = mayWrite(script.role)

  const tried = async (work: () => unknown, done: string): Promise<void> => {
    try {
      await work()
      said.textContent = done
    } catch (error) {
      said.textContent = ui.common.notDone(error instanceof Error ? error.message : String(error))
    }
  }
  const run: Run = (work, done) => void tried(work, done)
  const frame: Frame = { script, writes, selected, run }

  const page = new PageForm(script.production, writes, work => run(work, words.done))
  const revisions = revisionsPart(frame)
  const printing = printingPart(frame)
  const locks = locksPart(frame)
  const section = (title: string, { dom }: { readonly dom: Node }): HTMLElement => el("section", { "aria-label": title }, el("h3", {}, title), dom)
  body.append(section(words.page, page), section(words.locks, locks), section(words.revisions, revisions), section(words.printing, printing))
  const show = (): void => [page, revisions, printing, locks].forEach(part => part.show())
  show()
  const stop = script.on("pages", show)
  void modal.closed.then(stop)
}

function button({ writes, run }: Frame, label: string, work: () => unknown, done: string): HTMLElement {
  return el("button", { type: "button", class: "button", disabled: !writes, onclick: () => run(work, done) }, label)
}

/** What is locked, and whether the scene is omitted that the dialog was opened in: it stays that one, wherever it goes. */
function locksPart(frame: Frame): Part {
  const { script, selected } = frame
  const { production } = script
  const dom = el("div", { class: "production-locks" })
  const sceneId = script.sceneAt(selected().from)?.id ?? null
  const show = (): void => {
    const { pagesLocked, numbersLocked, problems } = production.state
    const scene = sceneId === null ? null : script.scene(sceneId)
    const omitted = scene !== null && script.paragraph(scene.paragraph).omitted
    replaced(dom, [
      el("p", {}, pagesLocked ? words.pagesAreLocked : words.pagesAreFree),
      el(
        "div",
        { class: "row" },
        button(frame, pagesLocked ? words.lockNewPages : words.lockPages, () => production.lockPages(), words.done),
        pagesLocked ? button(frame, words.unlockPages, () => production.unlockPages(), words.done) : null,
        numbersLocked
          ? button(frame, words.unlockNumbers, () => production.unlockSceneNumbers(), words.done)
          : button(frame, words.lockNumbers, () => production.lockSceneNumbers(), words.done),
        scene ? button(frame, omitted ? words.restore(scene.heading) : words.omit(scene.heading), () => production.omit(scene.id, !omitted), words.done) : null,
      ),
      problems.length > 0 ? el("p", {}, words.problems) : null,
      el("ul", { class: "problems" }, ...problems.map(problem => el("li", {}, saidOf(problem)))),
    ])
  }
  return { dom, show }
}

/** The revisions, a new one, and the marks of the one that goes on. */
function revisionsPart(frame: Frame): Part {
  const { selected } = frame
  const { production } = frame.script
  const list = el("ol", { class: "revisions" })
  const marking = el("div", { class: "row" })
  const dom = el("div", { class: "production-revisions" }, list, newRevision(frame), marking)
  const onSelection = (work: (from: number, to: number) => unknown) => (): unknown => {
    const { from, to } = selected()
    return work(from, to)
  }
  const show = (): void => {
    const { revisions: all, revising } = production.state
    const rows = all.map(({ number, name, color, date }) =>
      el("li", { "data-paper": color.toLowerCase(), "aria-current": number === revising ? "true" : undefined }, `${name} · ${date}`),
    )
    list.replaceChildren(...rows)
    const { from, to } = selected()
    const marked = from < to
    const buttons = [
      revising === null ? null : button(frame, words.stopRevision, () => production.stopRevision(), words.done),
      revising === null || !marked ? null : button(frame, words.mark, onSelection((from, to) => production.mark(from, to)), words.done),
      marked ? button(frame, words.unmark, onSelection((from, to) => production.unmark(from, to)), words.done) : null,
    ]
    replaced(marking, buttons)
  }
  return { dom, show }
}

/** The form that starts a revision. */
function newRevision({ script, writes, run }: Frame): HTMLElement {
  const name = el("input", { type: "text", maxlength: 60, autocomplete: "off", placeholder: words.asCustom })
  const color = el("select", {}, el("option", { value: "" }, words.asCustom), ...papers.map(paper => el("option", { value: paper }, words.papers[paper])))
  const date = el("input", { type: "text", maxlength: 30, autocomplete: "off", value: new Date().toLocaleDateString() })
  const field = (label: string, input: HTMLElement): HTMLElement => el("label", { class: "field" }, label, input)
  const start = (): unknown => script.production.startRevision({ name: name.value.trim(), color: color.value, date: date.value.trim() })
  return el(
    "form",
    {
      class: "row",
      onsubmit: event => {
        event.preventDefault()
        run(start, words.revisionStarted)
      },
    },
    field(words.name, name),
    field(words.color, color),
    field(words.date, date),
    el("button", { class: "button", disabled: !writes }, words.startRevision),
  )
}

/** Printing all pages, or those of one revision: who only reads may, too. */
function printingPart({ script, run }: Frame): Part {
  const which = el("select")
  const print = (): Promise<void> => printScript(script, which.value === "" ? null : Number(which.value))
  const row = el("div", { class: "row" }, el("label", { class: "field" }, words.which, which), el("button", { type: "button", class: "button", onclick: () => run(print, "") }, words.print))
  const show = (): void => {
    const chosen = which.value
    const options = script.production.state.revisions.map(({ number, name }) => el("option", { value: number }, words.pagesOf(name)))
    which.replaceChildren(el("option", { value: "" }, words.allPages), ...options)
    which.value = chosen
  }
  return { dom: el("div", { class: "production-print" }, row), show }
}

/** Puts others in the place of what is there; the focus stays at its place among the buttons. */
function replaced(host: HTMLElement, content: readonly (Node | null)[]): void {
  const at = [...host.querySelectorAll("button")].indexOf(document.activeElement as HTMLButtonElement)
  host.replaceChildren(...content.filter(node => node !== null))
  const buttons = host.querySelectorAll("button")
  if (at >= 0) buttons[Math.min(at, buttons.length - 1)]?.focus()
}

const papers = ["White", "Blue", "Pink", "Yellow", "Green", "Goldenrod", "Buff", "Salmon", "Cherry", "Tan"] as const
