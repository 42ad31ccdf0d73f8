// What people are called: a person is an id, such as `mail:ada@example.org`, made by whoever signs people in; a guest says it in the script.

import type { ScriptHandle, Threads } from "scriptroom"
import { loadPerson } from "../saved"
import { account } from "./account"
import { ui } from "../words/ui"

/** Who this person is in the script that is open, and what its guests want to be called. */
let here: { readonly you: string | null; readonly names: ReadonlyMap<string, string> } = { you: null, names: new Map() }
/** Whether this person has written something in it: whoever only looks leaves no name. */
let hasWritten = false

/** Follows what the guests of a script that is opened want to be called; returns how to stop. */
export function meet(script: ScriptHandle): () => void {
  hasWritten = false
  const stops = [
    script.on("role", () => learnNames(script)),
    script.on("threads", () => learnNames(script)),
    script.on("change", ({ origin }) => {
      if (hasWritten || origin === "remote") return
      hasWritten = true
      learnNames(script)
    }),
  ]
  return () => stops.forEach(stop => stop())
}

/** Learns the names, and says this person's where they are a guest who has chosen one and has written or commented. */
export function learnNames({ threads }: ScriptHandle): void {
  const { you } = threads
  const { name, chosen } = loadPerson()
  if (you !== null && isGuest(you) && chosen && name !== ui.common.guest && (hasWritten || hasCommented(threads))) threads.sayName(name)
  here = { you, names: threads.names() }
}

/** Says this person's name before what they are about to comment, so that nobody reads a guest's number first. */
export function introduce(script: ScriptHandle): void {
  hasWritten = true
  learnNames(script)
}

function hasCommented(threads: Threads): boolean {
  return threads.list().some(({ comments }) => comments.some(({ mine }) => mine))
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
