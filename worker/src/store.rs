//! The log of one script in its object's SQLite: entries in pieces that fit a row, clocks, and what is held.
//!
//! All writes of one turn reach the disk together or not at all, before any message of that turn leaves: that is the
//! platform's output gate, and SPEC.md's U2 rests on it. So nothing here may await.

mod schema;

use scriptroom_room::compaction::{self, EntrySize};
use scriptroom_room::room::{Clock, Entry, Held, LogReader, Stored};
use worker::{Error, Result, SqlStorage, SqlStorageValue as Value, console_error};

/// A row's blob is at most 2 MB; half of that leaves room for what else is in the row.
const PIECE_BYTES: usize = 1 << 20;

/// One script's log.
pub(crate) struct Store {
    sql: SqlStorage,
    /// What went wrong while the room was reading: a reader has no way to say so.
    failed: Option<Error>,
}

impl Store {
    pub(crate) fn new(sql: SqlStorage) -> Store {
        Store { sql, failed: None }
    }

    /// What the room must know to wake. `epoch` names the log if it is new.
    pub(crate) fn load(&self, epoch: &str) -> Result<Stored> {
        schema::migrate(&self.sql)?;
        let name = "INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?)";
        self.run(name, vec![epoch.into()])?;
        let epoch = self.rows("SELECT value FROM meta WHERE key = 'epoch'", vec![])?;
        let totals = "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM entries WHERE covered IS NULL AND merged = 0 AND piece = 0";
        let tail = self.rows(totals, vec![])?;
        let last = self.rows("SELECT COALESCE(MAX(sequence), 0) FROM entries", vec![])?;
        Ok(Stored {
            epoch: text(&epoch[0][0])?,
            clocks: self.clocks()?,
            last_sequence: number(&last[0][0])?,
            tail: (number(&tail[0][0])?, number(&tail[0][1])?),
            held: self.held()?,
        })
    }

    fn clocks(&self) -> Result<Vec<Clock>> {
        let rows = self
            .sql
            .exec("SELECT client, next, owner FROM clocks", None)?;
        rows.raw()
            .map(|row| {
                let row = row?;
                Ok(Clock {
                    client: number(&row[0])?,
                    next: number(&row[1])? as u32,
                    owner: text(&row[2]).ok(),
                })
            })
            .collect()
    }

    fn held(&self) -> Result<Vec<Held>> {
        let mut held: Vec<Held> = Vec::new();
        let query = "SELECT id, expires, author, bytes FROM held ORDER BY id, piece";
        for row in self.sql.exec(query, None)?.raw() {
            let row = row?;
            let id = number(&row[0])?;
            match held.last_mut().filter(|last| last.id == id) {
                Some(last) => last.bytes.extend_from_slice(blob(&row[3])?),
                None => held.push(Held {
                    id,
                    expires_ms: number(&row[1])?,
                    author: text(&row[2])?,
                    bytes: blob(&row[3])?.to_vec(),
                }),
            }
        }
        Ok(held)
    }

    /// Stores an entry and the clocks it moved.
    pub(crate) fn append(&self, entry: &Entry, clocks: &[Clock]) -> Result<()> {
        self.insert(entry, entry.origin.name(), 0)?;
        for clock in clocks {
            let values = vec![
                integer(clock.client),
                integer(u64::from(clock.next)),
                clock.owner.clone().into(),
            ];
            self.run(
                "INSERT OR REPLACE INTO clocks (client, next, owner) VALUES (?, ?, ?)",
                values,
            )?;
        }
        Ok(())
    }

