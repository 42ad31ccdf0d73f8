//! What the browser runs beside the document, as a wasm module of its own: where the pages break, and Fountain in and
//! out, which also pasted text is read as. Other files are in `crates/files`.
//!
//! Opening a script needs none of this, so it is not in the module that has to come first (`crates/client`). The
//! package loads it when the text is there, for its pages ([`PagesCore`]), or when a file is first read or written
//! ([`parse_fountain`] and the like). Scripts come and go as bytes ([`scriptroom_paragraphs::bytes`]).

mod files;
mod marks;
mod objects;
mod pages;
mod print;
mod production;

pub use crate::files::{parse_fountain, print_fountain, read_fountain};
pub use crate::pages::PagesCore;
