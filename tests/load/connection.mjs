// One editor's connection: the y-websocket protocol, made of y-protocols' and lib0's own parts, the same for each system.
//
// It keeps no document: fifty of them in the client would cost more than the relay that is measured. That what came is also
// what was written is shown by whoever joins afterwards, with a document (`script.mjs`).
import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from "y-protocols/sync"
import { WebSocket } from "ws"
import { Batches, SUBPROTOCOL } from "./own.mjs"

const SYNC = 0
const AWARENESS = 1
const NOTHING = new Uint8Array([0, 0])
const EMPTY_VECTOR = new Uint8Array([0])
const JOINS_WITHIN_MS = 60_000

/** A message of y-protocols' sync, after the system's prefix. */
const sync = (prefix, kind, bytes) =>
  encoding.encode((out) => {
    encoding.writeUint8Array(out, prefix)
    encoding.writeVarUint(out, SYNC)
    encoding.writeVarUint(out, kind)
    encoding.writeVarUint8Array(out, bytes)
  })

const awareness = (prefix, bytes) =>
  encoding.encode((out) => {
    encoding.writeUint8Array(out, prefix)
    encoding.writeVarUint(out, AWARENESS)
    encoding.writeVarUint8Array(out, bytes)
  })

/** What one connection of this system sends for an update, and for a change of presence. */
export const framesOf = (system, id) => {
  const prefix = system.prefix(id)
  return {
    update: (bytes) => (system.own ? bytes : sync(prefix, messageYjsUpdate, bytes)),
    awareness: (bytes) => awareness(prefix, bytes),
  }
}

export class Connection {
  /** Called with each update that comes, and when. */
  onUpdate = null
  /** Called with each client's change of presence that comes (client id, clock), and when. */
  onPresence = null
  /** What it has of the script: sent when it is asked. */
  offers = NOTHING

  constructor(system, id) {
    this.prefix = system.prefix(id)
    this.ws = new WebSocket(system.address(id), system.own ? [SUBPROTOCOL] : [], { perMessageDeflate: false })
    this.batches = system.own ? new Batches((frame) => this.ws.send(frame)) : null
    this.ws.binaryType = "nodebuffer"
    this.step2 = deferred()
    this.ws.on("open", () => {
      const hello = system.hello(id)
      if (hello) this.ws.send(hello)
      if (system.keepsNothing) this.step2.resolve(NOTHING)
      else this.ask()
    })
    this.ws.on("message", (data, binary) => binary && this.#read(data))
    this.ws.on("error", (error) => this.step2.reject(error))
    this.ws.on("close", (code, reason) => {
      this.closed = `${code} ${reason}`
      this.step2.reject(new Error(`closed: ${this.closed}`))
    })
    this.step2.promise.catch(() => {})
  }

  /** Asks for the script. */
  ask(vector = EMPTY_VECTOR) {
    this.ws.send(sync(this.prefix, messageYjsSyncStep1, vector))
  }

  /** What the next answer to `ask` holds. */
  async synced() {
    const timer = setTimeout(() => this.step2.reject(new Error("nobody answered")), JOINS_WITHIN_MS)
    const bytes = await this.step2.promise.finally(() => clearTimeout(timer))
    this.step2 = deferred()
    this.step2.promise.catch(() => {})
    return bytes
  }

  send(frame) {
    if (this.batches) this.batches.push(frame)
    else this.ws.send(frame)
  }

  close() {
    this.ws.terminate()
  }

  #read(data) {
    const at = performance.now()
    if (this.batches?.acknowledged(data)) return
    const decoder = decoding.createDecoder(data)
    decoder.pos = this.prefix.length
    const type = decoding.readVarUint(decoder)
    if (type === SYNC) {
      const kind = decoding.readVarUint(decoder)
      const bytes = decoding.readVarUint8Array(decoder)
      if (kind === messageYjsUpdate) this.onUpdate?.(bytes, at)
      else if (kind === messageYjsSyncStep1) this.ws.send(sync(this.prefix, messageYjsSyncStep2, this.offers))
      else if (kind === messageYjsSyncStep2) this.step2.resolve(bytes)
    } else if (type === AWARENESS && this.onPresence) {
      this.#presence(decoding.readVarUint8Array(decoder), at)
    }
  }

  #presence(update, at) {
    const decoder = decoding.createDecoder(update)
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const client = decoding.readVarUint(decoder)
      const clock = decoding.readVarUint(decoder)
      decoding.readVarString(decoder)
      this.onPresence(client, clock, at)
    }
  }
}

function deferred() {
  let resolve, reject
  const promise = new Promise((yes, no) => ([resolve, reject] = [yes, no]))
  return { promise, resolve, reject }
}
