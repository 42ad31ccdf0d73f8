/**
 * The frames of the wire as far as somebody who only carries them looks into them; see the table of the relay's SPEC.md.
 * What they mean is the session's business (`crates/client/src/session.rs`).
 */

/** The subprotocol of our own relay; see SPEC.md, rule C1. */
export const subprotocol = "scriptroom.1"

/** What kind of message a frame is. */
export type FrameKind =
  | "step 1"
  | "step 2"
  | "update"
  | "awareness"
  | "hello"
  | "batch"
  | "ack"
  | "renew"
  | "access"
  | "other"

const kinds: Readonly<Record<number, FrameKind>> = {
  1: "awareness",
  3: "awareness",
  100: "hello",
  101: "batch",
  102: "ack",
  103: "renew",
  104: "access",
}
const syncKinds: readonly FrameKind[] = ["step 1", "step 2", "update"]

/** A place in bytes of lib0's encoding. */
export class Reading {
  readonly #bytes: Uint8Array<ArrayBuffer>
  #at = 0

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length
  }

  uint(): number {
    let number = 0
    for (let weight = 1; ; weight *= 128) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined || weight > Number.MAX_SAFE_INTEGER) throw new Error("expected a number in a frame")
      number += (byte & 127) * weight
      if (byte < 128) return number
    }
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const length = this.uint()
    if (length > this.#bytes.length - this.#at) throw new Error(`expected ${length} bytes, but they end`)
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  text(): string {
    return new TextDecoder().decode(this.bytes())
  }
}

/** What kind of message a frame is, and what follows that. */
export function opened(frame: Uint8Array<ArrayBuffer>): { readonly kind: FrameKind; readonly rest: Reading } {
  const rest = new Reading(frame)
  const type = rest.uint()
  return { kind: (type === 0 ? syncKinds[rest.uint()] : kinds[type]) ?? "other", rest }
}

/** A message of numbers and bytes. */
export function frameOf(...parts: readonly (number | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const pieces = parts.flatMap(part => (typeof part === "number" ? [uint(part)] : [uint(part.length), part]))
  return joined(pieces)
}

/** Frames as one body: each with its length before it. */
export function packed(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joined(frames.flatMap(frame => [uint(frame.length), frame]))
}

/** The frames of a body. */
export function unpacked(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const frames: Uint8Array<ArrayBuffer>[] = []
  for (const reading = new Reading(body); !reading.isOver; ) frames.push(reading.bytes())
  return frames
}

/** Whether a state vector has everything that another one has. */
export function covers(vector: Uint8Array<ArrayBuffer>, other: Uint8Array<ArrayBuffer>): boolean {
  const clocks = clocksOf(vector)
  return [...clocksOf(other)].every(([client, next]) => (clocks.get(client) ?? 0) >= next)
}

function clocksOf(vector: Uint8Array<ArrayBuffer>): Map<number, number> {
  const reading = new Reading(vector)
  const clocks = new Map<number, number>()
  for (let left = reading.uint(); left > 0; left--) clocks.set(reading.uint(), reading.uint())
  return clocks
}

function uint(number: number): Uint8Array {
  const bytes: number[] = []
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) | 128)
  return Uint8Array.from([...bytes, number])
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
