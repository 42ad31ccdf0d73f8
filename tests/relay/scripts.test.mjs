// Scripts and people: what is made, listed, renamed, copied, thrown away and deleted, once each, and right after any crash.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, test } from "node:test"
import * as Y from "yjs"
import { peer, socket } from "./clients.mjs"
import { logFile } from "./log.mjs"
import { person, startPeoplesRelay } from "./people.mjs"
import { startRelay } from "./relay.mjs"

let relay
before(async () => {
  relay = await startPeoplesRelay()
})
after(() => relay[Symbol.asyncDispose]())

/** Asks again until the answer is as it should be: a list follows its scripts, by an alarm where a crash was in between. */
async function eventually(ask, expected) {
  const deadline = Date.now() + 30_000
  for (;;) {
    const found = await ask()
    if (JSON.stringify(found) === JSON.stringify(expected) || Date.now() > deadline) {
      return assert.deepEqual(found, expected)
    }
  }
}

test("s1_a_script_is_made_listed_renamed_and_found", async () => {
  const ada = person(relay, "s1-ada")
  const made = await ada.ask("POST", "/scripts", { title: "  The Long\n Goodbye " })
  assert.deepEqual([made.status, made.title, made.role, made.trashed], [201, "The Long Goodbye", "owner", null])
  await ada.script("Ärger im Paradies")
  await ada.script("")
  assert.deepEqual(await ada.titles(), ["Untitled", "Ärger im Paradies", "The Long Goodbye"])
  assert.deepEqual(await ada.titles("?q=ärger"), ["Ärger im Paradies"])
  assert.deepEqual(await ada.titles("?q=100%25"), [])
  await ada.ask("PATCH", `/scripts/${made.id}/card`, { title: "100 % Marlowe" })
  assert.deepEqual(await ada.titles("?q=100%20%25"), ["100 % Marlowe"])
  assert.equal((await ada.ask("PATCH", `/scripts/${made.id}/card`, {})).status, 400)
  assert.deepEqual(await person(relay, "s1-bob").titles(), [])
  await using writer = peer(relay, made.id, ada.params)
  await writer.synced()
})

test("s1_what_is_written_moves_a_script_up_in_everybodys_list", async () => {
  await using relay = await startPeoplesRelay({ SCRIPTROOM_REFRESH_MS: "20" })
  const ada = person(relay, "ada")
  const bob = person(relay, "bob")
  const older = await ada.script("Older")
  await ada.script("Newer")
  await ada.ask("PUT", `/scripts/${older}/members/bob`, { role: "viewer" })
  const before = (await bob.ask("GET", "/scripts")).scripts[0].changed
  assert.deepEqual(await ada.titles(), ["Newer", "Older"])
  await using writer = peer(relay, older, ada.params)
  await writer.synced()
  writer.doc.getMap("strips").set("one", new Y.Map())
  await eventually(() => ada.titles(), ["Older", "Newer"])
  const { changed } = await ada.ask("GET", `/scripts/${older}/card`)
  assert.ok(changed > before)
  await eventually(async () => (await bob.ask("GET", "/scripts")).scripts.map((script) => script.changed), [changed])
})

test("s1_the_list_comes_in_pages", async () => {
  const ada = person(relay, "s1-pages")
  const expected = []
  for (let number = 0; number < 7; number++) expected.unshift((await ada.script(`Script ${number}`), `Script ${number}`))
  const found = []
  let after = ""
  for (;;) {
    const page = await ada.ask("GET", `/scripts?limit=3${after}`)
    assert.ok(page.scripts.length <= 3)
    found.push(...page.scripts.map(({ title }) => title))
    if (page.next === null) break
    after = `&after=${encodeURIComponent(page.next)}`
  }
  assert.deepEqual(found.toSorted(), expected.toSorted())
  assert.equal((await ada.ask("GET", "/scripts?after=nonsense")).status, 400)
})

