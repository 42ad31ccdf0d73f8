// The page that stands before a script that only people who have signed in may open.

import type { RelayConfig } from "scriptroom/relay"
import { el } from "../dom"
import { foreignSignIn, signInForm } from "./form"
import { ui } from "../words/ui"

/** Shows the gate in `host`; `done` is called when somebody has signed in. */
export function showGate(host: HTMLElement, config: RelayConfig, invited: boolean, done: () => void): void {
  document.title = ui.account.pageTitle
  const canSignIn = config.signIn.length > 0
  const title = invited ? ui.account.invited : canSignIn ? ui.account.toOpen : ui.account.forMembers
  const words = !canSignIn ? null : invited ? ui.account.invitedWords : ui.account.membersWords
  const inner = el(
    "div",
    { class: "gate-inner" },
    el("img", { src: "/icon.svg", alt: "", width: 36, height: 36 }),
    el("h1", {}, title),
    words ? el("p", { class: "lead" }, words) : null,
    canSignIn ? signInForm({ config, done }) : foreignSignIn(),
    el("p", { class: "gate-home" }, el("a", { href: "/" }, ui.common.allScripts)),
  )
  host.replaceChildren(el("main", { class: "gate" }, inner))
  host.querySelector("input")?.focus()
}
