// How fast pages are laid out in wasm, by the script's length: a whole script, a key, a new line; and the way of a key
// in Chromium. `cargo xtask bench pages` runs the native bench first, whose figures stand in the
// same table; it is printed as the README has it.
//
// Beside it, in the same run and on the same file, stands afterwriting's paginator, which lays out the whole script for
// every change. It is installed for this bench alone, into target/bench. The figures are the fastest tenth of many, since other
// work on the machine makes every figure worse and none better.

import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { extname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { chromium } from "@playwright/test"

const root = join(import.meta.dirname, "../..")
const dist = join(root, "pkg/dist")
const competitor = "afterwriting@1.17.3"
const lengths = [30, 120, 250, 500]
const rounds = Number(process.env.ROUNDS ?? 30)
const keys = 300
const places = { start: 0.02, middle: 0.5, end: 0.98 }

const client = await glueOf("client")
const background = await glueOf("background")
const others = afterwriting()
const samples = lengths.map(sample)
const rows = samples.map(script => ({ ...script, ...measured(script) }))
print(rows, await inChromium(samples))

function sample(asked) {
  const text = execFileSync(
    "cargo",
    ["run", "--quiet", "--package", "scriptroom", "--", "generate", "--pages", String(asked), "--seed", "1"],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  )
  const core = new client.ScriptCore(1, 1, 0, undefined, [])
  core.import(background.parseFountain(text)[0])
  const count = core.paragraphCount
  const spots = Object.entries(places).map(([name, part]) => spot(core, name, Math.floor(count * part)))
  const script = { asked, text, count, paragraphs: core.plainParagraphs(0, count), spots }
  core.free()
  return script
}

/** A paragraph that is long enough to type in, as it is and with a letter more. */
function spot(core, name, index) {
  const plain = core.plainParagraphs(index, index + 1)
  const at = core.paragraphStart(index)
  core.edit([{ kind: "replace", from: at, to: at, insert: [{ text: "x" }] }], new Uint32Array(0), 0)
  return { name, index, versions: [core.plainParagraphs(index, index + 1), plain] }
}

function measured(script) {
  const times = {}
  const note = (name, started, scale, count = 1) =>
    (times[name] ??= []).push(((performance.now() - started) * scale) / count)
  let pages = 0
  for (let round = 0; round < rounds; round++) {
    let started = performance.now()
    const laid = new background.PagesCore(script.paragraphs, [], [])
    note("whole", started, 1)
    pages = laid.pages().count
    for (const { name, index, versions } of script.spots) {
      for (let batch = 0; batch < keys / 10; batch++) {
        started = performance.now()
        for (let key = 0; key < 10; key++) laid.splice(index, 1, versions[key % 2])
        note(`key, ${name}`, started, 1000, 10)
      }
    }
    const { index, versions } = script.spots[0]
    for (let batch = 0; batch < keys / 10; batch++) {
      started = performance.now()
      for (let key = 0; key < 5; key++) {
        laid.splice(index, 0, versions[1])
        laid.splice(index, 1, new Uint8Array(1))
      }
      note("new line, start", started, 1000, 10)
    }
    laid.free()
    if (round % 5 === 0) {
      started = performance.now()
      others.pagesOf(script.text)
      note("afterwriting: whole", started, 1)
    }
  }
  return { times, pages, theirs: others.pagesOf(script.text) }
}

/** The table. A whole script in ms, a key and a new line in µs, in Chromium in ms. */
function print(rows, chromium) {
  const spots = Object.keys(places)
  const columns = {
    pages: ({ pages }) => pages,
    "native: whole script": ({ asked }) => milliseconds(native("full", asked)),
    "a key, at the start, middle, end": ({ asked }) => microseconds(spots.map(spot => native("keystroke", `${spot}/${asked}`))),
    "wasm: whole script": ({ times }) => milliseconds(fastTenth(times.whole)),
    "a key, likewise": ({ times }) => microseconds(spots.map(spot => fastTenth(times[`key, ${spot}`]))),
    "a new line": ({ times }) => microseconds([fastTenth(times["new line, start"])]),
    "in Chromium: whole script": (_, at) => milliseconds(chromium[at].whole),
    "a key, p50 and p95": (_, at) => chromium[at].keys.map(ms => ms.toFixed(2)).join(", ") + " ms",
    memory: (_, at) => `${(chromium[at].bytes / 1e6).toFixed(1)} MB`,
    "afterwriting: whole script": ({ times }) => milliseconds(fastTenth(times["afterwriting: whole"])),
    "its pages": ({ theirs }) => theirs,
  }
  const line = cells => `| ${cells.join(" | ")} |`
  console.log(line(Object.keys(columns)))
  console.log(line(Object.keys(columns).map(() => "---")))
  rows.forEach((row, at) => console.log(line(Object.values(columns).map(cell => cell(row, at)))))
  console.log("From the paragraphs to the pages; in Chromium with what the package makes of the answer; memory is what wasm's grew by.")
}

/** What criterion measured in the same command, in ms for a whole script, else in µs; nothing where it has not run. */
function native(group, name) {
  const file = join(root, `target/criterion/pages_${group}/${name}/new/estimates.json`)
  if (!existsSync(file)) return Number.NaN
  return JSON.parse(readFileSync(file, "utf8")).median.point_estimate / (group === "full" ? 1e6 : 1e3)
}

function milliseconds(value) {
  return Number.isNaN(value) ? "–" : `${value.toFixed(1)} ms`
}

function microseconds(values) {
  return values.some(Number.isNaN) ? "–" : `${values.map(value => value.toFixed(1)).join(", ")} µs`
}

/** afterwriting's parser and paginator, as its own command line loads them. */
function afterwriting() {
  const folder = join(root, "target/bench/afterwriting")
  if (!existsSync(join(folder, "node_modules/afterwriting"))) {
    mkdirSync(folder, { recursive: true })
    const options = ["--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"]
    execFileSync("npm", ["install", ...options, competitor], { stdio: "inherit" })
  }
  const require = createRequire(join(folder, "from.js"))
  globalThis.window = undefined
  const theirs = require("afterwriting/js/client/awrequire.js")
  theirs.config({ map: { modernizr: {} }, use_node_require: ["aw-parser", "protoplast", "lodash"] })
  const { parser, helpers } = require("aw-parser")
  const liner = new (theirs("utils/liner"))(helpers)
  const { usletter } = theirs("utils/print-profiles")
  const wanted = { print_headers: true, print_actions: true, print_dialogues: true, use_dual_dialogue: true }
  const pagesOf = text => {
    const { tokens } = parser.parse(text, wanted)
    const options = { print: usletter, text_more: "(MORE)", text_contd: "(CONT'D)", split_dialogue: true }
    return liner.line(tokens, options).filter(line => line.type === "page_break").length + 1
  }
  return { pagesOf }
}

/** What a key costs in the page. */
async function inChromium(scripts) {
  const server = createServer((request, response) => {
    const file = join(dist, request.url ?? "/")
    if (request.url === "/" || !existsSync(file)) return void response.setHeader("content-type", "text/html").end("")
    const types = { ".js": "text/javascript", ".wasm": "application/wasm" }
    response.setHeader("content-type", types[extname(file)] ?? "text/plain").end(readFileSync(file))
  })
  await new Promise(listening => server.listen(0, "127.0.0.1", listening))
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless=new", "--no-sandbox", "--disable-gpu"],
  })
  try {
    const measured = []
    const page = await browser.newPage()
    for (const script of scripts) {
      // A page anew: wasm memory never shrinks.
      await page.goto(`http://127.0.0.1:${server.address().port}/`)
      const { index, versions } = script.spots[1]
      const given = { paragraphs: [...script.paragraphs], index, versions: versions.map(bytes => [...bytes]), keys }
      const { whole, bytes, times } = await page.evaluate(inPage, given)
      measured.push({ whole, keys: [0.5, 0.95].map(part => times[Math.floor(times.length * part)]), bytes })
    }
    return measured
  } finally {
    await browser.close()
    server.close()
  }
}