test("s2_a_request_that_comes_again_does_the_thing_once", async () => {
  const ada = person(relay, "s2-ada")
  const key = { "idempotency-key": randomUUID() }
  const [one, two] = await Promise.all([1, 2].map(() => ada.ask("POST", "/scripts", { title: "Once" }, key)))
  assert.equal(one.id, two.id)
  assert.deepEqual(await ada.titles(), ["Once"])
  const links = `/scripts/${one.id}/links`
  const link = await ada.ask("POST", links, { role: "viewer" }, key)
  assert.deepEqual(await ada.ask("POST", links, { role: "viewer" }, key), link)
  assert.equal((await ada.ask("GET", links)).links.length, 1)
  assert.equal((await ada.ask("POST", links, { role: "editor" }, key)).status, 422)
  assert.deepEqual(filesWith(relay, link.secret), [], "of a link's secret only a hash is kept")
  assert.notEqual((await ada.ask("POST", links, { role: "viewer" })).secret, link.secret)
  // What was renamed since is not renamed back.
  const rename = { "idempotency-key": randomUUID() }
  await ada.ask("PATCH", `/scripts/${one.id}/card`, { title: "First" }, rename)
  await ada.ask("PATCH", `/scripts/${one.id}/card`, { title: "Second" })
  await ada.ask("PATCH", `/scripts/${one.id}/card`, { title: "First" }, rename)
  assert.equal((await ada.ask("GET", `/scripts/${one.id}/card`)).title, "Second")
  const copies = [1, 2].map(() => ada.ask("POST", `/scripts/${one.id}/duplicate`, {}, key))
  const [copy, again] = await Promise.all(copies)
  assert.equal(copy.id, again.id)
  assert.deepEqual((await ada.titles()).toSorted(), ["Second", "Second (copy)"])
  // Another person's key is another key.
  const bob = person(relay, "s2-bob")
  assert.notEqual((await bob.ask("POST", "/scripts", {}, key)).id, one.id)
})

test("s3_a_device_brings_the_script_that_it_began_without_a_network", async () => {
  const [ada, eve] = [person(relay, "s3-ada"), person(relay, "s3-eve")]
  const id = randomUUID()
  for (let time = 0; time < 2; time++) {
    const made = await ada.ask("POST", "/scripts", { id, title: "Begun offline" })
    assert.deepEqual([made.status, made.id, made.role], [201, id, "owner"])
  }
  assert.equal((await eve.ask("POST", "/scripts", { id })).status, 403)
  assert.equal((await eve.ask("POST", "/scripts", { id: "hamlet" })).status, 400)
})

test("s4_the_trash_is_closed_and_what_is_deleted_is_gone", async () => {
  await using own = await startPeoplesRelay()
  const [ada, bob] = [person(own, "ada"), person(own, "bob")]
  const id = await ada.script("Doomed")
  await ada.ask("PUT", `/scripts/${id}/members/bob`, { role: "editor" })
  const words = `unmistakable ${randomUUID()}`
  const comment = `said of it ${randomUUID()}`
  for (const [address, text] of [
    [id, words],
    [`${id}/threads`, comment],
  ]) {
    await using writer = peer(own, address, ada.params)
    writer.text.insert(0, text)
    await using reader = peer(own, address, bob.params)
    await reader.has(text)
  }
  await using open = socket(own, id, bob.protocols)
  await open.next("step1")
  const link = await ada.ask("POST", `/scripts/${id}/links`, { role: "viewer" })
  assert.equal((await ada.ask("DELETE", `/scripts/${id}`)).status, 409)
  assert.equal((await ada.ask("POST", `/scripts/${id}/trash`)).status, 200)
  assert.deepEqual(await open.closed(), { code: 4004, reason: "this script is in the trash" })
  await using shut = socket(own, id, ada.protocols)
  assert.deepEqual(await shut.closed(), { code: 4004, reason: "this script is in the trash" })
  for (const what of ["duplicate", "accept"]) {
    const { status, error } = await bob.ask("POST", `/scripts/${id}/${what}`, { secret: link.secret })
    assert.deepEqual([status, error.message], [404, "this script is in the trash"])
  }
  await eventually(() => bob.titles(), [])
  await eventually(() => bob.titles("?trashed=1"), ["Doomed"])
  await ada.ask("POST", `/scripts/${id}/restore`)
  {
    await using reader = peer(own, id, bob.params)
    await reader.reads(words)
  }
  await ada.ask("POST", `/scripts/${id}/trash`)
  assert.equal((await ada.ask("DELETE", `/scripts/${id}`)).deleted, id)
  for (const one of [ada, bob]) {
    await using gone = socket(own, id, one.protocols)
    assert.deepEqual(await gone.closed(), { code: 4004, reason: "this script was deleted" })
    assert.equal((await one.ask("GET", `/scripts/${id}/card`)).status, 404)
    for (const query of ["", "?trashed=1"]) await eventually(() => one.titles(query), [])
  }
  // Its address is not given out again, and no word of it lies on the disk.
  assert.equal((await ada.ask("POST", "/scripts", { id })).error.code, "deleted")
  await own.kill()
  for (const text of [words, comment]) assert.deepEqual(filesWith(own, text), [])
  await own.start()
  assert.equal((await ada.ask("POST", "/scripts", { id })).error.code, "deleted")
})

