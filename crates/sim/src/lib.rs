//! A simulated world around the production code: native runs see what years of bad luck would bring, and one seed decides all of it.
//!
//! **Production code** is the room (`crates/room`), every document (`crates/script`), and the client's session and starting over
//! (`crates/client`). **Modelled**, in the order of what they stand for, are the relay's shell and store
//! ([`relay`], [`disk`]: `worker/src/object.rs`, `worker/src/store`), what the package does around the session in
//! TypeScript ([`tab`], [`outbox`], [`device`]: `pkg/src/{link,outbox,marks,refusals,store,connection}.ts`, of one tab), and stock clients
//! ([`stock`]: `y-websocket`'s provider). In some runs people comment, too ([`talk`]), over the same connections. A trap ends a page's document, which is made anew from
//! what it was made of. Not simulated are other tabs of a browser, damaged entries of the log and what is kept of it for good (L7).
//!
//! A [`Run`] has two phases. In the first, people write while what its [`weather`] has drawn goes wrong: connections hang and
//! break, the relay dies between any two effects, stores fail, clocks jump, roles change. Then everything heals, and
//! within a bound all must be the same. The [`ledger`] checks all the while: what left the relay, or was called saved, is stored;
//! nothing stored is gone; clocks go on without a gap; who may not write has written nothing, and who comments nothing but comments. In
//! the end each typed character that nobody deleted is there ([`oracle`]), each comment with its author ([`remarks`]), and
//! everybody who is here is shown.
//!
//! `cargo xtask sim --seed 7` replays a run, `--trace` tells what happens in it, `--minutes 10` goes on with the seeds after it. The runs of
//! every test and the seeds that once found something are in `tests/simulation.rs`. `cargo xtask defects` shows that all of this can fail.

#![forbid(unsafe_code)]

pub mod device;
pub mod dice;
pub mod disk;
mod faults;
mod finale;
pub mod ledger;
mod links;
pub mod network;
pub mod oracle;
pub mod outbox;
mod pages;
pub mod relay;
pub mod remarks;
pub mod run;
mod said;
pub mod stock;
pub mod tab;
pub mod talk;
pub mod weather;
mod world;
pub mod writer;

pub use run::{Outcome, Run};
