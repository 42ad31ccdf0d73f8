// The settings of somebody who has signed in come along to every device: the relay keeps them with the person.
// What was changed last counts.

import { read, write } from "../saved"
import { loadSettings, onSettings, saveSettings, settingsFrom } from "../settings"
import { account, onAccount, relay } from "./account"

/** When the settings of this device were changed, in milliseconds since 1970. */
const changedKey = "scriptroom.settings.changed"
const pauseMs = 1_000

let taking = false
let pause: ReturnType<typeof setTimeout> | undefined

/** Keeps them with the account from now on. */
export function keepSettingsWithAccount(): void {
  onSettings(() => {
    if (taking) return
    write(changedKey, Date.now())
    clearTimeout(pause)
    pause = setTimeout(() => void send().catch(later), pauseMs)
  })
  onAccount(() => void take().catch(later))
  void take().catch(later)
}

/** Takes what the account has where that is newer, and gives it what this device has where that is. */
async function take(): Promise<void> {
  if (!account()?.token) return
  const { settings } = await relay.me()
  const changed = Number(settings.changed) || 0
  if (changed > changedHere()) {
    taking = true
    saveSettings(settingsFrom(settings.app))
    taking = false
    write(changedKey, changed)
  } else if (changed < changedHere()) await send()
}

async function send(): Promise<void> {
  if (!account()?.token) return
  await relay.saveSettings({ ...(await relay.me()).settings, app: loadSettings(), changed: changedHere() })
}

function changedHere(): number {
  return Number(read(changedKey)) || 0
}

/** Without a network they stay here, and go out when the app is opened next. */
function later(error: unknown): void {
  console.warn("the settings are not with the account yet:", error)
}
