// What a key costs in a revision, by how much of the script is marked: up to the end of the edit, and the layout after it.
// 250 pages; a key typed on, and the first one at another place, which writes a mark.
//
// What the editor draws is not in it: that is what is in view. The figures are medians, those of one run stand beside each other.

import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const root = join(import.meta.dirname, "../..")
const dist = join(root, "pkg/dist")
const counts = (process.env.MARKS ?? "200,2000,20000").split(",").map(Number)
const keys = Number(process.env.KEYS ?? 200)

const { init, openScript } = await import(pathToFileURL(join(dist, "index.js")).href)
const background = await import(pathToFileURL(join(dist, "wasm/scriptroom_background.js")).href)
const wasm = name => readFileSync(join(dist, `wasm/scriptroom_${name}_bg.wasm`))
background.initSync({ module: await WebAssembly.compile(wasm("background")) })
await init({ wasm: wasm("client"), backgroundWasm: wasm("background"), filesWasm: wasm("files"), branchWasm: wasm("branch") })

globalThis.requestAnimationFrame = run => setImmediate(run)
globalThis.document = { visibilityState: "visible", addEventListener() {} }
globalThis.addEventListener ??= () => {}

/** What the last layout took in the module, and with what the package does around it: the calls of a splice, and the task that they are in. */
const layout = { module: 0, whole: 0, done: null }
let inModule = 0
for (const name of ["splice", "takeEntries"]) {
  const call = background.PagesCore.prototype[name]
  background.PagesCore.prototype[name] = function (...args) {
    const started = performance.now()
    const result = call.apply(this, args)
    inModule += performance.now() - started
    return result
  }
}
for (const name of ["setTimeout", "queueMicrotask"]) {
  const later = globalThis[name]
  globalThis[name] = (run, ...rest) => later(() => layingOut(run), ...rest)
}

function layingOut(run) {
  inModule = 0
  const started = performance.now()
  run()
  // Not all that the package does later is a layout.
  if (inModule === 0) return
  Object.assign(layout, { module: inModule, whole: performance.now() - started })
  layout.done?.()
}

const generate = ["run", "--quiet", "--package", "scriptroom", "--", "generate", "--pages", "250", "--seed", "1"]
const fountain = execFileSync("cargo", generate, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
const rows = []
for (const count of counts) rows.push(await measured(count))
print(rows)

async function measured(count) {
  const user = { name: "Ada", color: "#aa3300" }
  const script = await openScript({ id: crypto.randomUUID(), user, store: "none" })
  await laid(() => script.importFountain(fountain))
  await script.sceneLengths()
  await laid(() => script.production.startRevision({}))
  await laid(() => {
    for (let mark = 0; mark < count; mark++) {
      const from = Math.floor((mark * script.length) / count)
      script.production.mark(from, from + 3)
    }
  })
  const times = { edit: [], first: [], module: [], layout: [] }
  // At the middle, behind a letter that was typed there, so that it is in a mark.
  let at = script.paragraphStart(script.paragraphAt(Math.floor(script.length / 2)))
  type(script, at)
  for (let key = 0; key < keys; key++) {
    at += 1
    await laid(() => times.edit.push(timed(() => type(script, at))))
    times.module.push(layout.module)
    times.layout.push(layout.whole)
  }
  for (let key = 0; key < keys; key++) {
    const at = Math.floor(((key * 0.618) % 1) * script.length)
    await laid(() => times.first.push(timed(() => type(script, at))))
  }
  await script.close()
  return { count, ...times }
}

function type(script, at) {
  script.edit([{ kind: "replace", from: at, to: at, insert: [{ text: "x" }] }])
}

function timed(work) {
  const started = performance.now()
  work()
  return performance.now() - started
}

/** Does something, and waits until the pages are laid out by it. */
async function laid(work) {
  const isLaid = new Promise(resolve => (layout.done = resolve))
  const done = await work()
  await isLaid
  return done
}

function print(rows) {
  const us = values => `${(1000 * [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]).toFixed(0)} µs`
  const line = cells => console.log(`| ${cells.join(" | ")} |`)
  line(["marks", "a key: the edit", "the layout after it", "of that in the module", "the first key at another place: the edit"])
  line(["---:", "---:", "---:", "---:", "---:"])
  for (const { count, edit, layout, module, first } of rows) line([count, us(edit), us(layout), us(module), us(first)])
}
