//! What a room does by alarm: it closes what has expired, gives up what was held too long, and compacts
//! its logs, a bounded piece each turn.

use super::log::Log;
use super::{Config, Room};
use crate::authorship::HOUR_MS;
use crate::compaction::{self, CompactionError, LiveEntry, Merged, Tail};
use crate::lane::{Lane, Lanes};
use crate::port::{Effect, LogReader};

/// After a merge that failed, the next try waits for so long.
const RETRY_MS: u64 = 60 * 60 * 1000;

impl Room {
    pub(super) fn alarm(
        &mut self,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) {
        self.alarm_at = None;
        self.close_all_expired(now_ms, effects);
        self.sweep_claims(now_ms, effects);
        for lane in Lane::ALL {
            let (log, reader) = (&mut self.logs[lane], &mut logs[lane]);
            if let Some(at_ms) = log.upkeep(&self.config, now_ms, reader, effects) {
                self.wake_at(at_ms, effects);
            }
            self.give_up(lane, now_ms, effects);
        }
        if self.refresh_at().is_some_and(|at_ms| at_ms <= now_ms) {
            self.stale_since_ms = None;
            effects.push(Effect::Refresh);
        }
        self.schedule(now_ms, effects);
    }

    /// Lets go of what was held too long (U4). Whoever sent it is asked once more, and so is whoever was turned away for as long since there
    /// was no room to hold anything. What their answers still lack then nobody has, and they are refused; except while others may
    /// bring back what the relay has lost, who may have it (B2).
    fn give_up(&mut self, lane: Lane, now_ms: u64, effects: &mut Vec<Effect>) {
        let expired = self.logs[lane].held.take_expired(now_ms);
        let is_over = !self.is_recovering(now_ms);
        let long_ago = now_ms.saturating_sub(self.config.hold_ms);
        let mut is_anybodys = false;
        for (&id, session) in &mut self.sessions {
            let turned_away =
                session.turned_away_ms[lane].is_some_and(|since| since.get() <= long_ago);
            if turned_away {
                session.turned_away_ms[lane] = None;
                effects.push(Effect::Keep(id, session.encode()));
            }
            if turned_away || expired.iter().any(|held| held.author == session.person) {
                session.waits[lane] = true;
                session.given_up[lane] |= is_over;
                is_anybodys = true;
            }
        }
        let released = expired.iter().map(|held| Effect::Release(lane, held.id));
        effects.extend(released);
        if is_anybodys || !expired.is_empty() {
            self.ask_again(lane, effects);
        }
    }

    /// Asks to be woken for what is due next. The platform has one alarm, and a room that has slept does not know for
    /// what it was set: asking for anything later would lose it.
    pub(super) fn schedule(&mut self, now_ms: u64, effects: &mut Vec<Effect>) {
        let logs = self.logs.iter();
        let due = logs.filter_map(|log| log.due_at(&self.config, now_ms));
        let due = due.chain(self.refresh_at()).chain(self.next_expiry());
        let next = due.chain(self.asks_at()).min();
        if let Some(at_ms) = next {
            self.wake_at(at_ms.max(now_ms), effects);
        }
    }

    /// When somebody is asked again for whose words there is no room.
    fn asks_at(&self) -> Option<u64> {
        let sessions = self.sessions.values();
        let since = sessions.flat_map(|session| session.turned_away_ms.iter().flatten());
        Some(since.min()?.get() + self.config.hold_ms)
    }

    /// When what is derived from the script's log is to be refreshed (J6).
    fn refresh_at(&self) -> Option<u64> {
        Some(self.stale_since_ms? + self.config.refresh_ms?)
    }
}

impl Log {
    /// What is due. Gives back when it must be looked at again, where [`Log::due_at`] does not know.
    fn upkeep(
        &mut self,
        config: &Config,
        now_ms: u64,
        reader: &mut impl LogReader,
        effects: &mut Vec<Effect>,
    ) -> Option<u64> {
        self.oldest_covered_ms = reader.oldest_covered_ms();
        if self.staged {
            self.take_over(config, now_ms, reader, effects);
        } else if self
            .compaction_at(config)
            .is_some_and(|at_ms| at_ms <= now_ms)
        {
            self.stage(config, now_ms, reader, effects);
        }
        let is_due = |at_ms: Option<u64>| at_ms.is_some_and(|at_ms| at_ms <= now_ms);
        // There may be more than one turn puts by, or deletes.
        let again_ms = Some(now_ms + config.compact_delay_ms);
        let mut more = None;
        self.unarchived_ms = reader.unarchived_ms();
        if is_due(self.archive_at(config)) {
            let old_ms = now_ms.saturating_sub(config.compact_age_ms);
            effects.push(Effect::Archive(old_ms / HOUR_MS * HOUR_MS));
            self.unarchived_ms = None;
            more = again_ms;
        }
        if is_due(self.purge_at(config)) {
            let before_ms = now_ms.saturating_sub(config.retention_ms);
            effects.push(Effect::Purge(self.lane, before_ms));
            self.oldest_covered_ms = None;
            more = again_ms;
        }
        more
    }

