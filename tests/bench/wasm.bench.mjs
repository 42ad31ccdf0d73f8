// How fast the document's wasm is by itself, in Node: opening 250 pages, keys, edits of others.
// `cargo xtask bench wasm`. With AGAINST=folder, another build's `pkg/dist/wasm` takes turns with this one, so that
// both meet the same load; what counts then is the ratio. The figures are the fastest tenth of many.

import { execFileSync } from "node:child_process"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const root = join(import.meta.dirname, "../..")
const built = join(root, "pkg/dist/wasm")
const pages = Number(process.env.PAGES ?? 250)
const rounds = Number(process.env.ROUNDS ?? 12)
const batch = 10
const batches = 40
const unselected = new Uint32Array(0)
const places = { start: 0.01, middle: 0.5, end: 0.99 }

const state = await generated()
const builds = [await load(built), ...(process.env.AGAINST ? [await load(process.env.AGAINST)] : [])]
for (let round = 1; round <= rounds; round++) {
  for (const build of round % 2 ? builds : builds.toReversed()) measure(build, round)
}
for (const name of Object.keys(builds[0].times)) {
  const [here, against] = builds.map(({ times }) => fastTenth(times[name]))
  const ratio = against === undefined ? "" : `   against ${against.toFixed(1)}, ratio ${(here / against).toFixed(2)}`
  console.log(`${name.padEnd(28)} ${here.toFixed(1).padStart(8)}${ratio}`)
}

/** A generated script as one update. */
async function generated() {
  const text = execFileSync(
    "cargo",
    ["run", "--quiet", "--package", "scriptroom", "--", "generate", "--pages", String(pages), "--seed", "1"],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  )
  const files = await glueOf(built, "background")
  const { ScriptCore } = await glueOf(built, "client")
  const core = new ScriptCore(1, 1, 0, undefined, [])
  core.import(files.parseFountain(text)[0])
  return core.encodeState()
}

async function load(folder) {
  return { glue: await glueOf(folder, "client"), times: {} }
}

async function glueOf(folder, name) {
  const path = join(folder, `scriptroom_${name}`)
  const glue = await import(pathToFileURL(`${path}.js`).href)
  glue.initSync({ module: await WebAssembly.compile(await readFile(`${path}_bg.wasm`)) })
  return glue
}

function measure({ glue, times }, round) {
  const note = (name, started, unit, count = 1) =>
    (times[`${name}, ${unit}`] ??= []).push(((performance.now() - started) * (unit === "µs" ? 1000 : 1)) / count)
  let started = performance.now()
  const core = new glue.ScriptCore(round * 10, 1, 0, undefined, [state])
  note("opening", started, "ms")
  started = performance.now()
  core.paragraphs(0, core.paragraphCount)
  note("all paragraphs", started, "ms")
  started = performance.now()
  core.plainParagraphs(0, core.paragraphCount)
  note("all texts for the pages", started, "ms")
  const other = new glue.ScriptCore(round * 10 + 1, 1, 0, undefined, [state])
  for (const [place, part] of Object.entries(places)) {
    const updates = []
    let at = Math.floor(core.length * part)
    for (let done = 0; done < batches; done++) {
      started = performance.now()
      for (let key = 0; key < batch; key++, at++) updates.push(type(core, at, (done * batch + key) * 50))
      note(`a key at the ${place}`, started, "µs", batch)
    }
    for (let done = 0; done < updates.length; done += batch) {
      started = performance.now()
      for (const update of updates.slice(done, done + batch)) other.applyUpdate(update)
      note(`another's key at the ${place}`, started, "µs", batch)
    }
  }
  core.free()
  other.free()
}

function type(core, at, nowMs) {
  return core.edit([{ kind: "replace", from: at, to: at, insert: [{ text: "x" }] }], unselected, nowMs).update
}

function fastTenth(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 10)]
}
