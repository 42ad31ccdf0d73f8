//! What becomes of edits that the relay refuses for good ([`start_over`]), as a wasm module of its own.
//!
//! Hardly anybody ever needs it, and it cannot be needed without a network: a refusal comes from a relay. So it is not in the module that
//! opening a script waits for (`crates/client`); the package fetches it when a relay refuses. Documents come and go as
//! updates, and nothing is kept between two calls.

mod exports;
pub mod start_over;

pub use exports::{js_follow_over, js_kept, js_start_over, js_written};
