// Scripts that are opened without being shown: to send what is only here, or to change a title.

import { openScript, type ScriptHandle } from "scriptroom"
import { type Identity, openAs } from "./account/identity"
import type { ScriptId } from "./route"
import { loadPerson } from "./saved"
import { withTitle } from "./title"
import { initScripts } from "./wasm"
import { ui } from "./words/ui"

/** For how long the relay is tried: a network that swallows sockets shows it after eight seconds, and plain HTTP goes through then. */
const patienceMs = 12_000

/** The relay is not reached. */
export class AwayError extends Error {
  override readonly name = "AwayError"
}

/** Opens a script, does something with it, and closes it when the relay has all of it. */
export async function quietly(id: ScriptId, as: Identity, work: (script: ScriptHandle) => void): Promise<void> {
  await initScripts()
  const { name, color } = loadPerson()
  const script = await openScript({ id, ...openAs(as, id), user: { name, color }, pages: false })
  try {
    await synced(script)
    work(script)
    await synced(script)
  } finally {
    await script.close()
  }
}

/** Changes a script's title: on its title page, where everybody reads it. */
export async function renameQuietly(id: ScriptId, as: Identity, title: string): Promise<void> {
  await quietly(id, as, script => script.setTitlePage(withTitle(script.titlePage(), title)))
}

/** Resolves when the relay has all of a script. Where it cannot be reached that is said, once it has been tried for a while. */
function synced(script: ScriptHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    let patience: ReturnType<typeof setTimeout> | undefined
    const end = (settle: () => void): void => {
      stop()
      clearTimeout(patience)
      settle()
    }
    const isAway = (): void => end(() => reject(new AwayError(ui.library.notReached)))
    const look = (): void => {
      const { kind, unsaved, reason } = script.status
      if (kind === "connecting") patience ??= setTimeout(isAway, patienceMs)
      else {
        clearTimeout(patience)
        patience = undefined
      }
      if (kind === "refused") end(() => reject(new Error(reason ?? "the relay refused the script")))
      else if (kind === "offline") isAway()
      else if (kind === "synced" && unsaved === 0) end(resolve)
    }
    const stop = script.on("status", look)
    look()
  })
}
