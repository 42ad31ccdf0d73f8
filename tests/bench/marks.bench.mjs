// What a key costs in a revision, by how much of the script is marked: the page's own thread up to the end of the edit and when the layout
// comes back, and the page worker. 250 pages; a key typed on, and the first one at another place, which writes a mark.
//
// Everything runs here in one thread, the worker's module, too, so that each part can be timed by itself; what the editor draws is not
// in it: that is what is in view. The figures are medians, those of one run stand beside each other.

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

/** The page worker, in this thread. Answers when it is told to. */
class Worker {
  static times = []
  static taken = []
  static answered = null
  #core = null
  postMessage(message) {
    const started = performance.now()
    const answer = this.#answer(message)
    if (message.kind !== "ask") Worker.times.push(performance.now() - started)
    setImmediate(() => {
      const started = performance.now()
      this.onmessage({ data: answer })
      if (message.kind === "ask") return
      Worker.taken.push(performance.now() - started)
      Worker.answered?.()
    })
  }
  #answer({ kind, version, paragraphs, told, splices, id, what, request }) {
    if (kind === "ask") return { kind: "answer", id, value: this.#core[what]([...request]) }
    if (kind === "start") this.#core = new background.PagesCore(paragraphs, [...told.entries], [...told.places])
    const changes = kind === "start" ? [this.#core.pages()] : splices.map(({ from, removed, inserted }) => this.#core.splice(from, removed, inserted))
    if (kind === "splices" && told) changes.push(this.#core.takeEntries(told.entries ? [...told.entries] : undefined, [...told.places]))
    return { kind: "pages", version, whole: kind === "start", changes, production: told?.entries ? this.#core.production() : null }
  }
  terminate() {}
}
globalThis.Worker = Worker
globalThis.requestAnimationFrame = run => setImmediate(run)
globalThis.document = { visibilityState: "visible", addEventListener() {} }
globalThis.addEventListener ??= () => {}

const generate = ["run", "--quiet", "--package", "scriptroom", "--", "generate", "--pages", "250", "--seed", "1"]
const fountain = execFileSync("cargo", generate, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
const rows = []
for (const count of counts) rows.push(await measured(count))
print(rows)

async function measured(count) {
  const user = { name: "Ada", color: "#aa3300" }
  const script = await laid(() => openScript({ id: crypto.randomUUID(), user, store: "none", pageWorker: "in-this-thread" }))
  await laid(() => script.importFountain(fountain))
  await laid(() => script.production.startRevision({}))
  await laid(() => {
    for (let mark = 0; mark < count; mark++) {
      const from = Math.floor((mark * script.length) / count)
      script.production.mark(from, from + 3)
    }
  })
  const times = { edit: [], first: [], worker: [], taken: [] }
  // At the middle, behind a letter that was typed there, so that it is in a mark.
  let at = script.paragraphStart(script.paragraphAt(Math.floor(script.length / 2)))
  type(script, at)
  for (let key = 0; key < keys; key++) {
    at += 1
    await laid(() => times.edit.push(timed(() => type(script, at))))
    times.worker.push(Worker.times.at(-1))
    times.taken.push(Worker.taken.at(-1))
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
  const answered = new Promise(resolve => (Worker.answered = resolve))
  const done = await work()
  await answered
  return done
}

function print(rows) {
  const us = values => `${(1000 * [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]).toFixed(0)} µs`
  const line = cells => console.log(`| ${cells.join(" | ")} |`)
  line(["marks", "a key: the edit", "the layout that comes back", "in the page worker", "the first key at another place: the edit"])
  line(["---:", "---:", "---:", "---:", "---:"])
  for (const { count, edit, taken, worker, first } of rows) line([count, us(edit), us(taken), us(worker), us(first)])
}
