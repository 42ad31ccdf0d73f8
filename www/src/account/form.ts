// The form with which somebody signs in, or makes an account, at a relay that has a sign-in of its own.

import { RelayError, type RelayConfig } from "scriptroom/relay"
import { el } from "../dom"
import { loadPerson, savePerson } from "../saved"
import { makeAccount, signIn } from "./account"
import { ui } from "../words/ui"

/** What the form is told. */
export interface SignInForm {
  readonly config: RelayConfig
  /** Whose time was over: the address is filled in. */
  readonly person?: string | undefined
  /** What to do when somebody has signed in. */
  readonly done: () => void
}

type Kind = "signin" | "account"

/** The form. Its errors are said in words, below the fields, and read out. */
export function signInForm(wish: SignInForm): HTMLElement {
  const host = el("div", { class: "signin" })
  const show = (kind: Kind, email = emailOf(wish.person)): void => {
    const change = (other: Kind, email: string): void => {
      show(other, email)
      // What was pressed is gone, and the focus with it.
      host.querySelector("input")?.focus()
    }
    host.replaceChildren(wish.config.signIn.includes("password") ? passwordForm(wish, kind, email, change) : nameForm(wish))
  }
  show("signin")
  return host
}

/** What somebody is told whom the relay's own sign-in cannot help: their tokens come from elsewhere. */
export function foreignSignIn(): HTMLElement {
  return el(
    "div",
    { class: "signin foreign" },
    el("p", {}, ui.account.foreign),
    el("p", {}, ui.account.foreignHow),
  )
}

function nameForm({ person, done }: SignInForm): HTMLElement {
  const known = loadPerson()
  const name = field(ui.account.yourName, {
    name: "name",
    autocomplete: "name",
    maxlength: 60,
    value: person ? person.replace(/^dev:/, "").replace(/-/g, " ") : known.chosen ? known.name : "",
  })
  return form({
    fields: [name],
    label: ui.common.signIn,
    note: ui.account.development,
    submit: async () => {
      await signIn({ name: valueOf(name) })
      rememberName(valueOf(name))
      done()
    },
  })
}

function passwordForm(wish: SignInForm, kind: Kind, email: string, show: (kind: Kind, email: string) => void): HTMLElement {
  const isNew = kind === "account"
  const address = field(ui.account.email, { name: "email", type: "email", autocomplete: "username", maxlength: 190, value: email })
  const password = field(ui.account.password, {
    name: "password",
    type: "password",
    autocomplete: isNew ? "new-password" : "current-password",
    minlength: isNew ? 8 : 1,
    maxlength: 200,
  })
  const invitation = field(ui.account.invitation, { name: "invitation", autocomplete: "off" }, ui.account.invitationHint)
  const other: Kind = isNew ? "signin" : "account"
  const change = el(
    "button",
    { type: "button", class: "button quiet", onclick: () => show(other, valueOf(address)) },
    isNew ? ui.account.have : ui.account.make,
  )
  return form({
    fields: isNew ? [address, password, invitation] : [address, password],
    label: isNew ? ui.account.make : ui.common.signIn,
    ...(wish.config.accounts || isNew ? { other: change } : {}),
    ...(isNew ? { note: ui.account.passwordNote } : {}),
    submit: async () => {
      const who = { email: valueOf(address), password: inputOf(password).value }
      if (isNew) await makeAccount({ ...who, invitation: valueOf(invitation) })
      else await signIn(who)
      rememberName(who.email.split("@")[0] ?? "")
      wish.done()
    },
  })
}

interface FormParts {
  readonly fields: readonly HTMLElement[]
  readonly label: string
  readonly note?: string
  readonly other?: HTMLElement
  readonly submit: () => Promise<void>
}

function form({ fields, label, note, other, submit }: FormParts): HTMLElement {
  const trouble = el("p", { class: "trouble", role: "alert" })
  const button = el("button", { class: "button primary", type: "submit" }, label)
  const send = async (event: Event): Promise<void> => {
    event.preventDefault()
    trouble.textContent = ""
    button.disabled = true
    form.setAttribute("aria-busy", "true")
    try {
      await submit()
    } catch (error) {
      trouble.textContent = signInTrouble(error)
      form.querySelector<HTMLInputElement>('input[type="password"], input')?.focus()
    } finally {
      button.disabled = false
      form.removeAttribute("aria-busy")
    }
  }
  const form = el(
    "form",
    { class: "signin-form", onsubmit: event => void send(event) },
    ...fields,
    note ? el("p", { class: "note" }, note) : null,
    trouble,
    el("div", { class: "actions" }, button, other),
  )
  return form
}

function field(label: string, attributes: Readonly<Record<string, string | number>>, hint?: string): HTMLElement {
  const input = el("input", { type: "text", required: true, ...attributes })
  return el("label", { class: "field" }, label, input, hint ? el("small", {}, hint) : null)
}

function inputOf(field: HTMLElement): HTMLInputElement {
  return field.querySelector("input") as HTMLInputElement
}

function valueOf(field: HTMLElement): string {
  return inputOf(field).value.trim()
}

function emailOf(person: string | undefined): string {
  return person?.startsWith("mail:") ? person.slice("mail:".length) : ""
}

/** The others see somebody by name: the one they sign in with, until they choose another. */
function rememberName(name: string): void {
  const person = loadPerson()
  if (!person.chosen && name !== "") savePerson({ ...person, name: name.slice(0, 40), chosen: true })
}

/** Why somebody could not sign in, in words. */
export function signInTrouble(error: unknown): string {
  if (!(error instanceof RelayError)) return ui.common.unreachable
  if (error.status === 429) return ui.account.tooMany(inWords(error.retryAfterS))
  return ui.account.trouble[error.code] ?? ui.account.saidNo(error.message)
}

function inWords(seconds: number | null): string {
  if (seconds === null) return ui.account.later
  if (seconds < 90) return seconds <= 1 ? ui.account.inASecond : ui.account.inSeconds(seconds)
  return ui.account.inMinutes(Math.ceil(seconds / 60))
}
