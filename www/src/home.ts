// The page without a script in its address: start one, open one, go on with one; and who is signed in.

import type { RelayConfig } from "scriptroom/relay"
import { type Account, account } from "./account/account"
import { signInDialog } from "./account/dialog"
import { foreignSignIn, signInForm } from "./account/form"
import { personName } from "./account/people"
import { attachMenu, toast } from "./dialogs"
import { el, icon } from "./dom"
import { deviceScripts } from "./library/device"
import { themeEntry } from "./menu"
import { ui } from "./words/ui"

/** What a script can begin with: files in `public/templates`, one a language. */
const templates = ["feature", "hour", "halfHour", "play", "short"] as const

/** What the home page asks the app to do. */
export interface HomeActions {
  /** Opens a new script, seeded with the text of a Fountain file where one is given. */
  readonly newScript: (fountain?: string) => void
  readonly openFile: () => void
  readonly signOut: () => void
  /** Shows the page anew. */
  readonly refresh: () => void
}

/** Shows the home page in `host`. `config`: how the relay lets people in, as far as is known. */
export function showHome(host: HTMLElement, config: RelayConfig | null, actions: HomeActions): void {
  document.title = "Scriptroom"
  const now = account()
  const inner = el("div", { class: "home-inner" }, homeHeader(config, now, actions), ...(now ? [] : welcome(config)))
  if (now) {
    if (now.token === null && config) inner.append(endedNotice(config))
    inner.append(el("div", { class: "home-head" }, el("h1", {}, ui.home.yourScripts), starts(actions)), theirScripts(now.person))
  } else inner.append(starts(actions, config?.guests !== false))
  inner.append(...deviceScripts(config, now, actions.refresh))
  host.replaceChildren(el("main", { class: "home" }, inner))
}

/** The scripts of somebody: most people's first visit is without an account. */
function theirScripts(person: string): HTMLElement {
  const place = el("div")
  import("./library/mine").then(
    ({ MyScripts }) => place.replaceWith(new MyScripts(person).dom),
    () => toast(ui.common.notLoaded),
  )
  return place
}

function homeHeader(config: RelayConfig | null, now: Account | null, actions: HomeActions): HTMLElement {
  const brand = [el("img", { src: "/icon.svg", alt: "", width: 36, height: 36 }), el("span", { class: "name" }, "Scriptroom")]
  if (now) return el("header", {}, ...brand, accountMenu(now.person, actions))
  // Where people have to sign in anyway, the form stands on the page.
  const canSignIn = config !== null && config.signIn.length > 0 && config.guests
  const signIn = (): void => void (config && signInDialog(config))
  return el("header", {}, ...brand, canSignIn && el("button", { type: "button", class: "button", onclick: signIn }, ui.common.signIn))
}

function accountMenu(person: string, { signOut }: HomeActions): HTMLElement {
  const name = personName(person)
  const button = el("button", { type: "button", class: "button account", title: name }, icon("person"), el("span", {}, name))
  button.setAttribute("aria-label", ui.home.account(name))
  return attachMenu(button, () => [themeEntry(), null, { label: ui.menu.signOut, icon: icon("leave"), run: signOut }])
}

function endedNotice(config: RelayConfig): HTMLElement {
  return el(
    "section",
    { class: "notice", role: "status" },
    el("p", {}, ui.home.ended),
    el("button", { type: "button", class: "button primary", onclick: () => void signInDialog(config) }, ui.common.signIn),
  )
}

function welcome(config: RelayConfig | null): HTMLElement[] {
  const closed = config !== null && !config.guests
  const lead = closed ? ui.home.leadClosed : ui.home.leadOpen
  const parts = [el("h1", {}, ui.home.title), el("p", { class: "lead" }, lead)]
  if (!closed) return parts
  const form = config.signIn.length > 0 ? signInForm({ config, done: () => {} }) : foreignSignIn()
  return [...parts, el("section", { class: "card", "aria-label": ui.common.signIn }, form), el("p", { class: "lead" }, ui.home.without)]
}

/** Ways to begin; the first of them stands out where it is what most come for. */
function starts(actions: HomeActions, isFirst = true): HTMLElement {
  const begin = (path: string): void => {
    load(path).then(actions.newScript, () => toast(ui.common.notLoaded))
  }
  const template = el("button", { type: "button", class: "button" }, icon("page"), ui.home.template)
  return el(
    "div",
    { class: "starts" },
    el("button", { type: "button", class: isFirst ? "button primary" : "button", onclick: () => actions.newScript() }, icon("plus"), ui.menu.newScript),
    el("button", { type: "button", class: "button", onclick: actions.openFile }, icon("open"), ui.menu.open),
    el("button", { type: "button", class: "button", onclick: () => begin("/demo.fountain") }, icon("bulb"), ui.home.demo),
    attachMenu(template, () => templates.map(name => ({ label: ui.home.templates[name], run: () => begin(`/templates/${name}.${document.documentElement.lang}.fountain`) }))),
  )
}

/** A Fountain file that comes with the app. */
async function load(path: string): Promise<string> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`expected ${path}, got ${response.status}`)
  return response.text()
}
