// The application's tokens at a real relay that holds them to the second: renewed in time, too late, and not at all.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { EditorState } from "@codemirror/state"
import type { Relay } from "../../tests/browser/relay.ts"
import { roleTold } from "../src/codemirror/writing.ts"
import { scriptroom } from "../src/codemirror.ts"
import type { OpenOptions, ScriptError, ScriptHandle } from "../src/index.ts"
import { opened, typed, until } from "./opened.ts"
import { giveRole, scriptOf, startPeoplesRelay, tokenOf } from "./people.ts"

let relay: Relay

before(async () => {
  relay = await startPeoplesRelay()
})
after(() => relay.stop())

const limit = { timeout: 60_000 }

function withToken(id: string, token: OpenOptions["token"]): Promise<ScriptHandle> {
  return opened({ id, relay: relay.origin, token })
}

function isSynced(script: ScriptHandle): boolean {
  return script.status.kind === "synced"
}

/** What is at the relay, as somebody reads it who comes now. */
async function atRelay(id: string): Promise<string> {
  const reader = await withToken(id, tokenOf("ada", 60))
  await until(reader, () => isSynced(reader))
  const text = reader.text()
  await reader.close()
  return text
}

test("a token is renewed on the same connection, again and again", limit, async () => {
  const id = await scriptOf(relay, "ada")
  let asked = 0
  let askedOften = (): void => {}
  const often = new Promise<void>(resolve => (askedOften = resolve))
  const ada = await withToken(id, async () => {
    asked += 1
    // The first one is over by then, and so is the second. A fifth of their time is left for the renewal.
    if (asked === 4) askedOften()
    return tokenOf("ada", 8)
  })
  await until(ada, () => isSynced(ada))
  assert.equal(ada.role, "owner")
  const kinds = new Set<string>()
  ada.on("status", status => kinds.add(status.kind))
  const errors: ScriptError[] = []
  ada.on("error", error => errors.push(error))
  await often
  ada.edit([typed(0, "Still here.")])
  await until(ada, () => isSynced(ada))
  assert.deepEqual([...kinds].sort(), ["synced", "syncing"], "the connection was never lost")
  assert.deepEqual(errors, [])
  assert.equal(await atRelay(id), "Still here.")
  await ada.close()
})

test("an expired token is asked for once more, and what was typed meanwhile goes out with the next", limit, async () => {
  const id = await scriptOf(relay, "ada")
  let gives: (() => string) | null = () => tokenOf("ada", 2)
  const ada = await withToken(id, () => {
    if (!gives) throw new Error("the backend is away")
    return gives()
  })
  await until(ada, () => isSynced(ada))
  gives = null
  const errors: ScriptError[] = []
  ada.on("error", error => errors.push(error))
  await until(ada, () => ada.status.kind === "connecting")
  ada.edit([typed(0, "Typed without a token.")])
  assert.equal(ada.status.unsaved, 1)
  gives = () => tokenOf("ada", 60)
  await until(ada, () => isSynced(ada))
  assert.equal(ada.status.unsaved, 0)
  assert.deepEqual([...new Set(errors.map(({ kind }) => kind))], ["token"])
  assert.match(errors[0]?.message ?? "", /the backend is away/)
  assert.equal(await atRelay(id), "Typed without a token.")
  await ada.close()
})

test("a function that fails at once is told of to who listens when the script is open", limit, async () => {
  const id = await scriptOf(relay, "ada")
  let fails = true
  const ada = await withToken(id, () => {
    if (fails) throw new Error("nobody is signed in")
    return tokenOf("ada", 60)
  })
  const errors: ScriptError[] = []
  ada.on("error", error => errors.push(error))
  await until(ada, () => errors.length > 0)
  assert.deepEqual(errors.map(({ kind }) => kind), ["token"])
  assert.match(errors[0]?.message ?? "", /nobody is signed in/)
  fails = false
  await until(ada, () => isSynced(ada))
  assert.equal(errors.length, 1)
  await ada.close()
})

