// Comments: between people at a relay, without one, after a refusal and a trap, and on text that comes back under other ids.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import * as Y from "yjs"
import { Relay } from "../../tests/browser/relay.ts"
import { batch, socket, step1, threads as aboutThreads } from "../../tests/relay/clients.mjs"
import type { ScriptHandle, Thread } from "../src/index.ts"
import { MemoryStore } from "./memory-store.ts"
import { opened, openedOn, typed, until } from "./opened.ts"
import { giveRole, scriptOf, startPeoplesRelay, tokenOf } from "./people.ts"

const limit = { timeout: 60_000 }
let people: Relay
let relay: Relay
before(async () => {
  ;[people, relay] = await Promise.all([startPeoplesRelay(), Relay.start()])
})
after(() => Promise.all([people.stop(), relay.stop()]))

const synced = (script: ScriptHandle): Promise<void> =>
  until(script, () => script.status.kind === "synced" && script.status.unsaved === 0)

const as = (person: string, id: string): { id: string; relay: string; token: string } => ({
  id,
  relay: people.origin,
  token: tokenOf(person, 600),
})

const said = (script: ScriptHandle): string[] =>
  script.threads.list().flatMap(({ comments }) => comments.map(({ author, mine, text }) => `${author}${mine ? "*" : ""}: ${text}`))

const hears = (script: ScriptHandle, ...expected: string[]): Promise<void> =>
  until(script, () => said(script).join("\n") === expected.join("\n"))

const first = (script: ScriptHandle): Thread => script.threads.list()[0] as Thread
const saved = (script: ScriptHandle): Promise<void> => until(script, () => script.threads.unsaved === 0)

/** Where words stand. */
function range(script: ScriptHandle, words: string): { from: number; to: number } {
  const from = script.text().indexOf(words)
  assert.ok(from >= 0, words)
  return { from, to: from + words.length }
}

