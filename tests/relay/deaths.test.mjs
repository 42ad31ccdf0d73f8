// The module in which documents are built dies alone (J9): it panics, its stack or its memory overflows, it takes too long, and another object of
// the same isolate serves on, as does this one: its sockets, presence and acknowledgements. plain workerd has one isolate
// for all objects of a worker.
//
// What its memory overflows over, or what takes too long, is sent by a client as any client can send it. No bytes are known that make it
// panic; so panic.js, which only these tests start a relay with, has the reader itself panic over a word.
import assert from "node:assert/strict"
import { join } from "node:path"
import { test } from "node:test"
import { crc32 } from "node:zlib"
import * as encoding from "lib0/encoding"
import * as Y from "yjs"
import { batch, socket, step2 } from "./clients.mjs"
import { ask, imported, words } from "./content.mjs"
import { change } from "./log.mjs"
import { root, startRelay, startRelayOf } from "./relay.mjs"

/** An update of one client's structs; each writes itself. */
function update(client, clock, structs, deletions = []) {
  const out = encoding.createEncoder()
  const uint = (value) => encoding.writeVarUint(out, value)
  uint(structs.length > 0 ? 1 : 0)
  if (structs.length > 0) [structs.length, client, clock].forEach(uint)
  structs.forEach((write) => write(out))
  uint(deletions.length > 0 ? 1 : 0)
  if (deletions.length > 0) [client, deletions.length].forEach(uint)
  deletions.flat().forEach(uint)
  return encoding.toUint8Array(out)
}

/** A struct in a type at the root. */
const inRoot = (content, name, ...body) => (out) => {
  encoding.writeUint8(out, content)
  encoding.writeVarUint(out, 1)
  encoding.writeVarString(out, name)
  body.forEach((write) => write(out))
}

/** A struct in the type with that id. */
const inType = (content, client, clock, ...body) => (out) => {
  encoding.writeUint8(out, content)
  ;[0, client, clock].forEach((value) => encoding.writeVarUint(out, value))
  body.forEach((write) => write(out))
}

/** A text before a letter. */
const before = (client, clock, words) => (out) => {
  encoding.writeUint8(out, BEFORE | TEXT)
  ;[client, clock].forEach((value) => encoding.writeVarUint(out, value))
  encoding.writeVarString(out, words)
}

const BEFORE = 0x40
const TEXT = 4
const TYPE = 7
const text = (letters) => (out) => encoding.writeVarString(out, letters)
const array = (out) => encoding.writeUint8(out, 0)

const [PANIC, DEEP, LETTERS, CROWD] = [31, 32, 33, 34]
/** So many items at one place: whoever builds a document of them looks at all of them for each. */
const CROWDED = 16_000
const letters = update(LETTERS, 0, [inRoot(TEXT, "crowd", text("a".repeat(CROWDED)))])
const crowd = update(CROWD, 0, Array.from({ length: CROWDED }, (_, at) => before(LETTERS, at, "b")))
const HEAD = "first, sequence, merged, piece, time, author, session, origin, size, staged, packed, checksum, bytes"

/** Puts an update behind the last of the one script's log, while the relay is down. */
async function putIntoLog(relay, version, bytes) {
  await relay.kill()
  const values = `${version + 1}, ${version + 1}, 0, 0, ${Date.now()}, 'anonymous', 0, 'live', ${bytes.length}, 0, 0, ${crc32(bytes)}`
  change(relay, `INSERT INTO entries (${HEAD}) VALUES (${values}, x'${Buffer.from(bytes).toString("hex")}')`)
  change(relay, `INSERT INTO clocks (client, next, owner) VALUES (${DEEP}, ${LEVELS}, NULL)`)
  await relay.start()
  return version + 1
}
/** So many types lie in each other. */
const LEVELS = 20_000

/** What the reader dies of: what is sent, in order, the last of which ends it, and what it then says. */
const DEATHS = {
  // Types in types; deleting the outermost goes down all of them. The door lets no such thing in, so it is put into the log behind
  // the relay's back, as an earlier one would have stored it: with the checksum that belongs to it.
  an_overflow_of_its_stack: {
    logged: update(
      DEEP,
      0,
      Array.from({ length: LEVELS }, (_, at) => (at === 0 ? inRoot(TYPE, "deep", array) : inType(TYPE, DEEP, at - 1, array))),
      [[0, 1]],
    ),
    says: /Maximum call stack size exceeded|memory access out of bounds|unreachable/,
  },
  a_panic: {
    updates: [update(PANIC, 0, [inRoot(TEXT, "text", text("the reader panics here"))])],
    says: /unreachable/,
    start: (env) => startRelayOf(() => join(root, "tests/relay/panic.capnp"), env),
  },
  // Items that all claim to be the first of a text, each before another letter: minutes of a processor.
  too_much_work: { updates: [letters, crowd], says: /unreachable/ },
  // A strip with more words than the reader's memory holds, in one update that a client may well send.
  an_overflow_of_its_memory: { updates: [hugeStrip("INT. HOUSE ".repeat(1_400_000))], says: /unreachable/ },
}

function hugeStrip(words) {
  const doc = new Y.Doc()
  const strip = new Y.Map()
  doc.getMap("strips").set("huge", strip)
  strip.set("at", "zz")
  strip.set("text", new Y.Text(words))
  return Y.encodeStateAsUpdate(doc)
}

