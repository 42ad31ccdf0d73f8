// How long a script takes to open that nobody has open: the relay has just started, the script was written in 10,000 small
// updates, and its log is compacted. From the socket's first byte to the whole script, on this machine.
//   cargo xtask bench cold
import { randomUUID } from "node:crypto"
import * as Y from "yjs"
import { batch, peer, socket, step1 } from "../relay/clients.mjs"
import { ask, imported, plain, stripWith, untilReads } from "../relay/content.mjs"
import { rows, untilLogged } from "../relay/log.mjs"
import { startRelay } from "../relay/relay.mjs"

const UPDATES = 10_000
const RUNS = 9
const SCENE = `INT. ROOM - DAY

She looks up. Nobody is there but the rain on the window, and the hum of the old refrigerator.

ANNA
I told you that they would come back, one day or another.

`

/** Types as many keys, each an update, some of them taken back; their updates. */
function keys(doc) {
  const updates = []
  doc.on("update", (bytes) => updates.push(bytes))
  const strip = stripWith(doc, "INT. ROOM")
  let at = plain(strip).indexOf("Nobody")
  for (let key = 0; updates.length < UPDATES; key++) {
    if (key % 12 === 11) strip.delete(--at, 1)
    else strip.insert(at++, String.fromCharCode(97 + (key % 26)))
  }
  return updates
}

/** Stores the updates, as many at a time as a connection may send. */
async function store(relay, id, updates) {
  await using ours = socket(relay, id, ["scriptroom.1"])
  await ours.next("hello")
  for (const [at, bytes] of updates.entries()) {
    ours.send(batch(at + 1, bytes))
    if ((at + 1) % 100 === 0 || at + 1 === updates.length) {
      for (let left = at % 100; left >= 0; left--) await ours.next("ack")
    }
  }
}

async function opened(relay, id) {
  const start = performance.now()
  await using ours = socket(relay, id)
  await ours.open()
  ours.send(step1())
  const { bytes } = await ours.next("step2")
  return { ms: performance.now() - start, bytes }
}

await using relay = await startRelay({ SCRIPTROOM_COMPACT_DELAY_MS: "0", SCRIPTROOM_UPDATES_AT_ONCE: String(2 * UPDATES) })
const { id } = await imported(relay, SCENE.repeat(160))
const doc = new Y.Doc()
{
  await using one = peer(relay, id)
  await untilReads(one, "INT. ROOM")
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(one.doc))
}
await store(relay, id, keys(doc))
await untilLogged(relay, "SELECT COUNT(*) < 2000 AS n FROM entries WHERE covered IS NULL AND merged = 0")
const { entries } = await ask(relay, id, "GET", "health")
console.log(`${entries.live} live entries, ${entries.unmerged} of them as they came; ${entries.covered} covered`)
console.log(`${rows(relay, "SELECT SUM(LENGTH(bytes)) AS n FROM entries WHERE covered IS NULL")[0].n} bytes of them on disk`)

const times = { "a relay that has served something else": [], "a relay that has served nothing": [] }
for (const [name, all] of Object.entries(times)) {
  for (let run = 0; run < RUNS; run++) {
    await relay.kill()
    await relay.start()
    if (name.endsWith("else")) await opened(relay, randomUUID())
    const { ms, bytes } = await opened(relay, id)
    const copy = new Y.Doc()
    Y.applyUpdate(copy, bytes)
    if (plain(stripWith(copy, "INT. ROOM")) !== plain(stripWith(doc, "INT. ROOM"))) throw new Error("what came is not what was written")
    all.push(ms)
    if (run === 0 && name.endsWith("else")) console.log(`a join sends ${bytes.length} bytes`)
  }
  all.sort((a, b) => a - b)
  console.log(`opened cold, ${name}: median ${all[(RUNS - 1) / 2].toFixed(1)} ms, slowest ${all.at(-1).toFixed(1)} ms, of ${RUNS}`)
}
