//! What the browser runs: the document, pages and the connection as wasm.
