//! The entries of the log: appended, read back with their checksums, staged, covered, purged.

use std::borrow::Cow;

use scriptroom_room::block::Block;
use scriptroom_room::check::Update;
use scriptroom_room::{Clock, Config, Entry, LiveEntry, LogReader, Merged, Tail};
use worker::{Error, Result, SqlStorageValue as Value};

use super::archive::ORIGINAL;
use super::{Damaged, NO_END, PIECE_BYTES, Store, blob, integer, number};
use crate::events::Event;

/// What makes an entry part of the script as it is now: no merged one covers it, it is not only staged, and it is whole.
/// The index `live` has the same words.
pub(super) const LIVE: &str = "covered IS NULL AND staged = 0 AND damaged IS NULL";
/// One turn deletes so many rows at most.
const PURGED_ROWS: u64 = 2_000;

/// What is written beside an entry's bytes.
pub(super) struct Row<'a> {
    pub(super) first: u64,
    pub(super) sequence: u64,
    pub(super) merged: u64,
    pub(super) time_ms: u64,
    pub(super) author: &'a str,
    pub(super) session: u64,
    pub(super) origin: &'a str,
    pub(super) staged: bool,
}

/// An entry on its way out of its rows.
struct Read {
    sequence: u64,
    merged: u64,
    block: Block<'static>,
}

impl Store {
    pub(super) fn last_sequence(&self) -> Result<u64> {
        let query = format!(
            "SELECT MAX(sequence) FROM {} WHERE staged = 0",
            self.tables.entries
        );
        Ok(self.one(&query)?.unwrap_or(0))
    }

    pub(super) fn is_staged(&self) -> Result<bool> {
        let query = format!(
            "SELECT COUNT(*) FROM {} WHERE staged = 1",
            self.tables.entries
        );
        Ok(self.one(&query)? != Some(0))
    }

    pub(super) fn oldest_covered(&self) -> Result<Option<u64>> {
        let entries = self.tables.entries;
        self.one(&format!(
            "SELECT MIN(covered) FROM {entries} WHERE covered IS NOT NULL"
        ))
    }

    pub(super) fn tail(&self, config: &Config) -> Result<Tail> {
        let mut tail = Tail::default();
        for entry in self.sizes()?.iter().filter(|entry| entry.merged == 0) {
            tail.push(entry.bytes as u64, entry.time_ms, config);
        }
        Ok(tail)
    }

    /// The bytes of the live entries, before packing.
    pub(super) fn stored_bytes(&self) -> Result<u64> {
        let entries = self.tables.entries;
        let query = format!("SELECT SUM(size) FROM {entries} WHERE {LIVE} AND piece = 0");
        Ok(self.one(&query)?.unwrap_or(0))
    }

    fn sizes(&self) -> Result<Vec<LiveEntry>> {
        let query = format!(
            "SELECT first, sequence, merged, size, time FROM {} WHERE {LIVE} AND piece = 0 ORDER BY sequence",
            self.tables.entries
        );
        let rows = self.sql.exec(&query, None)?;
        rows.raw()
            .map(|row| {
                let row = row?;
                Ok(LiveEntry {
                    first: number(&row[0])?,
                    sequence: number(&row[1])?,
                    merged: number(&row[2])?,
                    bytes: number(&row[3])? as usize,
                    time_ms: number(&row[4])?,
                })
            })
            .collect()
    }

    /// Stores an entry and the clocks it moved.
    pub(crate) fn append(&self, entry: &Entry, clocks: &[Clock]) -> Result<()> {
        let row = Row {
            first: entry.sequence,
            sequence: entry.sequence,
            merged: 0,
            time_ms: entry.time_ms,
            author: &entry.author,
            session: entry.session,
            origin: entry.origin.name(),
            staged: false,
        };
        self.insert(&row, &entry.bytes)?;
        self.set_clocks(clocks)
    }

    /// Stores a merged entry beside those that it will cover.
    pub(crate) fn stage(&self, merged: &Merged) -> Result<()> {
        self.unstage()?;
        let row = Row {
            first: merged.first,
            sequence: merged.last,
            merged: merged.merged,
            time_ms: merged.time_ms,
            author: "",
            session: 0,
            origin: "merge",
            staged: true,
        };
        self.insert(&row, &merged.bytes)
    }

    pub(super) fn insert(&self, row: &Row<'_>, bytes: &[u8]) -> Result<()> {
        let statement = format!(
            "INSERT INTO {} (first, sequence, merged, piece, time, author, session, origin, staged,
            size, packed, checksum, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self.tables.entries
        );
        let block = Block::of(bytes);
        for (piece, bytes) in (0..).zip(block.bytes.chunks(PIECE_BYTES)) {
            let values = vec![
                integer(row.first),
                integer(row.sequence),
                integer(row.merged),
                integer(piece),
                integer(row.time_ms),
                row.author.into(),
                integer(row.session),
                row.origin.into(),
                integer(u64::from(row.staged)),
                integer(block.size as u64),
                integer(u64::from(block.packed)),
                block
                    .checksum
                    .map_or(Value::Null, |sum| integer(u64::from(sum))),
                bytes.to_vec().into(),
            ];
            self.run(&statement, values)?;
        }
        Ok(())
    }

