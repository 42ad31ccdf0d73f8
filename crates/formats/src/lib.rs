//! Fountain, Final Draft files and JSON blocks, into and out of plain paragraphs; HTML and Word documents, out of them.
//!
//! Begin with [`fountain`], which people write, [`fdx`], which goes to a production, or [`blocks`], which other editors
//! keep. [`osf`] is another program's. [`html`] and [`docx`] are for who reads a script. PDF and plain text have pages: they are in `scriptroom-print`.

pub mod blocks;
pub mod docx;
pub mod fdx;
pub mod fountain;
pub mod html;
pub mod osf;
mod outline;
pub mod pdf;
pub mod text;

pub use outline::{in_one_line, title_texts};
