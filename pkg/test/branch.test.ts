// The wasm module that a refusal takes does not come at first: the document waits for it, whole, and starts over then.

import assert from "node:assert/strict"
import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { test } from "node:test"
import * as Y from "yjs"
import { Relay } from "../../tests/browser/relay.ts"
import { batch, socket } from "../../tests/relay/clients.mjs"
import { init, type ScriptError } from "../src/index.ts"
import { MemoryStore } from "./memory-store.ts"
import { opened, openedOn, typed, until } from "./opened.ts"

const built = join(import.meta.dirname, "../dist/wasm")

test("a refusal whose module cannot be fetched yet costs nothing but time", { timeout: 60_000 }, async () => {
  const file = await readFile(join(built, "scriptroom_branch_bg.wasm"))
  let asked = 0
  let mayCome = false
  const server = createServer((_, answer) => {
    asked += 1
    answer.writeHead(mayCome ? 200 : 503, { "content-type": "application/wasm" })
    answer.end(mayCome ? file : "")
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  await init({
    wasm: await readFile(join(built, "scriptroom_client_bg.wasm")),
    branchWasm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/branch.wasm`,
  })
  const relay = await Relay.start()
  const id = crypto.randomUUID()
  const device = new MemoryStore()
  const offline = await openedOn(device, { id })
  offline.edit([typed(0, "Words of Ada's, typed on the way, and more of them than Eve's.")])
  const taken = offline.clientId
  await offline.close()
  assert.equal(asked, 0, "opening and typing need no such thing")
  const answer = await fetch(`${relay.origin}/api/guest`, { method: "POST" })
  const { token } = (await answer.json()) as { token: string }
  const doc = new Y.Doc()
  doc.clientID = taken
  doc.getText("elsewhere").insert(0, "Eve was here.")
  {
    const scripts = `${relay.origin.replace("http", "ws")}/api/ws/scripts`
    await using eve = socket({ scripts }, id, ["scriptroom.1", `token.${token}`])
    await eve.next("hello")
    eve.send(batch(1, Y.encodeStateAsUpdate(doc)))
    assert.equal((await eve.next("ack")).status, 0)
  }

  const refused = once(server, "request")
  const ada = await openedOn(device, { id, relay: relay.origin })
  const errors: ScriptError[] = []
  ada.on("error", error => errors.push(error))
  await refused
  ada.edit([typed(0, "First. ")])
  const ben = await opened({ id, relay: relay.origin })
  await until(ben, () => ben.status.kind === "synced")
  ben.edit([typed(0, "Ben's. ")])
  await until(ada, () => ada.text().includes("Ben's."))
  assert.deepEqual(errors, [])
  assert.notEqual(ada.status.kind, "synced")
  assert.ok(ada.status.unsaved > 0)
  mayCome = true
  await until(ada, () => errors.length > 0)
  assert.deepEqual(errors.map(({ kind }) => kind), ["offered-again"])
  await until(ada, () => ada.status.kind === "synced" && ada.status.unsaved === 0)
  for (const words of ["First. ", "Words of Ada's, typed on the way, and more of them than Eve's.", "Ben's. "]) {
    assert.ok(ada.text().includes(words), `${words} in ${ada.text()}`)
  }
  await until(ben, () => ben.text() === ada.text())
  await Promise.all([ada.close(), ben.close()])
  await relay.stop()
  server.close()
})
