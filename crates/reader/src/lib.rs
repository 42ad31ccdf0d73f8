//! What the relay asks of a script's content: blocks, scenes, files, and edits that make one content of another.
//!
//! It is a wasm module of its own ([`raw`]): a document is built from bytes of strangers here, and where that panics or
//! runs out of memory or stack, the relay throws this instance away and goes on. It has no I/O, no clock, no randomness,
//! and keeps nothing from one call to the next. Begin with [`answer`].

mod compare;
mod content;
mod error;
mod hands;
mod pairing;
#[cfg(target_arch = "wasm32")]
mod raw;
mod request;
mod rewrite;
mod rollback;
mod scenes;

pub use error::ReaderError;
pub use request::answer;
