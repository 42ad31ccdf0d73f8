// Two people who write while others send mutated frames: one with a stock client, one with ours. Each edit must arrive at
// the other, be acknowledged, and each must see where the other is.
import assert from "node:assert/strict"
import { setTimeout as pause } from "node:timers/promises"
import * as Y from "yjs"
import { opened, typed } from "../../../pkg/test/opened.ts"
import { peer, until } from "../clients.mjs"
import { plain } from "../content.mjs"

const PATIENCE_MS = 120_000
/** Between two edits of one of them: people, not machines. */
const PACE_MS = 40
/** Each edit types a character that was never typed before, from here on: nothing can split it. */
const FIRST_CHARACTER = 0x4e00
/** Their strip lies behind so many units of its writer: a frame that names it by chance would be an edit like any other. */
const AHEAD = 5_000

/** A waiting for something of our client. */
const ours = (script, events, check, what) => {
  const subscribe = (look) => {
    const stops = events.map((event) => script.on(event, look))
    return () => stops.forEach((stop) => stop())
  }
  return until(subscribe, check, what, PATIENCE_MS)
}

export class Pair {
  #typed = 0
  #stopping = false
  #closing = false
  /** What went wrong; it ends the writing. */
  failure = null
  edits = 0
  presences = 0
  latenciesMs = []
  /** What our client could not mend by itself, or did mend. */
  errors = []

  /** Opens both; `ada` and `ben` are people with tokens. */
  static async open(relay, id, ada, ben) {
    const pair = new Pair()
    pair.id = id
    pair.ada = peer(relay, id, { params: { token: ada.token } })
    await pair.ada.synced()
    pair.ada.doc.getText("ahead").insert(0, "-".repeat(AHEAD))
    pair.ada.doc.transact(() => {
      const strip = new Y.Map()
      pair.ada.doc.getMap("strips").set(`of the pair in ${id}`, strip)
      strip.set("at", "a0")
      pair.text = new Y.Text()
      strip.set("text", pair.text)
    })
    pair.#watch()
    pair.ben = await opened({ id, relay: relay.http, token: ben.token, user: { name: "Ben", color: "#aa3300" } })
    pair.ben.on("error", ({ kind, message }) => pair.errors.push(`${kind}: ${message}`))
    await ours(pair.ben, ["status"], () => pair.ben.status.kind === "synced", "our client's first sync")
    await pair.#exchange()
    return pair
  }

  /** Nobody closes who writes as they should. */
  #watch() {
    this.ada.provider.on("connection-close", (event) => {
      if (!this.#closing) this.errors.push(`stock: closed with ${event?.code}`)
    })
  }

  /** Writes until `stop`. */
  async write() {
    try {
      while (!this.#stopping) {
        await this.#exchange()
        await pause(PACE_MS)
      }
    } catch (error) {
      this.failure = error
    }
  }

  /** Stops writing when the edit that is under way has arrived. */
  stop() {
    this.#stopping = true
  }

  /** An edit of each, and their presence. */
  async #exchange() {
    const character = String.fromCharCode(FIRST_CHARACTER + this.#typed++)
    await this.#timed(async () => {
      const arrived = this.#arrives(character)
      this.text.insert(this.text.length, character)
      await arrived
    })
    await this.#timed(async () => {
      const { doc } = this.ada
      const known = Y.getState(doc.store, this.ben.clientId)
      const at = this.ben.text().indexOf(character) + 1
      assert.ok(at > 0, "a word that nobody deletes is where it was")
      this.ben.edit([typed(at, String.fromCharCode(FIRST_CHARACTER + this.#typed++))])
      const subscribe = (look) => (doc.on("update", look), () => doc.off("update", look))
      await until(subscribe, () => Y.getState(doc.store, this.ben.clientId) > known, "our client's edit", PATIENCE_MS)
    })
    const saved = () => this.ben.status.kind === "synced" && this.ben.status.unsaved === 0
    await ours(this.ben, ["status"], saved, "the acknowledgement")
    await this.#meet()
  }

  #arrives(character) {
    const { ben } = this
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(reject, new Error("waited in vain for the stock client's edit")), PATIENCE_MS)
      const stop = ben.on("change", ({ text }) => {
        if (text.some(({ insert }) => insert.includes(character))) finish(resolve)
      })
      function finish(settle, value) {
        clearTimeout(timer)
        stop()
        settle(value)
      }
    })
  }

  /** Each changes their presence, and the other sees it. */
  async #meet() {
    const { awareness } = this.ada
    const name = `Ada ${this.edits}`
    awareness.setLocalStateField("user", { name, color: "#0033aa" })
    const seen = () => this.ben.peers().some((one) => one.clientId === this.ada.doc.clientID && one.name === name)
    await ours(this.ben, ["presence"], seen, "the stock client's presence")
    const clock = () => awareness.meta.get(this.ben.clientId)?.clock ?? -1
    const known = clock()
    this.ben.setUser({ name: `Ben ${this.edits}`, color: "#aa3300" })
    const subscribe = (look) => (awareness.on("change", look), () => awareness.off("change", look))
    await until(subscribe, () => clock() > known, "our client's presence", PATIENCE_MS)
    this.presences += 2
  }

  async #timed(edit) {
    const from = performance.now()
    await edit()
    this.edits += 1
    this.latenciesMs.push(performance.now() - from)
  }

  /** When all others are silent: what both have, which must be the same. */
  async finish() {
    if (this.failure) throw this.failure
    await this.#exchange()
    const state = stateOf(this.ada.doc)
    assert.deepEqual(this.errors, [], "nobody who writes as they should hears of the others")
    const text = this.ben.text()
    const typed = Array.from({ length: this.#typed }, (_, at) => String.fromCharCode(FIRST_CHARACTER + at))
    for (const [whose, there] of [["ours", text], ["stock", plain(this.text)]]) {
      const lost = typed.filter((character) => there.split(character).length !== 2)
      assert.deepEqual(lost, [], `each of ${typed.length} characters is there once: ${whose}`)
    }
    await this.close()
    return { ...state, text }
  }

  async close() {
    this.#closing = true
    await this.ada[Symbol.asyncDispose]()
    await this.ben?.close()
  }
}

/** What a Yjs document has, to be compared; nothing may wait for something that it builds on. */
export function stateOf(doc) {
  assert.equal(doc.store.pendingStructs, null, "the log is causal")
  assert.equal(doc.store.pendingDs, null, "the log is causal")
  const strips = [...doc.getMap("strips")].map(([name, strip]) => [name, ...stripOf(strip)])
  return { snapshot: Y.snapshot(doc), content: strips.sort(([one], [other]) => (one < other ? -1 : 1)) }
}

/** Where a strip stands and what it says; nothing where somebody has put something else under its name. */
function stripOf(strip) {
  return strip instanceof Y.Map ? [strip.get("at"), contentOf(strip.get("text"))] : []
}

/** What a strip says, with the formats that count and each mark's attributes; `null` where somebody has put something else there. */
function contentOf(text) {
  if (!(text instanceof Y.Text)) return null
  return text.toDelta().map(({ insert, attributes = {} }) => [insert?.toJSON?.() ?? insert, attributes])
}
