//! Updates that come without a connection (J2, J4): the same checks, the same log, the same broadcast.

use std::collections::BTreeSet;

use super::Room;
use super::recovered::Brought;
use super::updates::Provenance;
use crate::admission::Nature;
use crate::check::Update;
use crate::lane::Lanes;
use crate::port::{Effect, LogReader, Origin, Write, Written};
use crate::refusal::Refusal;
use crate::wire::CloseCode;

impl Room {
    pub(super) fn write(
        &mut self,
        write: &Write<'_>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) {
        let written = match self.try_write(write, now_ms, logs, effects) {
            Ok(written) => written,
            Err(refusal) => match refusal.close_code() {
                CloseCode::TooLarge => Written::TooLarge(refusal.reason()),
                _ => Written::Refused(refusal.reason()),
            },
        };
        effects.push(Effect::Written(written));
    }

    fn try_write(
        &mut self,
        write: &Write<'_>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) -> Result<Written, Refusal> {
        let lane = write.lane;
        if write.bytes.len() > self.config.max_sync_bytes {
            return Err(Refusal::TooLarge(self.config.max_sync_bytes));
        }
        let update = Update::decode(write.bytes).map_err(Refusal::Malformed)?;
        // Whoever sends a step 2's update may write: the shell has looked.
        let recovers = write.origin == Origin::Sync && self.is_recovering(now_ms);
        if let Some(client) = self.logs[lane].conflict(&update, write.person, write.origin)
            && !recovers
        {
            return Err(Refusal::ClockConflict(client));
        }
        let waits = match write.origin {
            Origin::Sync => self.spoken_for(lane, &update, write.person, now_ms)?,
            _ => BTreeSet::new(),
        };
        self.logs[lane].load_ground(&update, &mut logs[lane]);
        let brought = Brought {
            lane,
            person: write.person,
            session: None,
            update: &update,
            bytes: write.bytes,
        };
        if let Some(refusal) = self.take_own_copy(&brought, &waits, now_ms, logs, effects) {
            return Err(refusal);
        }
        let log = &mut self.logs[lane];
        log.load_deleted(&update, write.origin, &mut logs[lane]);
        // Nothing is held here, so what copies the words that it deletes may never come.
        let admission = log.admit_as(Nature::Edit, &waits, &update);
        let admission = admission.map_err(Refusal::Malformed)?;
        self.has_space(lane, &admission)?;
        let whole = admission.rest.is_none();
        let provenance = Provenance {
            lane,
            author: write.person,
            origin: write.origin,
            // What the relay itself makes of a file or a program's content has a client id of its own.
            owns: write.origin != Origin::Sync,
            session: None,
            but: None,
        };
        if self.store(admission, provenance, now_ms, effects) {
            self.retry_held(lane, now_ms, effects);
        }
        Ok(match whole {
            true => Written::Stored,
            false => Written::Incomplete,
        })
    }
}