/** Two who write and see each other, over bare sockets that say when anything is amiss. */
class Company {
  #edits = 0
  static async open(relay, id, client) {
    const company = new Company()
    company.client = client
    company.id = id
    company.ada = socket(relay, id, ["scriptroom.1"])
    company.ben = socket(relay, id, ["scriptroom.1"])
    await Promise.all([company.ada.next("step1"), company.ben.next("step1")])
    await company.goOn()
    return company
  }

  /** An edit, which is acknowledged and arrives; and presence, both ways. */
  async goOn() {
    const at = this.#edits++
    const { ada, ben, client } = this
    const edit = update(client, at, [inRoot(TEXT, "talk", text("t"))])
    ada.send(batch(1 + at, edit))
    ada.send(present(client, 1 + at))
    ben.send(present(client + 1, 1 + at))
    const [ack, ofAda, ofBen] = await Promise.all([ada.next("ack"), ben.next("awareness"), ada.next("awareness"), this.#arrives(edit)])
    assert.deepEqual([ack.number, ack.status], [1 + at, 0])
    assert.match(String.fromCharCode(...ofAda.bytes), new RegExp(`"at":${1 + at}}`))
    assert.match(String.fromCharCode(...ofBen.bytes), new RegExp(`"at":${1 + at}}`))
  }

  /** Waits until the peer has it; what others wrote before may come first. */
  async #arrives(edit) {
    while (!Buffer.from((await this.ben.next("update")).bytes).equals(edit)) continue
  }

  /** Nobody was closed, and whoever comes now sees both. */
  async isWhole(relay) {
    assert.deepEqual([this.ada.ws.readyState, this.ben.ws.readyState], [1, 1])
    await using late = socket(relay, this.id, ["scriptroom.1"])
    const { bytes } = await late.next("awareness")
    assert.equal(bytes[0], 2, "both are there")
  }

  close() {
    this.ada.ws.terminate()
    this.ben.ws.terminate()
  }
}

function present(client, clock) {
  const states = encoding.createEncoder()
  ;[1, client, clock].forEach((value) => encoding.writeVarUint(states, value))
  encoding.writeVarString(states, `{"at":${clock}}`)
  const out = encoding.createEncoder()
  encoding.writeVarUint(out, 1)
  encoding.writeVarUint8Array(out, encoding.toUint8Array(states))
  return encoding.toUint8Array(out)
}

/** Sends what the reader dies of; gives the version that came of the last. */
async function slip(relay, id, updates) {
  await using eve = socket(relay, id, ["scriptroom.1"])
  await eve.next("step1")
  for (const [at, bytes] of updates.entries()) {
    eve.send(bytes.length < 1 << 20 ? batch(1 + at, bytes) : step2(bytes))
    const { status, reason } = await eve.next("ack")
    assert.equal(status, 0, `${reason}: update ${at} of ${updates.length}`)
  }
  return (await ask(relay, id, "GET", "health")).version
}

/** Asks for what needs a document, again and again, while everybody goes on. */
async function dieOften(relay, company, elsewhere, says) {
  const asked = ["", "scenes"]
  for (let round = 0; round < 3; round++) {
    const dying = Promise.all(asked.map((path) => ask(relay, company.id, "GET", path)))
    await Promise.all([company.goOn(), elsewhere.goOn()])
    for (const { status, error } of await dying) {
      assert.deepEqual([status, error?.code], [503, "unreadable"])
      assert.match(error.message, says)
    }
    assert.equal((await ask(relay, elsewhere.id, "GET", "")).status, 200)
    await Promise.all([company.goOn(), elsewhere.goOn()])
  }
}

/** Asks until the alarm has found what it is, and the rest is served. */
async function untilServed(relay, id) {
  for (;;) {
    const content = await ask(relay, id, "GET", "")
    if (content.status === 200) return words(content)
    assert.equal(content.error.code, "unreadable")
  }
}

for (const [death, { updates, logged, says, start = startRelay }] of Object.entries(DEATHS)) {
  test(`j9_${death}_ends_the_reader_and_nothing_else`, async () => {
    // The first look for the reason comes at once, the next one not before the test is over.
    const env = { SCRIPTROOM_COMPACT_DELAY_MS: "3600000", SCRIPTROOM_MAX_UNREAD_BYTES: String(1 << 30) }
    await using relay = await start(env)
    const { id, version } = await imported(relay)
    const put = logged && (await putIntoLog(relay, version, logged))
    const { id: other } = await imported(relay)
    const { pid } = relay
    const company = await Company.open(relay, id, 1001)
    const elsewhere = await Company.open(relay, other, 2001)
    const bad = put || (await slip(relay, id, updates))
    await dieOften(relay, company, elsewhere, says)
    await company.isWhole(relay)
    await elsewhere.isWhole(relay)
    assert.equal(relay.pid, pid)
    company.close()
    elsewhere.close()

    // It is found and named, and the rest is served, while people go on here and elsewhere.
    await relay.kill()
    relay.set("SCRIPTROOM_COMPACT_DELAY_MS", "0")
    await relay.start()
    const [here, there] = [await Company.open(relay, id, 3001), await Company.open(relay, other, 4001)]
    const served = untilServed(relay, id)
    for (let edit = 0; edit < 5; edit++) await Promise.all([here.goOn(), there.goOn()])
    assert.equal((await served)[1], "Rain on the window. Anna waits.")
    const { quarantined } = await ask(relay, id, "GET", "health")
    assert.deepEqual(quarantined.map(({ version, author }) => [version, author]), [[bad, "anonymous"]])
    await here.isWhole(relay)
    await there.isWhole(relay)
    here.close()
    there.close()
  })
}
