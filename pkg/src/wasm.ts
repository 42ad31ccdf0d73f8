/** How a wasm file gets from where it is to a compiled module, in browsers, bundles and Node. */

/** Where a `.wasm` file is, or the file itself. */
export type WasmSource = string | URL | Request | Response | ArrayBuffer | Uint8Array | WebAssembly.Module

/** What wasm files begin with. What a development server or an app's fallback has in their place is often its page. */
const magic = [0x00, 0x61, 0x73, 0x6d]

/** Loads and compiles a wasm file. */
export async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return await WebAssembly.compile(source as BufferSource)
  }
  const file = fileUrl(source)
  if (file) return await WebAssembly.compile(await readFile(file))
  const response = source instanceof Response ? source : await fetch(source)
  if (!response.ok) throw new Error(`expected the wasm file at ${response.url}, got status ${response.status}`)
  // A server that does not know the type of .wasm files still has the right bytes.
  if (response.headers.get("content-type")?.startsWith("application/wasm")) {
    return await WebAssembly.compileStreaming(response)
  }
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (!magic.every((byte, at) => bytes[at] === byte)) {
    throw new Error(`expected a wasm file at ${response.url}, got ${response.headers.get("content-type") ?? "something else"}`)
  }
  return await WebAssembly.compile(bytes)
}

/** Node's `fetch` does not read files. */
function fileUrl(source: string | URL | Request | Response): URL | null {
  return source instanceof URL && source.protocol === "file:" ? source : null
}

async function readFile(file: URL): Promise<BufferSource> {
  // By a name in a variable, so that bundlers for browsers do not look for it.
  const files = "node:fs/promises"
  const { readFile } = (await import(/* @vite-ignore */ files)) as { readFile(file: URL): Promise<Uint8Array<ArrayBuffer>> }
  return await readFile(file)
}

/** How engines say that the stack is full, or that there is no memory for what wasm hands over. */
const exhausted = /call stack|recursion|allocation|out of memory/i

/** Whether an error says that the instance is lost, and not just that the call was wrong. */
export function isTrap(error: unknown): boolean {
  if (error instanceof WebAssembly.RuntimeError) return true
  // What runs out inside wasm leaves it as broken as a trap. It is a RangeError, in Firefox an InternalError, which others lack;
  // so is what our own code says of a wrong number, which costs nothing but the call.
  const { name, message } = error instanceof Error ? error : { name: "", message: "" }
  return name === "InternalError" || (name === "RangeError" && exhausted.test(message))
}