test("whoever keeps tokens is told which one was refused, and gives another", limit, async () => {
  const id = await scriptOf(relay, "ada")
  // Kept as good by a clock that is slow.
  const kept = tokenOf("ada", -60)
  const told: (string | undefined)[] = []
  const ada = await withToken(id, refused => {
    told.push(refused)
    return refused === kept ? tokenOf("ada", 60) : kept
  })
  await until(ada, () => isSynced(ada))
  assert.deepEqual(told, [undefined, kept])
  await ada.close()
})

test("when the next one is not good either the script stops, says so, and keeps the words", limit, async () => {
  const id = await scriptOf(relay, "ada")
  const token = tokenOf("ada", 2)
  const ada = await withToken(id, token)
  await until(ada, () => isSynced(ada))
  const errors: ScriptError[] = []
  ada.on("error", error => errors.push(error))
  await until(ada, () => ada.status.kind === "refused")
  assert.equal(ada.status.reason, "the token has expired")
  assert.deepEqual(errors, [{ kind: "refused", message: "the token has expired" }])
  ada.edit([typed(0, "Kept.")])
  assert.equal(ada.text(), "Kept.")
  assert.equal(ada.status.unsaved, 1)
  await ada.close()
})

test("when somebody signs in again an open script goes on, and what was typed meanwhile goes out", limit, async () => {
  const id = await scriptOf(relay, "ada")
  let gives = (): string => tokenOf("ada", 2)
  const ada = await withToken(id, () => gives())
  await until(ada, () => isSynced(ada))
  ada.edit([typed(0, "Before. ")])
  await until(ada, () => isSynced(ada))
  gives = () => "no token at all"
  const refused = (): boolean => ada.status.kind === "refused"
  await until(ada, refused)
  ada.edit([typed(8, "Meanwhile. ")])
  // Not good either: it is refused again, and says so.
  ada.reconnect(tokenOf("ada", -100))
  assert.equal(ada.status.kind, "connecting")
  await until(ada, refused)
  assert.equal(ada.status.unsaved, 1)
  ada.reconnect(tokenOf("ada", 60))
  await until(ada, () => isSynced(ada))
  assert.equal(ada.status.unsaved, 0)
  assert.equal(await atRelay(id), "Before. Meanwhile. ")
  // Without a token of its own the one of `openScript` is asked.
  gives = () => tokenOf("ada", 60)
  ada.edit([typed(0, "After. ")])
  ada.reconnect()
  ada.edit([typed(0, "And more. ")])
  await until(ada, () => isSynced(ada))
  assert.equal(await atRelay(id), "And more. After. Before. Meanwhile. ")
  await ada.close()
})

test("a role is told, and again when it changes; who may not write is stopped before anything changes", limit, async () => {
  const id = await scriptOf(relay, "ada")
  await giveRole(relay, "ada", id, "ben", "viewer")
  const ben = await withToken(id, tokenOf("ben", 60))
  assert.equal(ben.role, null)
  const told: string[] = []
  ben.on("role", role => told.push(role))
  await until(ben, () => isSynced(ben))
  assert.equal(ben.role, "viewer")
  const refused = { message: "expected the role editor or owner, got viewer" }
  assert.throws(() => ben.edit([typed(0, "Not his to write.")]), refused)
  assert.throws(() => ben.undo(), refused)
  assert.throws(() => ben.redo(), refused)
  assert.throws(() => ben.moveScene("none", null), refused)
  assert.throws(() => ben.setTitlePage([{ key: "Title", lines: ["Not his"] }]), refused)
  await assert.rejects(ben.importFountain("Not his to write."), refused)
  assert.equal(ben.text(), "")
  assert.deepEqual(ben.titlePage(), [])
  assert.equal(ben.status.unsaved, 0)
  const editor = EditorState.create({ doc: ben.text(), extensions: scriptroom(ben) })
  assert.equal(editor.readOnly, true)
  const changed = new Promise<void>(resolve => ben.on("role", () => resolve()))
  await giveRole(relay, "ada", id, "ben", "editor")
  await changed
  assert.equal(ben.role, "editor")
  assert.equal(editor.update({ effects: roleTold.of(ben.role) }).state.readOnly, false)
  ben.edit([typed(0, "Ben's words.")])
  await until(ben, () => isSynced(ben))
  assert.deepEqual(told, ["viewer", "editor"])
  assert.equal(await atRelay(id), "Ben's words.")
  await ben.close()
})
