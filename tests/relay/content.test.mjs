// The JSON side: programs that do not speak Yjs read and write beside people who type.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import * as Y from "yjs"
import { peer } from "./clients.mjs"
import { ask as askRelay, block, file, FOUNTAIN, imported as importInto, plain, stripWith, untilReads, words } from "./content.mjs"
import { untilLogged } from "./log.mjs"
import { peopled, startPeoplesRelay } from "./people.mjs"
import { startRelay } from "./relay.mjs"

let relay
before(async () => {
  relay = await startRelay()
})
after(() => relay[Symbol.asyncDispose]())

const ask = (...request) => askRelay(relay, ...request)
const imported = (...text) => importInto(relay, ...text)

test("j1_a_script_is_read_as_blocks_with_its_version", async () => {
  const { id, version } = await imported()
  const content = await ask(id, "GET", "")
  assert.equal(content.status, 200)
  assert.deepEqual(words(content), [
    "INT. KITCHEN - NIGHT",
    "Rain on the window. Anna waits.",
    "ANNA (V.O.)",
    "He is late.",
    "EXT. STREET - NIGHT",
    "A car stops.",
  ])
  assert.equal(content.blocks[0].type, "scene-heading")
  assert.match(content.blocks[0].metadata.uuid, /^[0-9a-f-]{36}$/)
  assert.deepEqual([content.version, content.id, content.source, content.scenes], [version, id, "log", 2])
  assert.ok(content.changedAt <= content.readAt)
})

test("j1_a_script_of_250_pages_is_read_and_written", async () => {
  const { id, version } = await imported(`${FOUNTAIN}\n`.repeat(600))
  const content = await ask(id, "GET", "")
  assert.deepEqual([content.status, content.blocks.length], [200, 6 * 600])
  content.blocks[1].children[0].text = "Snow."
  const patch = { base_version: version, content_blocks: content.blocks }
  assert.equal((await ask(id, "PATCH", "", patch)).status, 200)
  assert.equal((await ask(id, "GET", "scenes")).scenes.length, 2 * 600)
  const { hunks } = await ask(id, "GET", `history/compare?from=${version}`)
  assert.deepEqual(hunks.map((hunk) => hunk.kind), ["same", "removed", "added", "same"])
  assert.equal((await ask(id, "GET", "history/authors")).blocks.length, 6 * 600)
})

test("j1_nobody_has_written_yet", async () => {
  const content = await ask(randomUUID(), "GET", "")
  assert.deepEqual([content.version, words(content), content.changedAt], [0, [""], null])
})

test("j1_files_are_exported", async () => {
  const { id } = await imported()
  assert.equal((await file(relay, id, "export.fountain")).trim(), FOUNTAIN.trim())
  assert.equal(JSON.parse(await file(relay, id, "export.json")).length, 6)
})

test("j3_scenes_say_where_they_are_who_speaks_and_how_long_they_are", async () => {
  const { id, version } = await imported()
  const { scenes, version: read } = await ask(id, "GET", "scenes")
  assert.equal(read, version)
  const [kitchen, street] = scenes
  assert.deepEqual(
    [kitchen.heading, kitchen.position, kitchen.blocks, kitchen.characters, kitchen.words],
    ["INT. KITCHEN - NIGHT", 0, 4, ["ANNA"], 14],
  )
  assert.deepEqual([street.position, street.block, street.page, kitchen.page], [1, 4, "1", "1"])
  assert.deepEqual([kitchen.eighths, street.eighths], [1, 1])
  assert.match(kitchen.checksum, /^[0-9a-f]{8}$/)
  assert.notEqual(kitchen.checksum, street.checksum)
})

test("j6_only_the_scenes_that_changed_are_asked_for", async () => {
  const { id, version } = await imported()
  const all = await ask(id, "GET", "scenes")
  assert.deepEqual((await ask(id, "GET", `scenes?since=${version}`)).scenes, [])
  const { blocks } = await ask(id, "GET", "")
  blocks[5].children[0].text = "Two cars stop."
  await ask(id, "PATCH", "", { base_version: version, content_blocks: blocks })
  const news = await ask(id, "GET", `scenes?since=${version}`)
  assert.deepEqual(
    news.scenes.map((scene) => [scene.heading, scene.changedIn]),
    [["EXT. STREET - NIGHT", version + 1]],
  )
  assert.deepEqual(news.removed, [])
  assert.notEqual(news.scenes[0].checksum, all.scenes[1].checksum)
  await ask(id, "PATCH", "", { base_version: version + 1, content_blocks: blocks.slice(0, 4) })
  const last = await ask(id, "GET", `scenes?since=${version + 1}`)
  assert.deepEqual([last.removed, last.scenes], [[all.scenes[1].id], []])
})

