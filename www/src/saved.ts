// What this browser remembers in localStorage: who the writer is, the theme, the scripts opened here.
// All of it can be missing, full or somebody else's, so each read has an answer for that.

import type { ScriptId } from "./route"

/** Who is writing, as the others see them. */
export interface Person {
  readonly name: string
  /** `#rrggbb` */
  readonly color: string
  /** Whether the name was chosen rather than made up. */
  readonly chosen: boolean
}

/** A script that was opened on this device. */
export interface RecentScript {
  readonly id: ScriptId
  readonly title: string
  /** When it was last open, in milliseconds since 1970. */
  readonly openedMs: number
  /** Under whose name its text is kept here: a person's, `"guest"`, or `"device"` where no relay is to have it. */
  readonly of: string
  /** It was begun here, and the relay has yet to hear of it. */
  readonly unmade?: boolean
  /** When it was last left, in milliseconds since 1970. */
  readonly leftMs?: number
}

/** What the writer wants of light and dark. */
export type Theme = "system" | "light" | "sepia" | "dark"

/** The colours that writers can have: white text on each is readable (at least 4.5 : 1). */
export const personColors = ["#a3341f", "#8a5300", "#4d6a00", "#1f6f43", "#0b6b75", "#1f5fa8", "#5a4bb5", "#8a3a94", "#a82c66"] as const

const recentLimit = 30
const recentKey = "scriptroom.recent"
const personKey = "scriptroom.person"

/** What could not be kept, as JSON: it lasts as long as the page. `null` for what could not be taken away. */
const memory = new Map<string, string | null>()
// Another tab has kept it, or taken it away: that counts then.
addEventListener("storage", ({ key }) => key !== null && memory.delete(key))

/** What is kept under a name; `null` where there is nothing that can be read. */
export function read(key: string): unknown {
  try {
    return JSON.parse((memory.has(key) ? memory.get(key) : localStorage.getItem(key)) ?? "null")
  } catch {
    return null
  }
}

/** Keeps something under a name. */
export function write(key: string, value: unknown): void {
  const json = JSON.stringify(value)
  try {
    localStorage.setItem(key, json)
    memory.delete(key)
  } catch {
    // Storage may be full or forbidden.
    memory.set(key, json)
  }
}

/** Forgets what is kept under a name. */
export function remove(key: string): void {
  try {
    localStorage.removeItem(key)
    memory.delete(key)
  } catch {
    memory.set(key, null)
  }
}

/** The writer; made up on the first visit, so that nobody is asked before they have seen the script. */
export function loadPerson(): Person {
  const saved = read(personKey) as Partial<Person> | null
  if (typeof saved?.name === "string" && /^#[0-9a-f]{6}$/i.test(saved.color ?? "")) {
    return { name: saved.name, color: saved.color as string, chosen: saved.chosen === true }
  }
  const pick = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
  const person = { name: "Guest", color: personColors[pick % personColors.length] ?? personColors[0], chosen: false }
  write(personKey, person)
  return person
}

/** Keeps the writer. */
export function savePerson(person: Person): void {
  write(personKey, person)
}

/** Forgets the writer. */
export function forgetPerson(): void {
  remove(personKey)
}

/** The theme. */
export function loadTheme(): Theme {
  const saved = read("scriptroom.theme")
  return saved === "light" || saved === "sepia" || saved === "dark" ? saved : "system"
}

/** Keeps the theme, and shows it. */
export function applyTheme(theme: Theme): void {
  write("scriptroom.theme", theme)
  if (theme === "system") delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

/** The scripts opened here, the last one first. */
export function loadRecent(): RecentScript[] {
  const saved = read(recentKey)
  if (!Array.isArray(saved)) return []
  const scripts = saved.filter(
    (entry): entry is RecentScript =>
      typeof entry?.id === "string" && typeof entry.title === "string" && typeof entry.openedMs === "number",
  )
  // Before people signed in here everybody was a guest.
  return scripts.map(entry => ({ ...entry, of: typeof entry.of === "string" ? entry.of : "guest" }))
}

/** What is known here of one script. */
export function recentScript(id: ScriptId): RecentScript | null {
  return loadRecent().find(entry => entry.id === id) ?? null
}

/** Puts a script first in the list, with what is new of it. */
export function rememberScript(entry: Pick<RecentScript, "id" | "of"> & Partial<RecentScript>): void {
  const known = loadRecent()
  const before = known.find(other => other.id === entry.id)
  const now = { title: "", openedMs: Date.now(), ...before, ...entry }
  // Of a script that is nowhere but here the list is the only way to it.
  const kept = [now, ...known.filter(other => other.id !== entry.id)]
  write(recentKey, kept.filter(({ of, unmade }, at) => at < recentLimit || of === "device" || unmade))
}

/** Changes what is known of scripts, and leaves their order as it is. */
export function changeRecent(change: (entry: RecentScript) => RecentScript | null): void {
  write(
    recentKey,
    loadRecent().flatMap(entry => change(entry) ?? []),
  )
}

/** Takes a script from the list. Its text stays where it is. */
export function forgetScript(id: ScriptId): void {
  changeRecent(entry => (entry.id === id ? null : entry))
}

/** Whether the app checks after each change that the editor says what the script says. It is as slow
 * as the script is long, so it is on in tests and for those who look for a fault. */
export function checksItself(): boolean {
  return read("scriptroom.checks") === true
}
