// A relay that was restored from a backup, or begun anew: what its clients have, it gets again.

import assert from "node:assert/strict"
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { Relay } from "../../tests/browser/relay.ts"
import { batch, socket } from "../../tests/relay/clients.mjs"
import type { ScriptHandle, Status } from "../src/index.ts"
import { MemoryStore } from "./memory-store.ts"
import { opened, openedOn, typed, until } from "./opened.ts"

const limit = { timeout: 60_000 }

const writers: ScriptHandle[] = []
after(() => Promise.all(writers.map(script => script.close())))

const synced = (script: ScriptHandle): Promise<void> =>
  until(script, () => script.status.kind === "synced" && script.status.unsaved === 0)

/** What a person of their own writes at the end of the script, live. */
async function writer(relay: Relay, id: string): Promise<(from: MemoryStore, words: string) => Promise<void>> {
  const answer = await fetch(`${relay.origin}/api/guest`, { method: "POST" })
  const { token } = (await answer.json()) as { token: string }
  const scripts = `${relay.origin.replace("http", "ws")}/api/ws/scripts`
  const device = new MemoryStore()
  let script: ScriptHandle | null = null
  return async (from, words) => {
    if (!script) {
      for (const { update } of from.rows.values()) device.add(update, false)
      script = await openedOn(device, { id })
      writers.push(script)
    }
    script.edit([typed(script.length, words)])
    await until(script, () => script?.status.device === "kept")
    await using ben = socket({ scripts }, id, ["scriptroom.1", `token.${token}`])
    await ben.next("hello")
    const update = [...device.rows.values()].at(-1)?.update as Uint8Array
    ben.send(batch(1, update))
    assert.equal((await ben.next("ack")).status, 0)
  }
}

test("a relay whose data are an older copy gets back what its writers have, others' words too", limit, async () => {
  const relay = await Relay.start()
  const backup = await mkdtemp(join(tmpdir(), "scriptroom-backup-"))
  const id = crypto.randomUUID()
  const device = new MemoryStore()
  const ada = await openedOn(device, { id, relay: relay.origin })
  await synced(ada)
  ada.edit([typed(0, "Ada one. ")])
  await synced(ada)
  const ben = await writer(relay, id)
  await ben(device, "Ben one. ")
  await until(ada, () => ada.text().includes("Ben one."))
  await relay.kill()
  await cp(relay.data, backup, { recursive: true })
  await relay.run()
  ada.edit([typed(ada.length, "Ada two. ")])
  await synced(ada)
  await ben(device, "Ben two. ")
  await until(ada, () => ada.text().includes("Ben two."))
  const before = ada.text()

  await relay.kill()
  await rm(relay.data, { recursive: true })
  await cp(backup, relay.data, { recursive: true })
  const told: Status[] = []
  ada.on("status", status => told.push(status))
  await relay.run()
  await synced(ada)
  assert.ok(told.some(({ unsaved }) => unsaved > 0), "what the relay has lost is not saved")
  assert.equal(ada.text(), before)
  const late = await opened({ id, relay: relay.origin })
  await synced(late)
  assert.equal(late.text(), before)
  assert.equal(device.unsaved.size, 0)
  await Promise.all([ada.close(), late.close()])
  await relay.stop()
  await rm(backup, { recursive: true })
})

test("a relay that was begun anew gets everything, also from a device that was closed meanwhile", limit, async () => {
  const relay = await Relay.start()
  const id = crypto.randomUUID()
  const device = new MemoryStore()
  const first = await openedOn(device, { id, relay: relay.origin })
  first.edit([typed(0, "INT. KITCHEN - DAY", "Rain.")])
  await synced(first)
  await first.close()
  const epoch = device.epoch
  assert.equal(device.unsaved.size, 0)
  await relay.kill()
  await rm(relay.data, { recursive: true })
  await mkdir(relay.data)
  await relay.run()
  const ada = await openedOn(device, { id, relay: relay.origin })
  assert.equal(ada.status.unsaved, 0, "it cannot know yet")
  const told: Status[] = []
  ada.on("status", status => told.push(status))
  await synced(ada)
  assert.ok(told.some(({ unsaved }) => unsaved > 0), "another log has nothing saved")
  assert.notEqual(device.epoch, epoch)
  assert.equal(device.unsaved.size, 0)
  const late = await opened({ id, relay: relay.origin })
  await synced(late)
  assert.equal(late.text(), "INT. KITCHEN - DAY\nRain.")
  await Promise.all([ada.close(), late.close()])
  await relay.stop()
})
