// Signing out: it asks first, says what the relay does not have yet, and then takes away what this person has on this device.

import { removeFromDevice, unsavedOnDevice } from "scriptroom"
import { showDialog, toast } from "../dialogs"
import { el } from "../dom"
import { changeRecent, forgetPerson, loadRecent } from "../saved"
import { account, forgetAccount } from "./account"
import { ownerOf } from "./identity"
import { personName } from "./people"

/** Asks, and signs out. `leave` lets go of the script that is open; resolves with whether somebody has signed out. */
export async function signOut(leave: () => Promise<void>): Promise<boolean> {
  const now = account()
  if (!now) return false
  const owner = ownerOf({ kind: "person", person: now.person })
  const unsaved = await unsavedOnDevice(owner)
  const answer = await showDialog(`Sign out ${personName(now.person)}?`, whatGoes(unsaved), [
    unsaved.length > 0
      ? { label: "Stay signed in", value: "", primary: true }
      : { label: "Sign out", value: "out", primary: true },
    unsaved.length > 0 ? { label: "Sign out and lose them", value: "out" } : { label: "Cancel", value: "" },
  ])
  if (answer !== "out") return false
  await leave()
  // First who they are: other tabs hear of it, and let go of what is taken away next.
  forgetAccount()
  changeRecent(entry => (entry.of === now.person ? null : entry))
  forgetPerson()
  try {
    await removeFromDevice(owner)
  } catch (error) {
    toast(`You are signed out, but this device still has your scripts: ${String(error)}`)
  }
  return true
}

function whatGoes(unsaved: readonly string[]): readonly Node[] {
  const stay = el("p", {}, "Your scripts are taken off this device, with your name. They stay at the relay.")
  if (unsaved.length === 0) return [stay]
  const titles = new Map(loadRecent().map(entry => [entry.id, entry.title]))
  const items = unsaved.map(id => el("li", {}, titles.get(id) || "Untitled script"))
  return [
    el("p", {}, "The relay does not have all of your words yet. These scripts have changes that are on this device only, and would be lost:"),
    el("ul", { class: "losses" }, ...items),
    el("p", {}, "Stay signed in and open them while you are online: they go out by themselves."),
  ]
}
