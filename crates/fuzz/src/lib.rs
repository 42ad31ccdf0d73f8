//! Hostile input: a corpus of it, updates made at random, and what they are tried on.
//!
//! [`corpus`] has named cases with the refusal that each must meet, written with [`builder`]. `tests/hostile.rs` sends them to a
//! room; `scriptroom-fuzz corpus DIR` writes them to files for whatever else they can be tried on.

pub mod builder;
pub mod corpus;
mod fonts;
pub mod generate;
pub mod large;
pub mod memory;
pub mod mutate;
pub mod oracle;
mod pdfs;
pub mod real;
pub mod store;
pub mod targets;
mod tokens;
