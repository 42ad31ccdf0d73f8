// One script in a list, and what can be done with it: by its owner, an editor, or somebody who may only look.

import { removeFromDevice } from "scriptroom"
import type { ScriptCard } from "scriptroom/relay"
import { relay } from "../account/account"
import { type Identity, ownerOf } from "../account/identity"
import { askText, attachMenu, confirmed, type MenuEntry, toast } from "../dialogs"
import { el, icon, iconButton } from "../dom"
import { renameQuietly } from "../quietly"
import { roleNames } from "../roles"
import { scriptHref } from "../route"
import { forgetScript, type RecentScript } from "../saved"
import { fromNow } from "../when"

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
    el("span", { class: "title" }, title || "Untitled script"),
    el("span", { class: "when" }, role && el("span", { class: "role" }, role), when),
  )
}

function activeRow(script: ScriptCard, events: RowEvents): HTMLElement {
  const { id, title, role, changed } = script
  const button = iconButton("more", `More for “${title}”`, () => {})
  const menu = attachMenu(button, () => actionsFor(script, events))
  return el("li", { "data-row": id }, link(id, title, fromNow(changed), role === "owner" ? undefined : roleNames[role]), menu)
}

function actionsFor(script: ScriptCard, events: RowEvents): readonly (MenuEntry | null)[] {
  const { id, title, role } = script
  const as: Identity = { kind: "person", person: events.person }
  const isWriter = role === "owner" || role === "editor"
  const run = (work: () => Promise<boolean>): (() => void) => {
    return () => void perform(id, events, work)
  }
  const rename = { label: "Rename…", icon: icon("pen"), run: run(() => renameScript(id, title, as)) }
  const copy = { label: "Make a copy", icon: icon("copy"), run: run(() => duplicate(id, title, as)) }
  const last =
    role === "owner"
      ? { label: "Move to the trash", icon: icon("trash"), run: run(() => moveToTrash(script, events)) }
      : { label: "Leave this script…", icon: icon("leave"), run: run(() => leave(id, title, events.person)) }
  return isWriter ? [rename, copy, null, last] : [copy, null, last]
}

/** Does something with a script; says why when it cannot be done. `work` resolves with whether anything was. */
async function perform(id: string, events: RowEvents, work: () => Promise<boolean>): Promise<void> {
  try {
    if (await work()) await events.changed(id)
  } catch (error) {
    toast(error instanceof TypeError ? "The relay cannot be reached. Are you online?" : `That was not done: ${(error as Error).message}.`)
  }
}

async function renameScript(id: string, title: string, as: Identity): Promise<boolean> {
  const wanted = await askText("Rename the script", "Title", title, "Rename")
  if (wanted === null || wanted === title) return false
  await renameQuietly(id, as, wanted)
  await relay.script(id).rename(wanted)
  return true
}

async function duplicate(id: string, title: string, as: Identity): Promise<boolean> {
  const copy = await relay.script(id).duplicate(`Copy of ${title}`)
  await renameQuietly(copy.id, as, copy.title)
  toast(`“${copy.title}” is yours alone.`)
  return true
}

async function moveToTrash({ id, title }: ScriptCard, events: RowEvents): Promise<boolean> {
  await relay.script(id).trash()
  const takeBack = async (): Promise<boolean> => {
    await relay.script(id).restore()
    return true
  }
  toast(`“${title}” is in the trash, for everybody.`, {
    label: "Undo",
    run: () => void perform(id, events, takeBack),
  })
  return true
}

async function leave(id: string, title: string, person: string): Promise<boolean> {
  const words = "It goes from your list. To come back you need somebody to share it with you again."
  if (!(await confirmed(`Leave “${title}”?`, words, "Leave"))) return false
  await relay.script(id).remove(person)
  await forgetHere(id, person)
  return true
}

function trashedRow(script: ScriptCard, events: RowEvents): HTMLElement {
  const { id, title, role, trashed } = script
  const words = [
    el("span", { class: "title" }, title),
    el("span", { class: "when" }, `in the trash, ${fromNow(trashed ?? 0)}`),
  ]
  const run = (work: () => Promise<boolean>): void => void perform(id, events, work)
  const restore = async (): Promise<boolean> => {
    await relay.script(id).restore()
    toast(`“${title}” is back.`)
    return true
  }
  const actions =
    role === "owner"
      ? [
          el("button", { type: "button", class: "button", "aria-label": `Restore “${title}”`, onclick: () => run(restore) }, "Restore"),
          iconButton("trash", `Delete “${title}” for good`, () => run(() => deleteForGood(script, events.person))),
        ]
      : [el("span", { class: "when" }, "Its owner can restore it")]
  return el("li", { "data-row": id }, el("div", { class: "trashed" }, ...words), ...actions)
}

async function deleteForGood({ id, title }: ScriptCard, person: string): Promise<boolean> {
  const words = "Its text, its history and its comments are gone then, for everybody, and nobody can bring them back."
  if (!(await confirmed(`Delete “${title}” for good?`, words, "Delete for good"))) return false
  await relay.script(id).delete()
  await forgetHere(id, person)
  return true
}

async function forgetHere(id: string, person: string): Promise<void> {
  forgetScript(id)
  await removeFromDevice(ownerOf({ kind: "person", person }), id)
}
