// Scripts that were opened on this device: of guests, of nobody, and those that a person could move to their own.

import type { RelayConfig } from "scriptroom/relay"
import { moveOnDevice, removeFromDevice } from "scriptroom"
import type { Account } from "../account/account"
import { ownerOf } from "../account/identity"
import { confirmed, toast } from "../dialogs"
import { el, iconButton } from "../dom"
import { quietly } from "../quietly"
import { scriptHref } from "../route"
import { forgetScript, loadRecent, type RecentScript, rememberScript } from "../saved"
import { fromNow } from "../when"
import { ui } from "../words/ui"

/** The list, with its heading; nothing where there is none. `changed`: one of them is in another list now. */
export function deviceScripts(config: RelayConfig | null, now: Account | null, changed: () => void): HTMLElement[] {
  const shown = loadRecent().filter(entry => entry.of === "device" || (entry.of === "guest" && config?.guests !== false))
  if (shown.length === 0) return []
  const emptied = (): void => {
    for (const part of parts) part.remove()
    document.querySelector<HTMLElement>(".starts button")?.focus()
  }
  const rows = shown.map(entry => row(entry, now, changed, emptied))
  const anyGuests = shown.some(entry => entry.of === "guest")
  const parts = [
    el("h2", { id: "recent-title" }, anyGuests ? ui.library.recent : ui.library.onlyHere),
    el("ul", { class: "recent", "aria-labelledby": "recent-title" }, ...rows),
    el("p", { class: "recent-note" }, anyGuests ? ui.library.recentNote : ui.library.onlyHereNote),
  ]
  return parts
}

function row(entry: RecentScript, now: Account | null, changed: () => void, emptied: () => void): HTMLElement {
  const title = entry.title || ui.common.untitled
  const isOnlyHere = entry.of === "device"
  const forget = (): void => {
    forgetScript(entry.id)
    const near = item.nextElementSibling ?? item.previousElementSibling
    item.remove()
    // The focus was on it: who goes by keys is at its place, and not at the top of the page.
    if (near) near.querySelector("button")?.focus()
    else emptied()
  }
  const link = el(
    "a",
    { href: scriptHref(entry.id), "data-script": entry.id },
    el("span", { class: "title" }, title),
    el("span", { class: "when" }, fromNow(entry.openedMs)),
  )
  const move = (): void => void moveToMine(entry, now as Account).then(changed)
  const actions = isOnlyHere
    ? [
        now?.token && el("button", { type: "button", class: "button", onclick: move, "aria-label": ui.library.moveOf(title) }, ui.library.move),
        iconButton("trash", ui.library.deleteHereOf(title), () => void deleteHere(entry, title, forget)),
      ]
    : [iconButton("close", ui.library.takeFromList(title), forget)]
  const item = el("li", {}, link, ...actions)
  return item
}

async function deleteHere(entry: RecentScript, title: string, forget: () => void): Promise<void> {
  if (!(await confirmed(ui.library.deleteHereTitle(title), ui.library.deleteHereWords, ui.common.deleteForGood, "danger"))) return
  await removeFromDevice(ownerOf({ kind: "device" }), entry.id)
  forget()
}

/** Makes a script of this device one of the person's, and sends it. Begun twice it is moved once. */
async function moveToMine({ id, title }: RecentScript, { person }: Account): Promise<void> {
  const as = { kind: "person", person } as const
  try {
    await moveOnDevice(id, ownerOf({ kind: "device" }), ownerOf(as))
    rememberScript({ id, of: person, unmade: true })
    await quietly(id, as, () => {})
    toast(ui.library.moved(title || ui.common.untitled))
  } catch (error) {
    toast(ui.library.goesOutLater(error instanceof Error ? error.message : String(error)))
  }
}
