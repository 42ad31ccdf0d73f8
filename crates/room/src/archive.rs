//! What is kept of the log's originals for good (L7): a state for each hour in which somebody wrote, as the difference from the
//! one before it, and who wrote and who deleted what.
//!
//! It is made of the originals while they are all still there, a bounded piece at a time, and depends on nothing but
//! them: made again it is the same, which is how it is verified.

use std::ops::Range;

use crate::authorship::{Authorship, HOUR_MS};
use crate::check::Update;
use crate::compaction::{MAX_MERGE_BYTES, MAX_MERGE_ENTRIES, merge_verified};
use crate::recovery::RELAY;

/// An entry that was made of no other: as it came, or what was left after damage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// The first entry in it: itself, except after damage.
    pub first: u64,
    /// Its place in the log.
    pub sequence: u64,
    /// When it was stored.
    pub time_ms: u64,
    /// Who sent it.
    pub author: String,
    /// The update.
    pub bytes: Vec<u8>,
}

/// What was written in an hour, in one update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hour {
    /// The first entry in it.
    pub first: u64,
    /// The last: the version that can be looked at.
    pub last: u64,
    /// When the last was stored.
    pub time_ms: u64,
    /// How many entries.
    pub entries: u64,
    /// Who wrote, each once.
    pub authors: Vec<String>,
    /// The update.
    pub bytes: Vec<u8>,
}

/// How many of the originals that wait (their sizes and times, in order) one turn takes: whole hours as far as they fit.
pub fn piece(waiting: &[(usize, u64)]) -> usize {
    let mut bytes = 0;
    let fits = waiting
        .iter()
        .take(MAX_MERGE_ENTRIES)
        .take_while(|(size, _)| {
            bytes += size;
            bytes <= MAX_MERGE_BYTES
        });
    let fits = fits.count().max(1).min(waiting.len());
    if fits == waiting.len() {
        return fits;
    }
    let hour = |at: usize| waiting[at].1 / HOUR_MS;
    let whole = (1..fits).rev().find(|&at| hour(at) != hour(at - 1));
    match whole {
        _ if hour(fits) != hour(fits - 1) => fits,
        Some(whole) => whole,
        None => fits,
    }
}

/// The hours of these originals, in order. Those whose entry is `alone` get none of its company.
pub fn hours(originals: &[Original], alone: &[u64]) -> Vec<Hour> {
    let mut hours = Vec::new();
    let mut start = 0;
    for end in 1..=originals.len() {
        if originals
            .get(end)
            .is_none_or(|next| begins_anew(&originals[end - 1], next, alone))
        {
            hours.extend(merged(&originals[start..end]));
            start = end;
        }
    }
    hours
}

/// Who wrote and deleted what in these originals. What was left after damage says nothing new of anybody.
pub fn authorship(originals: &[Original]) -> Authorship {
    let mut all = Authorship::default();
    for original in originals.iter().filter(|original| original.author != RELAY) {
        // What cannot be read is found where it is read whole.
        if let Ok(update) = Update::decode(&original.bytes) {
            all.add(&original.author, original.time_ms, &update);
        }
    }
    all
}

fn begins_anew(last: &Original, next: &Original, alone: &[u64]) -> bool {
    let single = |entry: &Original| entry.first == entry.sequence;
    let follows = next.first == last.sequence + 1 && single(last) && single(next);
    let together = last.time_ms / HOUR_MS == next.time_ms / HOUR_MS;
    let apart = |entry: &Original| alone.contains(&entry.sequence);
    !follows || !together || apart(last) || apart(next)
}

/// One hour of entries that belong together; each by itself where they cannot be merged.
fn merged(originals: &[Original]) -> Vec<Hour> {
    let bytes = match originals {
        [one] => Ok(one.bytes.clone()),
        many => {
            let bytes: Vec<Vec<u8>> = many.iter().map(|entry| entry.bytes.clone()).collect();
            merge_verified(&bytes)
        }
    };
    match bytes {
        Ok(bytes) => vec![hour(originals, bytes)],
        Err(_) => {
            let each = originals.iter();
            each.map(|one| hour(std::slice::from_ref(one), one.bytes.clone()))
                .collect()
        }
    }
}

