// The sign-in as a dialog, over whatever is open: a script stays where it is.

import type { RelayConfig } from "scriptroom/relay"
import { openModal } from "../dialogs"
import { el } from "../dom"
import { account } from "./account"
import { foreignSignIn, signInForm } from "./form"
import { ui } from "../words/ui"

/** Asks somebody to sign in; resolves with whether they have. */
export async function signInDialog(config: RelayConfig): Promise<boolean> {
  const ended = account()
  const content = [
    ended ? el("p", {}, ui.standing.signInOver) : null,
    config.signIn.length > 0
      ? signInForm({ config, person: ended?.person, done: () => modal.dialog.close("in") })
      : foreignSignIn(),
    el("button", { type: "button", class: "button dismiss", onclick: () => modal.dialog.close() }, ui.account.notNow),
  ].filter(node => node !== null)
  const modal = openModal(ui.common.signIn, content, "signin-dialog")
  modal.dialog.querySelector("input")?.focus()
  return (await modal.closed) === "in"
}
