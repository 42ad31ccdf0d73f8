//! What is here behind a gap in a client's clocks, and what comes into one.
//!
//! yrs puts what comes behind a gap where it belongs, if it refers to nothing that is missing. The client's clock in the state vector stays before
//! the gap.

use std::ops::Range;

use yrs::error::UpdateError;
use yrs::{ClientID, ID, IdSet, ReadTxn, StateVector, TransactionMut, Update, WriteTxn};

use crate::decode;
use crate::written::removal;

/// One client's clocks, in order.
type Clocks = Vec<Range<u32>>;

/// Applies an update.
///
/// # Errors
/// As yrs says.
pub(crate) fn apply(txn: &mut TransactionMut, update: Update) -> Result<(), UpdateError> {
    fill(txn, &update)?;
    apply_kept(txn, update)
}

/// The same for an update in which nothing is gone.
///
/// Where the end of a gap in what waits is filled, yrs 0.28.1 cuts the gap and leaves what is before the cut as long as it was: encoded, all that follows has
/// too high clocks. Merging finds gaps anew. The wasm has this once, and the merging too: yrs itself merges vectors.
///
/// # Errors
/// As yrs says.
#[inline(never)]
pub(crate) fn apply_kept(txn: &mut TransactionMut, update: Update) -> Result<(), UpdateError> {
    let update = match waits_and_is_gone(txn) {
        Some(waiting) => {
            let update = Update::merge_updates(vec![waiting, update]);
            fill(txn, &update)?;
            update
        }
        None => update,
    };
    let applied = txn.apply_update(update);
    if let Some(waiting) = WriteTxn::store_mut(txn).pending_update_mut() {
        let update = std::mem::take(&mut waiting.update);
        waiting.update = Update::merge_updates(vec![update]);
    }
    applied
}

/// Takes out what waits, if any of it is gone. What comes may make a gap of which that reaches over the end, and be what it waits for; so both come as one.
fn waits_and_is_gone(txn: &mut TransactionMut) -> Option<Update> {
    let waiting = WriteTxn::store_mut(txn).pending_update_mut()?;
    let is_gone = waiting.update.insertions(true) != waiting.update.insertions(false);
    is_gone.then(|| std::mem::take(&mut waiting.update))
}

/// Makes it possible to apply an update.
///
/// Of what is gone an update has only the length, so that others write it as one piece however it came. Where such a piece reaches over the end of a gap,
/// yrs 0.28.1 does not cut it: it lies over what is here behind the gap, and clocks are counted twice from there on. So what lies in a gap comes first,
/// by itself. The wasm has this once.
///
/// # Errors
/// As yrs says.
#[inline(never)]
fn fill(txn: &mut TransactionMut, update: &Update) -> Result<(), UpdateError> {
    let (all, kept) = (update.insertions(true), update.insertions(false));
    if all == kept {
        return Ok(());
    }
    for (client, gaps) in gaps(txn, |client| all.get(&client).is_some()) {
        let gone = without(clocks(&all, client), &clocks(&kept, client));
        for piece in without(gaps.clone(), &without(gaps, &gone)) {
            let first = ID::new(client, piece.start);
            let gone = removal(first, piece.end - piece.start);
            txn.apply_update(decode::update(&gone).expect("it was written here"))?;
        }
    }
    Ok(())
}

/// The clients that are asked for of whom something is here behind gaps, and these. Their last units before the first gap, and what follows, tell.
pub(crate) fn gaps<T: ReadTxn>(
    txn: &T,
    asked: impl Fn(ClientID) -> bool,
) -> Vec<(ClientID, Clocks)> {
    let next = txn.state_vector();
    let mut before_last = StateVector::default();
    for (&client, &clock) in next.iter() {
        // All of those of whom only what follows a gap is here.
        if clock > 0 {
            before_last.set_max(client, clock - u32::from(asked(client)));
        }
    }
    gaps_in(&next, &txn.encode_diff_v1(&before_last))
}

#[inline(never)]
fn gaps_in(next: &StateVector, last: &[u8]) -> Vec<(ClientID, Clocks)> {
    let last = decode::update(last).expect("it was encoded here");
    let here = last.insertions(true);
    let mut gaps = Vec::new();
    for &client in here.iter().map(|(client, _)| client) {
        let (next, here) = (next.get(&client), clocks(&here, client));
        let end = here.last().map_or(0, |last| last.end);
        if end > next {
            gaps.push((client, without(std::iter::once(next..end).collect(), &here)));
        }
    }
    gaps
}

fn clocks(set: &IdSet, client: ClientID) -> Clocks {
    let ranges = set.get(&client).into_iter();
    let ranges = ranges.flat_map(|ranges| ranges.iter());
    ranges.map(|(range, ())| range.clone()).collect()
}

/// `all` but what is in `out`.
fn without(all: Clocks, out: &[Range<u32>]) -> Clocks {
    let mut left = Clocks::new();
    for mut range in all {
        for out in out {
            let before = range.start..out.start.min(range.end);
            if !before.is_empty() {
                left.push(before);
            }
            range.start = range.start.max(out.end);
        }
        if range.start < range.end {
            left.push(range);
        }
    }
    left
}
