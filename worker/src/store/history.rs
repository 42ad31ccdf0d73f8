//! What the log says of other moments than now.

use scriptroom_room::history::Logged;
use scriptroom_room::recovery::{self, Copy};
use scriptroom_room::varint::MAX_SAFE_INTEGER;
use worker::{Error, Result, SqlStorageValue as Value};

use super::{Store, integer, number, text};
use crate::events::Event;

/// Behind every entry: JavaScript has no larger whole number.
pub(crate) const NO_END: u64 = MAX_SAFE_INTEGER;

/// Stands for how often an hour was merged, where copies of entries are listed.
pub(super) const HOUR: u64 = NO_END;

/// An entry as it came, with its bytes.
pub(crate) type Original = (Logged, Vec<u8>);

/// A version with a name.
pub(crate) struct Name {
    pub(crate) version: u64,
    pub(crate) name: String,
    pub(crate) author: String,
    pub(crate) time_ms: u64,
}

impl Store {
    /// When the last entry was stored.
    pub(crate) fn changed_ms(&self) -> Result<Option<u64>> {
        let entries = self.tables.entries;
        let query =
            format!("SELECT time FROM {entries} WHERE staged = 0 ORDER BY sequence DESC LIMIT 1");
        let rows = self.rows(&query, vec![])?;
        rows.first().map(|row| number(&row[0])).transpose()
    }

    /// When an entry was stored; `None` where it is no longer kept by itself.
    pub(crate) fn time_of(&self, version: u64) -> Result<Option<u64>> {
        let query = format!(
            "SELECT time, merged FROM {} WHERE sequence = ?
            UNION ALL SELECT time, ? FROM hours WHERE sequence = ? ORDER BY merged LIMIT 1",
            self.tables.entries
        );
        let values = vec![integer(version), integer(HOUR), integer(version)];
        let rows = self.rows(&query, values)?;
        rows.first().map(|row| number(&row[0])).transpose()
    }

    /// Entries that together are the script at that version, in order. `None`: it is no longer kept.
    pub(crate) fn entries_until(&mut self, version: u64) -> Result<Option<Vec<Vec<u8>>>> {
        let apart = self.apart()?;
        // Hours say all that the originals in them do: a long log is listed only where they do not.
        let query = "SELECT COALESCE(MAX(sequence), 0) FROM hours WHERE sequence <= ?";
        let hour = number(&self.rows(query, vec![integer(version)])?[0][0])?;
        for after in [hour, 0] {
            let mut copies = self.copies_until(version, after)?;
            while let Some(parts) = recovery::fewest(version, &copies, &apart) {
                match self.read_parts(&parts)? {
                    Ok(entries) => return Ok(Some(entries)),
                    // An hour that is damaged does not count; what else there is may do without it.
                    Err(damaged) => copies.retain(|copy| *copy != damaged),
                }
            }
        }
        Ok(None)
    }

    /// All that is kept of the log up to a version: merged, put by, and, after an entry, as it came.
    pub(super) fn copies_until(&self, version: u64, after: u64) -> Result<Vec<Copy>> {
        let query = "SELECT first, sequence, merged FROM entries WHERE staged = 0 AND damaged IS NULL AND piece = 0
            AND sequence <= ? AND (sequence > ? OR merged > 0)
            UNION ALL SELECT first, sequence, ? FROM hours WHERE piece = 0 AND sequence <= ?";
        let values = [version, after, HOUR, version];
        let values: Vec<Value> = values.into_iter().map(integer).collect();
        let rows = self.sql.exec(query, values)?;
        let copies = rows.raw().map(|row| {
            let row = row?;
            Ok(Copy {
                first: number(&row[0])?,
                last: number(&row[1])?,
                merged: number(&row[2])?,
            })
        });
        copies.collect()
    }

    /// The entries of these copies, or the hour that is damaged. Damage of the log itself is noted by the way.
    fn read_parts(&mut self, parts: &[Copy]) -> Result<std::result::Result<Vec<Vec<u8>>, Copy>> {
        let mut entries = Vec::new();
        for part in parts {
            if part.merged != HOUR {
                let place = vec![integer(part.last), integer(part.merged)];
                let read = self.read("sequence = ? AND merged = ? AND staged = 0", place)?;
                entries.extend(read);
                continue;
            }
            match self.block("hours", part.last)? {
                Ok(hour) => entries.push(hour),
                Err(damage) => {
                    let fields = [
                        ("last", part.last.into()),
                        ("error", damage.as_str().into()),
                    ];
                    self.log(Event::HourDamaged, &fields);
                    return Ok(Err(*part));
                }
            }
        }
        Ok(Ok(entries))
    }

    /// What came between two versions, both left out: the last of it, in order.
    pub(crate) fn logged(&self, after: u64, before: u64, most: u64) -> Result<Vec<Logged>> {
        let query = format!(
            "SELECT sequence, time, author, origin FROM {} WHERE merged = 0 AND piece = 0 AND staged = 0
            AND sequence > ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
            self.tables.entries
        );
        let values = vec![integer(after), integer(before), integer(most)];
        let rows = self.sql.exec(&query, values)?;
        let logged = rows.raw().map(|row| {
            let row = row?;
            Ok(Logged {
                sequence: number(&row[0])?,
                time_ms: number(&row[1])?,
                author: text(&row[2])?,
                origin: text(&row[3])?,
            })
        });
        let mut logged: Vec<Logged> = logged.collect::<Result<_>>()?;
        logged.reverse();
        Ok(logged)
    }

    /// Every entry from that version on, as it came. `None`: some are no longer kept.
    pub(crate) fn originals(&mut self, from: u64) -> Result<Option<Vec<Original>>> {
        let logged = self.logged(from - 1, NO_END, NO_END)?;
        let whole = (from..)
            .zip(&logged)
            .all(|(sequence, entry)| entry.sequence == sequence);
        if !whole || self.last_sequence()? + 1 != from + logged.len() as u64 {
            return Ok(None);
        }
        let condition = "merged = 0 AND staged = 0 AND damaged IS NULL AND sequence >= ?";
        let entries = self.read(condition, vec![integer(from)])?;
        let complete = entries.len() == logged.len();
        Ok(complete.then(|| logged.into_iter().zip(entries).collect()))
    }

    /// The versions that have a name, newest first.
    pub(crate) fn names(&self) -> Result<Vec<Name>> {
        let query =
            "SELECT version, name, author, time FROM named WHERE piece = 0 ORDER BY version DESC";
        let rows = self.rows(query, vec![])?;
        rows.iter()
            .map(|row| {
                Ok(Name {
                    version: number(&row[0])?,
                    name: text(&row[1])?,
                    author: text(&row[2])?,
                    time_ms: number(&row[3])?,
                })
            })
            .collect()
    }

    /// Gives a version a name, and keeps its state.
    pub(crate) fn set_name(
        &self,
        version: u64,
        name: &str,
        author: &str,
        now_ms: u64,
        state: &[u8],
    ) -> Result<()> {
        self.run(
            "DELETE FROM named WHERE version = ?",
            vec![integer(version)],
        )?;
        let own = [
            ("version", integer(version)),
            ("name", name.into()),
            ("author", author.into()),
            ("time", integer(now_ms)),
        ];
        self.put_block("named", &own, state)
    }

    /// The state of a version that has a name.
    pub(crate) fn named(&self, version: u64) -> Result<Option<Vec<u8>>> {
        let found = self.find_block("named", ("version", integer(version)))?;
        found.transpose().map_err(|damage| {
            Error::RustError(format!(
                "the state of version {version} is damaged: {damage}"
            ))
        })
    }
}
