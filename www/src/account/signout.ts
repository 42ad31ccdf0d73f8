// Signing out: it asks first, says what the relay does not have yet, and then takes away what this person has on this device.

import { removeFromDevice, unsavedOnDevice } from "scriptroom"
import { showDialog, toast } from "../dialogs"
import { el } from "../dom"
import { changeRecent, forgetPerson, loadRecent } from "../saved"
import { account, forgetAccount } from "./account"
import { ownerOf } from "./identity"
import { personName } from "./people"
import { forgetSettings } from "./settings"
import { ui } from "../words/ui"

/** Asks, and signs out. `leave` lets go of the script that is open; resolves with whether somebody has signed out. */
export async function signOut(leave: () => Promise<void>): Promise<boolean> {
  const now = account()
  if (!now) return false
  const owner = ownerOf({ kind: "person", person: now.person })
  // `null`: the device's store does not open, and nobody is kept signed in by that.
  const unsaved = await unsavedOnDevice(owner).catch(() => null)
  const isSure = unsaved?.length === 0
  const answer = await showDialog(ui.signOut.title(personName(now.person)), whatGoes(unsaved), [
    isSure ? { label: ui.signOut.out, value: "out", kind: "primary" } : { label: ui.signOut.stay, value: "", kind: "primary" },
    isSure ? { label: ui.common.cancel, value: "" } : { label: unsaved ? ui.signOut.lose : ui.signOut.out, value: "out", kind: "danger" },
  ])
  if (answer !== "out") return false
  await leave().catch((error: unknown) => console.warn("the script was not closed as it should be:", error))
  // First who they are: other tabs hear of it, and let go of what is taken away next.
  forgetAccount()
  changeRecent(entry => (entry.of === now.person ? null : entry))
  forgetPerson()
  forgetSettings()
  try {
    await removeFromDevice(owner)
  } catch (error) {
    toast(ui.signOut.stillHere(String(error)))
  }
  return true
}

function whatGoes(unsaved: readonly string[] | null): readonly Node[] {
  const stay = el("p", {}, ui.signOut.goes)
  if (unsaved === null) return [stay, el("p", {}, ui.signOut.notLooked)]
  if (unsaved.length === 0) return [stay]
  const titles = new Map(loadRecent().map(entry => [entry.id, entry.title]))
  const items = unsaved.map(id => el("li", {}, titles.get(id) || ui.common.untitled))
  return [
    el("p", {}, ui.signOut.unsaved),
    el("ul", { class: "losses" }, ...items),
    el("p", {}, ui.signOut.howTo),
  ]
}
