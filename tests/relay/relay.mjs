// A relay for a test: plain workerd on a free port, its data in a folder of its own.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, writeFileSync, mkdirSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const require = createRequire(import.meta.url)
export const root = join(dirname(fileURLToPath(import.meta.url)), "../..")

const plain = { arguments: [join(root, "worker/workerd.capnp")], sockets: 1 }
const sleepy = { arguments: ["--experimental", join(root, "tests/relay/sleep.capnp")], sockets: 2 }

function workerdBinary() {
  const cpu = process.arch === "arm64" ? "arm64" : "64"
  return require.resolve(`@cloudflare/workerd-linux-${cpu}/bin/workerd`)
}

/** A running relay. `kill` ends it as a power switch would; `start` starts it again on the same port and data. */
export class Relay {
  #process = null
  #env
  #config
  #sleepPort = 0
  #keepsLogs
  #looks = new Set()
  /** What it has printed, where that is kept: a line each. */
  printed = []
  constructor(env, config, keepsLogs = false) {
    this.#config = config
    this.#keepsLogs = keepsLogs
    this.folder = mkdtempSync(join(tmpdir(), "scriptroom-relay-"))
    // A line for each request would bury what a test prints.
    this.#env = { SCRIPTROOM_DEV: "1", SCRIPTROOM_LOG_LEVEL: "error", ...env }
    this.port = 0
    for (const name of ["data", "www", "www/assets"]) mkdirSync(join(this.folder, name))
    writeFileSync(join(this.folder, "www/index.html"), "<!doctype html><title>app</title>")
    writeFileSync(join(this.folder, "www/assets/core-X.wasm"), Buffer.from([0, 97, 115, 109]))
    writeFileSync(join(this.folder, "secret.txt"), "not for you")
  }

  async start() {
    const options = [
      "serve",
      ...this.#config.arguments,
      `--socket-addr=http=127.0.0.1:${this.port}`,
      `--directory-path=data=${join(this.folder, "data")}`,
      `--directory-path=www=${join(this.folder, "www")}`,
      "--control-fd=3",
    ]
    const out = this.#keepsLogs ? "pipe" : "inherit"
    this.#process = spawn(workerdBinary(), options, {
      stdio: ["ignore", out, out, "pipe"],
      env: { ...process.env, ...this.#env },
    })
    if (this.#keepsLogs) [this.#process.stdout, this.#process.stderr].forEach((stream) => this.#keep(stream))
    let waiting = this.#config.sockets
    for await (const line of createInterface({ input: this.#process.stdio[3] })) {
      const event = JSON.parse(line)
      if (event.event !== "listen") continue
      if (event.socket === "sleep") this.#sleepPort = event.port
      else this.port = event.port
      waiting -= 1
      if (waiting === 0) return this
    }
    throw new Error("workerd ended before it listened")
  }

  #keep(stream) {
    createInterface({ input: stream }).on("line", (line) => {
      this.printed.push(line)
      this.#looks.forEach((look) => look())
    })
  }

  /** Calls `look` whenever a line is printed, until what this gives back is called. */
  watch(look) {
    this.#looks.add(look)
    return () => this.#looks.delete(look)
  }

  /** Lets a script's object go, as the platform does with an idle one; its sockets hibernate. */
  async sleep(id) {
    const answer = await fetch(`http://127.0.0.1:${this.#sleepPort}/${id}`, { method: "POST" })
    if (!answer.ok) throw new Error(`the object does not sleep: ${await answer.text()}`)
  }

  /** Sets a variable for the next start. */
  set(name, value) {
    this.#env[name] = value
  }

  get pid() {
    return this.#process.pid
  }

  get http() {
    return `http://127.0.0.1:${this.port}`
  }

  /** The address for y-websocket, which appends the script's id. */
  get scripts() {
    return `ws://127.0.0.1:${this.port}/api/ws/scripts`
  }

  async kill() {
    const ended = this.#process
    this.#process = null
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return
    ended.kill("SIGKILL")
    await once(ended, "exit")
  }

  async [Symbol.asyncDispose]() {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Starts a relay; variables as in workerd.capnp. For development, unless they say otherwise. */
export async function startRelay(env = {}) {
  return await new Relay(env, plain).start()
}

/** Starts a relay whose printed lines are kept; it lets in whom these variables say, and nobody else. */
export async function startPrintingRelay(env = {}) {
  return await new Relay({ SCRIPTROOM_DEV: "", SCRIPTROOM_LOG_LEVEL: "", ...env }, plain, true).start()
}

/** Starts a relay of another build than the tree's, whose configuration `of` makes in the relay's folder. */
export async function startRelayOf(of, env = {}) {
  const config = { arguments: [], sockets: 1 }
  const relay = new Relay(env, config)
  config.arguments.push(of(relay.folder))
  return await relay.start()
}

/** Starts a relay that lets in whom these variables say, and nobody else. */
export async function startClosedRelay(env = {}) {
  return await startRelay({ SCRIPTROOM_DEV: "", ...env })
}

/** Starts a relay whose objects can be put to sleep. */
export async function startSleepyRelay(env = {}) {
  return await new Relay(env, sleepy).start()
}
