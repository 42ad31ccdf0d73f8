// Sharing a script: who is in it and what they may do, and the links that let others in. Owners change it, the others see it.

import { type Member, RelayError } from "scriptroom/relay"
import { account, relay } from "../account/account"
import { openModal } from "../dialogs"
import { el } from "../dom"
import type { ScriptId } from "../route"
import { Links } from "./links"
import { People } from "./people"
import { later } from "../words/later"
import { ui } from "../words/ui"

/** What the parts of the dialog do together. */
export interface Sharing {
  readonly id: ScriptId
  /** Does something at the relay, says in words what came of it, and shows everything anew. */
  readonly run: (work: () => Promise<unknown>, done: string) => Promise<void>
  /** Says something that changed nothing. */
  readonly say: (words: string) => void
}

/** Opens the dialog; `left` is called when this person is in the script no longer. */
export function shareDialog(id: ScriptId, title: string, left: () => void): void {
  const trouble = el("p", { class: "share-status", role: "status" })
  const body = el("div", { class: "share-body", "aria-busy": "true" })
  const close = el("button", { type: "button", class: "button", onclick: () => modal.dialog.close() }, ui.common.done)
  const modal = openModal(later.share.title(title || ui.common.untitled), [body, trouble, el("div", { class: "actions" }, close)], "share")

  const say = (words: string, bad: boolean): void => {
    trouble.classList.toggle("trouble-line", bad)
    trouble.textContent = words
  }
  const run = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    try {
      await work()
      await show()
      say(done, false)
    } catch (error) {
      say(shareTrouble(error), true)
      await show().catch(() => {})
    }
  }
  const sharing: Sharing = { id, run, say: words => say(words, false) }
  const people = new People(sharing, left)
  const links = new Links(sharing)

  let shownAs: string | null = null
  const show = async (): Promise<void> => {
    const members = await relay.script(id).members()
    const mine = members.find(member => member.person === account()?.person)
    const isOwner = mine?.role === "owner"
    if (isOwner) links.show(await relay.script(id).links())
    people.show(members, isOwner)
    // What somebody may do here may change while they look: the parts are others then.
    const as = mine?.role ?? "nobody"
    if (as !== shownAs) body.replaceChildren(...parts(mine, isOwner))
    shownAs = as
    body.removeAttribute("aria-busy")
  }
  const parts = (mine: Member | undefined, isOwner: boolean): HTMLElement[] =>
    isOwner ? [people.dom, links.dom] : [el("p", { class: "share-mine" }, ownWords(mine)), people.dom, el("p", { class: "muted" }, later.share.ownersOnly)]
  show().catch((error: unknown) => say(shareTrouble(error), true))
  close.focus()
}

function ownWords(mine: Member | undefined): string {
  return mine ? ui.roles.yours(ui.roles.names[mine.role], ui.roles.may[mine.role]) : later.share.notAmong
}

function shareTrouble(error: unknown): string {
  if (!(error instanceof RelayError)) return ui.common.unreachable
  return later.share.trouble[error.code] ?? ui.common.notDone(error.message)
}
