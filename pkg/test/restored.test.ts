// A relay that was restored from a backup, or begun anew: what its clients have, it gets again.

import assert from "node:assert/strict"
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { Relay } from "../../tests/browser/relay.ts"
import * as Y from "yjs"
import { batch, socket, step2 } from "../../tests/relay/clients.mjs"
import type { ScriptError, ScriptHandle, Status } from "../src/index.ts"
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
  // The relay asks those once more whose words others have brought.
  await until(ada, () => device.unsaved.size === 0)
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

/** A relay with a script that ada and ben have written in, and a backup that lacks what ada wrote last. */
class Restored implements AsyncDisposable {
  readonly id = crypto.randomUUID()
  readonly device = new MemoryStore()
  readonly relay: Relay
  readonly tokens: Record<"ada" | "ben" | "late", string>
  readonly errors: ScriptError[] = []
  readonly #backup: string

  private constructor(relay: Relay, backup: string, tokens: Restored["tokens"]) {
    this.relay = relay
    this.#backup = backup
    this.tokens = tokens
  }

  static async begin(): Promise<Restored> {
    const relay = await Relay.start({ SCRIPTROOM_GENERATION: "one" })
    const token = async (): Promise<string> => {
      const answer = await fetch(`${relay.origin}/api/guest`, { method: "POST" })
      return ((await answer.json()) as { token: string }).token
    }
    const tokens = { ada: await token(), ben: await token(), late: await token() }
    return new Restored(relay, await mkdtemp(join(tmpdir(), "scriptroom-backup-")), tokens)
  }

  async open(who: keyof Restored["tokens"], store = new MemoryStore()): Promise<ScriptHandle> {
    // Each a person of their own, so that they are no tabs of one browser.
    const options = { id: this.id, relay: this.relay.origin, token: this.tokens[who], person: who }
    const script = await openedOn(store, options)
    writers.push(script)
    script.on("error", error => this.errors.push(error))
    return script
  }