    /// What is staged is live from now on, and covers the live entries from `first` to `last`.
    pub(crate) fn take_over(&self, first: u64, last: u64, now_ms: u64) -> Result<()> {
        let entries = self.tables.entries;
        let cover =
            format!("UPDATE {entries} SET covered = ? WHERE {LIVE} AND sequence BETWEEN ? AND ?");
        let values = vec![integer(now_ms), integer(first), integer(last)];
        self.run(&cover, values)?;
        let live = format!("UPDATE {entries} SET staged = 0 WHERE staged = 1");
        self.run(&live, vec![])
    }

    /// Forgets what is staged.
    pub(crate) fn unstage(&self) -> Result<()> {
        let statement = format!("DELETE FROM {} WHERE staged = 1", self.tables.entries);
        self.run(&statement, vec![])
    }

    /// Deletes a piece of what is covered since before that time, as far as it is put by.
    pub(crate) fn purge(&self, before_ms: u64) -> Result<()> {
        let entries = self.tables.entries;
        let statement = format!(
            "DELETE FROM {entries} WHERE rowid IN (SELECT rowid FROM {entries} WHERE covered IS NOT NULL AND covered < ?
             AND (sequence <= ? OR NOT ({ORIGINAL})) LIMIT ?)"
        );
        let put_by = match self.tables.archived {
            true => self.archived()?,
            false => NO_END,
        };
        let values = vec![integer(before_ms), integer(put_by), integer(PURGED_ROWS)];
        self.run(&statement, values)
    }

    /// The entries that a condition finds, whole; the damaged ones are set apart.
    pub(super) fn read(&mut self, condition: &str, values: Vec<Value>) -> Result<Vec<Vec<u8>>> {
        let query = format!(
            "SELECT sequence, merged, piece, size, packed, checksum, bytes FROM {} WHERE {condition}
             ORDER BY sequence, merged, piece",
            self.tables.entries
        );
        let mut reads: Vec<Read> = Vec::new();
        for row in self.sql.exec(&query, values)?.raw() {
            let row = row?;
            match (number(&row[2])?, reads.last_mut()) {
                (1.., Some(read)) => read.block.bytes.to_mut().extend_from_slice(blob(&row[6])?),
                _ => reads.push(Read::begin(&row)?),
            }
        }
        let mut entries = Vec::with_capacity(reads.len());
        for Read {
            sequence,
            merged,
            block,
        } in reads
        {
            // What was stored before there were checksums must say by itself that it is whole.
            let unsigned = block.checksum.is_none();
            let entry = block.open().map_err(|damage| damage.to_string());
            let entry = entry.and_then(|entry| match Update::decode(&entry) {
                Err(error) if unsigned => Err(error.to_string()),
                _ => Ok(entry),
            });
            match entry {
                Ok(entry) => entries.push(entry),
                Err(damage) => {
                    let fields = [
                        ("entry", sequence.into()),
                        ("merged", merged.into()),
                        ("error", damage.as_str().into()),
                    ];
                    self.log(Event::EntryDamaged, &fields);
                    self.damaged.push(Damaged { sequence, merged });
                }
            }
        }
        Ok(entries)
    }

    /// What a reader gets that cannot be told of an error.
    fn or_failed<T: Default>(&mut self, result: Result<T>) -> T {
        result.unwrap_or_else(|error: Error| {
            self.failed = Some(error);
            T::default()
        })
    }

    fn read_staged(&mut self) -> Result<Option<Merged>> {
        let query = format!(
            "SELECT first, sequence, merged, time FROM {} WHERE staged = 1 AND piece = 0",
            self.tables.entries
        );
        let rows = self.rows(&query, vec![])?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let known = self.damaged.len();
        let mut entries = self.read("staged = 1", vec![])?;
        // What is damaged before it was live is no loss: it is made again.
        self.damaged.truncate(known);
        Ok(match entries.pop() {
            None => None,
            Some(bytes) => Some(Merged {
                first: number(&row[0])?,
                last: number(&row[1])?,
                merged: number(&row[2])?,
                time_ms: number(&row[3])?,
                bytes,
            }),
        })
    }
}

impl Read {
    fn begin(row: &[Value]) -> Result<Read> {
        Ok(Read {
            sequence: number(&row[0])?,
            merged: number(&row[1])?,
            block: Block {
                size: number(&row[3])? as usize,
                packed: number(&row[4])? == 1,
                checksum: match &row[5] {
                    Value::Null => None,
                    sum => Some(number(sum)? as u32),
                },
                bytes: Cow::Owned(blob(&row[6])?.to_vec()),
            },
        })
    }
}

impl LogReader for Store {
    fn live_entries(&mut self) -> Vec<Vec<u8>> {
        let entries = self.read(LIVE, vec![]);
        self.or_failed(entries)
    }

    fn live(&mut self) -> Vec<LiveEntry> {
        let sizes = self.sizes();
        self.or_failed(sizes)
    }

    fn entries(&mut self, first: u64, last: u64) -> Vec<Vec<u8>> {
        let condition = format!("{LIVE} AND sequence BETWEEN ? AND ?");
        let entries = self.read(&condition, vec![integer(first), integer(last)]);
        self.or_failed(entries)
    }

    fn staged(&mut self) -> Option<Merged> {
        let staged = self.read_staged();
        self.or_failed(staged)
    }

    fn oldest_covered_ms(&mut self) -> Option<u64> {
        let oldest = self.oldest_covered();
        self.or_failed(oldest)
    }

    fn unarchived_ms(&mut self) -> Option<u64> {
        let oldest = self.unarchived();
        self.or_failed(oldest)
    }
}
