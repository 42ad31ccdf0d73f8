//! Mutated frames for a running relay: what a broken or hostile client sends, many at a time, over real sockets.
//!
//! Not a judge: it counts what it is answered and says when the relay does not answer at all. Whether anybody else was
//! disturbed, `tests/relay/frames` looks at, which starts the relay and this.
//!
//! Begin reading in [`life`]: a connection from its first frame to its last. [`forge`] makes its frames from what
//! [`recording`] has, [`mutate`] does the damage, and [`fields`] says where what lies in a payload.

pub mod counts;
pub mod fields;
pub mod forge;
pub mod http;
pub mod life;
pub mod mutate;
pub mod plan;
pub mod recording;
