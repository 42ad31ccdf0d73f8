// The script that is written on, and what is written: from a seed, before anything is measured, so that every system gets the same bytes.
//
// The script is made by the relay itself from a screenplay in Fountain: the document that people work on. The edits are
// made by Yjs, each editor typing on in a scene of their own, a letter an update.
import { randomUUID } from "node:crypto"
import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"
import * as Y from "yjs"
import { imported } from "../relay/content.mjs"
import { startRelay } from "../relay/relay.mjs"
import { Connection } from "./connection.mjs"

const WORDS = (
  "the light goes out and somebody laughs in dark she turns around nobody is there but rain on window he does not answer a car " +
  "stops slowly they have been here before you told me that it would be over by now give it back what did see everything"
).split(" ")
const PEOPLE = ["ANNA", "BRUNO", "CARLA", "DENNIS", "THE OLD WOMAN", "SERGEANT MILES"]
/** Of an 120-page screenplay: about so many letters a page. */
const LETTERS_OF_A_PAGE = 1_500

/** Numbers from 0 to 1 from a seed (xorshift, 32 bits). */
export function dice(seed) {
  let state = (seed * 2654435761 + 1) >>> 0 || 1
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
}

function fountain(letters, next) {
  const one = (list) => list[Math.floor(next() * list.length)]
  const sentence = (words) => {
    const text = Array.from({ length: words }, () => one(WORDS)).join(" ")
    return `${text[0].toUpperCase()}${text.slice(1)}.`
  }
  const scenes = []
  for (let length = 0; length < letters; length += scenes.at(-1).length) {
    const parts = [`INT. ${one(WORDS).toUpperCase()} ROOM ${scenes.length + 1} - ${one(["DAY", "NIGHT"])}`, sentence(18)]
    for (let speech = 0; speech < 6; speech++) parts.push(`${one(PEOPLE)}\n${sentence(12)}`, sentence(14))
    scenes.push(`${parts.join("\n\n")}\n\n`)
  }
  return scenes.join("")
}

/** Scripts of some lengths, each as one update. */
export async function scripts(lengths, seed) {
  await using relay = await startRelay()
  const made = {}
  for (const [name, { pages, bytes }] of Object.entries(lengths)) {
    let letters = pages ? pages * LETTERS_OF_A_PAGE : bytes / 2
    do {
      made[name] = await update(relay, fountain(letters, dice(seed)))
      letters *= 1.02 * ((bytes ?? 0) / made[name].length)
    } while (made[name].length < (bytes ?? 0))
  }
  return made
}

async function update(relay, text) {
  const { id } = await imported(relay, text)
  const response = await fetch(`${relay.http}/api/scripts/${id}/updates`)
  return new Uint8Array(await response.arrayBuffer())
}

/** The letters that so many editors type, each in a scene of their own, and the document that comes of it. */
export function typing(script, editors, letters, seed) {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, script)
  const next = dice(seed + 1)
  const strips = [...doc.getMap("strips").values()].map((strip) => strip.get("text"))
  const found = []
  doc.on("update", (bytes) => found.push(bytes))
  const edits = []
  for (let editor = 0; editor < editors; editor++) {
    const client = Math.floor(next() * 2 ** 31) * 2 + 1
    const strip = strips[Math.floor(((editor + 0.5) * strips.length) / editors)]
    let at = Math.floor(strip.length / 2)
    doc.clientID = client
    const text = Array.from({ length: letters }, () => WORDS[Math.floor(next() * WORDS.length)]).join(" ")
    const typed = []
    for (let clock = 0; clock < letters; clock++) {
      found.length = 0
      strip.insert(at++, text[clock])
      typed.push({ client, clock, bytes: found[0] })
    }
    edits.push(typed)
  }
  return { edits, doc }
}

/** Moves of each editor's selection, as y-protocols writes them. */
export function moves(editors, count, seed) {
  const next = dice(seed + 2)
  return Array.from({ length: editors }, (_, editor) => {
    const client = Math.floor(next() * 2 ** 31) * 2 + 1
    return Array.from({ length: count }, (_, at) => {
      const clock = at + 1
      const place = Math.floor(next() * 100_000)
      const state = { user: { name: `editor ${editor}`, color: "#336699" }, cursor: { anchor: place, head: place } }
      return { client, clock, bytes: presence(client, clock, state) }
    })
  })
}

const presence = (client, clock, state) =>
  encoding.encode((out) => {
    encoding.writeVarUint(out, 1)
    encoding.writeVarUint(out, client)
    encoding.writeVarUint(out, clock)
    encoding.writeVarString(out, JSON.stringify(state))
  })

/** Brings a script to a system, as somebody does who has written it without a network. */
export async function brought(system, script) {
  const id = randomUUID()
  if (system.keepsNothing) return id
  const connection = new Connection(system, id)
  connection.offers = script
  await connection.synced()
  await untilThere(connection, Y.encodeStateVectorFromUpdate(script))
  connection.close()
  return id
}

/** Asks until nothing of the script is missing. */
async function untilThere(connection, vector) {
  for (let asked = 0; asked < 600; asked++) {
    connection.ask()
    const there = Y.decodeStateVector(Y.encodeStateVectorFromUpdate(await connection.synced()))
    if ([...Y.decodeStateVector(vector)].every(([client, clock]) => there.get(client) >= clock)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error("the script did not arrive")
}

/** The head of an update of one client, of one struct; null of any other. */
export function head(update) {
  const decoder = decoding.createDecoder(update)
  if (decoding.readVarUint(decoder) !== 1 || decoding.readVarUint(decoder) !== 1) return null
  return { client: decoding.readVarUint(decoder), clock: decoding.readVarUint(decoder) }
}

/** Whether whoever joins now reads exactly what was written; `null` where there is nothing to read. */
export async function reads(system, id, written) {
  if (system.keepsNothing) return null
  const connection = new Connection(system, id)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await connection.synced())
  connection.close()
  return text(doc) === text(written)
}

const text = (doc) => JSON.stringify([...doc.getMap("strips")].map(([id, strip]) => [id, strip.get("text").toDelta()]).sort())