test("a_comment_reaches_the_others_with_its_author_and_moves_with_its_text", limit, async () => {
  const id = await scriptOf(people, "owner")
  await giveRole(people, "owner", id, "carol", "commenter")
  const owner = await opened(as("owner", id))
  const carol = await opened(as("carol", id))
  owner.edit([typed(0, "FADE IN:", "She waits at the window.")])
  await until(carol, () => carol.text().includes("window") && carol.role === "commenter")
  const thread = carol.threads.add(range(carol, "at the window"), "Why there?")
  assert.throws(() => carol.edit([typed(0, "not hers")]), /expected the role editor/)
  await hears(owner, "carol: Why there?")
  await hears(carol, "carol*: Why there?")
  await saved(carol)
  owner.edit([typed(0, "1. ")])
  const { quote, place, range: now } = first(owner)
  assert.deepEqual([quote, place, owner.slice(now?.from ?? 0, now?.to ?? 0)], ["at the window", "at", "at the window"])

  owner.threads.reply(thread, "For the rain.")
  await hears(carol, "carol*: Why there?", "owner: For the rain.")
  const [hers, theirs] = first(carol).comments
  carol.threads.edit(thread, hers?.id ?? "", "Why at the window?")
  await hears(owner, "carol: Why at the window?", "owner*: For the rain.")
  assert.ok((first(owner).comments[0]?.editedMs ?? 0) > 0)
  assert.throws(() => carol.threads.edit(thread, theirs?.id ?? "", "No."), /one's own, got .+ of the thread .+/)
  assert.throws(() => carol.threads.remove(thread, theirs?.id ?? ""), /one's own/)
  assert.throws(() => carol.threads.reply("nowhere", "Hello?"), /the id of a thread, got nowhere/)
  assert.throws(() => carol.threads.resolve("nowhere", true), /the id of a thread, got nowhere/)
  assert.throws(() => carol.threads.reply(thread, " "), /with words/)
  carol.threads.resolve(thread, true)
  await until(owner, () => first(owner).resolved)
  carol.threads.remove(thread, hers?.id ?? "")
  await hears(owner, "owner*: For the rain.")
  await Promise.all([owner.close(), carol.close()])
})

test("who_reads_a_comment_is_told_what_its_author_wants_to_be_called", limit, async () => {
  const id = await scriptOf(people, "owner")
  await giveRole(people, "owner", id, "carol", "commenter")
  await giveRole(people, "owner", id, "vic", "viewer")
  const carol = await opened(as("carol", id))
  assert.deepEqual([carol.threads.you, carol.threads.sayName("Carol")], [null, false])
  await until(carol, () => carol.threads.you === "carol" && carol.role === "commenter")
  assert.ok(carol.threads.sayName("Carol\u202e  B. "))
  await saved(carol)
  assert.ok(carol.threads.sayName("Carol B."))
  assert.equal(carol.threads.unsaved, 0)
  await carol.close()
  const vic = await opened(as("vic", id))
  await until(vic, () => vic.threads.names().size > 0 && vic.role === "viewer")
  assert.deepEqual([...vic.threads.names()], [["carol", "Carol B."]])
  assert.equal(vic.threads.sayName("Vic"), false)
  await vic.close()
})

test("what_is_said_without_a_network_is_kept_and_has_its_author_later", limit, async () => {
  const id = await scriptOf(people, "owner")
  const owner = await opened(as("owner", id))
  const [device, comments] = [new MemoryStore(), new MemoryStore()]
  const offline = await openedOn(device, { id }, comments)
  offline.edit([typed(0, "Rain.")])
  offline.threads.add({ from: 0, to: 4 }, "More of it?")
  assert.deepEqual(said(offline), ["null*: More of it?"])
  await offline.close()
  assert.equal(comments.unsaved.size, 1)

  const { id: _, ...there } = as("owner", id)
  const online = await openedOn(device, { id, ...there }, comments)
  assert.equal(online.threads.unsaved, 1)
  await hears(online, "owner*: More of it?")
  await saved(online)
  await until(online, () => comments.unsaved.size === 0)
  await hears(owner, "owner*: More of it?")
  await Promise.all([owner.close(), online.close()])
  const again = await openedOn(device, { id }, comments)
  assert.deepEqual([again.threads.unsaved, first(again).comments[0]?.text], [0, "More of it?"])
  await again.close()
})

test("who_may_not_comment_is_stopped_and_what_was_said_before_goes_out_when_they_may", limit, async () => {
  const id = await scriptOf(people, "owner")
  await giveRole(people, "owner", id, "vic", "viewer")
  const owner = await opened(as("owner", id))
  owner.edit([typed(0, "Rain.")])
  const comments = new MemoryStore()
  const offline = await openedOn(new MemoryStore(), { id }, comments)
  offline.edit([typed(0, "Rain.")])
  offline.threads.add({ from: 0, to: 4 }, "May I?")
  await offline.close()
  const vic = await openedOn(new MemoryStore(), as("vic", id), comments)
  const errors: string[] = []
  vic.on("error", ({ kind, message }) => errors.push(`${kind} ${message}`))
  await until(vic, () => errors.length > 0)
  assert.match(errors[0] ?? "", /^comments .*not allowed: expected a commenter/)
  assert.throws(() => vic.threads.add({ from: 0, to: 1 }, "And now?"), /expected the role commenter/)
  assert.deepEqual([vic.threads.unsaved, said(vic)], [1, ["vic*: May I?"]])
  await giveRole(people, "owner", id, "vic", "commenter")
  await hears(owner, "vic: May I?")
  await saved(vic)
  await Promise.all([owner.close(), vic.close()])
})

test("what_is_refused_for_good_is_said_again_under_another_id", limit, async () => {
  const id = crypto.randomUUID()
  const [device, comments] = [new MemoryStore(), new MemoryStore()]
  const offline = await openedOn(device, { id }, comments)
  offline.edit([typed(0, "Rain.")])
  offline.threads.add({ from: 0, to: 4 }, "Mine.")
  const taken = Number(first(offline).comments[0]?.id.split(".")[0])
  await offline.close()
  await takeClientId(id, taken)
  const online = await openedOn(device, { id, relay: relay.origin }, comments)
  await saved(online)
  await until(online, () => first(online).comments[0]?.author !== null)
  assert.equal(first(online).comments[0]?.text, "Mine.")
  assert.notEqual(Number(first(online).comments[0]?.id.split(".")[0]), taken)
  assert.equal(comments.life, 1)
  const other = await opened({ id, relay: relay.origin })
  await until(other, () => other.threads.list().length === 1)
  await Promise.all([online.close(), other.close()])
})

/** Writes under a client id in the comments at the relay, as another person. */
async function takeClientId(id: string, clientId: number): Promise<void> {
  const answer = await fetch(`${relay.origin}/api/guest`, { method: "POST" })
  const { token } = (await answer.json()) as { token: string }
  const scripts = `${relay.origin.replace("http", "ws")}/api/ws/scripts`
  await using eve = socket({ scripts }, id, ["scriptroom.1", `token.${token}`])
  await eve.next("hello")
  eve.send(aboutThreads(step1()))
  const doc = new Y.Doc()
  doc.clientID = clientId
  doc.getText("elsewhere").insert(0, "Eve")
  eve.send(aboutThreads(batch(1, Y.encodeStateAsUpdate(doc))))
  assert.equal((await eve.next("threads ack")).status, 0)
}

test("text_that_comes_back_by_undo_has_its_comments_for_everybody", limit, async () => {
  const id = crypto.randomUUID()
  const [ada, ben] = [await opened({ id, relay: relay.origin }), await opened({ id, relay: relay.origin })]
  ada.edit([typed(0, "FADE IN:", "She waits at the window.")])
  const words = range(ada, "She waits at the window.")
  ada.threads.add(words, "Good.")
  await until(ben, () => ben.threads.list().length === 1 && first(ben).place === "at")
  ada.closeUndoGroup()
  ada.edit([{ kind: "replace", ...words, insert: [{ text: "" }] }])
  await until(ben, () => first(ben).place === "orphaned")
  assert.equal(first(ben).range, null)
  ada.undo()
  await until(ben, () => first(ben).place === "at")
  await synced(ben)
  await Promise.all([saved(ada), synced(ada)])
  // It does not depend on the quote any more.
  const waits = range(ben, "waits")
  ben.edit([{ kind: "replace", ...waits, insert: [{ text: "stands" }] }])
  const { from, to } = first(ben).range ?? { from: 0, to: 0 }
  assert.equal(ben.slice(from, to), "She stands at the window.")
  await Promise.all([ada.close(), ben.close()])
})

test("a_trap_costs_no_comment", limit, async () => {
  const id = crypto.randomUUID()
  const script = (await opened({ id, relay: relay.origin })) as ScriptHandle & { trapForTests(): void }
  script.edit([typed(0, "Rain.")])
  script.threads.add({ from: 0, to: 4 }, "Before.")
  await saved(script)
  script.trapForTests()
  assert.equal(first(script).comments[0]?.text, "Before.")
  script.threads.reply(first(script).id, "After.")
  const other = await opened({ id, relay: relay.origin })
  await until(other, () => other.threads.list()[0]?.comments.length === 2)
  await saved(script)
  await Promise.all([script.close(), other.close()])
})

test("a comment stays on its words when a move is taken back and made again, also where the scene has more of the same", limit, async () => {
  const script = await opened()
  script.edit([typed(0, "INT. ONE", "The rain, the sea, the rain.", "EXT. TWO", "The pier.")])
  for (const at of [0, 2]) script.edit([{ kind: "element", from: at, to: at + 1, element: "scene-heading" }])
  const second = (): number => script.text().indexOf("the rain") + 4
  script.threads.add({ from: second(), to: second() + 4 }, "Again?")
  script.moveScene(script.scenes()[0]?.id ?? "", null)
  for (const step of ["undo", "redo", "undo"] as const) {
    script[step]()
    assert.deepEqual(first(script).range, { from: second(), to: second() + 4 }, step)
  }
  await script.close()
})
