//! Files that few need, as a wasm module of its own: each call is bytes in and bytes out, and keeps nothing.
//!
//! Opening, writing and laying out a script needs none of this, so the package fetches it with the first such file.
//! Scripts come and go as bytes ([`scriptroom_paragraphs::bytes`]). Fountain, which pasted text is read as, is with the
//! pages (`crates/background`).

mod final_draft;

pub use crate::final_draft::{parse_final_draft, print_final_draft};
