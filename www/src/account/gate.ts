// The page that stands before a script that only people who have signed in may open.

import type { RelayConfig } from "scriptroom/relay"
import { el } from "../dom"
import { foreignSignIn, signInForm } from "./form"

/** Shows the gate in `host`; `done` is called when somebody has signed in. */
export function showGate(host: HTMLElement, config: RelayConfig, invited: boolean, done: () => void): void {
  document.title = "Sign in – Scriptroom"
  const canSignIn = config.signIn.length > 0
  const title = invited ? "You are invited to a script." : canSignIn ? "Sign in to open this script." : "This script is for its members."
  const words = !canSignIn ? null : invited ? "Sign in, and it opens. What you may do in it is up to whoever sent you the link." : "It is open to its members only."
  const inner = el(
    "div",
    { class: "gate-inner" },
    el("img", { src: "/icon.svg", alt: "", width: 36, height: 36 }),
    el("h1", {}, title),
    words ? el("p", { class: "lead" }, words) : null,
    canSignIn ? signInForm({ config, done }) : foreignSignIn(),
    el("p", { class: "gate-home" }, el("a", { href: "/" }, "All scripts")),
  )
  host.replaceChildren(el("main", { class: "gate" }, inner))
  host.querySelector("input")?.focus()
}
