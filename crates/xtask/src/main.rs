//! Every developer task: cargo xtask dev, test, build, bench.

fn main() {}
