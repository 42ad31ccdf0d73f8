// The settings of somebody who has signed in come along to every device: the relay keeps them with the person.
// What was changed last counts, and what was changed by somebody else, on the same device, never.

import { read, remove, write } from "../saved"
import { loadSettings, onSettings, settingsFrom, takeSettings } from "../settings"
import { account, onAccount, relay } from "./account"

/** When the settings of this device were changed, and by whom. */
interface Changed {
  /** In milliseconds since 1970. */
  readonly ms: number
  /** `null`: nobody was signed in. What a guest has chosen counts for the account that they sign in to. */
  readonly of: string | null
}

const changedKey = "scriptroom.settings.changed"
const pauseMs = 1_000

let pause: ReturnType<typeof setTimeout> | undefined

/** Keeps them with the account from now on. */
export function keepSettingsWithAccount(): void {
  onSettings((_, isOwn) => {
    if (!isOwn) return
    changed(Date.now(), account()?.person ?? null)
    clearTimeout(pause)
    pause = setTimeout(() => void send().catch(later), pauseMs)
  })
  onAccount(() => void take().catch(later))
  void take().catch(later)
}

/** Goes back to the usual ones: they were somebody's who is here no longer. */
export function forgetSettings(): void {
  clearTimeout(pause)
  remove(changedKey)
  takeSettings(null)
}

/** Takes what the account has where that is newer, and gives it what this device has where that is. */
async function take(): Promise<void> {
  const now = account()
  if (!now?.token) return
  if ((changedHere()?.of ?? now.person) !== now.person) forgetSettings()
  const { person, settings } = await relay.me()
  if (account()?.person !== person) return
  const ms = Number(settings.changed) || 0
  const here = changedHere()?.ms ?? 0
  if (ms > here) {
    takeSettings(settingsFrom(settings.app))
    changed(ms, person)
  } else if (ms < here) await send()
}

async function send(): Promise<void> {
  if (!account()?.token) return
  const { person, settings } = await relay.me()
  const here = changedHere()
  // Somebody else may have signed in meanwhile.
  if (!here || account()?.person !== person || (here.of ?? person) !== person) return
  await relay.saveSettings({ ...settings, app: loadSettings(), changed: here.ms })
  changed(here.ms, person)
}

function changed(ms: number, of: string | null): void {
  write(changedKey, { ms, of } satisfies Changed)
}

function changedHere(): Changed | null {
  const saved = read(changedKey) as Partial<Changed> | null
  return typeof saved?.ms === "number" ? { ms: saved.ms, of: typeof saved.of === "string" ? saved.of : null } : null
}

/** Without a network they stay here, and go out when the app is opened next. */
function later(error: unknown): void {
  console.warn("the settings are not with the account yet:", error)
}
