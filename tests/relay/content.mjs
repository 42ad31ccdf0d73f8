// What the tests of the JSON side share: requests about a script, and its strips in a stock peer.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { until } from "./clients.mjs"

export const FOUNTAIN = `INT. KITCHEN - NIGHT

Rain on the window. Anna waits.

ANNA (V.O.)
He is late.

EXT. STREET - NIGHT

A car stops.
`

/** The address of something of a script; of what the script says, where there is only a query or nothing. */
export const address = (id, path) => `/scripts/${id}${/^[^?]/.test(path) ? "/" : ""}${path}`

/** A request about a script: its status and its JSON. */
export async function ask(relay, id, method, path, body, headers = {}) {
  const json = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array)
  const response = await fetch(`${relay.http}/api${address(id, path)}`, {
    method,
    headers: { "content-type": json ? "application/json" : "text/plain", ...headers },
    body: json ? JSON.stringify(body) : body,
  })
  return { status: response.status, ...(await response.json()) }
}

/** A new script with a text, and its version. */
export async function imported(relay, text = FOUNTAIN) {
  const id = randomUUID()
  const { status, version, error } = await ask(relay, id, "POST", "import", text)
  assert.equal(status, 200, JSON.stringify(error))
  return { id, version }
}

/** The file at a path of a script. */
export async function file(relay, id, path) {
  const response = await fetch(`${relay.http}/api${address(id, path)}`)
  assert.equal(response.status, 200)
  return await response.text()
}

export const words = (content) => content.blocks.map((block) => block.children.map((child) => child.text).join(""))
export const block = (type, text) => ({ type, children: [{ text }] })

/** The strip of a document that has these words. */
export const stripWith = (doc, words) =>
  [...doc.getMap("strips").values()].map((strip) => strip.get("text")).find((strip) => plain(strip).includes(words))

/** The letters of a strip, each mark as a line's end. */
export const plain = (strip) =>
  strip
    .toDelta()
    .map((piece) => (typeof piece.insert === "string" ? piece.insert : "\n"))
    .join("")

/** Waits until a peer has these words, or has them no longer. */
export function untilReads(one, words, wanted = true) {
  const subscribe = (look) => (one.doc.on("update", look), () => one.doc.off("update", look))
  return until(subscribe, () => !!stripWith(one.doc, words) === wanted, words)
}
