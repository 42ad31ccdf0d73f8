// What is measured: our relay and its peers, each started anew on a free port of this machine with its data in a folder of its own.
//
// A system has `start(front)`, which gives back a running one: where its scripts are (`address`), what each frame begins
// with (`prefix`), its processes (`pids`), `kill` and `restart` on the same data, and `sleep`, which lets go of a script.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "esbuild"
import * as encoding from "lib0/encoding"
import { root, startRelay, startSleepyRelay } from "../relay/relay.mjs"
import { cpuMs, end, family, memory, started, storedBytes } from "./process.mjs"

const require = createRequire(import.meta.url)
const peers = join(import.meta.dirname, "peers")
const installed = (name) => join(peers, "node_modules", name)
const nothing = new Uint8Array(0)

/** All connections of a run are anonymous, which is one person to the relay. */
const OURS = { SCRIPTROOM_MAX_CONNECTIONS_OF_PERSON: "5000" }

/** A running system. */
class Running {
  constructor(folder) {
    this.folder = folder
    this.prefix = () => nothing
    this.hello = () => null
  }

  /** Reads the list of its processes anew: it does not change while something is measured. */
  settle() {
    this.pids = family(this.pid)
  }

  cpuMs = () => cpuMs(this.pids)
  memory = () => memory(this.pids)
  storedBytes = () => storedBytes(this.data ?? this.folder)

