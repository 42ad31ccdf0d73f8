//! Which entries of the log are merged, and the merge, verified (L2, U9). The log keeps about as many entries as a number
//! has digits: a run is merged with what lies before it as long as that is not much larger, so every byte is rewritten
//! a few times in its life, not at every run.
//!
//! A merge has two turns: one stages the merged entry, the next reads it back, verifies it and lets it take its place.
//! Between the two, and after a crash at any point, the log is whole ([`crate::room`]).

use std::ops::Range;

use thiserror::Error;

use crate::check::CheckError;
use crate::ids::StateVector;
use crate::merge::{Digest, merge};
use crate::port::Config;

/// A live entry of the log, as far as the plan needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveEntry {
    /// The first entry in it: itself, unless it is merged.
    pub first: u64,
    /// Its place in the log: the last entry in it.
    pub sequence: u64,
    /// How often it was merged: 0 as it came.
    pub merged: u64,
    /// Its length.
    pub bytes: usize,
    /// When its last entry was stored.
    pub time_ms: u64,
}

/// A merged entry on its way into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The first entry in it.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// How often it was merged, counted along its longest line.
    pub merged: u64,
    /// When the last entry in it was stored.
    pub time_ms: u64,
    /// The update.
    pub bytes: Vec<u8>,
}

/// The entries that no merge has taken yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tail {
    /// How many.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When the one came that made them enough for a merge, once they are old.
    pub enough_at_ms: Option<u64>,
    /// When the one came that made them too many to wait for that.
    pub long_at_ms: Option<u64>,
}

impl Tail {
    /// Counts an entry in.
    pub fn push(&mut self, bytes: u64, time_ms: u64, config: &Config) {
        self.entries += 1;
        self.bytes += bytes;
        if self.entries >= config.compact_entries {
            self.enough_at_ms.get_or_insert(time_ms);
        }
        if self.entries >= config.long_tail_entries || self.bytes >= config.compact_bytes {
            self.long_at_ms.get_or_insert(time_ms);
        }
    }
}

/// No merge takes more bytes than this: the work of one turn, and what two copies of it take in memory, stay bounded.
pub const MAX_MERGE_BYTES: usize = 4 << 20;
/// Nor more entries.
pub const MAX_MERGE_ENTRIES: usize = 4_000;

/// Which of the entries of `live` (sorted by sequence) that are older than `before_ms` to merge. `None`: nothing to do.
pub fn plan(live: &[LiveEntry], before_ms: u64) -> Option<Range<usize>> {
    let end = live.partition_point(|entry| entry.time_ms <= before_ms);
    let mut start = end;
    let mut bytes = 0;
    while start > 0 {
        let next = live[start - 1].bytes;
        let worth = bytes == 0 || next <= 2 * bytes + 4096;
        if !worth || (start < end && next > MAX_MERGE_BYTES / 2) {
            break;
        }
        bytes += next;
        start -= 1;
    }
    let run = bounded(&live[start..end]);
    (run >= 2).then_some(start..start + run)
}

/// How many of these, from the first on, one turn can take.
fn bounded(run: &[LiveEntry]) -> usize {
    let mut bytes = 0;
    let fits = run.iter().take(MAX_MERGE_ENTRIES).take_while(|entry| {
        bytes += entry.bytes;
        bytes <= MAX_MERGE_BYTES
    });
    fits.count()
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
    verify(&merged, entries)?;
    Ok(merged)
}

/// Whether a merged entry says what these say together.
///
/// # Errors
/// [`CompactionError`] where it does not.
pub fn verify(merged: &[u8], entries: &[Vec<u8>]) -> Result<(), CompactionError> {
    match Digest::of(&[merged])? == Digest::of(entries)? {
        true => Ok(()),
        false => Err(CompactionError::Differs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(bytes: &[usize]) -> Vec<LiveEntry> {
        let entries = (1..).zip(bytes).map(|(sequence, &bytes)| LiveEntry {
            first: sequence,
            sequence,
            merged: 0,
            bytes,
            time_ms: 10 * sequence,
        });
        entries.collect()
    }

    fn check(bytes: &[usize], expected: Option<Range<usize>>) {
        assert_eq!(plan(&live(bytes), u64::MAX), expected, "{bytes:?}");
    }

    #[test]
    fn u9_a_tail_is_merged_with_what_is_not_much_larger() {
        check(&[], None);
        check(&[5], None);
        check(&[5, 5, 5], Some(0..3));
        check(&[1_000_000, 30, 30], Some(1..3));
        check(&[1_000_000, 400_000, 200_000], Some(0..3));
    }

    #[test]
    fn l2_only_what_is_old_enough_is_merged() {
        let live = live(&[5, 5, 5, 5]);
        assert_eq!(plan(&live, 9), None);
        assert_eq!(plan(&live, 19), None);
        assert_eq!(plan(&live, 20), Some(0..2));
        assert_eq!(plan(&live, 35), Some(0..3));
    }

    #[test]
    fn l3_a_merge_is_bounded_in_bytes_and_entries() {
        check(&[MAX_MERGE_BYTES, MAX_MERGE_BYTES], None);
        let half = MAX_MERGE_BYTES / 2;
        check(&[half, half, half], Some(0..2));
        check(&[half + 1, half - 1, half - 1], Some(1..3));
        check(&vec![5; MAX_MERGE_ENTRIES + 9], Some(0..MAX_MERGE_ENTRIES));
    }
}
