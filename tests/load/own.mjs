// How our own client sends: numbered batches, each of which the relay acknowledges when it is stored. With two under way, what is
// typed waits, and goes out as one (`crates/client/src/backlog.rs`). No peer acknowledges anything, so nobody else can.
import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"
import { mergeUpdates } from "yjs"

const [BATCH, ACK] = [101, 102]
const STORED = 0
const UNDER_WAY = 2

/** The protocol that the relay is asked for. */
export const SUBPROTOCOL = "scriptroom.1"

/** One connection's batches. */
export class Batches {
  #send
  #number = 0
  #underWay = 0
  #waiting = []

  constructor(send) {
    this.#send = send
  }

  /** Takes an edit, and sends it when its turn has come. */
  push(update) {
    this.#waiting.push(update)
    this.#go()
  }

  /** Whether the frame is an acknowledgement: then it counts. */
  acknowledged(frame) {
    const decoder = decoding.createDecoder(frame)
    if (decoding.readVarUint(decoder) !== ACK) return false
    const number = decoding.readVarUint(decoder)
    const status = decoding.readVarUint(decoder)
    if (status !== STORED) throw new Error(`batch ${number} is not stored: ${status}`)
    this.#underWay -= number === 0 ? 0 : 1
    this.#go()
    return true
  }

  #go() {
    if (this.#waiting.length === 0 || this.#underWay >= UNDER_WAY) return
    const update = this.#waiting.length === 1 ? this.#waiting[0] : mergeUpdates(this.#waiting)
    this.#waiting = []
    this.#underWay += 1
    this.#number += 1
    const frame = encoding.encode((out) => {
      encoding.writeVarUint(out, BATCH)
      encoding.writeVarUint(out, this.#number)
      encoding.writeVarUint8Array(out, update)
    })
    this.#send(frame)
  }
}
