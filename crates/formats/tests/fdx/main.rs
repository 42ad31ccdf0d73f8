//! Final Draft files, in and out.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod edits;
mod fixtures;
mod nasty;
mod new_files;
mod production;
mod reading;
