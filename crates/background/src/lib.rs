//! What the browser runs beside the document, as a wasm module of its own: where the pages break, and Fountain in and
//! out, which also pasted text is read as. Other files are in `crates/files`.
//!
//! Opening a script needs none of this, so it is not in the module that has to come first (`crates/client`). The
//! package loads it when it is first needed, into the page worker ([`PagesCore`]) and for a file ([`parse_fountain`]
//! and the like). Scripts come and go as bytes ([`scriptroom_paragraphs::bytes`]).

mod files;
mod marks;
mod objects;
mod pages;
mod print;
mod production;

pub use crate::files::{parse_fountain, print_fountain, read_fountain};
pub use crate::pages::PagesCore;
