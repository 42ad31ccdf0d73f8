//! One script's relay as a state machine without I/O: messages in, effects out.
//!
//! It knows neither sockets, clocks nor storage: the shell (the Durable Object in `worker/`, the simulator in
//! `tests/`) calls [`Room::handle`] and runs the [`Effect`]s that come back, in order. What goes over the wire is the
//! normative table in `SPEC.md`; its rules are numbered, and the tests cite them.
//!
//! Start reading at [`room`]; [`wire`] is all that a client needs.

#![forbid(unsafe_code)]

pub mod admission;
pub mod archive;
pub mod authorship;
pub mod awareness;
pub mod block;
pub mod check;
mod close;
pub mod compaction;
mod copies;
mod flow;
pub mod fork;
pub mod gaps;
pub mod gathered;
pub mod ground;
pub mod history;
pub mod ids;
mod json;
pub mod lane;
pub mod merge;
pub mod port;
mod rate;
pub mod recovery;
mod refusal;
mod rewrite;
pub mod role;
pub mod room;
pub mod session;
pub mod varint;
pub mod wire;

pub use compaction::{LiveEntry, Merged, Tail};
pub use gathered::Gathered;
pub use lane::{Lane, Lanes};
pub use port::{
    Claim, Clock, Config, Effect, Entry, Held, Input, LogReader, Origin, Recovered, Renewal,
    Stored, StoredLog, Write, Written,
};
pub use rate::Rate;
pub use role::Role;
pub use room::{JoinMemory, Room};
pub use session::{Access, Session, SessionId, Speaks};