  /** Copies the data as they are now. */
  async backUp(): Promise<void> {
    await this.relay.kill()
    await cp(this.relay.data, this.#backup, { recursive: true })
    await this.relay.run({ SCRIPTROOM_GENERATION: "one" })
  }

  async restore(generation: string, variables: Record<string, string> = {}): Promise<void> {
    await this.relay.kill()
    await rm(this.relay.data, { recursive: true })
    await cp(this.#backup, this.relay.data, { recursive: true })
    await this.relay.run({ SCRIPTROOM_GENERATION: generation, ...variables })
  }

  /** What somebody reads who comes now. */
  async read(): Promise<string> {
    const late = await this.open("late")
    await synced(late)
    const text = late.text()
    await late.close()
    return text
  }

  /** Where the entries of the log came from, newest first. */
  async origins(): Promise<readonly string[]> {
    const headers = { authorization: `Bearer ${this.tokens.late}` }
    const answer = await fetch(`${this.relay.origin}/api/scripts/${this.id}/history`, { headers })
    const { versions } = (await answer.json()) as { versions: { origin: string }[] }
    return versions.map(({ origin }) => origin)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(writers.splice(0).map(script => script.close()))
    await this.relay.stop()
    await rm(this.#backup, { recursive: true })
  }
}

test("b2_who_comes_back_first_brings_what_they_had_seen_and_the_owner_goes_on_from_there", limit, async () => {
  await using stage = await Restored.begin()
  const [ada, ben] = [await stage.open("ada", stage.device), await stage.open("ben")]
  await Promise.all([synced(ada), synced(ben)])
  ada.edit([typed(0, "Ada one. ")])
  await until(ben, () => ben.text() === "Ada one. ")
  await stage.backUp()
  ada.edit([typed(ada.length, "Ada two. ")])
  await until(ben, () => ben.text() === "Ada one. Ada two. ")
  ben.edit([typed(ben.length, "Ben. ")])
  await until(ada, () => ada.text() === "Ada one. Ada two. Ben. ")
  await stage.relay.kill()
  // Nobody has seen this; and ada's browser is closed.
  ada.edit([typed(9, "Ada three. ")])
  await ada.close()
  await stage.restore("two")
  await synced(ben)
  assert.equal(await stage.read(), "Ada one. Ada two. Ben. ")
  assert.ok((await stage.origins()).includes("recovered"))

  const again = await stage.open("ada", stage.device)
  await synced(again)
  await until(ben, () => ben.text() === again.text())
  assert.equal(again.text(), "Ada one. Ada three. Ada two. Ben. ")
  assert.equal(await stage.read(), again.text())
  again.edit([typed(0, "And on. ")])
  await until(ben, () => ben.text().startsWith("And on. "))
  assert.deepEqual(stage.errors, [], "nothing was refused on the way")
})

test("b2_an_owners_copy_that_differs_from_what_another_brought_back_is_the_one_that_counts", limit, async () => {
  await using stage = await Restored.begin()
  const ada = await stage.open("ada", stage.device)
  await synced(ada)
  ada.edit([typed(0, "Ada one. ")])
  await synced(ada)
  const { clientId } = ada
  await stage.backUp()
  ada.edit([typed(ada.length, "Ada two, and more than two. ")])
  await synced(ada)
  await stage.relay.kill()
  await ada.close()
  await stage.restore("two")

  // What ben brings back as ada's words is not what she wrote.
  const scripts = `${stage.relay.origin.replace("http", "ws")}/api/ws/scripts`
  await using forger = socket({ scripts }, stage.id, ["scriptroom.1", `token.${stage.tokens.ben}`])
  await forger.next("hello")
  const headers = { authorization: `Bearer ${stage.tokens.ben}` }
  const answer = await fetch(`${stage.relay.origin}/api/scripts/${stage.id}/updates`, { headers })
  const doc = new Y.Doc()
  Y.applyUpdate(doc, new Uint8Array(await answer.arrayBuffer()))
  doc.clientID = clientId
  const [strip] = [...doc.getMap<Y.Map<Y.Text>>("strips").values()]
  strip?.get("text")?.insert(0, "Forged. ")
  forger.send(step2(Y.encodeStateAsUpdate(doc)))
  assert.equal((await forger.next("ack")).status, 0)
  const ben = await stage.open("ben")
  await synced(ben)
  assert.equal(ben.text(), "Forged. Ada one. ")

  const again = await stage.open("ada", stage.device)
  await until(again, () => stage.errors.length > 0)
  await synced(again)
  assert.deepEqual(stage.errors.map(({ kind }) => kind), ["offered-again"])
  assert.equal(again.text(), "Ada one. Ada two, and more than two. ")
  await until(ben, () => ben.text() === again.text())
  ben.edit([typed(0, "Ben. ")])
  await until(again, () => again.text() === ben.text())
  assert.equal(await stage.read(), "Ben. Ada one. Ada two, and more than two. ")
})

test("b2_who_has_something_else_under_the_ids_of_another_starts_over_from_what_the_relay_has", limit, async () => {
  const relay = await Relay.start()
  const id = crypto.randomUUID()
  const ben = await opened({ id, relay: relay.origin })
  ben.edit([typed(0, "INT. KITCHEN - DAY", "Rain on the glass.", "It goes on.")])
  await synced(ben)
  // What somebody had made up as Ben, before the relay was set back: a letter where his text begins.
  const device = new MemoryStore()
  const madeUp = new Y.Doc()
  madeUp.clientID = ben.clientId
  madeUp.getText("elsewhere").insert(0, "x")
  device.add(Y.encodeStateAsUpdate(madeUp), false)
  const ada = await openedOn(device, { id, relay: relay.origin })
  const errors: string[] = []
  ada.on("error", ({ kind }) => errors.push(kind))
  await until(ada, () => errors.length > 1)
  await synced(ada)
  assert.deepEqual(errors, ["bytes", "offered-again"])
  await until(ben, () => ben.text() === ada.text())
  for (const words of ["INT. KITCHEN - DAY", "Rain on the glass.", "It goes on."]) assert.ok(ada.text().includes(words), ada.text())
  ada.edit([typed(0, "More. ")])
  await until(ben, () => ben.text().startsWith("More. "))
  await Promise.all([ada.close(), ben.close()])
  await relay.stop()
})

test("b2_after_the_time_for_that_only_owners_bring_their_words_back", limit, async () => {
  await using stage = await Restored.begin()
  const [ada, ben] = [await stage.open("ada", stage.device), await stage.open("ben")]
  await Promise.all([synced(ada), synced(ben)])
  ada.edit([typed(0, "Ada one. ")])
  await synced(ada)
  await stage.backUp()
  ada.edit([typed(ada.length, "Ada two. ")])
  await until(ben, () => ben.text() === "Ada one. Ada two. ")
  await stage.relay.kill()
  await ada.close()
  await stage.restore("two", { SCRIPTROOM_RECOVER_MS: "0" })
  await until(ben, () => stage.errors.length > 0)
  assert.equal(stage.errors[0]?.kind, "offered-again")
  assert.match(stage.errors[0]?.message ?? "", /belongs to somebody else/)
  await synced(ben)
  assert.ok(!(await stage.origins()).includes("recovered"))
})
