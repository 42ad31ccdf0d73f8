// A script's log as it lies on disk: for tests that look at it, or damage it, while the relay is down.
import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { until } from "./clients.mjs"

/** The file of the one script that a relay has. */
export function logFile(relay) {
  const found = logFiles(relay)
  assert.equal(found.length, 1, "one log lies on disk")
  return found[0]
}

function logFiles(relay) {
  const folder = join(relay.folder, "data")
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".sqlite"))
  return files.map((name) => join(folder, name)).filter(isLog)
}

function isLog(file) {
  // Not for reading only: what a kill has left half done is taken back when a file is opened.
  const database = new DatabaseSync(file, { timeout: 5_000 })
  const tables = database.prepare("SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'entries'").get().n
  database.close()
  return tables === 1
}

/** The log for reading, while the relay runs or not. */
export function openLog(relay) {
  return new DatabaseSync(logFile(relay), { readOnly: true, timeout: 5_000 })
}

/** Waits until a query of one number gives one that is not 0. */
export async function untilLogged(relay, query) {
  const database = openLog(relay)
  const subscribe = (look) => {
    const timer = setInterval(look, 20)
    return () => clearInterval(timer)
  }
  await until(subscribe, () => database.prepare(query).get().n > 0, query)
  database.close()
}

/** What a query of the log gives. */
export function rows(relay, query) {
  const database = openLog(relay)
  const found = database.prepare(query).all()
  database.close()
  return found
}

/** Changes the log behind the relay's back, while it is down. */
export const change = (relay, statement) => changeFile(logFile(relay), statement)

/** The same, of the script with that id. */
export function changeOf(relay, id, statement) {
  const ofScript = (file) => {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
    const found = database.prepare("SELECT COUNT(*) AS n FROM script WHERE id = ?").get(id).n
    database.close()
    return found === 1
  }
  const [file] = logFiles(relay).filter(ofScript)
  changeFile(file, statement)
}

function changeFile(file, statement) {
  const database = new DatabaseSync(file)
  const { changes } = database.prepare(statement).run()
  database.close()
  assert.ok(changes > 0, "something is changed")
}
