//! What is kept of the originals for good, made of them before they go (L7): `crates/room/src/archive.rs` says what.

use scriptroom_room::archive::{self, Hour, Original};
use scriptroom_room::authorship::Authorship;
use scriptroom_room::compaction::{self, MAX_MERGE_ENTRIES};
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge;
use worker::{Result, SqlStorageValue as Value};

use super::{NO_END, Store, integer, number, text};
use crate::events::Event;

/// What makes an entry one that was made of no other. One that is damaged is none.
pub(super) const ORIGINAL: &str =
    "(merged = 0 OR origin = 'repair') AND staged = 0 AND damaged IS NULL";

/// An hour in which somebody wrote.
pub(crate) struct HourRow {
    pub(crate) first: u64,
    /// Its last entry: the version that can be looked at.
    pub(crate) version: u64,
    pub(crate) time_ms: u64,
    pub(crate) entries: u64,
    pub(crate) authors: Vec<String>,
}

impl Store {
    /// Up to where the originals have been put by.
    pub(super) fn archived(&self) -> Result<u64> {
        let query = "SELECT MAX(CAST(value AS INTEGER)) FROM meta WHERE key = 'archived'";
        Ok(self.one(query)?.unwrap_or(0))
    }

    /// When the first of the originals was stored that are not put by.
    pub(super) fn unarchived(&self) -> Result<Option<u64>> {
        if !self.tables.archived {
            return Ok(None);
        }
        let query = format!(
            "SELECT time FROM entries WHERE {ORIGINAL} AND sequence > ? ORDER BY sequence LIMIT 1"
        );
        let rows = self.rows(&query, vec![integer(self.archived()?)])?;
        rows.first().map(|row| number(&row[0])).transpose()
    }

    /// Puts by what came before that time: a bounded piece of it.
    pub(crate) fn archive(&mut self, before_ms: u64) -> Result<()> {
        let mark = self.archived()?;
        let Some(originals) = self.waiting(mark, before_ms)? else {
            // What is damaged is set apart first.
            return Ok(());
        };
        let Some(last) = originals.last() else {
            return Ok(());
        };
        self.put_base(mark, &originals[0])?;
        let alone: Vec<u64> = self.apart()?.into_iter().flatten().collect();
        for hour in archive::hours(&originals, &alone) {
            self.put_hour(&hour)?;
        }
        let (first, sequence) = (originals[0].first, last.sequence);
        self.put_authorship(first, sequence, archive::authorship(&originals))?;
        let set = "INSERT OR REPLACE INTO meta (key, value) VALUES ('archived', ?)";
        self.run(set, vec![sequence.to_string().into()])
    }

    /// Some of the originals after a mark, in order, as many as one turn takes. `None`: one of them is damaged.
    fn waiting(&mut self, mark: u64, before_ms: u64) -> Result<Option<Vec<Original>>> {
        let query = format!(
            "SELECT first, sequence, time, author, size FROM entries WHERE {ORIGINAL} AND piece = 0
             AND sequence > ? AND time < ? ORDER BY sequence LIMIT ?"
        );
        let values = vec![
            integer(mark),
            integer(before_ms),
            integer(MAX_MERGE_ENTRIES as u64 + 1),
        ];
        let rows = self.rows(&query, values)?;
        let sizes = rows
            .iter()
            .map(|row| Ok((number(&row[4])? as usize, number(&row[2])?)));
        let sizes: Vec<(usize, u64)> = sizes.collect::<Result<_>>()?;
        let rows = &rows[..archive::piece(&sizes)];
        let Some(last) = rows.last() else {
            return Ok(Some(Vec::new()));
        };
        let condition = format!("{ORIGINAL} AND sequence > ? AND sequence <= ?");
        let entries = self.read(&condition, vec![integer(mark), last[1].clone()])?;
        if entries.len() != rows.len() {
            return Ok(None);
        }
        let originals = rows.iter().zip(entries).map(|(row, bytes)| {
            Ok(Original {
                first: number(&row[0])?,
                sequence: number(&row[1])?,
                time_ms: number(&row[2])?,
                author: text(&row[3])?,
                bytes,
            })
        });
        Ok(Some(originals.collect::<Result<_>>()?))
    }