function filesWith(one, words) {
  const folder = join(one.folder, "data")
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map((file) => join(file.parentPath, file.name)).filter((path) => readFileSync(path).includes(words))
}

test("s5_a_copy_has_the_text_and_nothing_of_the_people", async () => {
  const [ada, bob] = [person(relay, "s5-ada"), person(relay, "s5-bob")]
  const id = await ada.script("Source")
  await ada.ask("PUT", `/scripts/${id}/members/s5-bob`, { role: "viewer" })
  await using writer = peer(relay, id, ada.params)
  writer.text.insert(0, "words to be copied")
  writer.text.delete(0, 6)
  await using reader = peer(relay, id, bob.params)
  await reader.reads("to be copied")
  const copy = await bob.ask("POST", `/scripts/${id}/duplicate`, { title: "Mine" })
  assert.deepEqual([copy.status, copy.title, copy.role], [201, "Mine", "owner"])
  await using mine = peer(relay, copy.id, bob.params)
  await mine.reads("to be copied")
  mine.text.insert(0, "how ")
  await using late = peer(relay, copy.id, bob.params)
  await late.reads("how to be copied")
  assert.equal(writer.text.toString(), "to be copied")
  assert.equal((await ada.ask("GET", `/scripts/${copy.id}/card`)).status, 403)
  // A token that is for the one is not for the other.
  const bound = person(relay, "s5-bob", { script: id })
  assert.equal((await bound.ask("GET", `/scripts/${id}/card`)).status, 200)
  assert.equal((await bound.ask("POST", `/scripts/${id}/duplicate`, {})).status, 403)
})

test("s6_whoever_cannot_be_told_holds_nobody_up", async () => {
  await using own = await startPeoplesRelay()
  const [ada, bob, carol] = ["ada", "bob", "carol"].map((name) => person(own, name))
  const id = await ada.script("First")
  for (const { name } of [bob, carol]) await ada.ask("PUT", `/scripts/${id}/members/${name}`, { role: "viewer" })
  await bob.ask("PUT", "/me/settings", { only: "bob's" })
  await own.kill()
  for (const path of filesWith(own, "bob's")) writeFileSync(path, "no database")
  await own.start()
  await ada.ask("PATCH", `/scripts/${id}/card`, { title: "Second" })
  await eventually(() => carol.titles(), ["Second"])
  await eventually(() => ada.titles(), ["Second"])
})

test("s6_lists_are_right_again_after_a_crash_at_any_point", async () => {
  await using own = await startPeoplesRelay()
  const [ada, bob] = [person(own, "ada"), person(own, "bob")]
  const ids = []
  for (let number = 0; number < 4; number++) ids.push(await ada.script(`Script ${number}`))
  // Requests on their way when the relay dies: some are done, some are not, none is half done.
  for (let round = 0; round < 6; round++) {
    const under_way = ids.flatMap((id, at) => [
      ada.ask("PUT", `/scripts/${id}/members/bob`, { role: "viewer" }).catch(() => null),
      ada.ask("PATCH", `/scripts/${id}/card`, { title: `Script ${at}, round ${round}` }).catch(() => null),
      round % 2 ? ada.ask("DELETE", `/scripts/${id}/members/bob`).catch(() => null) : null,
    ])
    // After as many answers as there were rounds: a crash at another point each time.
    let answered = 0
    await new Promise((resolve) => under_way.forEach((one) => one?.then(() => ++answered > round && resolve())))
    await own.kill()
    await Promise.all(under_way)
    await own.start()
  }
  const truth = { ada: [], bob: [] }
  for (const id of ids) {
    truth.ada.push((await ada.ask("GET", `/scripts/${id}/card`)).title)
    const his = await bob.ask("GET", `/scripts/${id}/card`)
    if (his.status === 200) truth.bob.push(his.title)
  }
  const sorted = async (one) => (await one.titles()).toSorted()
  await eventually(() => sorted(ada), truth.ada.toSorted())
  await eventually(() => sorted(bob), truth.bob.toSorted())
})

