//! Files that few need, as a wasm module of its own: bytes in and bytes out, and nothing is kept but a PDF that is being
//! written ([`PdfCore`]).
//!
//! Opening, writing and laying out a script needs none of this, so the package fetches it with the first such file.
//! Scripts come and go as bytes ([`scriptroom_paragraphs::bytes`]). Fountain, which pasted text is read as, is with the
//! pages (`crates/background`).

mod final_draft;
mod others;
mod paged;
mod paper;
mod read;

pub use crate::final_draft::{parse_final_draft, print_final_draft};
pub use crate::others::{parse_pdf, print_html, print_word, report};
pub use crate::paper::{PdfCore, print_text};
