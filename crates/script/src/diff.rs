//! What a replica has that another one lacks.
//!
//! yrs answers that, but for one case. Where a client's clocks have a gap ([`crate::gaps`]), its clock in the state vector stays before the gap; and
//! to a replica that says it has that clock, or more, yrs gives nothing of what is here behind the gap. So clients with gaps are
//! encoded whole.

use yrs::{ReadTxn, StateVector};

use crate::gaps::gaps;

/// All that a replica with this state vector lacks, as an update; what waits for something that has not come is in it.
pub(crate) fn since<T: ReadTxn>(txn: &T, known: &StateVector) -> Vec<u8> {
    let gapped = gaps(txn, |_| true);
    if gapped.is_empty() {
        return txn.encode_state_as_update_v1(known);
    }
    let clocks = known
        .iter()
        .filter(|(client, _)| gapped.iter().all(|(gapped, _)| gapped != *client));
    let mut below = StateVector::default();
    for (&client, &clock) in clocks {
        below.set_max(client, clock);
    }
    txn.encode_state_as_update_v1(&below)
}
