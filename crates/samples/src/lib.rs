//! The demo screenplay and a seeded generator of scripts, for tests and benches.
