// What a writer has set for themselves: kept on this device, and with their account where they have one (`account/settings.ts`).
// Whoever shows something that depends on a setting listens with `onSettings`.

import { read, remove, write } from "./saved"

/** What the editor does by itself while somebody types. Each can be switched off, and each is taken back by one undo. */
export interface Automatisms {
  /** `int.` at the start of a line opens a scene. */
  readonly headings: boolean
  /** `(` at the start of a speech opens a parenthetical. */
  readonly brackets: boolean
  /** Names, places and times are offered. */
  readonly completes: boolean
  /** A cue of whoever spoke last in the scene gets (CONT'D). */
  readonly contd: boolean
  /** A sentence begins with a capital. */
  readonly sentences: boolean
  /** Straight quotes become curly ones. */
  readonly quotes: boolean
}

/** The settings. */
export interface Settings extends Automatisms {
  /** The language that the app speaks; `system` for the browser's. */
  readonly language: "system" | "en" | "de"
  /** The size of the script's letters: 1 is as on paper. */
  readonly textSize: number
  /** The script as on paper, or as a run of lines with the pages marked. */
  readonly view: "page" | "draft"
  /** The line that is being written stays in the middle of the window. */
  readonly typewriter: boolean
  /** Nothing but the paragraph that is being written stands out. */
  readonly focus: boolean
  /** Scene headings, cues, transitions and shots are shown in capitals. */
  readonly capitals: boolean
  /** The browser marks what it takes for wrong. */
  readonly spelling: boolean
  /** The language that the script is written in, as a tag; empty for the browser's. */
  readonly writing: string
}

/** The sizes that are offered. */
export const textSizes = [0.875, 1, 1.125, 1.25, 1.5] as const

/** The languages that are offered for the script's words; the browser knows what it has of them. */
export const writingLanguages = ["en-US", "en-GB", "de", "fr", "es", "it", "pt", "nl"] as const

const settingsKey = "scriptroom.settings"

const defaults: Settings = {
  language: "system",
  textSize: 1,
  view: "page",
  typewriter: false,
  focus: false,
  headings: true,
  brackets: true,
  completes: true,
  contd: true,
  sentences: false,
  quotes: false,
  capitals: true,
  spelling: true,
  writing: "",
}

/** What a value of each setting can be; all others are on or off. */
const fits: { readonly [K in keyof Settings]?: (value: unknown) => boolean } = {
  language: value => value === "system" || value === "en" || value === "de",
  textSize: value => (textSizes as readonly unknown[]).includes(value),
  view: value => value === "page" || value === "draft",
  writing: value => value === "" || (writingLanguages as readonly unknown[]).includes(value),
}

/** Hears of settings that have changed; `isOwn`: somebody has changed them here, on this page. */
type Listener = (settings: Settings, isOwn: boolean) => void

const listeners = new Set<Listener>()
let current: Settings | null = null

/** The settings, each of them the usual one where nothing good is kept. */
export function loadSettings(): Settings {
  current ??= settingsFrom(read(settingsKey))
  return current
}

/** Changes some of them, and tells everybody. */
export function saveSettings(change: Partial<Settings>): void {
  current = { ...loadSettings(), ...change }
  write(settingsKey, current)
  tell(true)
}

/** Takes settings that came from elsewhere; `null` for the usual ones, and then nothing is kept. */
export function takeSettings(settings: Settings | null): void {
  current = settings
  if (settings) write(settingsKey, settings)
  else remove(settingsKey)
  tell(false)
}

/** Reads settings that came from elsewhere: each is the usual one where what came is none. */
export function settingsFrom(saved: unknown): Settings {
  const given = (typeof saved === "object" && saved !== null ? saved : {}) as Readonly<Record<string, unknown>>
  const good = Object.keys(defaults).filter(name => {
    const fit = fits[name as keyof Settings]
    return fit ? fit(given[name]) : typeof given[name] === "boolean"
  })
  return { ...defaults, ...Object.fromEntries(good.map(name => [name, given[name]])) }
}

/** Calls `listener` when they change, here or in another tab. */
export function onSettings(listener: Listener): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Hears of other tabs. */
export function followOtherTabs(): void {
  addEventListener("storage", event => {
    if (event.key !== settingsKey) return
    current = null
    tell(false)
  })
}

function tell(isOwn: boolean): void {
  for (const listener of listeners) listener(loadSettings(), isOwn)
}
