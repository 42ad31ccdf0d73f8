// A plain Yjs replica, driven line by line over stdin and stdout: JSON in, JSON out.
//
// It knows the schema of a script (strips of text with embedded maps as marks) and nothing of
// our code: what it renders is what any Yjs client would. Bytes travel as base64.
import { createInterface } from "node:readline"
import * as Y from "yjs"

const doc = new Y.Doc()
const strips = doc.getMap("strips")

/** Our strips in the order of the flow. */
function order() {
  const valid = (key) => typeof key === "string" && /^[0-9A-Za-z]{1,128}$/.test(key)
  return [...strips.entries()]
    .filter(([, strip]) => strip instanceof Y.Map && strip.get("text") instanceof Y.Text)
    .map(([id, strip]) => ({ id, strip, key: valid(strip.get("at")) ? strip.get("at") : null }))
    .sort((a, b) => {
      if (a.key !== b.key) {
        if (a.key === null) return 1
        if (b.key === null) return -1
        return a.key < b.key ? -1 : 1
      }
      return a.id < b.id ? -1 : 1
    })
}

/** The paragraphs as `[type, text with styles]`, read from the deltas. */
function render() {
  const paragraphs = []
  let runs = []
  const end = (type) => {
    paragraphs.push([type, runs])
    runs = []
  }
  for (const { strip } of order()) {
    for (const { insert, attributes } of strip.get("text").toDelta()) {
      if (insert instanceof Y.Map) {
        end(insert.get("t") ?? "action")
      } else {
        const text = typeof insert === "string" ? insert : "\ufffc"
        const styles = Object.keys(attributes ?? {}).filter((name) => attributes[name]).sort()
        const last = runs.at(-1)
        if (last && JSON.stringify(last[1]) === JSON.stringify(styles)) last[0] += text
        else runs.push([text, styles])
      }
    }
  }
  const last = order().flatMap(({ strip }) => strip.get("text").toDelta()).at(-1)
  if (!(last?.insert instanceof Y.Map)) end("action")
  return paragraphs
}

/** The nearest place before `offset` that is not inside a surrogate pair: half of one is text
 * that no two clients read alike. */
function whole(text, offset) {
  let before = 0
  for (const { insert } of text.toDelta()) {
    const length = typeof insert === "string" ? insert.length : 1
    if (offset < before + length) {
      const low = typeof insert === "string" && /[\udc00-\udfff]/.test(insert[offset - before])
      return low ? offset - 1 : offset
    }
    before += length
  }
  return offset
}

/** Does something to a range of the flow, as a Yjs client would that edits the text itself. */
function at(offset, length, act) {
  for (const { strip } of order()) {
    const text = strip.get("text")
    if (offset <= text.length) {
      const start = whole(text, offset)
      const end = whole(text, Math.min(offset + length, text.length))
      return act(text, start, Math.max(end - start, 0))
    }
    offset -= text.length
  }
  return undefined
}

const commands = {
  client: ({ id }) => void (doc.clientID = id),
  apply: ({ update }) => void Y.applyUpdate(doc, Buffer.from(update, "base64"), "remote"),
  vector: () => Buffer.from(Y.encodeStateVector(doc)).toString("base64"),
  diff: ({ vector }) =>
    Buffer.from(Y.encodeStateAsUpdate(doc, Buffer.from(vector, "base64"))).toString("base64"),
  render: () => render(),
  strip: ({ id, key, text, type }) =>
    void doc.transact(() => {
      const strip = strips.set(id, new Y.Map())
      if (key !== undefined) strip.set("at", key)
      const body = strip.set("text", new Y.Text())
      body.insert(0, text)
      const mark = new Y.Map()
      body.insertEmbed(text.length, mark)
      mark.set("t", type)
    }),
  insert: ({ offset, text }) => void at(offset, 0, (body, place) => body.insert(place, text)),
  mark: ({ offset, type }) =>
    void at(offset, 0, (body, place) => {
      const mark = new Y.Map()
      body.insertEmbed(place, mark)
      mark.set("t", type)
    }),
  remove: ({ offset, length }) => void at(offset, length, (body, from, count) => body.delete(from, count)),
  format: ({ offset, length, attributes }) =>
    void at(offset, length, (body, from, count) => body.format(from, count, attributes)),
  move: ({ index, key }) => void order().at(index)?.strip.set("at", key),
  position: ({ position }) => {
    const relative = Y.decodeRelativePosition(Buffer.from(position, "base64"))
    const absolute = Y.createAbsolutePositionFromRelativePosition(relative, doc)
    if (absolute === null) return null
    let before = 0
    for (const { strip } of order()) {
      if (strip.get("text") === absolute.type) return before + absolute.index
      before += strip.get("text").length
    }
    return null
  },
  // Anything that a careless or hostile client may leave in a document.
  vandalise: ({ what }) =>
    void doc.transact(() => {
      const body = order()[0]?.strip.get("text")
      const acts = {
        noText: () => strips.set("no-text", new Y.Map([["at", "V"]])),
        noMap: () => strips.set("no-map", 7),
        noKey: () => {
          const strip = strips.set("no-key", new Y.Map())
          strip.set("text", new Y.Text("without a key"))
        },
        oddKey: () => {
          const strip = strips.set("odd-key", new Y.Map())
          strip.set("at", "é".repeat(300))
          strip.set("text", new Y.Text("odd key"))
        },
        oddEmbed: () => body.insertEmbed(0, { image: "x.png" }),
        stringEmbed: () => body.insertEmbed(0, "a string of more than one unit"),
        arrayEmbed: () => body.insertEmbed(0, new Y.Array()),
        emptyMark: () => body.insertEmbed(0, new Y.Map()),
        oddMark: () => {
          const mark = new Y.Map()
          body.insertEmbed(0, mark)
          mark.set("t", 12)
          mark.set("s", { deep: [1] })
          mark.set("l", "six")
        },
        oddFormat: () => body.format(0, Math.min(2, body.length), { bold: { x: 1 }, colour: "red" }),
        lineBreaks: () => body.insert(0, "a\nb\r\nc\u2028d"),
        deleteStrip: () => strips.delete(order()[0].id),
        replaceText: () => order()[0].strip.set("text", new Y.Text("another text")),
        textIsArray: () => order()[0].strip.set("text", new Y.Array()),
      }
      acts[what]()
    }),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...args } = JSON.parse(line)
  let answer
  try {
    answer = { ok: commands[command](args) ?? null }
  } catch (error) {
    answer = { error: String(error?.stack ?? error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