    /// When something is due next.
    fn due_at(&self, config: &Config, now_ms: u64) -> Option<u64> {
        let held = self.held.expires_ms();
        let staged = self.staged.then(|| now_ms + config.compact_delay_ms);
        let compaction = staged.or_else(|| self.compaction_at(config));
        let next = [
            held,
            compaction,
            self.archive_at(config),
            self.purge_at(config),
        ];
        next.into_iter().flatten().min()
    }

    /// When what is covered has been kept for long enough.
    fn purge_at(&self, config: &Config) -> Option<u64> {
        let kept_ms = config.retention_ms;
        self.oldest_covered_ms
            .map(|since_ms| since_ms + kept_ms + 1)
    }

    /// When the originals that are not put by are due for it (L7): whole hours of them are old then, not only the first.
    /// Nothing has to be until a merge has covered something: then that is to be deleted some day. Nor does it of the threads.
    fn archive_at(&self, config: &Config) -> Option<u64> {
        self.oldest_covered_ms
            .filter(|_| self.lane == Lane::Script)?;
        let hour = self.unarchived_ms? / HOUR_MS;
        Some((hour + 1) * HOUR_MS + 2 * config.compact_age_ms)
    }

    /// When the next merge is due (L2).
    fn compaction_at(&self, config: &Config) -> Option<u64> {
        if self.tail.entries < 2 {
            return None;
        }
        let old_at_ms = self
            .tail
            .enough_at_ms
            .map(|at_ms| at_ms + config.compact_age_ms);
        let due_ms = old_at_ms.into_iter().chain(self.tail.long_at_ms).min()?;
        Some((due_ms + config.compact_delay_ms).max(self.compact_not_before_ms))
    }

    /// The first turn of a merge: the merged entry lies beside what it will cover.
    fn stage(
        &mut self,
        config: &Config,
        now_ms: u64,
        reader: &mut impl LogReader,
        effects: &mut Vec<Effect>,
    ) {
        let live = reader.live();
        let age_ms = match self.tail.long_at_ms {
            Some(_) => 0,
            None => config.compact_age_ms,
        };
        let Some(run) = compaction::plan(&live, now_ms.saturating_sub(age_ms)) else {
            self.tail = Tail::default();
            return;
        };
        let run = &live[run];
        match merged(run, reader) {
            Ok(merged) => {
                self.staged = true;
                effects.push(Effect::Stage(self.lane, merged));
            }
            Err(error) => self.give_up(run, &error, now_ms, effects),
        }
    }

    /// The second turn: what was staged is read back, verified against what it covers, and takes its place.
    fn take_over(
        &mut self,
        config: &Config,
        now_ms: u64,
        reader: &mut impl LogReader,
        effects: &mut Vec<Effect>,
    ) {
        self.staged = false;
        let Some(staged) = reader.staged() else {
            // It could not be read back: the next merge starts afresh.
            return effects.push(Effect::Unstage(self.lane));
        };
        let live = reader.live();
        let covered = live
            .iter()
            .filter(|entry| (staged.first..=staged.last).contains(&entry.sequence));
        let covered: Vec<LiveEntry> = covered.copied().collect();
        let entries = reader.entries(staged.first, staged.last);
        match compaction::verify(&staged.bytes, &entries) {
            Ok(()) => {
                effects.push(Effect::TakeOver {
                    lane: self.lane,
                    first: staged.first,
                    last: staged.last,
                });
                let before: u64 = covered.iter().map(|entry| entry.bytes as u64).sum();
                let after = self.stored_bytes + staged.bytes.len() as u64;
                self.stored_bytes = after.saturating_sub(before);
                self.oldest_covered_ms.get_or_insert(now_ms);
                let after = live.iter().filter(|entry| entry.sequence > staged.last);
                self.tail = tail_of(after, config);
            }
            Err(error) => {
                effects.push(Effect::Unstage(self.lane));
                self.give_up(&covered, &error, now_ms, effects);
            }
        }
    }

    fn give_up(
        &mut self,
        run: &[LiveEntry],
        error: &CompactionError,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        self.compact_not_before_ms = now_ms + RETRY_MS;
        let (first, last) = (
            run.first().map_or(0, |entry| entry.first),
            run.last().map_or(0, |entry| entry.sequence),
        );
        let of = self.lane.name();
        effects.push(Effect::Report(format!(
            "compaction of entries {first} to {last} of the {of}: {error}"
        )));
    }
}

fn tail_of<'a>(entries: impl Iterator<Item = &'a LiveEntry>, config: &Config) -> Tail {
    let mut tail = Tail::default();
    for entry in entries.filter(|entry| entry.merged == 0) {
        tail.push(entry.bytes as u64, entry.time_ms, config);
    }
    tail
}

fn merged(run: &[LiveEntry], reader: &mut impl LogReader) -> Result<Merged, CompactionError> {
    let (first, last) = (run[0].first, run[run.len() - 1].sequence);
    let bytes = compaction::merge_verified(&reader.entries(first, last))?;
    Ok(Merged {
        first,
        last,
        merged: run.iter().map(|entry| entry.merged).max().unwrap_or(0) + 1,
        time_ms: run[run.len() - 1].time_ms,
        bytes,
    })
}
