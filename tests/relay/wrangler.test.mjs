// The same build under wrangler: what a deployment would upload, and `wrangler dev` with its static assets.
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { test } from "node:test"
import { peer } from "./clients.mjs"
import { root } from "./relay.mjs"

const manifest = createRequire(import.meta.url).resolve("wrangler/package.json")
const program = join(dirname(manifest), "bin/wrangler.js")

/** Wrangler in the project's folder, as the leader of a group of its own: it starts workerd by itself. */
function wrangler(...args) {
  return spawn(process.execPath, [program, ...args], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
  })
}

function folder(name) {
  const path = mkdtempSync(join(tmpdir(), name))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

test("a_deployment_is_complete", async () => {
  using output = folder("scriptroom-deploy-")
  const run = wrangler("deploy", "--dry-run", "--outdir", output.path)
  let said = ""
  run.stdout.on("data", (text) => (said += text))
  run.stderr.on("data", (text) => (said += text))
  const [code] = await once(run, "close")
  assert.equal(code, 0, said)
  const files = readdirSync(output.path)
  for (const name of ["worker.js", "index.js", "index_bg.wasm", "reader.wasm"]) assert.ok(files.includes(name), name)
  assert.match(said, /env\.SCRIPTS \(ScriptRoom\)/)
  assert.match(said, /env\.PEOPLE \(Person\)/)
  assert.match(said, /env\.ASSETS/)
})

test("wrangler_dev_runs_the_same_build", async () => {
  using data = folder("scriptroom-wrangler-")
  const run = wrangler(
    ...["dev", "--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0"],
    ...["--persist-to", data.path, "--var", "SCRIPTROOM_DEV:1"],
  )
  const ended = once(run, "close")
  run.stderr.resume()
  try {
    let address = null
    for await (const line of createInterface({ input: run.stdout })) {
      address = /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
      if (address) break
    }
    assert.ok(address, "wrangler says where it listens")
    const page = await fetch(address)
    assert.equal(page.status, 200)
    assert.match(page.headers.get("content-security-policy"), /wasm-unsafe-eval/)
    const id = randomUUID()
    const relay = { scripts: `${address.replace("http", "ws")}/api/ws/scripts` }
    await using ada = peer(relay, id)
    await using bob = peer(relay, id)
    ada.text.insert(0, "behind wrangler")
    await bob.reads("behind wrangler")
  } finally {
    process.kill(-run.pid, "SIGTERM")
    await ended
  }
})