fn hour(originals: &[Original], bytes: Vec<u8>) -> Hour {
    let last = &originals[originals.len() - 1];
    let mut authors: Vec<String> = Vec::new();
    for original in originals {
        if original.author != RELAY && !authors.contains(&original.author) {
            authors.push(original.author.clone());
        }
    }
    Hour {
        first: originals[0].first,
        last: last.sequence,
        time_ms: last.time_ms,
        entries: originals.len() as u64,
        authors,
        bytes,
    }
}

/// Which of the stored stretches of authorship (their sizes, in order) a new one of that size is joined with: the last
/// ones, as long as they are not much larger, so that there are about as many as a number has digits.
pub fn joined(sizes: &[usize], new: usize) -> Range<usize> {
    let mut bytes = new;
    let mut start = sizes.len();
    while start > 0 && sizes[start - 1] <= 2 * bytes + 4096 {
        bytes += sizes[start - 1];
        if bytes > MAX_MERGE_BYTES {
            break;
        }
        start -= 1;
    }
    start..sizes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::EMPTY_UPDATE;

    fn original(sequence: u64, minute: u64, author: &str) -> Original {
        Original {
            first: sequence,
            sequence,
            time_ms: minute * 60_000,
            author: author.to_owned(),
            bytes: EMPTY_UPDATE.to_vec(),
        }
    }

    fn check(originals: &[Original], alone: &[u64], expected: &[&str]) {
        let shown: Vec<String> = hours(originals, alone)
            .iter()
            .map(|hour| format!("{}-{} {}", hour.first, hour.last, hour.authors.join(" ")))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn l7_an_hour_ends_with_the_clocks_hour() {
        check(&[], &[], &[]);
        let originals = [
            original(4, 1, "ada"),
            original(5, 59, "ben"),
            original(6, 60, "ada"),
            original(7, 61, "ada"),
            original(8, 600, "cy"),
        ];
        check(&originals, &[], &["4-5 ada ben", "6-7 ada", "8-8 cy"]);
    }

    #[test]
    fn l7_no_hour_reaches_over_a_gap_or_over_an_entry_that_stands_alone() {
        let minute = |sequence| original(sequence, 1, "ada");
        let gap = [minute(1), minute(2), minute(4)];
        check(&gap, &[], &["1-2 ada", "4-4 ada"]);
        let all = [minute(1), minute(2), minute(3), minute(4)];
        check(&all, &[2], &["1-1 ada", "2-2 ada", "3-4 ada"]);
        // What is left after damage is everything up to there.
        let repair = Original {
            first: 1,
            ..original(3, 1, RELAY)
        };
        let repaired = [minute(1), minute(2), repair, minute(4)];
        check(&repaired, &[], &["1-2 ada", "1-3 ", "4-4 ada"]);
    }

    #[test]
    fn l7_a_turn_takes_whole_hours_as_far_as_they_fit() {
        let hour = |hour: u64, entries: usize| vec![(10, hour * HOUR_MS); entries];
        assert_eq!(piece(&[]), 0);
        assert_eq!(piece(&hour(1, 5)), 5);
        let two = [hour(1, MAX_MERGE_ENTRIES - 10), hour(2, 20)].concat();
        assert_eq!(piece(&two), MAX_MERGE_ENTRIES - 10);
        let exact = [hour(1, MAX_MERGE_ENTRIES), hour(2, 20)].concat();
        assert_eq!(piece(&exact), MAX_MERGE_ENTRIES);
        assert_eq!(piece(&hour(1, MAX_MERGE_ENTRIES + 1)), MAX_MERGE_ENTRIES);
        assert_eq!(piece(&[(MAX_MERGE_BYTES + 1, 0), (1, 0)]), 1);
    }

    #[test]
    fn l7_stretches_of_authorship_stay_few() {
        let mut sizes: Vec<usize> = Vec::new();
        for _ in 0..5_000 {
            let join = joined(&sizes, 700);
            let size = 700 + sizes[join.clone()].iter().sum::<usize>();
            sizes.truncate(join.start);
            sizes.push(size);
        }
        assert!(sizes.len() < 12, "{sizes:?}");
    }
}
