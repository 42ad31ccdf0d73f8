// Bundles a Worker that imports the package, and asks it in plain workerd.

import { spawn } from "node:child_process"
import { once } from "node:events"
import { copyFile, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { build } from "esbuild"

const files = ["client", "background", "files", "branch"].map(name => `scriptroom_${name}_bg.wasm`)

const workerdBinary = (): string =>
  createRequire(import.meta.url).resolve(`@cloudflare/workerd-linux-${process.arch === "arm64" ? "arm64" : "64"}/bin/workerd`)

/** What `app/worker.js` of the project answers. */
export async function answerOfWorkerd(folder: string): Promise<string> {
  await build({
    absWorkingDir: folder,
    entryPoints: ["app/worker.js"],
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm", "node:*"],
    outfile: "workerd/worker.js",
    logLevel: "silent",
  })
  const modules = files.map(file => `(name = "dist/wasm/${file}", wasm = embed "${file}")`)
  for (const file of files) {
    await copyFile(join(folder, "node_modules/scriptroom/dist/wasm", file), join(folder, "workerd", file))
  }
  const config = join(folder, "workerd/config.capnp")
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "main", worker = (
        compatibilityDate = "2026-03-01",
        modules = [(name = "main/worker.js", esModule = embed "worker.js"), ${modules.join(", ")}],
      ))],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
    );`,
  )
  const process = spawn(workerdBinary(), ["serve", config, "--control-fd=3"], { stdio: ["ignore", "inherit", "inherit", "pipe"] })
  const ended = once(process, "exit")
  try {
    const response = await fetch(`http://127.0.0.1:${await portOf(process.stdio[3] as Readable)}/`)
    return await response.text()
  } finally {
    process.kill()
    await ended
  }
}

async function portOf(control: Readable): Promise<number> {
  for await (const line of createInterface({ input: control })) {
    const event = JSON.parse(line) as { event: string; port: number }
    if (event.event === "listen") return event.port
  }
  throw new Error("workerd ended before it listened")
}
