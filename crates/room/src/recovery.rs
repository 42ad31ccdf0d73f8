//! What is left of a log when a part of it is damaged (L5). First choice: the copies that a merged entry covers are still
//! there. Else what can be read is served as far as it is whole by itself, and what builds on the damaged part waits
//! for those who have it to bring it back.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::admission::admit;
use crate::check::{CheckError, Update};
use crate::ids::{ClientId, StateVector};
use crate::merge::merge;

/// The author of what the relay holds by itself: pieces of several people.
pub const RELAY: &str = "";

/// An entry that could stand in for a part of a damaged one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy {
    /// The first entry in it.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// How often it was merged.
    pub merged: u64,
}

impl Copy {
    /// Whether it has nothing of these.
    pub fn is_outside(&self, spans: &[Span]) -> bool {
        let outside = |span: &Span| self.last < *span.start() || self.first > *span.end();
        spans.iter().all(outside)
    }
}

/// Copies that together are everything from `first` to `last`, each entry once: originals where they are there. `None`:
/// there are not enough.
pub fn stand_ins(first: u64, last: u64, copies: &[Copy]) -> Option<Vec<Copy>> {
    let mut by_end: Vec<&Copy> = copies
        .iter()
        .filter(|copy| copy.first >= first && copy.last <= last)
        .collect();
    by_end.sort_by_key(|copy| (copy.last, copy.merged));
    // For every place that copies reach from `first` on without a gap, the copy that ends there.
    let mut reached: BTreeMap<u64, &Copy> = BTreeMap::new();
    for copy in by_end {
        if copy.first == first || reached.contains_key(&(copy.first - 1)) {
            reached.entry(copy.last).or_insert(copy);
        }
    }
    let mut found = Vec::new();
    let mut next = last + 1;
    while next > first {
        let copy = **reached.get(&(next - 1))?;
        next = copy.first;
        found.push(copy);
    }
    found.reverse();
    Some(found)
}

/// From one entry of the log to another.
pub type Span = RangeInclusive<u64>;

/// Entries that together are everything up to `version` but what is in `apart`, as few as are needed. `None`: some are no
/// longer there.
pub fn fewest(version: u64, copies: &[Copy], apart: &[Span]) -> Option<Vec<Copy>> {
    let mut widest: BTreeMap<u64, Copy> = BTreeMap::new();
    for copy in copies.iter().filter(|copy| copy.is_outside(apart)) {
        let known = widest.entry(copy.last).or_insert(*copy);
        if copy.first < known.first {
            *known = *copy;
        }
    }
    let mut found = Vec::new();
    let mut left = version;
    while left > 0 {
        if let Some(span) = apart.iter().find(|span| span.contains(&left)) {
            left = span.start() - 1;
            continue;
        }
        let copy = *widest.get(&left)?;
        left = copy.first - 1;
        found.push(copy);
    }
    found.reverse();
    Some(found)
}

/// What can be read of a log, divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// What is whole by itself.
    pub whole: Option<Vec<u8>>,
    /// Every client's next clock in it.
    pub clocks: Vec<(ClientId, u32)>,
    /// What builds on what is lost.
    pub waits: Option<Vec<u8>>,
}

/// Divides what can be read of a log with gaps.
///
/// # Errors
/// [`CheckError`] when an entry is no update.
pub fn remains(entries: &[Vec<u8>]) -> Result<Remains, CheckError> {
    let merged = merge(entries, &StateVector::default())?;
    let update = Update::decode(&merged)?;
    let admission = admit(&update, &StateVector::default(), None, None)?;
    Ok(Remains {
        whole: admission.stored,
        clocks: admission.advanced,
        waits: admission.rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h2_a_version_is_read_from_as_few_entries_as_there_are() {
        let copies = [
            copy(1, 1, 0),
            copy(2, 2, 0),
            copy(3, 3, 0),
            copy(4, 4, 0),
            copy(1, 2, 1),
            copy(1, 3, 2),
        ];
        assert_eq!(fewest(4, &copies, &[]).unwrap(), [copies[5], copies[3]]);
        assert_eq!(fewest(2, &copies, &[]).unwrap(), [copies[4]]);
        assert_eq!(fewest(1, &copies[1..], &[]), None);
        assert_eq!(fewest(0, &[], &[]), Some(vec![]));
        // Without what is set apart, what covers it cannot be read either.
        let apart = [3..=3];
        assert_eq!(fewest(4, &copies, &apart).unwrap(), [copies[4], copies[3]]);
        assert_eq!(fewest(3, &copies, &apart).unwrap(), [copies[4]]);
        assert_eq!(fewest(2, &copies, &apart).unwrap(), [copies[4]]);
        assert_eq!(fewest(4, &copies[2..], &[2..=2]), None);
    }

    fn copy(first: u64, last: u64, merged: u64) -> Copy {
        Copy {
            first,
            last,
            merged,
        }
    }

    #[test]
    fn l5_the_originals_stand_in_for_a_damaged_entry() {
        let copies = [
            copy(1, 1, 0),
            copy(2, 2, 0),
            copy(3, 3, 0),
            copy(2, 3, 1),
            copy(4, 4, 0),
        ];
        let found = stand_ins(1, 3, &copies).unwrap();
        assert_eq!(found, &copies[..3]);
        // An original is gone: the merged one has it.
        let found = stand_ins(1, 3, &[copies[0], copies[1], copies[3]]);
        assert_eq!(found.unwrap(), [copies[0], copies[3]]);
        assert_eq!(stand_ins(3, 5, &copies), None);
    }
}
