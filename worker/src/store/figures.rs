//! Figures of a lane's log, and whether what stands beside it agrees with it (J7, J8).

use scriptroom_room::check::Update;
use scriptroom_room::compaction;
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge;
use scriptroom_room::recovery::RELAY;
use scriptroom_room::{Clock, LogReader};
use worker::{Error, Result};

use super::Store;
use super::log::LIVE;

/// What lies in the store.
#[derive(Debug)]
pub(crate) struct Figures {
    /// Entries that make up the document now, and of those the ones that are not merged.
    pub(crate) live: u64,
    pub(crate) unmerged: u64,
    /// Entries that are kept for history.
    pub(crate) covered: u64,
    /// Bytes on disk of all of them.
    pub(crate) stored_bytes: u64,
    pub(crate) damaged: u64,
    pub(crate) held: u64,
    /// Whether something that was lost has not come back.
    pub(crate) lost: bool,
    pub(crate) last_merge_ms: Option<u64>,
}

/// What came of a look at everything.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) entries: usize,
    /// Whether the originals of all merged entries are still kept, and were compared.
    pub(crate) compared: bool,
    pub(crate) differences: Vec<String>,
    /// Clocks that the log does not bear out, as they should be.
    pub(crate) clocks: Vec<Clock>,
}

impl Store {
    /// Counts.
    pub(crate) fn figures(&self) -> Result<Figures> {
        let entries = self.tables.entries;
        let count = |condition: &str| {
            let query = format!("SELECT COUNT(*) FROM {entries} WHERE piece = 0 AND {condition}");
            self.one(&query).map(Option::unwrap_or_default)
        };
        let held = self.held()?;
        Ok(Figures {
            live: count(LIVE)?,
            unmerged: count(&format!("{LIVE} AND merged = 0"))?,
            covered: count("covered IS NOT NULL")?,
            stored_bytes: self
                .one(&format!("SELECT SUM(LENGTH(bytes)) FROM {entries}"))?
                .unwrap_or(0),
            damaged: count("damaged IS NOT NULL")?,
            held: held.len() as u64,
            lost: held.iter().any(|held| held.author == RELAY),
            last_merge_ms: self.one(&format!("SELECT MAX(covered) FROM {entries}"))?,
        })
    }

    /// Plays the log again and compares it with what was made of it. Reading finds damaged entries by the way.
    pub(crate) fn verify(&mut self) -> Result<Verdict> {
        let live = self.live_entries();
        let mut verdict = Verdict {
            entries: live.len(),
            ..Verdict::default()
        };
        let whole = merge(&live, &StateVector::default()).map_err(unreadable)?;
        if let Some(originals) = self.originals(1)? {
            verdict.compared = true;
            let originals: Vec<Vec<u8>> = originals.into_iter().map(|(_, bytes)| bytes).collect();
            if let Err(error) = compaction::verify(&whole, &originals) {
                verdict.differences.push(error.to_string());
            }
        }
        if self.tables.archived {
            verdict.differences.extend(self.verify_archive()?);
        }
        let update = Update::decode(&whole).map_err(unreadable)?;
        let known = self.clocks()?;
        for section in update.sections() {
            let clock = known.iter().find(|clock| clock.client == section.client);
            if clock.map(|clock| clock.next) == Some(section.end_clock) {
                continue;
            }
            verdict.differences.push(format!(
                "client id {}: expected the clock {}, got {:?}",
                section.client,
                section.end_clock,
                clock.map(|clock| clock.next)
            ));
            verdict.clocks.push(Clock {
                client: section.client,
                next: section.end_clock,
                owner: clock.and_then(|clock| clock.owner.clone()),
            });
        }
        Ok(verdict)
    }
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::RustError(format!("an entry of the log cannot be read: {error}"))
}
