// Scripts that are opened without being shown: to send what is only here, or to change a title.

import { init, openScript, type ScriptHandle, type TitleEntry } from "scriptroom"
import backgroundWasm from "scriptroom/background.wasm"
import branchWasm from "scriptroom/branch.wasm"
import filesWasm from "scriptroom/files.wasm"
import wasm from "scriptroom/scriptroom.wasm"
import { type Identity, openAs } from "./account/identity"
import type { ScriptId } from "./route"
import { loadPerson } from "./saved"
import { ui } from "./words/ui"

/** For how long the relay is tried: a network that swallows sockets shows it after eight seconds, and plain HTTP goes through then. */
const patienceMs = 12_000

/** The address of the package's worker for files. */
declare const FILES_WORKER: string

/** Loads the wasm; again costs nothing. */
export async function initScripts(): Promise<void> {
  const at = (file: string): URL => new URL(file, location.href)
  await init({ wasm: at(wasm), backgroundWasm: at(backgroundWasm), filesWasm: at(filesWasm), filesWorker: at(FILES_WORKER), branchWasm: at(branchWasm) })
}

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

/** The title as it stands on the title page, in one line. */
export function titleOf(entries: readonly TitleEntry[]): string {
  const title = entries.find(entry => entry.key.toLowerCase() === "title")
  return (title?.lines ?? []).join(" ").replace(/\\([*_])|[*_]{1,3}/g, "$1").trim()
}

/** A title page with another title. */
export function withTitle(entries: readonly TitleEntry[], title: string): readonly TitleEntry[] {
  const others = entries.filter(entry => entry.key.toLowerCase() !== "title")
  return title === "" ? others : [{ key: "Title", lines: [title] }, ...others]
}
