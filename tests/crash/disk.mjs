// `cargo xtask crash disk [--edits N]`: what is on the disk when an acknowledgement leaves the relay. README.md has what it does.
import assert from "node:assert/strict"
import { randomBytes, randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { batch, socket, step1, updatesOf } from "../relay/clients.mjs"
import { startRelay, startRelayOf } from "../relay/relay.mjs"
import { writesLate } from "./defects.mjs"
import { Ledger, tagOf, tagsIn } from "./ledger.mjs"
import { options, Report, versionOf } from "./report.mjs"
import { Trace } from "./trace.mjs"

/** Long enough that the write-ahead log is copied into the database a few times: that happens after some 4 MB. */
const LONG = 20_000

const { edits, commit, publish } = options({ edits: 600 })
const command = `cargo xtask crash disk --edits ${edits}`
const report = new Report("disk", rows, { command, commit, versions: { workerd: versionOf("workerd") } })
/** So many edits show that the trace finds a relay that acknowledges before it writes. */
const EDITS_WITH_DEFECT = 20

const sound = await traced(startRelay, edits)
const defect = await traced(() => startRelayOf(writesLate), EDITS_WITH_DEFECT)
report.finish({ edits, ...sound, withDefect: defect }, publish)
const early = ({ acknowledgements, updates }) => acknowledgements.early + updates.early
const isWhole = sound.acknowledgements.left === edits && sound.updates.left === edits && sound.checkpoints.early === 0
process.exitCode = isWhole && early(sound) === 0 && early(defect) > 0 ? 0 : 1

/** What a relay does with so many edits. */
async function traced(start, edits) {
  await using relay = await start()
  const trace = await Trace.of(relay.pid, join(relay.folder, "trace"))
  await write(relay, edits)
  return { filesystem: mountOf(relay.folder), ...new Ledger().take(await trace.stop()).figures() }
}

/** One writer and one reader of a new script: one edit after the other, then as many at once, some of them long. */
async function write(relay, edits) {
  const id = randomUUID()
  // Compressed, frames in the trace could not be told apart.
  await using writer = socket(relay, id, ["scriptroom.1"], { perMessageDeflate: false })
  await using reader = socket(relay, id, [], { perMessageDeflate: false })
  await writer.next("hello")
  await reader.open()
  reader.send(step1())
  await reader.next("step2")
  const words = Array.from({ length: edits }, (_, at) => (text) => text.insert(0, tagOf(at + 1) + (at % 5 === 0 ? randomBytes(LONG).toString("base64") : "")))
  const seen = new Set()
  const read = async (count) => {
    while (seen.size < count) for (const edit of tagsIn(Buffer.from((await reader.next("update")).bytes))) seen.add(edit)
  }
  const stored = async () => assert.equal((await writer.next("ack")).status, 0)
  const half = Math.ceil(edits / 2)
  for (const [at, bytes] of updatesOf(...words).entries()) {
    writer.send(batch(at + 1, bytes))
    if (at >= half) continue
    await stored()
    await read(at + 1)
  }
  // What comes together is stored one by one, and shown together.
  for (let left = edits - half; left > 0; left--) await stored()
  await read(edits)
}

/** The kind of file system that a folder lies on, and how it is mounted. */
function mountOf(folder) {
  const mounts = readFileSync("/proc/mounts", "utf8").trim().split("\n").map((line) => line.split(" "))
  const under = mounts.filter(([, place]) => `${folder}/`.startsWith(place.endsWith("/") ? place : `${place}/`))
  const [, , kind, how] = under.sort(([, one], [, other]) => other.length - one.length)[0]
  return `${kind} (${how})`
}

function rows({ filesystem, acknowledgements, updates, syncs, created, checkpoints, withDefect }) {
  const { p50, p95 } = syncs.ms
  return [
    ["file system", filesystem],
    ["acknowledgements that left", acknowledgements.left],
    ["**of these before their edit was synced**", `**${acknowledgements.early}**`],
    ["edits that left for the reader", updates.left],
    ["**of these before that**", `**${updates.early}**`],
    ["syncs; p50, p95 in ms (under strace)", `${syncs.count}; ${p50}, ${p95}`],
    ["acknowledgements behind one sync, at most", syncs.mostBehindOne],
    ["files of scripts created; whose folder was synced before the first acknowledgement", `${created.files}; ${created.folderSynced}`],
    ["write-ahead logs begun anew; before the database was synced", `${checkpoints.count}; ${checkpoints.early}`],
    [
      "with a relay that acknowledges before it writes: acknowledgements, of these before their edit was synced",
      `${withDefect.acknowledgements.left}, ${withDefect.acknowledgements.early}`,
    ],
  ]
}
