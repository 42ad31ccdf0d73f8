//! What is here behind a gap in a client's clocks, and what comes into one.
//!
//! yrs puts what comes behind a gap where it belongs, if it refers to nothing that is missing. The client's clock in the state vector stays before
//! the gap.

use yrs::updates::decoder::Decode;
use yrs::{ClientID, ID, IdSet, ReadTxn, StateVector, TransactionMut, Update, error};

use crate::decode;
use crate::written::removal;

/// Applies an update.
///
/// Of what is gone an update has only the length, so that others write it as one piece however it came. Where such a piece reaches over the end of a gap,
/// yrs 0.28.1 does not cut it: it lies over what is here behind the gap, and clocks are counted twice from there on. So what lies in a gap comes first,
/// by itself.
///
/// # Errors
/// As yrs says.
pub(crate) fn apply(txn: &mut TransactionMut, update: Update) -> Result<(), error::UpdateError> {
    for (first, len) in gone_in_gaps(txn, &update) {
        let gone = decode::update(&removal(first, len)).expect("it was written here");
        txn.apply_update(gone)?;
    }
    txn.apply_update(update)
}

/// The clients of whom something is here behind a gap.
pub(crate) fn gapped<T: ReadTxn>(txn: &T) -> Vec<ClientID> {
    let gaps = gaps(txn, |_| true);
    gaps.iter().map(|(&client, _)| client).collect()
}

/// What of an update is gone, and lies in a gap.
fn gone_in_gaps(txn: &TransactionMut, update: &Update) -> Vec<(ID, u32)> {
    let gone = update.insertions(true).diff(&update.insertions(false));
    if gone.is_empty() {
        return Vec::new();
    }
    let in_gaps = gaps(txn, |client| gone.get(&client).is_some()).intersect(&gone);
    let pieces = in_gaps.iter().flat_map(|(&client, ranges)| {
        let pieces = ranges.iter();
        pieces.map(move |piece| (ID::new(client, piece.start), piece.end - piece.start))
    });
    pieces.collect()
}

/// The gaps of the clients that are asked for. Their last units before the first gap, and what follows, tell.
fn gaps<T: ReadTxn>(txn: &T, asked: impl Fn(ClientID) -> bool) -> IdSet {
    let clocks = txn.state_vector();
    let mut before_last = StateVector::default();
    for (&client, &clock) in clocks.iter() {
        match asked(client) {
            // All of those of whom only what follows a gap is here.
            true if clock == 0 => {}
            true => before_last.set_max(client, clock - 1),
            false => before_last.set_max(client, clock),
        }
    }
    let last = txn.encode_diff_v1(&before_last);
    let last = Update::decode_v1(&last).expect("it was encoded here");
    let here = last.insertions(true);
    let mut gaps = IdSet::new();
    for (&client, ranges) in here.iter() {
        let next = clocks.get(&client);
        let end = ranges.iter().map(|range| range.end).max();
        if let Some(end) = end.filter(|end| *end > next) {
            gaps.insert(ID::new(client, next), end - next);
        }
    }
    gaps.diff_with(&here);
    gaps
}
