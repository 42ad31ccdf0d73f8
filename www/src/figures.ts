// The performance view: how the script stands with the relay, what that means and what can be done, and figures for the curious and
// for bug reports. Nothing in it says what stands in the script, or who wrote it.

import type { ScriptHandle } from "scriptroom"
import { relay } from "./account/account"
import { badgeView } from "./badge"
import { openModal } from "./dialogs"
import { el, icon } from "./dom"
import { later } from "./words/later"
import { locale, ui } from "./words/ui"

const refreshMs = 1_000

/** A figure: what it is called for people, and in a report, and what it says. */
type Figure = readonly [label: string, value: string]

/** What browsers tell of a page's memory; only some do. */
interface MemoryOfPage {
  readonly memory?: { readonly usedJSHeapSize: number }
}

/** Opens the view; `isOnlyHere`: no relay is to have the script. */
export function showFigures(script: ScriptHandle, isOnlyHere: boolean): void {
  const state = el("p", { class: "figures-state", role: "status" })
  const list = el("dl", { class: "figures-list" })
  const said = el("span", { class: "muted", role: "status" })
  let answerMs: number | null = null
  let kept: number | null = null
  const now = (): readonly Figure[] => figuresOf(script, answerMs, kept)
  const show = (): void => {
    // The relay's answer may come when the view is closed, and the script with it.
    if (!modal.dialog.open) return
    const { state: kind, words, detail } = badgeView(script, isOnlyHere)
    const whole = `${words}. ${detail}`
    if (state.textContent !== whole) state.replaceChildren(el("strong", {}, words, "."), ` ${detail}`)
    state.dataset.state = kind
    // Only what is another value: who reads it, with a screen reader or selecting it, stays where they are.
    now().forEach(([label, value], at) => {
      const row = list.children[at] ?? list.appendChild(el("div", {}, el("dt", {}, label), el("dd")))
      if (row.lastElementChild && row.lastElementChild.textContent !== value) row.lastElementChild.textContent = value
    })
  }
  const copy = (): void => {
    const report = [`Scriptroom ${buildOf()}`, new Date().toISOString(), `${script.status.kind} ${script.status.reason ?? ""}`.trim()]
    const lines = [...report, ...now().map(([label, value]) => `${label}: ${value}`), navigator.userAgent]
    navigator.clipboard.writeText(lines.join("\n")).then(
      () => (said.textContent = later.links.copied),
      () => (said.textContent = later.figures.notCopied),
    )
  }
  const button = el("button", { type: "button", class: "button", onclick: copy }, icon("copy"), later.figures.copy)
  const close = el("button", { type: "button", class: "button primary", onclick: () => modal.dialog.close() }, ui.common.close)
  const modal = openModal(later.figures.title, [state, list, el("p", { class: "muted" }, later.figures.note), el("div", { class: "actions" }, close, button, said)], "figures-view")
  const measure = async (): Promise<void> => {
    answerMs = await answerTime()
    kept = (await navigator.storage?.estimate?.())?.usage ?? null
    show()
  }
  const timer = setInterval(show, refreshMs)
  void modal.closed.then(() => clearInterval(timer))
  show()
  if (!isOnlyHere) void measure()
  close.focus()
}

function figuresOf(script: ScriptHandle, answerMs: number | null, kept: number | null): readonly Figure[] {
  const { figures } = later
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const bytes = (count: number | null | undefined): string => (count == null ? "–" : `${number.format(count / 1024 / 1024)} MB`)
  const { status, pages } = script
  const { memory } = performance as MemoryOfPage
  return [
    [figures.connection, status.transport === null ? figures.none : figures.transports[status.transport]],
    [figures.answer, answerMs === null ? "–" : `${number.format(answerMs)} ms`],
    [figures.unsaved, number.format(status.unsaved)],
    [figures.people, number.format(script.peers().length + 1)],
    [figures.letters, number.format(script.length)],
    [figures.paragraphs, number.format(script.paragraphCount)],
    [figures.pages, pages.count === 0 ? "–" : number.format(pages.count)],
    [figures.threads, number.format(script.threads.list().length)],
    [figures.memory, bytes(memory?.usedJSHeapSize)],
    [figures.device, bytes(kept)],
    [figures.nodes, number.format(document.getElementsByTagName("*").length)],
  ]
}

/** How long the relay takes to answer the smallest question; `null` where it does not. */
async function answerTime(): Promise<number | null> {
  const start = performance.now()
  try {
    await relay.config()
    return performance.now() - start
  } catch {
    return null
  }
}

/** Which build this is: the name that its main file has. */
function buildOf(): string {
  return document.querySelector<HTMLScriptElement>("script[type=module]")?.src.split("/").at(-1) ?? ""
}
