//! Scripts to try, test and measure with: the demo screenplay, and a generator of any length.
//!
//! Both are this project's own words. Begin with [`DEMO`] (Fountain, about six pages) or
//! [`generate`]. What a seed generates never changes: benches compare figures across years, and
//! a failing test is replayed by its seed.
//!
//! ```
//! use scriptroom_samples::{Options, generate};
//!
//! let script = generate(&Options { seed: 7, pages: 3 });
//! assert_eq!(script, generate(&Options { seed: 7, pages: 3 }));
//! ```

mod generate;
mod languages;
mod lines;
mod rng;

pub use generate::{Options, generate};

/// The demo: "Lost Property", a short screenplay in Fountain.
pub const DEMO: &str = include_str!("../demo.fountain");
