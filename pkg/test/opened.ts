// A script opened in Node on the wasm files that were built: no device storage, no pages, no relay unless given.

import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { init, openScript } from "../src/index.ts"
import { openOn } from "../src/script.ts"
import type { Store } from "../src/store.ts"
import type { Edit, OpenOptions, ScriptHandle } from "../src/index.ts"

const built = join(import.meta.dirname, "../dist/wasm")

/** Opens a new script. */
export async function opened(options: Partial<OpenOptions> = {}): Promise<ScriptHandle> {
  await loaded()
  return await openScript({
    id: crypto.randomUUID(),
    user: { name: "Ada", color: "#aa3300" },
    store: "none",
    pages: false,
    ...options,
  })
}

/** Opens a script on a store of the test's. */
export async function openedOn(store: Store, options: Partial<OpenOptions> = {}, threads?: Store): Promise<ScriptHandle> {
  await loaded()
  const user = { name: "Ada", color: "#aa3300" }
  return await openOn({ id: crypto.randomUUID(), user, pages: false, ...options }, { store, trouble: null, ...(threads && { threads }) })
}

async function loaded(): Promise<void> {
  await init({
    wasm: await readFile(join(built, "scriptroom_client_bg.wasm")),
    backgroundWasm: await readFile(join(built, "scriptroom_background_bg.wasm")),
    filesWasm: await readFile(join(built, "scriptroom_files_bg.wasm")),
    branchWasm: await readFile(join(built, "scriptroom_branch_bg.wasm")),
  })
}

/** The edit that types lines at an offset. */
export function typed(offset: number, ...lines: readonly string[]): Edit {
  return { kind: "replace", from: offset, to: offset, insert: lines.map(text => ({ text })) }
}

/** Resolves when `is` is true, looked at whenever one of the handle's events comes. */
export function until(script: ScriptHandle, is: () => boolean): Promise<void> {
  return new Promise(resolve => {
    const stops: (() => void)[] = []
    const look = (): void => {
      if (!is()) return
      for (const stop of stops) stop()
      resolve()
    }
    for (const event of ["change", "status", "presence", "threads", "error"] as const) stops.push(script.on(event, look))
    look()
  })
}
