//! Ids of inserted units, state vectors, and sets of ids (deletions), as values.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::varint::{MAX_SAFE_INTEGER, ReadError, Reader, write_uint};

/// Clocks and lengths lie below this: yrs counts in 32 bits, and half of that is headroom for sums (U1).
pub const MAX_CLOCK: u32 = 1 << 31;

/// A replica's number: one client id per opening of a script.
pub type ClientId = u64;

/// One inserted unit: the `clock`-th that `client` inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// Who inserted it.
    pub client: ClientId,
    /// Its number, from 0.
    pub clock: u32,
}

/// For each client the clock that it continues with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateVector(BTreeMap<ClientId, u32>);

impl StateVector {
    /// Whether no client is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next clock of `client`: 0 for one that is not known.
    pub fn next(&self, client: ClientId) -> u32 {
        self.0.get(&client).copied().unwrap_or(0)
    }

    /// Moves `client` on to `next`.
    ///
    /// # Panics
    /// When that would go back: clocks only rise.
    pub fn advance(&mut self, client: ClientId, next: u32) {
        let entry = self.0.entry(client).or_insert(0);
        assert!(next >= *entry, "clocks only rise");
        *entry = next;
    }

    /// Every client with its next clock, by client id.
    pub fn iter(&self) -> impl Iterator<Item = (ClientId, u32)> + '_ {
        self.0.iter().map(|(&client, &next)| (client, next))
    }

    /// Reads the bytes of a step 1.
    ///
    /// # Errors
    /// Any [`ReadError`].
    pub fn decode(bytes: &[u8]) -> Result<StateVector, ReadError> {
        let mut reader = Reader::new(bytes);
        let mut vector = StateVector::default();
        for _ in 0..reader.count(2)? {
            let client = reader.uint(MAX_SAFE_INTEGER)?;
            let next = reader.uint(u64::from(MAX_CLOCK))? as u32;
            vector.0.insert(client, next);
        }
        Ok(vector)
    }

    /// The bytes for a step 1.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(4 + self.0.len() * 8);
        write_uint(&mut out, self.0.len() as u64);
        // Higher ids first, as Yjs writes them.
        for (&client, &next) in self.0.iter().rev() {
            write_uint(&mut out, client);
            write_uint(&mut out, u64::from(next));
        }
        out
    }
}

/// A set of ids, as sorted, disjoint, non-adjacent ranges of clocks for each client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdSet(BTreeMap<ClientId, Vec<Range<u32>>>);

impl IdSet {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it has any id of `client`.
    pub fn contains_client(&self, client: ClientId) -> bool {
        self.0.contains_key(&client)
    }

    /// The clients with their ranges, by client id.
    pub fn iter(&self) -> impl Iterator<Item = (ClientId, &[Range<u32>])> {
        self.0
            .iter()
            .map(|(&client, ranges)| (client, ranges.as_slice()))
    }

    /// The ranges of one client.
    pub fn ranges(&self, client: ClientId) -> &[Range<u32>] {
        self.0.get(&client).map_or(&[], Vec::as_slice)
    }

    /// Adds ranges of one client, in any order, overlapping or not.
    pub fn add(&mut self, client: ClientId, more: impl IntoIterator<Item = Range<u32>>) {
        let ranges = self.0.entry(client).or_default();
        let known = ranges.len();
        ranges.extend(more.into_iter().filter(|range| !range.is_empty()));
        // One more among a hundred thousand is put in its place.
        match ranges.len() - known {
            1 => insert(ranges),
            _ => normalise(ranges),
        }
        if ranges.is_empty() {
            self.0.remove(&client);
        }
    }

    /// Adds everything of `other`.
    pub fn add_all(&mut self, other: &IdSet) {
        for (client, ranges) in other.iter() {
            self.add(client, ranges.iter().cloned());
        }
    }

    /// What of it is not in `known`.
    pub fn without(&self, known: &IdSet) -> IdSet {
        let mut rest = IdSet::default();
        for (client, ranges) in self.iter() {
            let known = known.0.get(&client).map_or(&[][..], Vec::as_slice);
            let left: Vec<_> = ranges
                .iter()
                .flat_map(|range| subtract(range, known))
                .collect();
            rest.add(client, left);
        }
        rest
    }