test("j6_scenes_are_looked_at_by_alarm", async () => {
  await using eager = await startRelay({ SCRIPTROOM_REFRESH_MS: "1" })
  const { id } = await importInto(eager)
  await untilLogged(eager, "SELECT COUNT(*) AS n FROM scenes WHERE checksum IS NOT NULL")
  const { scenes } = await askRelay(eager, id, "GET", "scenes")
  assert.equal(scenes.length, 2)
})

test("j4_what_is_patched_arrives_at_people_who_have_the_script_open_as_a_small_change", async () => {
  const { id, version } = await imported()
  await using ada = peer(relay, id)
  await untilReads(ada, "Rain")
  const content = await ask(id, "GET", "")
  content.blocks[1].children[0].text = "Rain on the dark window. Anna waits."
  let bytes = 0
  ada.doc.on("update", (update) => (bytes += update.length))
  const { status, version: next, changed } = await ask(id, "PATCH", "", {
    base_version: version,
    content_blocks: content.blocks,
  })
  assert.deepEqual([status, changed, next], [200, true, version + 1])
  await untilReads(ada, "the dark window")
  assert.ok(bytes < 60, `${bytes} bytes`)
  assert.deepEqual(words(await ask(id, "GET", "")), words(content))
})

test("j4_the_same_content_changes_nothing", async () => {
  const { id, version } = await imported()
  const { blocks } = await ask(id, "GET", "")
  const answer = await ask(id, "PATCH", "", { base_version: version, content_blocks: blocks })
  assert.deepEqual([answer.status, answer.changed, answer.version], [200, false, version])
})

test("j4_a_request_with_a_key_is_done_once", async () => {
  const { id, version } = await imported()
  const { blocks } = await ask(id, "GET", "")
  blocks[5].children[0].text = "A car stops. Its door opens."
  const body = { base_version: version, content_blocks: blocks, merge: true }
  const key = { "idempotency-key": randomUUID() }
  const [first, again] = [await ask(id, "PATCH", "", body, key), await ask(id, "PATCH", "", body, key)]
  assert.deepEqual([first.status, first.changed], [200, true])
  assert.deepEqual(again, first)
  const content = await ask(id, "GET", "")
  assert.deepEqual([content.version, words(content)[5]], [version + 1, "A car stops. Its door opens."])
  const other = await ask(id, "PATCH", "", { ...body, merge: false }, key)
  assert.deepEqual([other.status, other.error.code], [422, "key_reused"])
})

test("j4_another_version_than_the_current_is_a_conflict", async () => {
  const { id, version } = await imported()
  for (const base of [version - 1, version + 1]) {
    const answer = await ask(id, "PATCH", "", { base_version: base, content_blocks: [block("action", "x")] })
    assert.deepEqual([answer.status, answer.error.code, answer.version], [409, "version_conflict", version])
  }
  assert.equal((await ask(id, "GET", "")).version, version)
})

test("j4_what_is_no_content_is_refused", async () => {
  const { id, version } = await imported()
  for (const [body, code] of [
    [{ content_blocks: [] }, "no_base_version"],
    [{ base_version: version, content_blocks: "words" }, "malformed_blocks"],
    [{ base_version: version, content_blocks: [{ type: 5, children: [] }] }, "malformed_blocks"],
    ["no JSON", "malformed"],
  ]) {
    const answer = await ask(id, "PATCH", "", body)
    assert.deepEqual([answer.status, answer.error.code], [400, code], JSON.stringify(body))
  }
  const other = await ask(id, "DELETE", "scenes")
  assert.equal(other.status, 405)
  assert.equal((await ask("no-uuid", "GET", "")).status, 400)
})

