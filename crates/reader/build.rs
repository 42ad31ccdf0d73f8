//! Bounds the memory of the wasm module: what asks for more ends itself, and nothing else.

/// An isolate has 128 MB, and a room of its own lies in it as well.
const MAX_MEMORY_BYTES: usize = 80 << 20;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-cdylib=--max-memory={MAX_MEMORY_BYTES}");
    }
}
