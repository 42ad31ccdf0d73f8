//! Fountain, Final Draft files and JSON blocks, into and out of plain paragraphs.
//!
//! Begin with [`fountain`], which people write, [`fdx`], which goes to a production, or [`blocks`], which other editors
//! keep.

pub mod blocks;
pub mod fdx;
pub mod fountain;
