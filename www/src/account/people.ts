// What people are called: a person is an id, such as `mail:ada@example.org`, made by whoever signs people in.

import type { ScriptHandle } from "scriptroom"
import { loadPerson } from "../saved"
import { account } from "./account"
import { ui } from "../words/ui"

/** Who this person is in the script that is open, and what its guests want to be called. */
let here: { readonly you: string | null; readonly names: ReadonlyMap<string, string> } = { you: null, names: new Map() }

/** Learns what a script's guests want to be called, and says it of this person where they are one and have chosen a name. */
export function meet({ threads }: ScriptHandle): void {
  const { you } = threads
  const { name, chosen } = loadPerson()
  if (you !== null && isGuest(you) && chosen && name !== ui.common.guest) threads.sayName(name)
  here = { you, names: threads.names() }
}

/** A person's name: for guests what they want to be called, for others as far as the id says it. */
export function personName(person: string): string {
  const [kind, ...rest] = person.split(":")
  const name = rest.join(":")
  if (kind === "dev" && name) return name.replace(/-+/g, " ").trim() || name
  if (kind === "mail" && name) return name
  if (person === "anonymous") return ui.common.somebody
  if (isGuest(person)) return here.names.get(person) ?? ui.peers.guest(person.slice(0, 4))
  return person
}

/** Whether somebody is nobody who has signed in: the id is a long number that says nothing to anybody. */
function isGuest(person: string): boolean {
  return /^[0-9a-f]{32}$/.test(person)
}

/** The same, with "you" where it is whoever is here. */
export function personNameHere(person: string): string {
  return person === (account()?.person ?? here.you) ? ui.common.you : personName(person)
}

/** The id of somebody by what others know of them; `null` where the relay has no people of its own. */
export function personNamed(text: string, kinds: readonly string[]): string | null {
  const words = text.trim()
  if (words.includes("@") && kinds.includes("password")) return `mail:${words.toLowerCase()}`
  if (!kinds.includes("name")) return null
  const plain = [...words.toLowerCase()].map(letter => (/[a-z0-9]/.test(letter) ? letter : "-"))
  return words === "" ? null : `dev:${plain.join("")}`
}
