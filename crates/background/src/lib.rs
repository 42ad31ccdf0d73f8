//! What the browser runs beside the document, as a wasm module of its own: where the pages break, and files in and out.
//!
//! Opening a script needs none of this, so it is not in the module that has to come first (`crates/client`). The
//! package loads it when it is first needed, into the page worker ([`PagesCore`]) and for a file ([`parse_fountain`],
//! [`parse_final_draft`] and the like). Scripts come and go as bytes ([`scriptroom_paragraphs::bytes`]).

mod files;
mod objects;
mod pages;

pub use crate::files::{
    parse_final_draft, parse_fountain, print_final_draft, print_fountain, read_fountain,
};
pub use crate::pages::PagesCore;
