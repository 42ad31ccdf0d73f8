//! Who wrote and who deleted each unit of a script, and in which hour (L7): what is left of the log's originals when they
//! are gone.
//!
//! For each client, runs of ids, each with a stamp (a person and an hour). What is typed in one go is one run however
//! many keys it took, so this grows with sittings and with places, not with keys. What came first counts: a unit is
//! written once and deleted once, whatever is said of it again.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::check::Update;
use crate::ids::{ClientId, MAX_CLOCK};
use crate::varint::{MAX_SAFE_INTEGER, ReadError, Reader, write_string, write_uint};

/// An hour.
pub const HOUR_MS: u64 = 60 * 60 * 1000;

/// Who, and when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The author of the log's entry.
    pub author: String,
    /// The hour in which it was stored, counted since 1970.
    pub hour: u64,
}

/// Ids of one client with one stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Their clocks.
    pub ids: Range<u32>,
    /// Where the stamp stands in [`Authorship::stamps`].
    pub stamp: usize,
}

/// Who wrote and who deleted what, of a stretch of a log or of all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authorship {
    stamps: Vec<Stamp>,
    written: Runs,
    deleted: Runs,
}

type Runs = BTreeMap<ClientId, Vec<Run>>;

impl Authorship {
    /// What the runs refer to.
    pub fn stamps(&self) -> &[Stamp] {
        &self.stamps
    }

    /// What is known of the writing of a client's units, in the order of their clocks.
    pub fn written(&self, client: ClientId) -> &[Run] {
        self.written.get(&client).map_or(&[], Vec::as_slice)
    }

    /// What is known of the deletion of a client's units, in the order of their clocks.
    pub fn deleted(&self, client: ClientId) -> &[Run] {
        self.deleted.get(&client).map_or(&[], Vec::as_slice)
    }

    /// How many runs it has.
    pub fn len(&self) -> usize {
        let runs = self.written.values().chain(self.deleted.values());
        runs.map(Vec::len).sum()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an entry of the log. Entries come in their order.
    pub fn add(&mut self, author: &str, time_ms: u64, update: &Update<'_>) {
        let stamp = self.stamp(author, time_ms / HOUR_MS);
        for section in update.sections() {
            let ids = section.clock..section.end_clock;
            claim(self.written.entry(section.client).or_default(), ids, stamp);
        }
        for (client, ranges) in update.deletions().iter() {
            let runs = self.deleted.entry(client).or_default();
            ranges
                .iter()
                .for_each(|ids| claim(runs, ids.clone(), stamp));
        }
    }

    /// Adds what is known of a later stretch of the same log.
    pub fn join(&mut self, later: &Authorship) {
        let stamps: Vec<usize> = later
            .stamps
            .iter()
            .map(|stamp| self.stamp(&stamp.author, stamp.hour))
            .collect();
        for (into, from) in [
            (&mut self.written, &later.written),
            (&mut self.deleted, &later.deleted),
        ] {
            for (&client, runs) in from {
                let known = into.entry(client).or_default();
                let runs = runs.iter().map(|run| Run {
                    ids: run.ids.clone(),
                    stamp: stamps[run.stamp],
                });
                *known = overlay(known, runs);
            }
        }
    }

    fn stamp(&mut self, author: &str, hour: u64) -> usize {
        // Most entries are of the same sitting as the one before.
        let known = |stamp: &Stamp| stamp.hour == hour && stamp.author == author;
        if let Some(at) = self.stamps.iter().rposition(known) {
            return at;
        }
        let author = author.to_owned();
        self.stamps.push(Stamp { author, hour });
        self.stamps.len() - 1
    }

    /// As bytes: the persons, the stamps, then for each client its runs, each as the gap before it, its length and its stamp.
    pub fn encode(&self) -> Vec<u8> {
        let mut persons: Vec<&str> = self.stamps.iter().map(|stamp| &stamp.author[..]).collect();
        persons.sort_unstable();
        persons.dedup();
        let mut out = Vec::new();
        write_uint(&mut out, persons.len() as u64);
        persons
            .iter()
            .for_each(|person| write_string(&mut out, person));
        write_uint(&mut out, self.stamps.len() as u64);
        for stamp in &self.stamps {
            let person = persons.binary_search(&&stamp.author[..]);
            write_uint(&mut out, person.expect("it is one of them") as u64);
            write_uint(&mut out, stamp.hour);
        }
        encode_runs(&self.written, &mut out);
        encode_runs(&self.deleted, &mut out);
        out
    }

    /// Reads what [`Authorship::encode`] wrote.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn decode(bytes: &[u8]) -> Result<Authorship, ReadError> {
        let mut reader = Reader::new(bytes);
        let persons = (0..reader.count(1)?).map(|_| reader.string());
        let persons: Vec<&str> = persons.collect::<Result<_, _>>()?;
        let stamps = (0..reader.count(2)?).map(|_| {
            let person = reader.uint((persons.len() as u64).saturating_sub(1))?;
            let author = persons.get(person as usize).copied().unwrap_or_default();
            Ok(Stamp {
                author: author.to_owned(),
                hour: reader.uint(MAX_SAFE_INTEGER)?,
            })
        });
        let stamps: Vec<Stamp> = stamps.collect::<Result<_, ReadError>>()?;
        Ok(Authorship {
            written: decode_runs(&mut reader, stamps.len())?,
            deleted: decode_runs(&mut reader, stamps.len())?,
            stamps,
        })
    }
}