test("s6_lists_follow_a_script_that_was_put_back_from_a_backup", async () => {
  await using own = await startPeoplesRelay()
  const ada = person(own, "ada")
  const id = await ada.script("First")
  await own.kill()
  const file = logFile(own)
  const parts = ["", "-wal", "-shm"].map((suffix) => file + suffix)
  const backup = parts.filter((part) => existsSync(part)).map((part) => [part, readFileSync(part)])
  await own.start()
  for (const title of ["Second", "Third", "Fourth"]) await ada.ask("PATCH", `/scripts/${id}/card`, { title })
  await own.kill()
  for (const part of parts) rmSync(part, { force: true })
  for (const [part, bytes] of backup) writeFileSync(part, bytes)
  await own.start()
  assert.equal((await ada.ask("GET", `/scripts/${id}/card`)).title, "First")
  await ada.ask("PATCH", `/scripts/${id}/card`, { title: "Fifth" })
  assert.deepEqual(await ada.titles(), ["Fifth"])
})

test("s7_settings_are_a_persons_own", async () => {
  const [ada, bob] = [person(relay, "s7-ada"), person(relay, "s7-bob")]
  assert.deepEqual(await ada.ask("GET", "/me"), { status: 200, person: "s7-ada", settings: {} })
  await ada.ask("PUT", "/me/settings", { theme: "dark" })
  assert.deepEqual((await ada.ask("GET", "/me")).settings, { theme: "dark" })
  assert.deepEqual((await bob.ask("GET", "/me")).settings, {})
  for (const wrong of [[], "dark"]) {
    assert.equal((await ada.ask("PUT", "/me/settings", wrong)).status, 400)
  }
  assert.equal((await ada.ask("PUT", "/me/settings", { long: "x".repeat(17_000) })).status, 413)
  const bound = person(relay, "s7-ada", { script: randomUUID() })
  assert.equal((await bound.ask("GET", "/me")).status, 403)
})

test("r9_on_an_open_relay_only_what_nobody_has_made_is_everybodys", async () => {
  await using open = await startRelay()
  const guest = async () => (await (await fetch(`${open.http}/api/guest`, { method: "POST" })).json()).token
  const [ada, eve] = [await guest(), await guest()]
  const ask = async (token, method, path, body = {}) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {}
    const answer = await fetch(`${open.http}/api${path}`, {
      method,
      headers,
      body: method === "GET" ? undefined : JSON.stringify(body),
    })
    return { status: answer.status, ...(await answer.json()) }
  }
  assert.equal((await ask(null, "POST", "/scripts")).status, 401)
  const { id } = await ask(ada, "POST", "/scripts", { title: "Hers" })
  for (const query of [id, `${id}?token=${eve}`]) {
    await using closed = socket(open, query)
    assert.equal((await closed.closed()).code, 4003)
  }
  await using hers = socket(open, `${id}?token=${ada}`)
  await hers.next("step1")
  // Nobody can make theirs what others write already.
  const everybodys = randomUUID()
  await using one = peer(open, everybodys)
  one.text.insert(0, "everybody's")
  await using other = peer(open, everybodys)
  await other.has("everybody's")
  assert.equal((await ask(eve, "POST", "/scripts", { id: everybodys })).error.code, "in_use")
  // Who only looked when it was made is out.
  const soon = randomUUID()
  await using stranger = socket(open, soon)
  await stranger.next("step1")
  await using maker = socket(open, `${soon}?token=${ada}`, ["scriptroom.1"])
  assert.equal((await maker.next("access")).role, "editor")
  assert.equal((await ask(ada, "POST", "/scripts", { id: soon, title: "Hers, too" })).status, 201)
  assert.equal((await stranger.closed()).code, 4003)
  assert.equal((await maker.next("access")).role, "owner")
})
