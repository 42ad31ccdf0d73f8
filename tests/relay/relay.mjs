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

function workerdBinary() {
  const cpu = process.arch === "arm64" ? "arm64" : "64"
  return require.resolve(`@cloudflare/workerd-linux-${cpu}/bin/workerd`)
}

/** A running relay. `kill` ends it as a power switch would; `start` starts it again on the same port and data. */
export class Relay {
  #process = null
  #env
  constructor(env) {
    this.folder = mkdtempSync(join(tmpdir(), "scriptroom-relay-"))
    this.#env = { SCRIPTROOM_DEV: "1", ...env }
    this.port = 0
    for (const name of ["data", "www", "www/assets"]) mkdirSync(join(this.folder, name))
    writeFileSync(join(this.folder, "www/index.html"), "<!doctype html><title>app</title>")
    writeFileSync(join(this.folder, "www/assets/core-X.wasm"), Buffer.from([0, 97, 115, 109]))
    writeFileSync(join(this.folder, "secret.txt"), "not for you")
  }

  async start() {
    const options = [
      "serve",
      join(root, "worker/workerd.capnp"),
      `--socket-addr=http=127.0.0.1:${this.port}`,
      `--directory-path=data=${join(this.folder, "data")}`,
      `--directory-path=www=${join(this.folder, "www")}`,
      "--control-fd=3",
    ]
    this.#process = spawn(workerdBinary(), options, {
      stdio: ["ignore", "inherit", "inherit", "pipe"],
      env: { ...process.env, ...this.#env },
    })
    for await (const line of createInterface({ input: this.#process.stdio[3] })) {
      const event = JSON.parse(line)
      if (event.event === "listen") {
        this.port = event.port
        return this
      }
    }
    throw new Error("workerd ended before it listened")
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
  return await new Relay(env).start()
}

/** Starts a relay that lets in whom these variables say, and nobody else. */
export async function startClosedRelay(env = {}) {
  return await startRelay({ SCRIPTROOM_DEV: "", ...env })
}
