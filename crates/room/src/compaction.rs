//! Which entries of the log are merged, and the merge, verified (U9). The log keeps about as many entries as a number has
//! digits: a tail is merged with what lies before it as long as that is not much larger, so every byte is rewritten
//! a few times in its life, not at every run.

use thiserror::Error;

use crate::check::CheckError;
use crate::ids::StateVector;
use crate::merge::{Digest, merge};

/// An entry, as far as the plan needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntrySize {
    /// Its place in the log.
    pub sequence: u64,
    /// Its length.
    pub bytes: usize,
}

/// No merge takes more than this: the work of one alarm, and what two copies of it take in memory, stay bounded.
pub const MAX_MERGE_BYTES: usize = 16 << 20;

/// Where the entries to merge begin in `live` (sorted by sequence); they reach to the end. `None`: nothing to do.
pub fn plan(live: &[EntrySize]) -> Option<usize> {
    let mut start = live.len();
    let mut bytes = 0;
    while start > 0 {
        let next = live[start - 1].bytes;
        let worth = bytes == 0 || next <= 2 * bytes + 4096;
        if !worth || bytes + next > MAX_MERGE_BYTES {
            break;
        }
        bytes += next;
        start -= 1;
    }
    (live.len() - start >= 2).then_some(start)
}

/// Why entries could not be merged. The log stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CompactionError {
    /// An entry is not an update.
    #[error("an entry of the log cannot be read: {0}")]
    Entry(#[from] CheckError),
    /// The result is not what it was made of.
    #[error("the merged entry differs from what it covers")]
    Differs,
}

/// The entries as one, checked against them.
///
/// # Errors
/// [`CompactionError`].
pub fn merge_verified(entries: &[Vec<u8>]) -> Result<Vec<u8>, CompactionError> {
    let merged = merge(entries, &StateVector::default())?;
    match Digest::of(std::slice::from_ref(&merged))? == Digest::of(entries)? {
        true => Ok(merged),
        false => Err(CompactionError::Differs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[usize], expected: Option<usize>) {
        let live: Vec<EntrySize> = (1..)
            .zip(bytes)
            .map(|(sequence, &bytes)| EntrySize { sequence, bytes })
            .collect();
        assert_eq!(plan(&live), expected, "{bytes:?}");
    }

    #[test]
    fn u9_a_tail_is_merged_with_what_is_not_much_larger() {
        check(&[], None);
        check(&[5], None);
        check(&[5, 5, 5], Some(0));
        check(&[1_000_000, 30, 30], Some(1));
        check(&[1_000_000, 400_000, 200_000], Some(0));
        check(&[MAX_MERGE_BYTES, MAX_MERGE_BYTES], None);
    }
}