    /// Where originals went before there were hours, what was before the first that is left is one by itself.
    fn put_base(&mut self, mark: u64, first: &Original) -> Result<()> {
        if mark > 0 || first.first == 1 {
            return Ok(());
        }
        let Some(entries) = self.entries_until(first.first - 1)? else {
            return Ok(());
        };
        match merge(&entries, &StateVector::default()) {
            Ok(bytes) => self.put_hour(&Hour {
                first: 1,
                last: first.first - 1,
                time_ms: first.time_ms,
                entries: 0,
                authors: Vec::new(),
                bytes,
            }),
            Err(error) => {
                let error = error.to_string();
                let last = first.first - 1;
                let fields = [("last", last.into()), ("error", error.as_str().into())];
                self.log(Event::ArchiveFailed, &fields);
                Ok(())
            }
        }
    }

    fn put_hour(&self, hour: &Hour) -> Result<()> {
        let own = [
            ("first", integer(hour.first)),
            ("sequence", integer(hour.last)),
            ("time", integer(hour.time_ms)),
            ("entries", integer(hour.entries)),
            // A person's name is one line.
            ("authors", hour.authors.join("\n").into()),
        ];
        self.put_block("hours", &own, &hour.bytes)
    }

    /// Stores a stretch of authorship, as one with the last ones where those are not much larger.
    fn put_authorship(&self, first: u64, last: u64, new: Authorship) -> Result<()> {
        let stored = self.stretches()?;
        let sizes: Vec<usize> = stored.iter().map(|&(_, _, size)| size).collect();
        let (mut first, mut all) = (first, new);
        for &(stored_first, sequence, _) in stored[archive::joined(&sizes, all.encode().len())]
            .iter()
            .rev()
        {
            let Ok(mut earlier) = self.stretch(sequence)? else {
                break;
            };
            earlier.join(&all);
            (first, all) = (stored_first, earlier);
            self.run(
                "DELETE FROM authorship WHERE sequence = ?",
                vec![integer(sequence)],
            )?;
        }
        let own = [("first", integer(first)), ("sequence", integer(last))];
        self.put_block("authorship", &own, &all.encode())
    }

    /// The stored stretches of authorship: from where to where, and how large.
    fn stretches(&self) -> Result<Vec<(u64, u64, usize)>> {
        let query =
            "SELECT first, sequence, size FROM authorship WHERE piece = 0 ORDER BY sequence";
        let rows = self.rows(query, vec![])?;
        rows.iter()
            .map(|row| {
                Ok((
                    number(&row[0])?,
                    number(&row[1])?,
                    number(&row[2])? as usize,
                ))
            })
            .collect()
    }

    fn stretch(&self, sequence: u64) -> Result<std::result::Result<Authorship, String>> {
        let bytes = self.block("authorship", sequence)?;
        Ok(bytes.and_then(|bytes| Authorship::decode(&bytes).map_err(|error| error.to_string())))
    }

    /// Who wrote and who deleted what in all of the log, as far as it is known.
    pub(crate) fn authorship(&mut self) -> Result<Authorship> {
        let mut all = Authorship::default();
        for (first, last, _) in self.stretches()? {
            match self.stretch(last)? {
                Ok(stretch) => all.join(&stretch),
                Err(error) => {
                    let fields = [
                        ("first", first.into()),
                        ("last", last.into()),
                        ("error", error.as_str().into()),
                    ];
                    self.log(Event::AuthorshipDamaged, &fields);
                }
            }
        }
        let mut mark = self.archived()?;
        while let Some(originals) = self.waiting(mark, NO_END)? {
            let Some(last) = originals.last() else { break };
            mark = last.sequence;
            all.join(&archive::authorship(&originals));
        }
        Ok(all)
    }

