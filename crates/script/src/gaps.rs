//! Gaps in a client's clocks: what is here behind one, and what comes into one.
//!
//! A gap comes to be when a client's units 0 to 4 are here, and then come 8 to 9, but not yet 5 to 7. If the latter refer to nothing that is missing,
//! yrs puts them where they belong, and so they are shown; the client's clock in the state vector stays 5. Two faults of yrs 0.28.1
//! with what comes later are worked around here ([`fill`], [`apply_kept`]).

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

/// The same for an update in which no unit is gone (deleted, with only its length left).
///
/// Its workaround: what yrs cannot apply yet it keeps as an update that waits. Where something fills the end of a gap in that, yrs 0.28.1 cuts the gap
/// in two, but leaves the first part as long as the whole was; encoded, all that follows has clocks that are too high. Merging the waiting update
/// with nothing finds the gaps anew. (It is never inlined, and merges vectors as yrs does, so that the wasm has the code once.)
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

/// Takes out the update that waits, if any unit in it is gone. It has to go through [`fill`] together with what comes now: that may make
/// the very gap over whose end the gone units reach, and be what they wait for.
fn waits_and_is_gone(txn: &mut TransactionMut) -> Option<Update> {
    let waiting = WriteTxn::store_mut(txn).pending_update_mut()?;
    let is_gone = waiting.update.insertions(true) != waiting.update.insertions(false);
    is_gone.then(|| std::mem::take(&mut waiting.update))
}

/// Applies what of an update is gone and lies in gaps, by itself and before the rest.
///
/// Units that are gone have only a length, so an update may say "5 to 9 are gone" as one piece although 8 and 9 are here behind a gap. yrs 0.28.1 does not
/// cut such a piece at the gap's end: it lies over what is here, and clocks are counted twice from there on. Once "5 to 7 are gone" has come, the gap
/// is closed and yrs cuts the piece as it should. (It is never inlined, so that the wasm has it once.)
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

/// The gaps of the clients that are asked for and have any. To find them, each client's last unit before its first gap is encoded, with all that follows it.
pub(crate) fn gaps<T: ReadTxn>(
    txn: &T,
    asked: impl Fn(ClientID) -> bool,
) -> Vec<(ClientID, Clocks)> {
    let next = txn.state_vector();
    let mut before_last = StateVector::default();
    for (&client, &clock) in next.iter() {
        // Of a client whose clock is 0, all that is here is behind a gap, and is encoded anyway.
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
