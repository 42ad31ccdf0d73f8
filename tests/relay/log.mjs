// A script's log as it lies on disk: for tests that look at it, or damage it, while the relay is down.
import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

/** The file of the one script that a relay has. */
export function logFile(relay) {
  const folder = join(relay.folder, "data")
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".sqlite"))
  const found = files.map((name) => join(folder, name)).filter(isLog)
  assert.equal(found.length, 1, "one log lies on disk")
  return found[0]
}

function isLog(file) {
  const database = new DatabaseSync(file, { readOnly: true })
  const tables = database.prepare("SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'entries'").get().n
  database.close()
  return tables === 1
}

/** The log for reading, while the relay runs or not. */
export function openLog(relay) {
  return new DatabaseSync(logFile(relay), { readOnly: true })
}