    /// The hours before a version in which somebody wrote: the last of them, in order.
    pub(crate) fn hours(&self, after: u64, before: u64, most: u64) -> Result<Vec<HourRow>> {
        let query = "SELECT first, sequence, time, entries, authors FROM hours WHERE piece = 0
            AND sequence > ? AND sequence < ? ORDER BY sequence DESC LIMIT ?";
        let values = vec![integer(after), integer(before), integer(most)];
        let rows = self.rows(query, values)?;
        let hours = rows.iter().rev().map(|row| {
            Ok(HourRow {
                first: number(&row[0])?,
                version: number(&row[1])?,
                time_ms: number(&row[2])?,
                entries: number(&row[3])?,
                authors: text(&row[4])?.lines().map(str::to_owned).collect(),
            })
        });
        hours.collect()
    }

    /// What of the hours and of the authorship is not what the originals make of it, as far as these are kept. It is made again
    /// by the next alarm, where it can be.
    pub(super) fn verify_archive(&mut self) -> Result<Vec<String>> {
        let mut differences = Vec::new();
        let mut wrong = None;
        for hour in self.hours(0, NO_END, NO_END)? {
            let (first, last) = (hour.first, hour.version);
            let verdict = match self.block("hours", last)? {
                Err(damage) => Some(damage),
                Ok(bytes) => self.originals_of(first, last)?.and_then(|originals| {
                    let entries: Vec<Vec<u8>> =
                        originals.into_iter().map(|one| one.bytes).collect();
                    compaction::verify(&bytes, &entries)
                        .err()
                        .map(|error| error.to_string())
                }),
            };
            if let Some(verdict) = verdict {
                differences.push(format!("the hour of entries {first} to {last}: {verdict}"));
                wrong.get_or_insert(first);
            }
        }
        for (first, last, _) in self.stretches()? {
            let verdict = match self.stretch(last)? {
                Err(damage) => Some(damage),
                Ok(stretch) => self.originals_of(first, last)?.and_then(|originals| {
                    let same = archive::authorship(&originals) == stretch;
                    (!same).then(|| "it differs from what the log says".to_owned())
                }),
            };
            if let Some(verdict) = verdict {
                differences.push(format!("who wrote entries {first} to {last}: {verdict}"));
                wrong = Some(wrong.map_or(first, |known: u64| known.min(first)));
            }
        }
        if let Some(first) = wrong {
            self.archive_again(first)?;
        }
        Ok(differences)
    }

    /// The originals of a stretch. `None`: some are no longer kept.
    fn originals_of(&mut self, first: u64, last: u64) -> Result<Option<Vec<Original>>> {
        let mut all: Vec<Original> = Vec::new();
        let mut mark = first - 1;
        while mark < last {
            let Some(mut originals) = self.waiting(mark, NO_END)? else {
                return Ok(None);
            };
            originals.retain(|original| original.sequence <= last);
            let whole = |(at, one): (u64, &Original)| one.sequence == at && one.first == at;
            match originals.last() {
                Some(end) if (mark + 1..).zip(&originals).all(whole) => mark = end.sequence,
                _ => return Ok(None),
            }
            all.extend(originals);
        }
        Ok(Some(all))
    }

    /// Takes back what was put by from an entry on, where all originals from there on are kept.
    fn archive_again(&mut self, first: u64) -> Result<()> {
        // A stretch of authorship may begin earlier than the hour.
        let reaching = self
            .stretches()?
            .into_iter()
            .find(|&(_, last, _)| last >= first);
        let first = reaching.map_or(first, |(start, _, _)| start.min(first));
        let last = self.archived()?;
        if self.originals_of(first, last)?.is_none() {
            return Ok(());
        }
        for table in ["hours", "authorship"] {
            let statement = format!("DELETE FROM {table} WHERE sequence >= ?");
            self.run(&statement, vec![integer(first)])?;
        }
        let values: Vec<Value> = vec![(first - 1).to_string().into()];
        self.run(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('archived', ?)",
            values,
        )
    }
}
