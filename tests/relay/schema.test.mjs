// A database of an earlier version opens: nothing in it is lost, and it is written on.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { test } from "node:test"
import * as Y from "yjs"
import { change, logFile, rows } from "./log.mjs"
import { peer } from "./clients.mjs"
import { person, startPeoplesRelay } from "./people.mjs"
import { root, startRelay } from "./relay.mjs"

/** Every version that was ever released, and what its database looked like. */
const versions = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

for (const version of versions) {
  test(`m1_a_database_of_version_${version}_opens`, async () => {
    await using relay = await startRelay()
    const id = randomUUID()
    {
      await using ada = peer(relay, id)
      await ada.synced()
      ada.text.insert(0, "to be replaced")
      await using bob = peer(relay, id)
      await bob.has("replaced")
    }
    await relay.kill()
    replace(logFile(relay), version)
    await relay.start()
    await using ada = peer(relay, id)
    await ada.reads("stored long ago")
    ada.text.insert(0, "newly written, ")
    await using bob = peer(relay, id)
    await bob.reads("newly written, stored long ago")
    {
      await using eve = peer(relay, `${id}/threads`)
      await eve.synced()
      eve.text.insert(0, "said")
      await using late = peer(relay, `${id}/threads`)
      await late.reads("said")
    }
    await relay.kill()
    const database = new DatabaseSync(logFile(relay))
    const schema = database.prepare("SELECT value FROM meta WHERE key = 'schema'").get().value
    const epoch = database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get().value
    const recovered = database.prepare("SELECT value FROM meta WHERE key = 'recovered entries'").get().value
    database.close()
    assert.ok(Number(schema) >= version)
    assert.equal(recovered, "7 0 3 0\n7 5 9 0")
    assert.equal(epoch, "the old epoch")
  })
}

test("m1_nothing_is_changed_that_a_newer_relay_has_written", async () => {
  await using relay = await startPeoplesRelay()
  const ada = person(relay, "ada")
  const id = await ada.script("As it was")
  await relay.kill()
  change(relay, "UPDATE meta SET value = '99' WHERE key = 'schema'")
  await relay.start()
  const changes = [
    ["PATCH", "card", { title: "Other" }],
    ["POST", "links", { role: "viewer" }],
    ["POST", "trash", {}],
  ]
  for (const [method, path, body] of changes) {
    const { status, error } = await ada.ask(method, `/scripts/${id}/${path}`, body)
    assert.deepEqual([status, error.code], [500, "internal"])
  }
  await relay.kill()
  assert.deepEqual({ ...rows(relay, "SELECT title, trashed FROM script")[0] }, { title: "As it was", trashed: null })
  assert.equal(rows(relay, "SELECT COUNT(*) AS n FROM links")[0].n, 0)
})

/** Puts a database of that version in the place of a file, with one entry in it. */
function replace(file, version) {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true })
  const database = new DatabaseSync(file)
  database.exec(readFileSync(join(root, `tests/relay/schemas/${version}.sql`), "utf8"))
  const doc = new Y.Doc()
  doc.clientID = 7
  doc.getText("text").insert(0, "stored long ago")
  const bytes = Y.encodeStateAsUpdate(doc)
  database
    .prepare("INSERT INTO entries (sequence, merged, piece, time, author, origin, size, bytes) VALUES (1, 0, 0, 5, 'ada', 'live', ?, ?)")
    .run(bytes.length, bytes)
  database.exec("INSERT INTO clocks (client, next, owner) VALUES (7, 15, 'ada')")
  const recovered = ["7 0 3", "7 5 9"].map(line => (version < 12 ? line : `${line} 0`))
  database.prepare("INSERT INTO meta (key, value) VALUES ('recovered entries', ?)").run(recovered.join("\n"))
  database.close()
}
