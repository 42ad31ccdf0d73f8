//! Updates that come without a connection (J2, J4): the same checks, the same log, the same broadcast.

use super::Room;
use crate::admission::admit;
use crate::check::Update;
use crate::port::{Effect, LogReader, Origin, Write, Written};
use crate::refusal::Refusal;

impl Room {
    pub(super) fn write(
        &mut self,
        write: &Write<'_>,
        now_ms: u64,
        log: &mut impl LogReader,
        effects: &mut Vec<Effect>,
    ) {
        let written = match self.try_write(write, now_ms, log, effects) {
            Ok(written) => written,
            Err(Refusal::TooLarge(max)) => Written::TooLarge(max),
            Err(refusal) => Written::Refused(refusal.reason()),
        };
        effects.push(Effect::Written(written));
    }

    fn try_write(
        &mut self,
        write: &Write<'_>,
        now_ms: u64,
        log: &mut impl LogReader,
        effects: &mut Vec<Effect>,
    ) -> Result<Written, Refusal> {
        if write.bytes.len() > self.config.max_sync_bytes {
            return Err(Refusal::TooLarge(self.config.max_sync_bytes));
        }
        let update = Update::decode(write.bytes).map_err(Refusal::Malformed)?;
        if let Some(client) = self.conflict(&update, write.person) {
            return Err(Refusal::ClockConflict(client));
        }
        if write.origin == Origin::Sync && !update.deletions().is_empty() {
            self.load_deleted(log);
        }
        let admission = admit(&update, &self.clocks, self.deleted.as_ref());
        self.has_space(&admission)?;
        let whole = admission.rest.is_none();
        // What the relay itself makes of a file or a program's content has a client id of its own.
        if let (true, [(client, _)]) = (write.origin != Origin::Sync, &admission.advanced[..]) {
            let owner = self.owners.entry(*client);
            owner.or_insert_with(|| write.person.to_owned());
        }
        if self.store(admission, write.person, write.origin, None, now_ms, effects) {
            self.retry_held(now_ms, effects);
        }
        Ok(match whole {
            true => Written::Stored,
            false => Written::Incomplete,
        })
    }
}
