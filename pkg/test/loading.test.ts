// A script that is opened while the wasm is on its way. A file of its own: the module is loaded once in a process.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { test } from "node:test"
import { init, openScript } from "../src/index.ts"
import { compile } from "../src/wasm.ts"

const options = { id: crypto.randomUUID(), user: { name: "Ada", color: "#aa3300" }, store: "none", pages: false } as const

test("a page in the place of a wasm file is said to be one", async () => {
  const page = (type: string): Response => new Response("<!doctype html>", { headers: { "content-type": type } })
  await assert.rejects(init({ wasm: page("text/html") }), /expected a wasm file at .*, got text\/html/)
  const file = new Response(await readFile(join(import.meta.dirname, "../dist/wasm/scriptroom_branch_bg.wasm")))
  assert.ok((await compile(file)) instanceof WebAssembly.Module)
})

test("a script is opened while the wasm loads, and says what failed", async () => {
  await assert.rejects(openScript(options), /call `init\(\)`/)
  const failing = init({ wasm: new Uint8Array([1, 2, 3]) })
  await Promise.all([assert.rejects(openScript(options), WebAssembly.CompileError), assert.rejects(failing)])
  void init({ wasm: await readFile(join(import.meta.dirname, "../dist/wasm/scriptroom_client_bg.wasm")) })
  await using script = await openScript(options)
  assert.equal(script.length, 0)
})
