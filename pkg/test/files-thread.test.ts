// The worker for files, from outside: a stand-in that takes what a real one takes, and answers.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { FilesAnswer, FilesRequest } from "../src/files-calls.ts"
import { call, locateFiles } from "../src/files-thread.ts"

const emptyModule = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])

class Worker {
  static readonly started: Worker[] = []
  onmessage: ((event: { readonly data: FilesAnswer }) => void) | null = null
  isThere = true
  #hasModule = false

  constructor() {
    Worker.started.push(this)
  }
  postMessage({ id, wasm, name, args }: FilesRequest): void {
    structuredClone(args)
    this.#hasModule ||= wasm instanceof WebAssembly.Module
    const answer: FilesAnswer = this.#hasModule ? { id, kind: "value", value: name } : { id, kind: "error", message: "there is no module" }
    queueMicrotask(() => this.onmessage?.({ data: answer }))
  }
  terminate(): void {
    this.isThere = false
  }
}

test("a call that cannot be sent to the worker costs that call alone", async context => {
  Object.assign(globalThis, { Worker })
  context.after(() => Reflect.deleteProperty(globalThis, "Worker"))
  locateFiles(emptyModule, undefined)
  const unsendable = (): Promise<unknown> => call("parsePdf", [(() => {}) as unknown as Uint8Array])
  await assert.rejects(unsendable(), { name: "DataCloneError" })
  assert.equal(await call("parsePdf", [new Uint8Array()]), "parsePdf")
  await assert.rejects(unsendable(), { name: "DataCloneError" })
  assert.equal(await call("parsePdf", [new Uint8Array()]), "parsePdf")
  assert.deepEqual(Worker.started.map(({ isThere }) => isThere), [false, true])
})
