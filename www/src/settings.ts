// What a writer has set for themselves, kept on this device.

import { read, write } from "./saved"

/** The settings. */
export interface Settings {
  /** The language that the app speaks; `system` for the browser's. */
  readonly language: "system" | "en" | "de"
}

const settingsKey = "scriptroom.settings"

const defaults: Settings = { language: "system" }

/** The settings, each of them the usual one where nothing good is kept. */
export function loadSettings(): Settings {
  const saved = read(settingsKey) as Partial<Settings> | null
  const language = saved?.language
  return { language: language === "en" || language === "de" ? language : defaults.language }
}

/** Changes some of them. */
export function saveSettings(change: Partial<Settings>): void {
  write(settingsKey, { ...loadSettings(), ...change })
}
