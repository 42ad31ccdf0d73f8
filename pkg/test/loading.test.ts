// A script that is opened while the wasm is on its way. A file of its own: the module is loaded once in a process.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { test } from "node:test"
import { init, openScript } from "../src/index.ts"
import { compile, isTrap } from "../src/wasm.ts"

const options = { id: crypto.randomUUID(), user: { name: "Ada", color: "#aa3300" }, store: "none", pages: false } as const

test("a page in the place of a wasm file is said to be one", async () => {
  const page = (type: string): Response => new Response("<!doctype html>", { headers: { "content-type": type } })
  await assert.rejects(init({ wasm: page("text/html") }), /expected a wasm file at .*, got text\/html/)
  const file = new Response(await readFile(join(import.meta.dirname, "../dist/wasm/scriptroom_branch_bg.wasm")))
  assert.ok((await compile(file)) instanceof WebAssembly.Module)
})

test("what leaves an instance broken is told from a call that was wrong", () => {
  const overflow = (): unknown => {
    const deeper = (): number => 1 + deeper()
    try {
      return deeper()
    } catch (error) {
      return error
    }
  }
  // As Firefox has it.
  const internal = Object.assign(new Error("too much recursion"), { name: "InternalError" })
  const lost = [
    new WebAssembly.RuntimeError("unreachable"),
    overflow(),
    internal,
    new RangeError("Maximum call stack size exceeded."),
    new RangeError("Array buffer allocation failed"),
    new RangeError("Out of memory"),
  ]
  const wrong = [new RangeError("expected the index of a paragraph, got 7 of 1"), new RangeError("Invalid array length"), new TypeError(), new Error(), "x", null]
  assert.deepEqual([...lost, ...wrong].map(isTrap), [...lost.map(() => true), ...wrong.map(() => false)])
})

test("a script is opened while the wasm loads, and says what failed", async () => {
  await assert.rejects(openScript(options), /call `init\(\)`/)
  const failing = init({ wasm: new Uint8Array([1, 2, 3]) })
  await Promise.all([assert.rejects(openScript(options), WebAssembly.CompileError), assert.rejects(failing)])
  void init({ wasm: await readFile(join(import.meta.dirname, "../dist/wasm/scriptroom_client_bg.wasm")) })
  await using script = await openScript(options)
  assert.equal(script.length, 0)
})
