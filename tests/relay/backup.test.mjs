// A data folder that was copied and brought back: what the copy has is there, and clients bring what it lacks.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { test } from "node:test"
import * as Y from "yjs"
import { batch, peer, socket, step2, updatesOf } from "./clients.mjs"
import { person, startPeoplesRelay } from "./people.mjs"
import { startRelay } from "./relay.mjs"

const data = (relay) => join(relay.folder, "data")
const copyOf = (relay) => join(relay.folder, "backup")

/** Copies every database with SQLite's own means, while the relay writes. */
function backUp(relay) {
  const files = readdirSync(data(relay), { recursive: true }).filter((name) => name.endsWith(".sqlite"))
  assert.ok(files.length > 0, "there is something to copy")
  for (const name of files) {
    const to = join(copyOf(relay), name)
    mkdirSync(dirname(to), { recursive: true })
    const database = new DatabaseSync(join(data(relay), name), { readOnly: true })
    database.exec(`VACUUM INTO '${to}'`)
    database.close()
  }
}

/** Stops the relay, and starts it with the copy for its data. */
async function restore(relay, generation) {
  await relay.kill()
  rmSync(data(relay), { recursive: true })
  cpSync(copyOf(relay), data(relay), { recursive: true })
  relay.set("SCRIPTROOM_GENERATION", generation)
  await relay.start()
}

async function epoch(relay, id) {
  await using ours = socket(relay, id, ["scriptroom.1"])
  return (await ours.next("hello")).epoch
}

test("b1_a_copy_made_while_people_write_is_whole_and_clients_bring_back_the_rest", async () => {
  await using relay = await startRelay({ SCRIPTROOM_GENERATION: "one" })
  const id = randomUUID()
  await using ada = peer(relay, id)
  await using bob = peer(relay, id)
  ada.text.insert(0, "before ")
  await bob.reads("before ")
  const before = await epoch(relay, id)
  backUp(relay)
  ada.text.insert(7, "and after")
  await bob.reads("before and after")
  ada.provider.disconnect()
  bob.provider.disconnect()
  await restore(relay, "two")
  {
    await using late = peer(relay, id)
    await late.reads("before ")
  }
  assert.notEqual(await epoch(relay, id), before)
  ada.provider.connect()
  await using late = peer(relay, id)
  await late.reads("before and after")
  await using other = peer(relay, id)
  bob.provider.connect()
  bob.text.insert(0, "long ")
  await other.reads("long before and after")
})

test("b1_the_same_generation_is_the_same_log_and_another_one_is_not", async () => {
  await using relay = await startRelay()
  const id = randomUUID()
  await using ada = peer(relay, id)
  await using bob = peer(relay, id)
  ada.text.insert(0, "words")
  await bob.reads("words")
  const first = await epoch(relay, id)
  const epochs = []
  for (const generation of ["", "one", "one", "two"]) {
    await relay.kill()
    relay.set("SCRIPTROOM_GENERATION", generation)
    await relay.start()
    epochs.push(await epoch(relay, id))
  }
  assert.equal(epochs[0], first)
  assert.equal(epochs[1], epochs[2])
  assert.equal(new Set(epochs).size, 3)
})

/** What a folder holds: each file's path and bytes. */
const contents = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [file.slice(folder.length), readFileSync(file).toString("base64")])

test("b3_a_folder_that_was_copied_while_the_relay_was_stopped_is_the_whole_relay", async () => {
  await using relay = await startPeoplesRelay({ SCRIPTROOM_GENERATION: "one" })
  const [ada, bob] = [person(relay, "ada"), person(relay, "bob")]
  const id = await ada.script("Kept")
  await ada.ask("PUT", `/scripts/${id}/members/bob`, { role: "viewer" })
  await ada.ask("PUT", "/me/settings", { theme: "dark" })
  await using writer = peer(relay, id, ada.params)
  await using reader = peer(relay, id, bob.params)
  await Promise.all([writer.synced(), reader.synced()])
  writer.text.insert(0, "before the copy")
  await reader.has("before the copy")
  await relay.kill()
  cpSync(data(relay), copyOf(relay), { recursive: true })
  const copied = contents(copyOf(relay))
  assert.ok(copied.length > 0)
  await relay.start()
  writer.text.insert(0, "since the copy, not ")
  await reader.has("since the copy")
  await ada.ask("PATCH", `/scripts/${id}/card`, { title: "Renamed since" })
  writer.provider.disconnect()
  reader.provider.disconnect()
  await restore(relay, "two")
  // On another machine, or by somebody new: what the copy has is there, all of it, and nothing else.
  assert.deepEqual(await ada.titles(), ["Kept"])
  assert.deepEqual((await ada.ask("GET", "/me")).settings, { theme: "dark" })
  assert.equal((await bob.ask("GET", `/scripts/${id}/card`)).role, "viewer")
  assert.equal((await bob.ask("PATCH", `/scripts/${id}/card`, { title: "Mine" })).status, 403)
  {
    await using late = peer(relay, id, bob.params)
    await late.reads("before the copy")
  }
  assert.deepEqual(contents(copyOf(relay)), copied, "the copy itself is as it was")
  // And whoever has written since brings it back.
  writer.provider.connect()
  await using late = peer(relay, id, bob.params)
  await late.has("since the copy")
})

test("b1_a_script_that_begins_after_a_backup_may_be_one_that_it_lacks", async () => {
  for (const [generation, taken] of [
    ["", false],
    ["two", true],
  ]) {
    await using relay = await startRelay({ SCRIPTROOM_GENERATION: generation })
    const id = randomUUID()
    const guest = async () => (await (await fetch(`${relay.http}/api/guest`, { method: "POST" })).json()).token
    const [first, more] = updatesOf(
      (text) => text.insert(0, "mine"),
      (text) => text.insert(4, ", too"),
    )
    {
      await using ada = socket(relay, id, ["scriptroom.1", `token.${await guest()}`])
      await ada.next("hello")
      ada.send(batch(1, first))
      assert.equal((await ada.next("ack")).status, 0)
    }
    // Somebody has seen more of her words than she has brought.
    await using bob = socket(relay, `${id}?token=${await guest()}`)
    await bob.next("step1")
    bob.send(step2(Y.mergeUpdates([first, more])))
    if (taken) {
      await using late = peer(relay, id)
      await late.reads("mine, too")
    } else {
      assert.equal((await bob.closed()).code, 4011)
    }
  }
})
