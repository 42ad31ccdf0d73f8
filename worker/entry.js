// The module that the platform starts: the Worker, and the reader, the second wasm module, in which it builds documents.
// `cargo xtask build` puts it beside both. A module that is compiled when the Worker is can only come in by an import.
import module from "./reader.wasm"
// The description of the relay's addresses, as text: the Worker only hands it out.
import description from "./openapi.json"

globalThis.scriptroomDescription = description

// The reader's libraries could ask the platform for random numbers and the like. It never does, and must not.
const imports = {}
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  const missing = () => {
    throw new Error(`the reader has no ${name}`)
  }
  imports[from] = { ...imports[from], [name]: missing }
}

/**
 * Asks a new instance of the reader: `crates/reader/src/raw.rs` has the other end. A trap must be caught here: one that
 * passed through the Worker's own wasm could not be caught there any more, and would end it.
 */
globalThis.scriptroomReader = (request) => {
  try {
    const { memory, alloc, call } = new WebAssembly.Instance(module, imports).exports
    const at = alloc(request.length) >>> 0
    new Uint8Array(memory.buffer, at, request.length).set(request)
    // The memory may grow in the call: only then is there a buffer to look at.
    const head = call(at, request.length) >>> 0
    const [failed, start, length] = new Uint32Array(memory.buffer, head, 3)
    return { failed: failed !== 0, bytes: new Uint8Array(memory.buffer, start, length).slice() }
  } catch (error) {
    return { trapped: String(error) }
  }
}

export * from "./index.js"
export { default } from "./index.js"