    /// The part below each client's clock in `vector`, and the rest.
    pub fn split_at(&self, vector: &StateVector) -> (IdSet, IdSet) {
        let (mut below, mut above) = (IdSet::default(), IdSet::default());
        for (client, ranges) in self.iter() {
            let next = vector.next(client);
            below.add(
                client,
                ranges.iter().map(|range| range.start..range.end.min(next)),
            );
            above.add(
                client,
                ranges.iter().map(|range| range.start.max(next)..range.end),
            );
        }
        (below, above)
    }

    /// Appends the bytes that end an update.
    pub fn encode(&self, out: &mut Vec<u8>) {
        write_uint(out, self.0.len() as u64);
        for (&client, ranges) in self.0.iter().rev() {
            write_uint(out, client);
            write_uint(out, ranges.len() as u64);
            for range in ranges {
                write_uint(out, u64::from(range.start));
                write_uint(out, u64::from(range.end - range.start));
            }
        }
    }
}

/// Puts the last in its place among the others, which are in order.
fn insert(ranges: &mut Vec<Range<u32>>) {
    let Some(mut new) = ranges.pop() else {
        return;
    };
    let first = ranges.partition_point(|range| range.end < new.start);
    let after = ranges.partition_point(|range| range.start <= new.end);
    for range in &ranges[first..after] {
        new = new.start.min(range.start)..new.end.max(range.end);
    }
    match after - first {
        0 => ranges.insert(first, new),
        1 => ranges[first] = new,
        _ => {
            ranges.push(new);
            normalise(ranges);
        }
    }
}

fn normalise(ranges: &mut Vec<Range<u32>>) {
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, kept| {
        let touches = next.start <= kept.end;
        if touches {
            kept.end = kept.end.max(next.end);
        }
        touches
    });
}

/// What of `range` lies in none of the sorted ranges `known`.
fn subtract(range: &Range<u32>, known: &[Range<u32>]) -> Vec<Range<u32>> {
    let mut left = Vec::new();
    let mut start = range.start;
    let first = known.partition_point(|other| other.end <= range.start);
    for other in known[first..]
        .iter()
        .take_while(|other| other.start < range.end)
    {
        if other.start > start {
            left.push(start..other.start);
        }
        start = start.max(other.end);
    }
    if start < range.end {
        left.push(start..range.end);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn members(set: &IdSet) -> BTreeSet<(u64, u32)> {
        set.iter()
            .flat_map(|(client, ranges)| {
                ranges
                    .iter()
                    .cloned()
                    .flat_map(move |range| range.map(move |clock| (client, clock)))
            })
            .collect()
    }

    fn sets() -> impl Strategy<Value = IdSet> {
        prop::collection::vec((0..3u64, 0..40u32, 0..9u32), 0..12).prop_map(|ranges| {
            let mut set = IdSet::default();
            for (client, start, len) in ranges {
                set.add(client, std::iter::once(start..start + len));
            }
            set
        })
    }

    proptest! {
        #[test]
        fn a_set_is_the_set_of_its_members(a in sets(), b in sets(), next in 0..40u32) {
            let mut both = a.clone();
            both.add_all(&b);
            prop_assert_eq!(members(&both), &members(&a) | &members(&b));
            let mut one_by_one = a.clone();
            for (client, ranges) in b.iter() {
                ranges.iter().rev().for_each(|range| one_by_one.add(client, [range.clone()]));
            }
            prop_assert_eq!(one_by_one, both);
            prop_assert_eq!(members(&a.without(&b)), &members(&a) - &members(&b));
            let mut vector = StateVector::default();
            vector.advance(1, next);
            let (below, above) = a.split_at(&vector);
            prop_assert!(members(&below).iter().all(|id| id.0 == 1 && id.1 < next));
            prop_assert_eq!(&members(&below) | &members(&above), members(&a));
        }
    }

    #[test]
    fn w3_a_state_vector_is_read_as_it_was_written() {
        let mut vector = StateVector::default();
        vector.advance(MAX_SAFE_INTEGER, 7);
        vector.advance(3, 1);
        assert_eq!(StateVector::decode(&vector.encode()), Ok(vector));
        assert!(StateVector::decode(&[255, 255, 255, 122]).is_err());
    }
}