/** Runs in the page. A key there is the call and what the package reads of its answer. */
async function inPage({ paragraphs, index, versions, keys }) {
  const glue = await import("/wasm/scriptroom_background.js")
  const { Laid } = await import("/laid.js")
  const { memory } = glue.initSync({ module: await WebAssembly.compileStreaming(fetch("/wasm/scriptroom_background_bg.wasm")) })
  const before = memory.buffer.byteLength
  const whole = new Uint8Array(paragraphs)
  const laidOut = () => new Laid(new glue.PagesCore(whole, [], []), 0, 0)
  const laid = laidOut()
  const bytes = memory.buffer.byteLength - before
  const again = performance.now()
  laidOut().core.free()
  const wholeMs = performance.now() - again
  const times = []
  for (let key = 0; key < keys; key++) {
    const version = new Uint8Array(versions[key % 2])
    const started = performance.now()
    laid.take(laid.core.splice(index, 1, version))
    times.push(performance.now() - started)
    // As keys come: each in a task of its own.
    await new Promise(resolve => setTimeout(resolve))
  }
  return { whole: wholeMs, bytes, times: times.sort((a, b) => a - b) }
}

async function glueOf(name) {
  const path = join(dist, `wasm/scriptroom_${name}`)
  const glue = await import(pathToFileURL(`${path}.js`).href)
  glue.initSync({ module: await WebAssembly.compile(readFileSync(`${path}_bg.wasm`)) })
  return glue
}

function fastTenth(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 10)]
}
