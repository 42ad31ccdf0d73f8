// Reads a trace: what of each edit is synced when its acknowledgement leaves, and when it leaves for a reader.
import * as decoding from "lib0/decoding"

const ACKNOWLEDGEMENT = 102
const TAG = /<edit (\d+)>/g

/** What an edit writes, so that it is known again in what goes to the disk and to the sockets. */
export const tagOf = (edit) => `<edit ${edit}>`
/** The edits whose bytes are among these. */
export const tagsIn = (bytes) => [...bytes.toString("latin1").matchAll(TAG)].map(([, edit]) => Number(edit))

/** What a trace says, call by call. */
export class Ledger {
  /** By file: the edits that were written to it since it was synced. */
  #written = new Map()
  #synced = new Set()
  #created = new Map()
  #wals = new Set()
  /** By socket: what was sent of a frame that is not whole. */
  #streams = new Map()
  #sent = { acknowledgements: { left: 0, early: 0 }, updates: { left: 0, early: 0 } }
  #syncs = []
  #behind = 0
  #mostBehind = 0
  #checkpoints = { count: 0, early: 0 }
  #firstSent = null

  take(calls) {
    for (const call of calls) this.#call(call)
    return this
  }

  figures() {
    const ms = this.#syncs.map((took) => took * 1000).sort((one, other) => one - other)
    const at = (part) => Math.round((ms[Math.floor(ms.length * part)] ?? 0) * 100) / 100
    const created = [...this.#created.values()]
    return {
      ...this.#sent,
      syncs: { count: ms.length, ms: { p50: at(0.5), p95: at(0.95) }, mostBehindOne: this.#mostBehind },
      created: { files: created.length, folderSynced: created.filter((isSynced) => isSynced).length },
      checkpoints: this.#checkpoints,
      unsyncedAtTheEnd: this.#written.size,
    }
  }

  #call({ name, place, bytes, given, number, took, result }) {
    if (place.startsWith("TCP")) return bytes && this.#send(place, bytes.subarray(0, result))
    switch (name) {
      case "openat": {
        const file = /= ?\d+<(.*)>/.exec(given)?.[1] ?? /, "((?:\\x[0-9a-f]{2})+)"/.exec(given)?.[1]
        if (given.includes("O_CREAT") && isOfScript(place)) this.#created.set(`${place}/${file}`, false)
        return
      }
      case "pwrite64":
        return this.#wrote(place, number, bytes)
      case "fsync":
      case "fdatasync":
        return this.#sync(place, took)
    }
  }

  #wrote(file, offset, bytes) {
    if (!isDurable(file)) return
    const isWal = file.endsWith("-wal")
    if (isWal && offset === 0 && this.#wals.has(file)) {
      this.#checkpoints.count += 1
      if (this.#written.has(file.slice(0, -"-wal".length))) this.#checkpoints.early += 1
    }
    if (isWal) this.#wals.add(file)
    this.#written.set(file, [...(this.#written.get(file) ?? []), ...tagsIn(bytes)])
  }

  #sync(place, took) {
    this.#syncs.push(took)
    for (const edit of this.#written.get(place) ?? []) this.#synced.add(edit)
    this.#written.delete(place)
    this.#behind = 0
    if (this.#firstSent) return
    for (const file of this.#created.keys()) if (file.startsWith(`${place}/`)) this.#created.set(file, true)
  }

  /** A frame may go in pieces, and several at once. */
  #send(socket, bytes) {
    const all = Buffer.concat([this.#streams.get(socket) ?? Buffer.alloc(0), bytes])
    const { found, rest } = frames(all)
    this.#streams.set(socket, rest)
    for (const [kind, edit] of found) this.#left(kind, edit)
  }

  #left(kind, edit) {
    const sent = this.#sent[kind]
    this.#firstSent ??= kind
    sent.left += 1
    if (!this.#synced.has(edit)) sent.early += 1
    if (kind === "acknowledgements") this.#mostBehind = Math.max(this.#mostBehind, ++this.#behind)
  }
}

const isOfScript = (folder) => folder.endsWith("scriptroom-scripts")
/** The index of a write-ahead log is made anew from it: nothing of it has to last. */
const isDurable = (file) => /\.sqlite(-wal|-journal)?$/.test(file)

/** What the WebSocket frames in what was sent promise: which kind, and of which edit; and what is no whole frame yet. */
function frames(bytes) {
  const found = []
  let at = 0
  // Before the frames stands the answer to the upgrade, as text.
  if (bytes.subarray(0, 4).toString() === "HTTP") {
    const end = bytes.indexOf("\r\n\r\n")
    if (end < 0) return { found, rest: bytes }
    at = end + 4
  }
  while (at + 2 <= bytes.length) {
    const short = bytes[at + 1]
    const head = short === 127 ? 10 : short === 126 ? 4 : 2
    if (at + head > bytes.length) break
    const length = short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short === 126 ? bytes.readUInt16BE(at + 2) : short
    if (at + head + length > bytes.length) break
    const payload = bytes.subarray(at + head, at + head + length)
    const isBinary = (bytes[at] & 15) === 2
    if (isBinary && payload[0] === ACKNOWLEDGEMENT) found.push(["acknowledgements", numberIn(payload)])
    if (isBinary && payload[0] === 0 && payload[1] === 2) found.push(...tagsIn(payload).map((edit) => ["updates", edit]))
    at += head + length
  }
  return { found, rest: bytes.subarray(at) }
}

function numberIn(payload) {
  const reader = decoding.createDecoder(payload.subarray(1))
  return decoding.readVarUint(reader)
}
