/**
 * Where the files' wasm module runs: in a worker of its own, so that whoever writes meanwhile does not notice a long script
 * being printed; where there are no workers, as in Node, here.
 */

import { type Calls, callsOf, type FilesAnswer, type FilesRequest, type OnProgress, perform } from "./files-calls.ts"
import { LazyModule } from "./lazy.ts"
import type { WasmSource } from "./wasm.ts"

/** Who waits for an answer. */
interface Asked {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
  readonly onProgress: OnProgress
}

const files = new LazyModule(
  () => import("../dist/wasm/scriptroom_files.js"),
  () => new URL("./wasm/scriptroom_files_bg.wasm", import.meta.url),
)
let workerUrl: string | URL | undefined
let worker: Worker | null = null
let lastAsked = 0
const asked = new Map<number, Asked>()

/** Says where the wasm file and the worker are, unless they are beside the package's own module. */
export function locateFiles(wasm: WasmSource | undefined, url: string | URL | undefined): void {
  files.locate(wasm)
  workerUrl = url
}

/** Calls into the module. Rejects with what it says is wrong; a trap in a call costs that call alone. */
export async function call<Name extends keyof Calls>(
  name: Name,
  args: Parameters<Calls[Name]>,
  onProgress: OnProgress = () => {},
): Promise<ReturnType<Calls[Name]>> {
  if (typeof Worker !== "function") return await files.call(glue => perform(callsOf(glue, onProgress), name, args))
  const module = await files.module()
  return await new Promise((resolve, reject) => {
    const wasm = worker ? null : module
    worker ??= started()
    lastAsked += 1
    const id = lastAsked
    asked.set(id, { resolve, reject, onProgress })
    try {
      worker.postMessage({ id, wasm, name, args } satisfies FilesRequest)
    } catch (error) {
      asked.delete(id)
      // It was started for this call, and has not got the module: the next call starts another.
      if (wasm) stop(worker)
      throw error
    }
  })
}

function stop(started: Worker): void {
  started.terminate()
  worker = null
}

function started(): Worker {
  const url = workerUrl ?? new URL("./files-worker.js", import.meta.url)
  const started = new Worker(url, { type: "module", name: "scriptroom files" })
  started.onmessage = (event: MessageEvent<FilesAnswer>) => take(event.data)
  started.onerror = event => {
    stop(started)
    const error = new Error(event.message || `expected the files worker at ${url}, got none: say init({ filesWorker })`)
    for (const { reject } of asked.values()) reject(error)
    asked.clear()
  }
  return started
}

function take(answer: FilesAnswer): void {
  const { id } = answer
  const waiting = asked.get(id)
  if (answer.kind === "progress") return waiting?.onProgress(answer.done, answer.of)
  asked.delete(id)
  if (answer.kind === "value") waiting?.resolve(answer.value as never)
  else waiting?.reject(new Error(answer.message))
}
