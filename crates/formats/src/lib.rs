//! Fountain and JSON blocks, into and out of plain paragraphs.
//!
//! Begin with [`fountain`], which people write, or [`blocks`], which other editors keep.

pub mod blocks;
pub mod fountain;
