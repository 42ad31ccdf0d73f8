// Who types: our client, which is told what is stored, and other people's, which see what others wrote.
//
// Both have the same words: `write` types a character of the books, `read` is all that they have of the script.
import { randomUUID } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { init, openScript } from "../../pkg/dist/index.js"
import { peer, until } from "../relay/clients.mjs"
import { plain } from "../relay/content.mjs"
import { root } from "../relay/relay.mjs"

/** Who is not there by then does not come. */
const PATIENCE_MS = 60_000

let loading = null

/** Loads the package's wasm, once. */
function loaded() {
  loading ??= load()
  return loading
}

async function load() {
  const file = (name) => readFile(join(root, `pkg/dist/wasm/scriptroom_${name}_bg.wasm`))
  await init({ wasm: await file("client"), backgroundWasm: await file("background"), branchWasm: await file("branch") })
}

/** What gives a guest's token, the same one each time; where there is no relay just now, the package asks again. */
function guest(at) {
  let token = null
  return async () => {
    token ??= (await (await fetch(`${at.http}/api/guest`, { method: "POST" })).json()).token
    return token
  }
}

/** The keys of the books in a text. */
export const keysOf = (text) => new Set([...text].filter((character) => character >= "\u3400" && character <= "\u9fff"))

/** A writer with our package. */
export class OurTypist {
  static async join(at, script, name, on = {}) {
    await loaded()
    const user = { name, color: "#336699" }
    // A person of their own, so that two of them are no tabs of one browser.
    const person = { token: guest(at), person: randomUUID() }
    const options = { id: script, relay: at.http, ...person, user, store: "none", pages: false }
    return new OurTypist(await openScript(options), name, on)
  }

  constructor(handle, name, on) {
    this.handle = handle
    this.name = name
    this.errors = []
    handle.on("error", (error) => this.errors.push(error))
    handle.on("status", () => handle.status.unsaved === 0 && on.saved?.(this))
    handle.on("threads", () => handle.threads.unsaved === 0 && on.saidSaved?.(this))
  }

  /** Types a character somewhere, at times with a line break before it. */
  write(character, dice) {
    const { length } = this.handle
    const at = dice.isLucky(0.6) ? Math.min(this.caret ?? length, length) : dice.between(0, length)
    const lines = dice.isLucky(0.05) ? [{ text: "" }, { text: character }] : [{ text: character }]
    this.handle.edit([{ kind: "replace", from: at, to: at, insert: lines }])
    this.caret = at + lines.length
    return true
  }

  takeBack(character) {
    const at = this.handle.text().indexOf(character)
    if (at < 0) return false
    this.handle.edit([{ kind: "replace", from: at, to: at + 1, insert: [{ text: "" }] }])
    return true
  }

  /** Says something about a place. */
  say(words, dice) {
    const { length } = this.handle
    if (length === 0 || this.handle.role === null) return false
    const from = dice.between(0, length - 1)
    this.handle.threads.add({ from, to: from + 1 }, words)
    return true
  }

  bring(fountain) {
    return this.handle.importFountain(fountain)
  }

  read() {
    this.handle.flush()
    return this.handle.text()
  }

  heard() {
    return new Set(this.handle.threads.list().flatMap((thread) => thread.comments.map(({ text }) => text)))
  }

  async gone() {
    await this.#until(() => this.handle.status.transport === null, "the end of a connection")
  }

  comeBack() {
    this.handle.reconnect()
  }

  async synced() {
    const { handle } = this
    await this.#until(() => handle.status.kind === "synced" && handle.threads.unsaved === 0, "the sync of our client")
  }

  /** Waits until this is what they read of the books' keys. */
  async reads(keys) {
    await this.#until(() => isSame(keys, keysOf(this.read())), "all that was written")
  }

  async hasHeard(words) {
    await this.#until(() => words.isSubsetOf(this.heard()), "all that was said")
  }

  #until(check, what) {
    const { handle } = this
    const subscribe = (look) => {
      const stops = ["status", "change", "threads"].map((event) => handle.on(event, look))
      return () => stops.forEach((stop) => stop())
    }
    // As it stands when the wait is over.
    const told = { toString: () => `${what} of ${this.name}, which is ${JSON.stringify(handle.status)}` }
    return until(subscribe, check, told, PATIENCE_MS)
  }

  async leave() {
    await this.handle.close()
  }
}

/** A writer with a stock y-websocket provider. */
export class StockTypist {
  static async join(at, script, name, on = {}) {
    return new StockTypist(peer(at, script, { disableBc: true }), name, on)
  }

  constructor(one, name, on) {
    this.peer = one
    this.name = name
    this.errors = []
    this.strips = one.doc.getMap("strips")
    one.doc.on("update", (_, origin) => origin === one.provider && on.heard?.(this))
  }

  write(character, dice) {
    const texts = [...this.strips.values()].map((strip) => strip.get("text"))
    if (texts.length === 0) return false
    const text = dice.pick(texts)
    // Before the mark that ends the strip: what comes behind it would be a paragraph that nobody has begun.
    text.insert(dice.between(0, Math.max(0, text.length - 1)), character)
    return true
  }

  takeBack(character) {
    for (const strip of this.strips.values()) {
      const text = strip.get("text")
      const at = placeIn(text, character)
      if (at === null) continue
      text.delete(at, 1)
      return true
    }
    return false
  }

  /** Without the mark at the very end, as our client reads it. */
  read() {
    return this.#inOrder().map(plain).join("").replace(/\n$/, "")
  }

  #inOrder() {
    const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0)
    return [...this.strips.entries()]
      .sort(([id, strip], [otherId, other]) => order(strip.get("at"), other.get("at")) || order(id, otherId))
      .map(([, strip]) => strip.get("text"))
  }

  async gone() {
    await this.#until(() => !this.peer.provider.wsconnected, "the end of a connection")
  }

  comeBack() {}

  async synced() {
    await this.#until(() => this.peer.provider.synced, "the sync")
  }

  /** Waits until this is what they read of the books' keys. */
  async reads(keys) {
    await this.#until(() => isSame(keys, keysOf(this.read())), "all that was written")
  }

  #until(check, what) {
    const { doc, provider } = this.peer
    const subscribe = (look) => {
      doc.on("update", look)
      provider.on("status", look)
      provider.on("sync", look)
      return () => (doc.off("update", look), provider.off("status", look), provider.off("sync", look))
    }
    return until(subscribe, check, `${what} of ${this.name}`, PATIENCE_MS)
  }

  async leave() {
    await this.peer[Symbol.asyncDispose]()
  }
}

function placeIn(text, character) {
  let before = 0
  for (const { insert } of text.toDelta()) {
    const found = typeof insert === "string" ? insert.indexOf(character) : -1
    if (found >= 0) return before + found
    before += typeof insert === "string" ? insert.length : 1
  }
  return null
}

const isSame = (one, other) => one.size === other.size && one.isSubsetOf(other)