fn encode_runs(clients: &Runs, out: &mut Vec<u8>) {
    write_uint(out, clients.len() as u64);
    for (&client, runs) in clients {
        write_uint(out, client);
        write_uint(out, runs.len() as u64);
        let mut end = 0;
        for run in runs {
            write_uint(out, u64::from(run.ids.start - end));
            write_uint(out, u64::from(run.ids.end - run.ids.start));
            write_uint(out, run.stamp as u64);
            end = run.ids.end;
        }
    }
}

fn decode_runs(reader: &mut Reader<'_>, stamps: usize) -> Result<Runs, ReadError> {
    let mut clients = Runs::new();
    for _ in 0..reader.count(2)? {
        let client = reader.uint(MAX_SAFE_INTEGER)?;
        let mut end = 0;
        let runs = (0..reader.count(3)?).map(|_| {
            let start = end + reader.uint(u64::from(MAX_CLOCK - end))? as u32;
            end = start + reader.uint(u64::from(MAX_CLOCK - start))? as u32;
            Ok(Run {
                ids: start..end,
                stamp: reader.uint((stamps as u64).saturating_sub(1))? as usize,
            })
        });
        clients.insert(client, runs.collect::<Result<_, ReadError>>()?);
    }
    Ok(clients)
}

/// Adds ids to the runs of a client, as far as they are not there yet.
fn claim(runs: &mut Vec<Run>, ids: Range<u32>, stamp: usize) {
    // What the new run touches, and a neighbour on either side, which may go on in it.
    let from = runs.partition_point(|run| run.ids.end < ids.start);
    let touched = runs[from..].partition_point(|run| run.ids.start <= ids.end);
    let merged = overlay(
        &runs[from..from + touched],
        [Run { ids, stamp }].into_iter(),
    );
    runs.splice(from..from + touched, merged);
}

