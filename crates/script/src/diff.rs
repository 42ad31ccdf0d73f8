//! What a replica has that another one lacks.
//!
//! yrs puts what comes behind a gap in its client's clocks where it belongs, if it refers to nothing that is missing. The client's clock
//! in the state vector stays before the gap, and whoever has that clock, or is past it, is not given what is behind: so it is looked for here.

use yrs::updates::decoder::Decode;
use yrs::{ClientID, ReadTxn, StateVector, Update};

/// All that a replica with this state vector lacks, as an update; what waits for something that has not come is in it.
pub(crate) fn since<T: ReadTxn>(txn: &T, known: &StateVector) -> Vec<u8> {
    let gapped = gapped(txn);
    if gapped.is_empty() {
        return txn.encode_state_as_update_v1(known);
    }
    let clocks = known.iter().filter(|(client, _)| !gapped.contains(client));
    let mut below = StateVector::default();
    for (&client, &clock) in clocks {
        below.set_max(client, clock);
    }
    txn.encode_state_as_update_v1(&below)
}

/// The clients of whom something is here behind a gap. Their last units before it, and what follows, tell.
fn gapped<T: ReadTxn>(txn: &T) -> Vec<ClientID> {
    let clocks = txn.state_vector();
    let mut before_last = StateVector::default();
    // All of those of whom only what follows a gap is here.
    for (&client, &clock) in clocks.iter().filter(|(_, clock)| **clock > 0) {
        before_last.set_max(client, clock - 1);
    }
    let last = txn.encode_diff_v1(&before_last);
    let last = Update::decode_v1(&last).expect("it was encoded here");
    let inserted = last.insertions(true);
    let behind = inserted.iter().filter(|(client, ranges)| {
        let next = clocks.get(client);
        ranges.iter().any(|range| range.end > next)
    });
    behind.map(|(&client, _)| client).collect()
}
