// Messages, menus and dialogs: the parts of the page that come and go.

import { el } from "./dom"
import { ui } from "./words/ui"

const toastMs = 6000

/** Shows a message for a while, with at most one action. Screen readers hear it. */
export function toast(text: string, action?: { readonly label: string; readonly run: () => void }): void {
  const message = el("div", { class: "toast" }, text)
  let before: HTMLElement | null = null
  const remove = (): void => {
    // Whoever has come from the script to press the button is back in it.
    if (message.contains(document.activeElement)) before?.focus()
    message.remove()
  }
  const removeLater = (): void => {
    const isUsed = message.matches(":hover, :focus-within")
    if (isUsed) setTimeout(removeLater, toastMs)
    else remove()
  }
  if (action) {
    const run = (): void => {
      remove()
      action.run()
    }
    message.addEventListener("focusin", ({ relatedTarget }) => (before = relatedTarget as HTMLElement | null))
    message.append(el("button", { type: "button", class: "button", onclick: run }, action.label))
  }
  toastHost().append(message)
  setTimeout(removeLater, action ? 4 * toastMs : toastMs)
}

/** Where messages are seen and heard: what is not in the dialog on top lies under it, and is inert. */
function toastHost(): HTMLElement {
  const top = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body
  const existing = top.querySelector<HTMLElement>(":scope > .toasts")
  if (existing) return existing
  const host = newToastHost()
  top.append(host)
  return host
}

/** It has to be there before it says anything, or screen readers may not hear it. */
function newToastHost(): HTMLElement {
  return el("div", { class: "toasts", "aria-live": "polite" })
}

/** One entry of a menu. A line is drawn where an entry is `null`. */
export interface MenuEntry {
  readonly label: string
  readonly icon?: Node
  readonly key?: string
  readonly run: () => void
}

/** Makes a button open a menu below it. Arrow keys move, Escape closes and gives the focus back. */
export function attachMenu(button: HTMLButtonElement, entries: () => readonly (MenuEntry | null)[]): HTMLElement {
  const anchor = el("div", { class: "menu-anchor" }, button)
  let menu: HTMLElement | null = null
  button.setAttribute("aria-haspopup", "menu")
  button.setAttribute("aria-expanded", "false")

  const close = (giveBackFocus: boolean): void => {
    menu?.remove()
    menu = null
    button.setAttribute("aria-expanded", "false")
    document.removeEventListener("pointerdown", closeOutside, true)
    if (giveBackFocus) button.focus()
  }
  const closeOutside = (event: Event): void => {
    if (!anchor.contains(event.target as Node)) close(false)
  }
  const choose = (entry: MenuEntry): void => {
    close(true)
    entry.run()
  }
  const open = (): void => {
    menu = el("div", { class: "menu", role: "menu" }, ...entries().map(entry => menuItem(entry, choose)))
    menu.addEventListener("keydown", event => moveInMenu(event, () => close(true)))
    menu.addEventListener("focusout", event => {
      if (event.relatedTarget && !anchor.contains(event.relatedTarget as Node)) close(false)
    })
    anchor.append(menu)
    button.setAttribute("aria-expanded", "true")
    document.addEventListener("pointerdown", closeOutside, true)
    menu.querySelector<HTMLElement>("[role=menuitem]")?.focus()
  }
  button.addEventListener("click", () => (menu ? close(true) : open()))
  return anchor
}

function menuItem(entry: MenuEntry | null, choose: (entry: MenuEntry) => void): HTMLElement {
  if (!entry) return el("hr", { role: "separator" })
  return el(
    "button",
    { type: "button", role: "menuitem", tabindex: -1, onclick: () => choose(entry) },
    entry.icon,
    entry.label,
    entry.key && el("kbd", {}, entry.key),
  )
}

function moveInMenu(event: KeyboardEvent, close: () => void): void {
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=menuitem]")]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const to = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key]
  if (event.key === "Escape" || event.key === "Tab") close()
  else if (to !== undefined) items[to]?.focus()
  else return
  event.preventDefault()
}

/** Shows a dialog and resolves with what its form's button says, or `null` when it was dismissed.
 * The browser keeps the focus inside and gives it back. */
export function showDialog(title: string, content: readonly Node[], buttons: readonly DialogButton[]): Promise<string | null> {
  const actions = el(
    "div",
    { class: "actions" },
    ...buttons.map(button =>
      el("button", { class: `button ${button.kind ?? ""}`, value: button.value }, button.label),
    ),
  )
  const modal = openModal(title, [el("form", { method: "dialog" }, ...content, actions)])
  return modal.closed
}

/** A button that closes a dialog. The first one is what Enter presses. */
export interface DialogButton {
  readonly label: string
  readonly value: string
  /** What it does is what the dialog is for; or it destroys what nobody can bring back. */
  readonly kind?: "primary" | "danger"
}

/** A dialog that is open. */
export interface Modal {
  readonly dialog: HTMLDialogElement
  /** With what it was closed; `null` when it was dismissed. */
  readonly closed: Promise<string | null>
}

let modals = 0
const openModals = new Set<Modal>()

/** Opens a dialog whose content goes on changing. It stays until something in it, or Escape, closes it. */
export function openModal(title: string, content: readonly Node[], name = ""): Modal {
  modals += 1
  const id = `dialog-title-${modals}`
  const toasts = newToastHost()
  const dialog = el("dialog", { class: name, "aria-labelledby": id }, el("h2", { id }, title), ...content, toasts)
  document.body.append(dialog)
  const closed = new Promise<string | null>(resolve => {
    dialog.addEventListener("close", () => {
      openModals.delete(modal)
      dialog.remove()
      if (toasts.hasChildNodes()) toastHost().append(...toasts.children)
      resolve(dialog.returnValue || null)
    })
  })
  const modal = { dialog, closed }
  openModals.add(modal)
  dialog.showModal()
  return modal
}

/** Dismisses what is open; resolves when whoever waits for it knows. What a dialog is about is still there until then. */
export async function closeModals(): Promise<void> {
  const modals = [...openModals]
  for (const { dialog } of modals) dialog.close()
  await Promise.all(modals.map(({ closed }) => closed))
}

/** Asks for one line of text; `null` when somebody changed their mind. */
export async function askText(title: string, label: string, value: string, button: string): Promise<string | null> {
  const input = el("input", { type: "text", name: "text", value, maxlength: 200, autocomplete: "off", autofocus: true })
  const asked = showDialog(title, [el("label", { class: "field" }, label, input)], [
    { label: button, value: "yes", kind: "primary" },
    { label: ui.common.cancel, value: "" },
  ])
  input.select()
  return (await asked) === "yes" ? input.value.trim() : null
}

/** Asks whether to do something that is not taken back lightly, or not at all. */
export async function confirmed(title: string, words: string, button: string, kind: NonNullable<DialogButton["kind"]> = "primary"): Promise<boolean> {
  const answer = await showDialog(title, [el("p", {}, words)], [
    { label: button, value: "yes", kind },
    { label: ui.common.cancel, value: "" },
  ])
  return answer === "yes"
}