  async [Symbol.asyncDispose]() {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const folderFor = (name) => mkdtempSync(join(tmpdir(), `scriptroom-load-${name}-`))

/** A system of one child process, which `launch` starts in the folder and which says a port or an address. */
async function running(name, launch, describe) {
  const system = new Running(folderFor(name))
  let child = null
  system.kill = async () => child && (await end(child))
  system.restart = async () => {
    await system.kill()
    const begun = await launch(system.folder)
    child = begun.child
    system.pid = child.pid
    Object.assign(system, describe(begun.found))
    system.settle()
  }
  await system.restart()
  return system
}

const stock = (path) => (origin) => ({ address: (id) => `ws://${origin}/${path}${id}` })

async function ours(sleepy) {
  const relay = await (sleepy ? startSleepyRelay : startRelay)(OURS)
  const system = new Running(relay.folder)
  const settle = () => {
    system.pid = relay.pid
    system.address = (id) => `${relay.scripts}/${id}`
    system.http = relay.http
    system.settle()
  }
  system.data = join(relay.folder, "data")
  system.kill = () => relay.kill()
  system.restart = async () => {
    await relay.kill()
    await relay.start()
    settle()
  }
  system.sleep = (id) => relay.sleep(id)
  settle()
  return system
}

/** `wrangler dev` on a free port, in the folder of its configuration. */
function wrangler(cwd, args) {
  const program = join(require.resolve("wrangler/package.json"), "../bin/wrangler.js")
  const address = ["--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0"]
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" }
  const line = /Ready on http:\/\/(127\.0\.0\.1:\d+)/
  return (folder) => started(process.execPath, [program, "dev", ...address, "--persist-to", folder, ...args], { line, cwd, env })
}

const vars = (set) => Object.entries(set).flatMap(([name, value]) => ["--var", `${name}:${value}`])

const oursBehindWrangler = () =>
  running(
    "ours",
    wrangler(root, vars({ SCRIPTROOM_DEV: "1", LOG_LEVEL: "error", MAX_CONNECTIONS_OF_PERSON: "5000" })),
    stock("api/ws/scripts/"),
  )

/** Bundles y-partyserver's worker once a run. */
let bundled = null
const bundle = () =>
  (bundled ??= build({
    entryPoints: [join(peers, "partyserver.mjs")],
    outdir: join(peers, "dist"),
    bundle: true,
    minify: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "warning",
  }))

/** Plain workerd on a free port, with a configuration that has its data in `data`. */
async function workerd(config) {
  const port = await freePort()
  const binary = require.resolve(`@cloudflare/workerd-linux-${process.arch === "arm64" ? "arm64" : "64"}/bin/workerd`)
  return (folder) => {
    const serve = ["serve", config, `--socket-addr=http=127.0.0.1:${port}`]
    return started(binary, [...serve, `--directory-path=data=${folder}`, "--control-fd=1"], { line: /"port":(\d+)/ })
  }
}

async function partyserver(party) {
  await bundle()
  const launch = await workerd(join(peers, "partyserver.capnp"))
  return await running("partyserver", launch, (said) => stock(`parties/${party}/`)(`127.0.0.1:${said}`))
}

/** The platform by itself: there is no script to join. */
async function bare(object, front) {
  const folder = join(import.meta.dirname, "bare")
  const launch = front === "wrangler" ? wrangler(folder, []) : await workerd(join(folder, "bare.capnp"))
  const describe = (said) => ({ ...stock(`${object}/`)(front === "wrangler" ? said : `127.0.0.1:${said}`), keepsNothing: true })
  return await running("bare", launch, describe)
}

async function partyserverBehindWrangler(party) {
  await bundle()
  return await running("partyserver", wrangler(peers, []), stock(`parties/${party}/`))
}

/** Hocuspocus has its own frames around those of y-protocols: the document's name first, and a token before all else. */
async function hocuspocus() {
  const launch = (folder) => started(process.execPath, [join(peers, "hocuspocus.mjs"), folder], { line: /listening on (\d+)/ })
  return await running("hocuspocus", launch, (port) => ({
    address: () => `ws://127.0.0.1:${port}`,
    prefix: (id) => encoding.encode((out) => encoding.writeVarString(out, id)),
    hello: (id) =>
      encoding.encode((out) => {
        encoding.writeVarString(out, id)
        encoding.writeVarUint(out, 2)
        encoding.writeVarUint(out, 0)
        encoding.writeVarString(out, "")
      }),
  }))
}

async function websocketServer() {
  const port = String(await freePort())
  const program = join(installed("@y/websocket-server"), "src/server.js")
  const launch = (folder) => {
    const env = { ...process.env, HOST: "127.0.0.1", PORT: port, YPERSISTENCE: folder }
    return started(process.execPath, [program], { line: /running at '127\.0\.0\.1' on port (\d+)/, env })
  }
  return await running("websocket-server", launch, (said) => stock("")(`127.0.0.1:${said}`))
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

const version = (manifest) => (existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).version : null)
const packageVersion = (name) => version(join(installed(name), "package.json"))

/** Everything that can be measured. `fronts` says what may stand before it: nothing but itself, or `wrangler dev`. */
export const SYSTEMS = [
  {
    name: "scriptroom",
    fronts: { plain: () => ours(false), own: async () => Object.assign(await ours(false), { own: true }), sleepy: () => ours(true), wrangler: oursBehindWrangler },
    version: () => "this tree",
    persists: "each edit, before it is shown",
  },
  {
    name: "y-partyserver",
    fronts: { plain: () => partyserver("script"), wrangler: () => partyserverBehindWrangler("script") },
    version: () => `${packageVersion("y-partyserver")}, partyserver ${packageVersion("partyserver")}`,
    persists: "the whole document in the object's SQLite, 2 to 10 s after an edit",
  },
  {
    name: "hocuspocus",
    fronts: { plain: hocuspocus },
    version: () => packageVersion("@hocuspocus/server"),
    persists: "the whole document in SQLite, 2 to 10 s after an edit",
  },
  {
    name: "y-websocket-server",
    fronts: { plain: websocketServer },
    version: () => packageVersion("@y/websocket-server"),
    persists: "each edit in LevelDB, after it is shown",
  },
  {
    name: "workerd alone, passing on",
    fronts: { plain: () => bare("passes-on"), wrangler: () => bare("passes-on", "wrangler") },
    version: () => "bare/worker.mjs",
    persists: "nothing",
  },
  {
    name: "workerd alone, storing",
    fronts: { plain: () => bare("stores"), wrangler: () => bare("stores", "wrangler") },
    version: () => "bare/worker.mjs",
    persists: "each message as it came, before it is shown",
  },
]

/** Versions of what they run on. */
export const platform = () => ({
  node: process.version,
  workerd: require("workerd/package.json").version,
  wrangler: require("wrangler/package.json").version,
})