test("j5_a_merge_succeeds_against_somebody_who_types_all_the_time", async () => {
  const { id, version } = await imported()
  await using ada = peer(relay, id)
  await untilReads(ada, "Rain")
  const { blocks } = await ask(id, "GET", "")
  const strip = stripWith(ada.doc, "Rain")
  const start = plain(strip).indexOf("Anna waits")
  let typed = ""
  // A key whenever an answer has come, and the patch in the midst of it.
  for (let key = 0; key < 10; key++) {
    strip.insert(start + typed.length, String(key))
    typed += key
  }
  blocks[5].children[0].text = "A black car stops."
  const { status } = await ask(id, "PATCH", "", { base_version: version, content_blocks: blocks, merge: true })
  assert.equal(status, 200)
  for (let key = 0; key < 10; key++) {
    strip.insert(start + typed.length, String(key))
    typed += key
  }
  await untilReads(ada, "A black car stops.")
  await using late = peer(relay, id)
  await untilReads(late, typed)
  const after = words(await ask(id, "GET", ""))
  assert.equal(after[1], `Rain on the window. ${typed}Anna waits.`)
  assert.equal(after[5], "A black car stops.")
})

test("r9_every_role_with_every_request_about_content", async () => {
  await using closed = await startPeoplesRelay()
  const { id, all } = await peopled(closed)
  // What each of owner, editor, commenter, viewer and a stranger is answered; 400 and 422: they may, but said nonsense.
  const [readers, writers] = [[200, 200, 200, 200, 403], (status) => [status, status, 403, 403, 403]]
  const rows = [
    ["GET", "", undefined, readers],
    ["GET", "/scenes", undefined, readers],
    ["GET", "/export.json", undefined, readers],
    ["GET", "/history", undefined, readers],
    ["GET", "/history/compare", undefined, readers],
    ["PATCH", "", {}, writers(400)],
    ["POST", "/updates", {}, writers(422)],
    ["POST", "/history/names", {}, writers(400)],
    ["POST", "/history/restore", {}, writers(400)],
    ["POST", "/history/rollback", {}, writers(400)],
    ["POST", "/verify", undefined, writers(200)],
    ["POST", "/snapshot", { validate: true }, writers(200)],
    ["DELETE", "/scenes", undefined, [405, 405, 405, 405, 405]],
  ]
  for (const [method, path, body, expected] of rows) {
    const statuses = []
    for (const one of all) statuses.push((await one.ask(method, `/scripts/${id}${path}`, body)).status)
    assert.deepEqual(statuses, expected, `${method} ${path}`)
  }
  assert.equal((await fetch(`${closed.http}/api/scripts/${id}`)).status, 401)
})

test("j2_updates_go_over_plain_http_both_ways", async () => {
  const id = randomUUID()
  await using ada = peer(relay, id)
  await ada.synced()
  const doc = new Y.Doc()
  doc.getText("text").insert(0, "without a socket")
  const vector = (from) => Buffer.from(Y.encodeStateVector(from)).toString("hex")
  const sent = await ask(id, "POST", "updates?kind=live", Y.encodeStateAsUpdate(doc))
  assert.deepEqual([sent.status, sent.version], ["stored", 1])
  await ada.reads("without a socket")
  ada.text.insert(0, "read ")
  await using bob = peer(relay, id)
  await bob.has("read")
  const response = await fetch(`${relay.http}/api/scripts/${id}/updates?vector=${vector(doc)}`)
  assert.equal(response.headers.get("x-scriptroom-version"), "2")
  Y.applyUpdate(doc, new Uint8Array(await response.arrayBuffer()))
  assert.equal(doc.getText("text").toString(), "read without a socket")
  const refused = await ask(id, "POST", "updates", new Uint8Array([1, 2, 3]))
  assert.equal(refused.error.code, "refused")
})

test("j9_a_document_that_ends_the_reader_ends_nothing_else", async () => {
  const id = randomUUID()
  await using ada = peer(relay, id, { connect: false })
  await using ben = peer(relay, id)
  // More than the reader's memory holds, from a client that may well send it.
  ada.doc.transact(() => {
    const strips = ada.doc.getMap("strips")
    const strip = new Y.Map()
    strips.set("one", strip)
    strip.set("at", "a")
    const text = new Y.Text()
    strip.set("text", text)
    text.insert(0, "INT. HOUSE ".repeat(1_000_000))
  })
  ada.provider.connect()
  await untilReads(ben, "HOUSE")
  const { id: other } = await imported()
  const answer = await ask(id, "GET", "")
  assert.deepEqual([answer.status, answer.error.code], [503, "unreadable"])
  // The room goes on, and so does every other one; the reader as well.
  ada.text.insert(0, "still here")
  await ben.has("still here")
  assert.equal((await ask(other, "GET", "")).status, 200)
})
