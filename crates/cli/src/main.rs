//! Scriptroom on the command line.

fn main() {}
