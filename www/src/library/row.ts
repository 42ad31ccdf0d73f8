// One script in a list, and what can be done with it: by its owner, an editor, or somebody who may only look.

import { removeFromDevice } from "scriptroom"
import type { ScriptCard } from "scriptroom/relay"
import { relay } from "../account/account"
import { type Identity, ownerOf } from "../account/identity"
import { askText, attachMenu, confirmed, type MenuEntry, toast } from "../dialogs"
import { el, icon, iconButton } from "../dom"
import { AwayError, renameQuietly } from "../quietly"
import { scriptHref } from "../route"
import { forgetScript, type RecentScript } from "../saved"
import { fromNow } from "../when"
import { ui } from "../words/ui"

/** What a row tells. */
export interface RowEvents {
  readonly person: string
  /** Something was done with the script: the list is no longer right. */
  readonly changed: (id: string) => Promise<void>
}

/** A script as the relay lists it. */
export function scriptRow(script: ScriptCard, events: RowEvents): HTMLElement {
  return script.trashed === null ? activeRow(script, events) : trashedRow(script, events)
}

/** A script as this device knows it. */
export function deviceRow(entry: RecentScript, note?: string): HTMLElement {
  return el("li", { "data-row": entry.id }, link(entry.id, entry.title, note ?? fromNow(entry.openedMs)))
}

function link(id: string, title: string, when: string, role?: string): HTMLElement {
  return el(
    "a",
    { href: scriptHref(id), "data-script": id },
    el("span", { class: "title" }, title || ui.common.untitled),
    el("span", { class: "when" }, role && el("span", { class: "role" }, role), when),
  )
}

function activeRow(script: ScriptCard, events: RowEvents): HTMLElement {
  const { id, title, role, changed } = script
  const button = iconButton("more", ui.library.moreFor(title), () => {})
  const menu = attachMenu(button, () => actionsFor(script, events))
  return el("li", { "data-row": id }, link(id, title, fromNow(changed), role === "owner" ? undefined : ui.roles.names[role]), menu)
}

function actionsFor(script: ScriptCard, events: RowEvents): readonly (MenuEntry | null)[] {
  const { id, title, role } = script
  const as: Identity = { kind: "person", person: events.person }
  const isWriter = role === "owner" || role === "editor"
  const run = (work: () => Promise<boolean>): (() => void) => {
    return () => void perform(id, events, work)
  }
  const rename = { label: ui.library.rename, icon: icon("pen"), run: run(() => renameScript(id, title, as)) }
  const copy = { label: ui.library.copy, icon: icon("copy"), run: run(() => duplicate(id, title, as)) }
  const last =
    role === "owner"
      ? { label: ui.library.toTrash, icon: icon("trash"), run: run(() => moveToTrash(script, events)) }
      : { label: ui.library.leave, icon: icon("leave"), run: run(() => leave(id, title, events.person)) }
  return isWriter ? [rename, copy, null, last] : [copy, null, last]
}

/** Does something with a script; says why when it cannot be done. `work` resolves with whether anything was. */
async function perform(id: string, events: RowEvents, work: () => Promise<boolean>): Promise<void> {
  try {
    if (await work()) await events.changed(id)
  } catch (error) {
    toast(error instanceof TypeError || error instanceof AwayError ? ui.common.unreachable : ui.common.notDone((error as Error).message))
  }
}

async function renameScript(id: string, title: string, as: Identity): Promise<boolean> {
  const wanted = await askText(ui.library.renameTitle, ui.library.titleLabel, title, ui.library.renameButton)
  if (wanted === null || wanted === title) return false
  // Where nothing answers it is said at once.
  await relay.script(id).card()
  await renameQuietly(id, as, wanted)
  await relay.script(id).rename(wanted)
  return true
}

async function duplicate(id: string, title: string, as: Identity): Promise<boolean> {
  const copy = await relay.script(id).duplicate(ui.library.copyOf(title))
  await renameQuietly(copy.id, as, copy.title)
  toast(ui.library.copied(copy.title))
  return true
}

async function moveToTrash({ id, title }: ScriptCard, events: RowEvents): Promise<boolean> {
  await relay.script(id).trash()
  const takeBack = async (): Promise<boolean> => {
    await relay.script(id).restore()
    return true
  }
  toast(ui.library.trashed(title), {
    label: ui.common.undo,
    run: () => void perform(id, events, takeBack),
  })
  return true
}

async function leave(id: string, title: string, person: string): Promise<boolean> {
  if (!(await confirmed(ui.library.leaveTitle(title), ui.common.leaveWords, ui.common.leave))) return false
  await relay.script(id).remove(person)
  await forgetHere(id, person)
  return true
}

function trashedRow(script: ScriptCard, events: RowEvents): HTMLElement {
  const { id, title, role, trashed } = script
  const words = [
    el("span", { class: "title" }, title),
    el("span", { class: "when" }, ui.library.inTrash(fromNow(trashed ?? 0))),
  ]
  const run = (work: () => Promise<boolean>): void => void perform(id, events, work)
  const restore = async (): Promise<boolean> => {
    await relay.script(id).restore()
    toast(ui.library.restored(title))
    return true
  }
  const actions =
    role === "owner"
      ? [
          el("button", { type: "button", class: "button", "aria-label": ui.library.restoreOf(title), onclick: () => run(restore) }, ui.library.restore),
          iconButton("trash", ui.library.deleteOf(title), () => run(() => deleteForGood(script, events.person))),
        ]
      : [el("span", { class: "when" }, ui.library.ownerRestores)]
  return el("li", { "data-row": id }, el("div", { class: "trashed" }, ...words), ...actions)
}

async function deleteForGood({ id, title }: ScriptCard, person: string): Promise<boolean> {
  if (!(await confirmed(ui.library.deleteTitle(title), ui.library.deleteWords, ui.common.deleteForGood, "danger"))) return false
  await relay.script(id).delete()
  await forgetHere(id, person)
  return true
}

async function forgetHere(id: string, person: string): Promise<void> {
  forgetScript(id)
  await removeFromDevice(ownerOf({ kind: "person", person }), id)
}
