//! What the browser runs first: the document and its connection as wasm. Pages and Fountain are in
//! `crates/background`, other files in `crates/files`.
//!
//! [`ScriptCore`] is the one long-lived handle: plain data goes in and comes out, and nothing calls back into
//! JavaScript while Rust is on the stack. Sockets, stores and timers live in `pkg/src`, because a trap here must not
//! take them along. [`session`] is the client's side of the wire, a state machine that native tests drive.

pub mod awareness;
mod backlog;
pub mod comments;
mod core;
mod edits;
mod objects;
mod one_by_one;
pub mod session;
mod turns;
mod unsaved;

pub use crate::core::ScriptCore;
