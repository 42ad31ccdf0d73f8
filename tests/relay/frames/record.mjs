// Records what real clients send, and are sent: the material of the mutated frames. `node tests/relay/frames/record.mjs`
// writes recorded.txt anew; client ids are others each time, so a seed belongs to one recording.
import { randomUUID } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { WebSocket as Ws } from "ws"
import * as Y from "yjs"
import { opened, typed, until as untilOurs } from "../../../pkg/test/opened.ts"
import { peer, until } from "../clients.mjs"
import { FOUNTAIN } from "../content.mjs"
import { startRelay } from "../relay.mjs"

/** What went over the sockets, by who sent it: `ours`, `stock` and `relay`. */
const sessions = []
const begin = (sender) => {
  const session = { sender, frames: [] }
  sessions.push(session)
  return session
}

const bytesOf = (data) =>
  ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data)

/** A class of sockets that keeps what goes over them. */
function recording(Base, sender) {
  return class extends Base {
    #sent = begin(sender)
    #received = begin("relay")
    constructor(...address) {
      super(...address)
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") this.#received.frames.push(bytesOf(data))
      })
    }
    send(data, ...rest) {
      if (typeof data !== "string") this.#sent.frames.push(Buffer.from(bytesOf(data)))
      super.send(data, ...rest)
    }
  }
}

/** A writer with everything that the package can do. */
async function write(script, saved) {
  script.edit([typed(0, "INT. KITCHEN - NIGHT", "Rain on the window.", "ANNA", "He is late. 🌧")])
  script.edit([{ kind: "element", from: 0, to: 1, element: "scene-heading" }])
  script.edit([{ kind: "element", from: 2, to: 3, element: "character" }])
  await saved()
  for (const key of "Very. ") script.edit([typed(script.length, key)])
  script.edit([{ kind: "format", from: 21, to: 25, style: "bold", on: true }])
  script.edit([{ kind: "attributes", paragraph: 0, sceneNumber: "12A" }])
  await saved()
  const before = script.length
  await script.importFountain(FOUNTAIN)
  script.edit([{ kind: "replace", from: Math.min(before, script.length - 8), to: script.length - 4, insert: [{ text: "" }] }])
  script.undo()
  script.redo()
  const [first, , last] = script.scenes()
  if (first) script.moveScene(last?.id ?? first.id, first.id)
  script.setPresence({ selection: { anchor: 4, head: 9 } })
  script.setTitlePage([{ key: "Title", lines: ["Rain"] }])
  await saved()
  const thread = script.threads.add({ from: 1, to: 6 }, "Why there?")
  script.threads.reply(thread, "For the rain.")
  script.threads.resolve(thread, true)
  await untilOurs(script, () => script.threads.unsaved === 0)
}

/** A stock client with every content that Yjs has. */
function fill(doc) {
  const text = doc.getText("text")
  text.insert(0, "some text", { bold: true })
  text.insert(4, " with 🎬 in it")
  text.format(2, 6, { italic: true })
  text.insertEmbed(3, { type: "action" })
  text.insertEmbed(5, new Y.Map([["type", "cue"]]))
  text.delete(1, 3)
  const map = doc.getMap("map")
  map.set("key", "value")
  map.set("key", { nested: [1, 2.5, true, null, "x", { deep: [[[]]] }] })
  map.set("bytes", new Uint8Array([1, 2, 3]))
  map.set("list", new Y.Array())
  map.get("list").insert(0, [1, "two", -4, 1e300, { deep: 3n }])
  map.delete("bytes")
  const xml = doc.getXmlFragment("xml")
  xml.insert(0, [new Y.XmlElement("p")])
  xml.get(0).insert(0, [new Y.XmlText("in xml")])
  xml.get(0).setAttribute("class", "x")
  const strip = new Y.Map()
  doc.getMap("strips").set("one", strip)
  strip.set("at", "a0")
  strip.set("text", new Y.Text("EXT. STREET - NIGHT"))
  strip.get("text").insertEmbed(19, new Y.Map([["type", "scene-heading"]]))
  strip.set("at", "a1")
}

async function recordOurs(relay, id) {
  const plain = globalThis.WebSocket
  globalThis.WebSocket = recording(plain, "ours")
  const script = await opened({ id, relay: relay.http })
  const saved = () => untilOurs(script, () => script.status.kind === "synced" && script.status.unsaved === 0)
  await saved()
  await write(script, saved)
  await using late = await opened({ id, relay: relay.http, user: { name: "Ben", color: "hsl(200 50% 40%)" } })
  await untilOurs(late, () => late.status.kind === "synced" && late.text() === script.text())
  await script.close()
  globalThis.WebSocket = plain
}

async function recordStock(relay, id) {
  const polyfill = { WebSocketPolyfill: recording(Ws, "stock") }
  await using ada = peer(relay, id, polyfill)
  await ada.synced()
  ada.awareness.setLocalStateField("user", { name: "Ada", color: "#aa3300" })
  fill(ada.doc)
  await using ben = peer(relay, id, polyfill)
  await ben.synced()
  ben.awareness.setLocalStateField("cursor", { anchor: { type: null, tname: "text", item: null, assoc: 0 } })
  ben.text.insert(2, "ben's ")
  ben.text.delete(0, 2)
  await ada.has("ben's")
  const undo = new Y.UndoManager(ada.text)
  ada.text.insert(0, "undone")
  undo.undo()
  undo.redo()
  await ben.has("undone")
  const threads = { ...relay, scripts: relay.scripts }
  await using carol = peer(threads, `${id}/threads`, polyfill)
  await carol.synced()
  carol.doc.getMap("threads").set("one", new Y.Map([["text", "Why?"]]))
  await until(
    (look) => (carol.awareness.on("change", look), () => carol.awareness.off("change", look)),
    () => carol.provider.wsconnected,
    "the connection",
  )
}

await using relay = await startRelay()
await recordOurs(relay, randomUUID())
await recordStock(relay, randomUUID())
const lines = sessions
  .filter(({ frames }) => frames.length > 0)
  .flatMap(({ sender, frames }) => [`session ${sender}`, ...frames.map((frame) => frame.toString("hex"))])
writeFileSync(join(import.meta.dirname, "recorded.txt"), `${lines.join("\n")}\n`)
console.log(`${sessions.length} sessions, ${lines.length} lines`)
