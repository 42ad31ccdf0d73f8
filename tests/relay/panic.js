// The Worker with a fault: over a script that has a certain word its reader panics, since no bytes are known that make it do
// so by themselves. It is the reader itself that does: it is asked to reserve more than there can be, and Rust panics.
const WORD = new TextEncoder().encode("the reader panics here")
const Instance = WebAssembly.Instance

function has(bytes, word) {
  for (let at = bytes.indexOf(word[0]); at >= 0; at = bytes.indexOf(word[0], at + 1)) {
    if (word.every((byte, offset) => bytes[at + offset] === byte)) return true
  }
  return false
}

WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports)
  const { memory, alloc, call } = instance.exports
  if (!alloc || !call) return instance
  const faulty = (at, length) => {
    if (has(new Uint8Array(memory.buffer, at, length), WORD)) alloc(2 ** 31)
    return call(at, length)
  }
  return { exports: { memory, alloc, call: faulty } }
}

export * from "worker.js"
export { default } from "worker.js"
