//! Figures of a lane's log, and whether what stands beside it agrees with it (J7, J8).

use scriptroom_room::check::Update;
use scriptroom_room::compaction;
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge;
use scriptroom_room::recovery::RELAY;
use scriptroom_room::{Clock, LogReader};
use worker::{Error, Result};

use super::log::LIVE;
use super::{Store, text};

/// When the logs were last played again, how much differed then, and when nothing last did: in `meta`, for both lanes.
const VERIFIED: &str = "verified";
const DIFFERED: &str = "differed";
const WHOLE: &str = "whole";
/// What the registry has yet to hear of.
const UNREPORTED: &str = "unreported";

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
    /// Of these, those that were set apart since the log was last played again and found whole.
    pub(crate) newly_damaged: u64,
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
        let whole_ms = self.noted(WHOLE)?.unwrap_or(0);
        Ok(Figures {
            live: count(LIVE)?,
            unmerged: count(&format!("{LIVE} AND merged = 0"))?,
            covered: count("covered IS NOT NULL")?,
            stored_bytes: self
                .one(&format!("SELECT SUM(LENGTH(bytes)) FROM {entries}"))?
                .unwrap_or(0),
            damaged: count("damaged IS NOT NULL")?,
            newly_damaged: count(&format!("damaged > {whole_ms}"))?,
            held: held.len() as u64,
            lost: held.iter().any(|held| held.author == RELAY),
            last_merge_ms: self.one(&format!("SELECT MAX(covered) FROM {entries}"))?,
        })
    }

    /// When the logs were last played again, and how much differed.
    pub(crate) fn verified(&self) -> Result<Option<(u64, u64)>> {
        let time_ms = self.noted(VERIFIED)?;
        let differed = self.noted(DIFFERED)?.unwrap_or(0);
        Ok(time_ms.map(|time_ms| (time_ms, differed)))
    }

    /// Notes that the logs were played again, and how much differed.
    pub(crate) fn note_verified(&self, differences: u64, now_ms: u64) -> Result<()> {
        self.note(VERIFIED, now_ms)?;
        self.note(DIFFERED, differences)?;
        match differences {
            0 => self.note(WHOLE, now_ms),
            _ => Ok(()),
        }
    }

    /// The number of what the registry has yet to hear of the logs, if there is anything.
    pub(crate) fn unreported(&self) -> Result<Option<u64>> {
        self.noted(UNREPORTED)
    }

    /// Notes that the registry is to hear of the logs. The number goes by the clock, as that of a card's changes.
    pub(crate) fn note_unreported(&self, now_ms: u64) -> Result<()> {
        let last = self.unreported()?.unwrap_or(0);
        self.note(UNREPORTED, now_ms.max(last + 1))
    }

    /// It has heard, unless there is something newer.
    pub(crate) fn reported(&self, change: u64) -> Result<()> {
        let statement = "DELETE FROM meta WHERE key = ? AND value = ?";
        self.run(
            statement,
            vec![UNREPORTED.into(), change.to_string().into()],
        )
    }

    fn noted(&self, key: &str) -> Result<Option<u64>> {
        let rows = self.rows("SELECT value FROM meta WHERE key = ?", vec![key.into()])?;
        let value = rows.first().map(|row| text(&row[0])).transpose()?;
        Ok(value.and_then(|value| value.parse().ok()))
    }

    fn note(&self, key: &str, value: u64) -> Result<()> {
        let statement = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)";
        self.run(statement, vec![key.into(), value.to_string().into()])
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
                since: clock.and_then(|clock| clock.since),
            });
        }
        Ok(verdict)
    }
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::RustError(format!("an entry of the log cannot be read: {error}"))
}