    fn insert(&self, entry: &Entry, origin: &str, merged: u64) -> Result<()> {
        let statement = "INSERT INTO entries (sequence, merged, piece, time, author, origin, size, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        for (piece, bytes) in (0..).zip(entry.bytes.chunks(PIECE_BYTES)) {
            let values = vec![
                integer(entry.sequence),
                integer(merged),
                integer(piece),
                integer(entry.time_ms),
                entry.author.as_str().into(),
                origin.into(),
                integer(entry.bytes.len() as u64),
                bytes.to_vec().into(),
            ];
            self.run(statement, values)?;
        }
        Ok(())
    }

    /// Stores a held piece.
    pub(crate) fn hold(&self, held: &Held) -> Result<()> {
        let statement =
            "INSERT INTO held (id, piece, expires, author, bytes) VALUES (?, ?, ?, ?, ?)";
        for (piece, bytes) in (0..).zip(held.bytes.chunks(PIECE_BYTES)) {
            let values = vec![
                integer(held.id),
                integer(piece),
                integer(held.expires_ms),
                held.author.as_str().into(),
                bytes.to_vec().into(),
            ];
            self.run(statement, values)?;
        }
        Ok(())
    }

    /// Forgets a held piece.
    pub(crate) fn release(&self, id: u64) -> Result<()> {
        self.run("DELETE FROM held WHERE id = ?", vec![integer(id)])
    }

    /// Deletes what is covered since before that time.
    pub(crate) fn purge(&self, before_ms: u64) -> Result<()> {
        let statement = "DELETE FROM entries WHERE covered IS NOT NULL AND covered < ?";
        self.run(statement, vec![integer(before_ms)])
    }

    /// Merges the end of the log, when that is worth it. What could not be merged stays as it is.
    pub(crate) fn compact(&self, now_ms: u64) -> Result<()> {
        let sizes = "SELECT sequence, merged, size FROM entries WHERE covered IS NULL AND piece = 0 ORDER BY sequence";
        let live = self.rows(sizes, vec![])?;
        let sized: Vec<EntrySize> = live
            .iter()
            .map(|row| {
                Ok(EntrySize {
                    sequence: number(&row[0])?,
                    bytes: number(&row[2])? as usize,
                })
            })
            .collect::<Result<_>>()?;
        let Some(start) = compaction::plan(&sized) else {
            return Ok(());
        };
        let (first, last) = (sized[start].sequence, sized[sized.len() - 1].sequence);
        let entries = self.entries_from(first)?;
        let bytes = match compaction::merge_verified(&entries) {
            Ok(bytes) => bytes,
            Err(error) => {
                console_error!("compaction of entries {first} to {last}: {error}");
                return Ok(());
            }
        };
        let generations = live[start..].iter().map(|row| number(&row[1]));
        let merged = generations
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .max()
            .unwrap_or(0)
            + 1;
        self.cover(first, now_ms)?;
        let entry = Entry {
            sequence: last,
            time_ms: now_ms,
            author: String::new(),
            origin: scriptroom_room::Origin::Sync,
            bytes,
        };
        self.insert(&entry, "merge", merged)
    }

    /// Marks the live entries from `first` on as covered; merged ones are only copies of what is kept, and go.
    fn cover(&self, first: u64, now_ms: u64) -> Result<()> {
        let drop = "DELETE FROM entries WHERE covered IS NULL AND merged > 0 AND sequence >= ?";
        self.run(drop, vec![integer(first)])?;
        let mark = "UPDATE entries SET covered = ? WHERE covered IS NULL AND sequence >= ?";
        self.run(mark, vec![integer(now_ms), integer(first)])
    }

    fn entries_from(&self, first: u64) -> Result<Vec<Vec<u8>>> {
        let query = "SELECT piece, bytes FROM entries WHERE covered IS NULL AND sequence >= ? ORDER BY sequence, merged, piece";
        let mut entries: Vec<Vec<u8>> = Vec::new();
        for row in self.sql.exec(query, vec![integer(first)])?.raw() {
            let row = row?;
            match (number(&row[0])?, entries.last_mut()) {
                (1.., Some(last)) => last.extend_from_slice(blob(&row[1])?),
                _ => entries.push(blob(&row[1])?.to_vec()),
            }
        }
        Ok(entries)
    }

    /// The error that a read ended in since this was last asked.
    pub(crate) fn take_failure(&mut self) -> Option<Error> {
        self.failed.take()
    }

    fn run(&self, statement: &str, values: Vec<Value>) -> Result<()> {
        self.sql.exec(statement, values).map(|_| ())
    }

    fn rows(&self, query: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        self.sql.exec(query, values)?.raw().collect()
    }
}

impl LogReader for Store {
    fn live_entries(&mut self) -> Vec<Vec<u8>> {
        self.entries_from(0).unwrap_or_else(|error| {
            self.failed = Some(error);
            Vec::new()
        })
    }
}

fn integer(value: u64) -> Value {
    Value::Integer(value as i64)
}

fn number(value: &Value) -> Result<u64> {
    match value {
        Value::Integer(number) if *number >= 0 => Ok(*number as u64),
        other => Err(Error::RustError(format!(
            "expected a number in the log, got {other:?}"
        ))),
    }
}

fn text(value: &Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        _ => Err(Error::RustError("expected text in the log".to_owned())),
    }
}

fn blob(value: &Value) -> Result<&[u8]> {
    match value {
        Value::Blob(bytes) => Ok(bytes),
        _ => Err(Error::RustError("expected bytes in the log".to_owned())),
    }
}
