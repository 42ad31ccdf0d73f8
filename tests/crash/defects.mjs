// Defects that are put in on purpose, for the check to find: a proof that cannot fail is none.
import { cpSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../relay/relay.mjs"

/** A frame of SQLite's write-ahead log: its head, and a page. */
const FRAME_BYTES = 24 + 4096
const LATE_MS = 40

/** A relay that acknowledges and passes on at once, and writes a moment later. In a copy of the build: says where. */
export function writesLate(folder) {
  const worker = join(folder, "worker")
  cpSync(join(root, "worker/build"), join(worker, "build"), { recursive: true })
  cpSync(join(root, "worker/workerd.capnp"), join(worker, "workerd.capnp"))
  const file = join(worker, "build/worker.js")
  const text = readFileSync(file, "utf8")
  const all = `export * from "./index.js"\n`
  if (text.split(all).length !== 2) throw new Error("expected the worker to hand on its objects once")
  writeFileSync(file, text.replace(all, late))
  return join(worker, "workerd.capnp")
}

const late = `import * as sound from "./index.js"
export const { Person, Registry } = sound
export class ScriptRoom extends sound.ScriptRoom {
  constructor(state, env) {
    const rows = Object.getPrototypeOf(state.storage.sql)
    const now = (rows.writesNow ??= rows.exec)
    const nothing = { raw: () => [][Symbol.iterator](), toArray: () => [] }
    rows.exec = function (statement, ...values) {
      if (!/^\\s*INSERT INTO entries\\b/.test(statement)) return now.call(this, statement, ...values)
      setTimeout(() => now.call(this, statement, ...values), ${LATE_MS})
      return nothing
    }
    super(state, env)
  }
}
`

/** A disk that forgets what it said to have written: cuts so many frames off the end of each script's write-ahead log. */
export function forget(relay, frames) {
  const folder = join(relay.folder, "data/scriptroom-scripts")
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".sqlite-wal"))) {
    const file = join(folder, name)
    truncateSync(file, Math.max(0, statSync(file).size - frames * FRAME_BYTES))
  }
}