/// All of `known`, and what of `more` lies in none of it. Both are in order; so is what comes of them, in runs that are as long as can be.
fn overlay(known: &[Run], more: impl Iterator<Item = Run>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::with_capacity(known.len() + more.size_hint().0);
    let mut push = |ids: Range<u32>, stamp: usize| match all.last_mut() {
        _ if ids.is_empty() => {}
        Some(last) if last.stamp == stamp && last.ids.end == ids.start => last.ids.end = ids.end,
        _ => all.push(Run { ids, stamp }),
    };
    let mut known = known.iter().peekable();
    let mut end = 0;
    for run in more {
        let mut next = end.max(run.ids.start);
        while let Some(other) = known.next_if(|other| other.ids.start < run.ids.end) {
            push(next..other.ids.start, run.stamp);
            push(other.ids.clone(), other.stamp);
            end = other.ids.end;
            next = next.max(end);
        }
        push(next..run.ids.end, run.stamp);
    }
    known.for_each(|run| push(run.ids.clone(), run.stamp));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::IdSet;
    use proptest::prelude::*;

    /// An update with text of one client, and deletions.
    fn update(client: ClientId, ids: Range<u32>, deletions: &[(ClientId, Range<u32>)]) -> Vec<u8> {
        let mut out = Vec::new();
        write_uint(&mut out, u64::from(!ids.is_empty()));
        if !ids.is_empty() {
            write_uint(&mut out, 1);
            write_uint(&mut out, client);
            write_uint(&mut out, u64::from(ids.start));
            out.extend_from_slice(&[4, 1]);
            write_string(&mut out, "text");
            write_string(&mut out, &"k".repeat(ids.len()));
        }
        let mut set = IdSet::default();
        deletions
            .iter()
            .for_each(|(client, ids)| set.add(*client, [ids.clone()]));
        set.encode(&mut out);
        out
    }

    type Said = (
        &'static str,
        u64,
        ClientId,
        Range<u32>,
        Vec<(ClientId, Range<u32>)>,
    );

    fn authorship(entries: &[Said]) -> Authorship {
        let mut all = Authorship::default();
        for (author, hour, client, ids, deletions) in entries {
            let bytes = update(*client, ids.clone(), deletions);
            all.add(author, hour * HOUR_MS + 7, &Update::decode(&bytes).unwrap());
        }
        all
    }

    fn shown(all: &Authorship, runs: &[Run]) -> Vec<String> {
        let runs = runs.iter().map(|run| {
            let Stamp { author, hour } = &all.stamps()[run.stamp];
            format!("{author}@{hour} {:?}", run.ids)
        });
        runs.collect()
    }

    #[test]
    fn l7_typing_is_one_run_and_what_came_first_counts() {
        let all = authorship(&[
            ("ada", 1, 7, 0..1, vec![]),
            ("ada", 1, 7, 1..4, vec![]),
            ("ada", 2, 7, 4..5, vec![(7, 1..2)]),
            ("ben", 2, 9, 0..2, vec![(7, 0..3)]),
            ("ben", 2, 9, 2..3, vec![(7, 4..5)]),
        ]);
        assert_eq!(shown(&all, all.written(7)), ["ada@1 0..4", "ada@2 4..5"]);
        assert_eq!(shown(&all, all.written(9)), ["ben@2 0..3"]);
        let deleted = ["ben@2 0..1", "ada@2 1..2", "ben@2 2..3", "ben@2 4..5"];
        assert_eq!(shown(&all, all.deleted(7)), deleted);
        assert!(all.written(8).is_empty() && all.deleted(9).is_empty());
    }

    #[test]
    fn l7_bytes_that_are_no_authorship_are_refused() {
        let whole = authorship(&[("ada", 1, 7, 0..9, vec![(9, 1..2)])]).encode();
        assert!((0..whole.len()).all(|len| Authorship::decode(&whole[..len]).is_err()));
        // A run of a stamp that is not there.
        assert!(Authorship::decode(&[0, 0, 1, 7, 1, 0, 1, 9, 0]).is_err());
    }

    fn said() -> impl Strategy<Value = Vec<Said>> {
        let deletion =
            (0..3u64, 0..30u32, 0..9u32).prop_map(|(client, at, len)| (client, at..at + len));
        let entry = (
            prop::sample::select(&["ada", "ben", "cy"][..]),
            0..3u64,
            0..3u64,
            (0..30u32, 0..9u32).prop_map(|(at, len)| at..at + len),
            prop::collection::vec(deletion, 0..4),
        );
        prop::collection::vec(entry, 0..20)
    }

    /// Who first said something of a unit.
    fn first(
        entries: &[Said],
        of: impl Fn(&Said, u32) -> bool,
    ) -> Vec<Option<(&'static str, u64)>> {
        let said = |clock| entries.iter().find(|entry| of(entry, clock));
        (0..40)
            .map(|clock| said(clock).map(|entry| (entry.0, entry.1)))
            .collect()
    }

    fn by_unit(all: &Authorship, runs: &[Run]) -> Vec<Option<(String, u64)>> {
        let stamp = |clock| runs.iter().find(|run| run.ids.contains(&clock));
        let stamps = (0..40).map(|clock| stamp(clock).map(|run| &all.stamps()[run.stamp]));
        stamps
            .map(|stamp| stamp.map(|stamp| (stamp.author.clone(), stamp.hour)))
            .collect()
    }

    proptest! {
        #[test]
        fn l7_each_unit_has_who_came_first_however_the_log_is_cut(entries in said(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4)) {
            let whole = authorship(&entries);
            for client in 0..3 {
                let named = |all: Vec<Option<(&str, u64)>>| -> Vec<Option<(String, u64)>> {
                    all.into_iter().map(|one| one.map(|(who, hour)| (who.to_owned(), hour))).collect()
                };
                let written = first(&entries, |entry, clock| entry.2 == client && entry.3.contains(&clock));
                prop_assert_eq!(by_unit(&whole, whole.written(client)), named(written));
                let deleted = first(&entries, |entry, clock| {
                    entry.4.iter().any(|(of, ids)| *of == client && ids.contains(&clock))
                });
                prop_assert_eq!(by_unit(&whole, whole.deleted(client)), named(deleted));
            }
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(entries.len() + 1)).collect();
            places.extend([0, entries.len()]);
            places.sort_unstable();
            let mut joined = Authorship::default();
            for place in places.windows(2) {
                let piece = authorship(&entries[place[0]..place[1]]).encode();
                joined.join(&Authorship::decode(&piece).unwrap());
            }
            prop_assert_eq!(joined, whole);
        }
    }
}
