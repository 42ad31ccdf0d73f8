// What people are called: a person is an id, such as `mail:ada@example.org`, made by whoever signs people in.

import { account } from "./account"
import { ui } from "../words/ui"

/** A person's name, as far as the id says it. */
export function personName(person: string): string {
  const [kind, ...rest] = person.split(":")
  const name = rest.join(":")
  if (kind === "dev" && name) return name.replace(/-+/g, " ").trim() || name
  if (kind === "mail" && name) return name
  if (person === "anonymous") return ui.common.somebody
  // A guest is a long number that says nothing to anybody.
  if (/^[0-9a-f]{32}$/.test(person)) return ui.peers.guest(person.slice(0, 4))
  return person
}

/** The same, with "you" where it is whoever is signed in. */
export function personNameHere(person: string): string {
  return person === account()?.person ? ui.common.you : personName(person)
}

/** The id of somebody by what others know of them; `null` where the relay has no people of its own. */
export function personNamed(text: string, kinds: readonly string[]): string | null {
  const words = text.trim()
  if (words.includes("@") && kinds.includes("password")) return `mail:${words.toLowerCase()}`
  if (!kinds.includes("name")) return null
  const plain = [...words.toLowerCase()].map(letter => (/[a-z0-9]/.test(letter) ? letter : "-"))
  return words === "" ? null : `dev:${plain.join("")}`
}
