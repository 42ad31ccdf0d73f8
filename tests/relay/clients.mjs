// Clients of the relay: other people's (y-websocket), and a bare socket that says exactly what a test wants.
import * as encoding from "lib0/encoding"
import * as decoding from "lib0/decoding"
import { WebSocket } from "ws"
import { WebsocketProvider } from "y-websocket"
import * as Y from "yjs"

/** A promise of the first time that `check` gives something, looked at whenever `subscribe` calls. */
export function until(subscribe, check, what, ms = 20_000) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(reject, new Error(`waited in vain for ${what}`)), ms)
    const look = () => {
      const found = check()
      if (found) finish(resolve, found)
    }
    const stop = subscribe(look)
    function finish(settle, value) {
      clearTimeout(timer)
      stop?.()
      settle(value)
    }
    look()
  })
}

/** A stock y-websocket peer. */
export function peer(relay, id, options = {}) {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(relay.scripts, id, doc, {
    WebSocketPolyfill: WebSocket,
    disableBc: true,
    maxBackoffTime: 300,
    ...options,
  })
  const text = doc.getText("text")
  return {
    doc,
    provider,
    text,
    awareness: provider.awareness,
    synced: () => untilSynced(provider),
    has: (words) => untilText(doc, (all) => all.includes(words), words),
    reads: (words) => untilText(doc, (all) => all === words, JSON.stringify(words.slice(0, 40))),
    async [Symbol.asyncDispose]() {
      provider.destroy()
      doc.destroy()
    },
  }
}

function untilSynced(provider) {
  const subscribe = (look) => {
    provider.on("sync", look)
    return () => provider.off("sync", look)
  }
  return until(subscribe, () => provider.synced, "the sync")
}

function untilText(doc, check, what) {
  const subscribe = (look) => {
    doc.on("update", look)
    return () => doc.off("update", look)
  }
  return until(subscribe, () => check(doc.getText("text").toString()), what)
}

/** Waits until the peer sees exactly these client ids. */
export function untilPresent(one, ids) {
  const wanted = [...ids].sort().join()
  const subscribe = (look) => {
    one.awareness.on("change", look)
    return () => one.awareness.off("change", look)
  }
  const check = () => [...one.awareness.getStates().keys()].sort().join() === wanted
  return until(subscribe, check, `presence of ${wanted}`)
}

/** A bare socket. Messages come out decoded; `next(kind)` waits for one of a kind. */
export function socket(relay, id, protocols = [], options = {}) {
  const ws = new WebSocket(`${relay.scripts}/${id}`, protocols, options)
  ws.binaryType = "nodebuffer"
  const inbox = []
  const looks = new Set()
  let closed = null
  const wake = () => looks.forEach((look) => look())
  ws.on("message", (data, binary) => {
    inbox.push(binary ? decode(data) : { kind: "text", text: data.toString() })
    wake()
  })
  ws.on("close", (code, reason) => {
    closed = { code, reason: reason.toString() }
    wake()
  })
  ws.on("error", () => {})
  const subscribe = (look) => {
    looks.add(look)
    return () => looks.delete(look)
  }
  return {
    ws,
    open: () => until((look) => (ws.on("open", look), () => ws.off("open", look)), () => ws.readyState === 1, "open"),
    send: (bytes) => ws.send(bytes),
    next(kind) {
      const take = () => {
        const at = inbox.findIndex((message) => message.kind === kind)
        return at >= 0 ? inbox.splice(at, 1)[0] : null
      }
      return until(subscribe, take, kind)
    },
    closed: () => until(subscribe, () => closed, "the close"),
    async [Symbol.asyncDispose]() {
      ws.terminate()
    },
  }
}

/** A frame as an object. */
export function decode(data) {
  const reader = decoding.createDecoder(new Uint8Array(data))
  return read(reader)
}

function read(reader) {
  const type = decoding.readVarUint(reader)
  switch (type) {
    case 0: {
      const kind = ["step1", "step2", "update"][decoding.readVarUint(reader)]
      return { kind, bytes: decoding.readVarUint8Array(reader) }
    }
    case 1:
      return { kind: "awareness", bytes: decoding.readVarUint8Array(reader) }
    case 2:
      decoding.readVarUint(reader)
      return { kind: "denied", reason: decoding.readVarString(reader) }
    case 100: {
      const epoch = decoding.readVarString(reader)
      return { kind: "hello", epoch, version: decoding.readVarUint(reader), max: decoding.readVarUint(reader) }
    }
    case 102: {
      const number = decoding.readVarUint(reader)
      const status = decoding.readVarUint(reader)
      return { kind: "ack", number, status, reason: decoding.readVarString(reader) }
    }
    case 104: {
      const role = ["viewer", "commenter", "editor", "owner"][decoding.readVarUint(reader)]
      return { kind: "access", role, expiresInMs: decoding.readVarUint(reader) }
    }
    case 105: {
      const status = decoding.readVarUint(reader)
      return { kind: "renewed", status, reason: decoding.readVarString(reader) }
    }
    case 106:
      // A message about the threads among those about the script.
      return threaded(read(reader))
    case 108:
      return { kind: "you", person: decoding.readVarString(reader) }
    case 107: {
      const list = decoding.createDecoder(decoding.readVarUint8Array(reader))
      const owners = {}
      for (let left = decoding.readVarUint(list); left > 0; left--) {
        owners[decoding.readVarUint(list)] = decoding.readVarString(list)
      }
      return { kind: "owners", owners }
    }
    default:
      return { kind: `type ${type}` }
  }
}

const threaded = (message) => ({ ...message, kind: `threads ${message.kind}` })

function message(...parts) {
  const out = encoding.createEncoder()
  for (const part of parts) {
    if (typeof part === "number") encoding.writeVarUint(out, part)
    else if (typeof part === "string") encoding.writeVarString(out, part)
    else encoding.writeVarUint8Array(out, part)
  }
  return encoding.toUint8Array(out)
}

export const step1 = (vector = new Uint8Array([0])) => message(0, 0, vector)
export const step2 = (update) => message(0, 1, update)
export const update = (bytes) => message(0, 2, bytes)
export const batch = (number, bytes) => message(101, number, bytes)
export const renew = (token) => message(103, token)

/** A message about the threads, for a connection to the script. */
export function threads(inner) {
  const out = encoding.createEncoder()
  encoding.writeVarUint(out, 106)
  encoding.writeUint8Array(out, inner)
  return encoding.toUint8Array(out)
}

/** The updates that `edits` make in a new document, one each. */
export function updatesOf(...edits) {
  const doc = new Y.Doc()
  const updates = []
  doc.on("update", (bytes) => updates.push(bytes))
  edits.forEach((edit) => edit(doc.getText("text")))
  return updates
}
