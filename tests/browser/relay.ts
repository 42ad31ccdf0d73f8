// A relay of one's own: plain workerd on a free port, its objects' files in a folder that goes
// away with it. It can be killed and started again on the same port and files.

import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")
const workerd = join(root, "node_modules/@cloudflare/workerd-linux-64/bin/workerd")
const startPatienceMs = 30_000

/** A running relay. */
export class Relay {
  private process: ChildProcess | null = null
  private output = ""
  readonly port: number
  /** Where its objects' files lie. */
  readonly data: string

  private constructor(port: number, data: string) {
    this.port = port
    this.data = data
  }

  /** Starts one, and waits until it answers; variables as in workerd.capnp. */
  static async start(variables: Record<string, string> = {}): Promise<Relay> {
    const data = await mkdtemp(join(tmpdir(), "scriptroom-browser-"))
    const relay = new Relay(await freePort(), data)
    await relay.run(variables)
    return relay
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Ends it as a crash does: no time to finish anything. */
  async kill(): Promise<void> {
    const process = this.process
    this.process = null
    if (!process || process.exitCode !== null) return
    process.kill("SIGKILL")
    await once(process, "exit")
  }

  /** Starts it again where it was. */
  async run(variables: Record<string, string> = {}): Promise<void> {
    const child = spawn(
      workerd,
      [
        "serve",
        join(root, "worker/workerd.capnp"),
        `--socket-addr=http=127.0.0.1:${this.port}`,
        `--directory-path=data=${this.data}`,
        `--directory-path=www=${join(root, "www/dist")}`,
      ],
      {
        cwd: root,
        env: {
          ...process.env,
          SCRIPTROOM_OPEN_SCRIPTS: "1",
          SCRIPTROOM_GUEST_SECRET: "the browser suite's",
          ...variables,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    )
    child.stdout.on("data", chunk => (this.output += chunk))
    child.stderr.on("data", chunk => (this.output += chunk))
    this.process = child
    await this.answers(child)
  }

  /** Ends it and takes its files away. */
  async stop(): Promise<void> {
    await this.kill()
    await rm(this.data, { recursive: true, force: true })
  }

  private async answers(process: ChildProcess): Promise<void> {
    const deadline = Date.now() + startPatienceMs
    while (Date.now() < deadline) {
      if (process.exitCode !== null) throw new Error(`the relay ended by itself\n${this.output}`)
      try {
        const response = await fetch(`${this.origin}/api/health`)
        if (response.ok) return
      } catch {
        // Not listening yet: the connection is refused at once.
      }
      await new Promise(resolve => setTimeout(resolve, 25))
    }
    throw new Error(`the relay did not answer in ${startPatienceMs} ms\n${this.output}`)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("expected a port")
  return address.port
}
