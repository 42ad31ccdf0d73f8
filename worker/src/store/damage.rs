//! What happens to entries that are not what was stored: they are set apart, what stands in for them takes their place,
//! and where nothing does, the rest is served (L5).

use scriptroom_room::recovery::{self, Copy, RELAY};
use scriptroom_room::{Clock, Held};
use worker::{Error, Result};

use super::history::HOUR;
use super::log::{LIVE, Row};
use super::{Damaged, Store, integer, number};
use crate::events::Event;

impl Store {
    /// Whether the last read came upon damage. What it gave is not the whole log then.
    pub(crate) fn is_damaged(&self) -> bool {
        !self.damaged.is_empty()
    }

    /// Sets apart what is damaged. Where something is lost by that, the log begins anew under the name `epoch` with what
    /// is whole, and what builds on the rest is held for so long.
    pub(crate) fn recover(&mut self, epoch: &str, now_ms: u64, kept_ms: u64) -> Result<()> {
        let mut lost = false;
        loop {
            for damaged in std::mem::take(&mut self.damaged) {
                lost |= !self.replace(&damaged, now_ms)?;
            }
            // What stands in for it may be damaged as well.
            let entries = self.read(LIVE, vec![])?;
            if self.damaged.is_empty() {
                return match lost {
                    true => self.begin_anew(&entries, epoch, now_ms, kept_ms),
                    false => Ok(()),
                };
            }
        }
    }

    /// Sets an entry apart and brings back what it covers. `false`: something is missing now.
    fn replace(&self, damaged: &Damaged, now_ms: u64) -> Result<bool> {
        let place = vec![integer(damaged.sequence), integer(damaged.merged)];
        let entries = self.tables.entries;
        let query = format!(
            "SELECT first FROM {entries} WHERE {LIVE} AND sequence = ? AND merged = ? AND piece = 0"
        );
        let live = self.rows(&query, place.clone())?;
        let mut values = vec![integer(now_ms)];
        values.extend(place);
        let mark = format!("UPDATE {entries} SET damaged = ? WHERE sequence = ? AND merged = ?");
        self.run(&mark, values)?;
        let Some(row) = live.first() else {
            return Ok(true);
        };
        let (first, last) = (number(&row[0])?, damaged.sequence);
        let Some(copies) = recovery::stand_ins(first, last, &self.copies(first, last)?) else {
            return Ok(false);
        };
        let uncover =
            format!("UPDATE {entries} SET covered = NULL WHERE sequence = ? AND merged = ?");
        for copy in copies {
            if copy.merged == HOUR {
                self.put_back_hour(copy.last)?;
                continue;
            }
            self.run(&uncover, vec![integer(copy.last), integer(copy.merged)])?;
        }
        Ok(true)
    }

    /// An hour is live from now on, as a merged entry.
    fn put_back_hour(&self, sequence: u64) -> Result<()> {
        let statement = "INSERT INTO entries (first, sequence, merged, piece, time, author, origin, size, packed, checksum, bytes)
            SELECT first, sequence, (SELECT 1 + COALESCE(MAX(merged), 0) FROM entries WHERE sequence = hours.sequence),
            piece, time, '', 'merge', size, packed, checksum, bytes FROM hours WHERE sequence = ?";
        self.run(statement, vec![integer(sequence)])
    }

    fn copies(&self, first: u64, last: u64) -> Result<Vec<Copy>> {
        let mut query = format!(
            "SELECT first, sequence, merged FROM {} WHERE covered IS NOT NULL AND damaged IS NULL
            AND piece = 0 AND first >= ? AND sequence <= ?",
            self.tables.entries
        );
        let mut values = vec![integer(first), integer(last)];
        if self.tables.archived {
            query += " UNION ALL SELECT first, sequence, ? FROM hours WHERE piece = 0 AND first >= ? AND sequence <= ?";
            values.extend([integer(HOUR), integer(first), integer(last)]);
        }
        let rows = self.rows(&query, values)?;
        let mut copies = Vec::with_capacity(rows.len());
        for row in &rows {
            let copy = Copy {
                first: number(&row[0])?,
                last: number(&row[1])?,
                merged: number(&row[2])?,
            };
            // What stands in is read next; an hour that is damaged itself would be tried for ever.
            if copy.merged != HOUR || self.block("hours", copy.last)?.is_ok() {
                copies.push(copy);
            }
        }
        Ok(copies)
    }

    fn begin_anew(
        &self,
        entries: &[Vec<u8>],
        epoch: &str,
        now_ms: u64,
        kept_ms: u64,
    ) -> Result<()> {
        let remains = recovery::remains(entries)
            .map_err(|error| Error::RustError(format!("what is left of the log: {error}")))?;
        self.log(Event::LogLost, &[]);
        let sequence = self.last_sequence()? + 1;
        let table = self.tables.entries;
        let cover = format!("UPDATE {table} SET covered = ? WHERE {LIVE}");
        self.run(&cover, vec![integer(now_ms)])?;
        if let Some(whole) = &remains.whole {
            let row = Row {
                first: 1,
                sequence,
                merged: 1,
                time_ms: now_ms,
                author: RELAY,
                session: 0,
                origin: "repair",
                staged: false,
            };
            self.insert(&row, whole)?;
        }
        self.unstage()?;
        self.put_back_clocks(&remains.clocks)?;
        self.set_recovered(&[])?;
        self.note_restored(now_ms)?;
        if let Some(bytes) = remains.waits {
            let id = self.held()?.iter().map(|held| held.id).max().unwrap_or(0) + 1;
            self.hold(&Held {
                id,
                expires_ms: now_ms + kept_ms,
                author: RELAY.to_owned(),
                bytes,
            })?;
        }
        self.run(
            "UPDATE meta SET value = ? WHERE key = 'epoch'",
            vec![epoch.into()],
        )
    }

    /// Every client id continues after what is whole of it; whose it is does not change.
    fn put_back_clocks(&self, whole: &[(u64, u32)]) -> Result<()> {
        let clocks = self.clocks()?.into_iter().map(|clock| {
            let next = whole.iter().find(|(client, _)| *client == clock.client);
            Clock {
                next: next.map_or(0, |&(_, next)| next),
                ..clock
            }
        });
        self.set_clocks(&clocks.collect::<Vec<_>>())
    }
}
