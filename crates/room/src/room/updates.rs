//! What becomes of an update: checked, trimmed, stored and shown, or held, or refused (U1 to U7).

use super::Room;
use crate::admission::{Admission, admit};
use crate::check::{CheckError, Update};
use crate::ids::{ClientId, IdSet};
use crate::merge::EMPTY_UPDATE;
use crate::port::{Clock, Effect, Entry, Held, LogReader, Origin};
use crate::recovery::RELAY;
use crate::refusal::Refusal;
use crate::session::SessionId;
use crate::wire::{AckStatus, Message};

/// An update on its way in.
pub(super) struct Arrival<'a> {
    pub(super) session: SessionId,
    pub(super) bytes: &'a [u8],
    pub(super) origin: Origin,
    /// The number to acknowledge, for our own client.
    pub(super) number: Option<u64>,
}

impl Room {
    /// Whether nothing was ever stored.
    pub fn is_empty(&self) -> bool {
        self.last_sequence == 0
    }

    /// Stores an update that no connection brought: a copy, a file. What builds on something that is not here is left out.
    ///
    /// # Errors
    /// [`CheckError`] when it is no update; then nothing is changed.
    pub fn bring(
        &mut self,
        update: &[u8],
        author: &str,
        origin: Origin,
        now_ms: u64,
    ) -> Result<Vec<Effect>, CheckError> {
        let update = Update::decode(update)?;
        let admission = admit(&update, &self.clocks, self.deleted.as_ref());
        let mut effects = Vec::new();
        self.store(admission, author, origin, None, now_ms, &mut effects);
        Ok(effects)
    }

    pub(super) fn update(
        &mut self,
        arrival: Arrival<'_>,
        now_ms: u64,
        log: &mut impl LogReader,
        effects: &mut Vec<Effect>,
    ) {
        let live = arrival.origin == Origin::Live && self.may_write(arrival.session).is_ok();
        if live && self.is_too_fast(&arrival, now_ms, effects) {
            return;
        }
        let update = match self.checked(&arrival) {
            Ok(update) => update,
            Err(refusal) => return self.refuse(&arrival, &refusal, now_ms, effects),
        };
        if arrival.origin == Origin::Sync && !update.deletions().is_empty() {
            self.load_deleted(log);
        }
        let person = self.sessions[&arrival.session].person.clone();
        let admission = admit(&update, &self.clocks, self.deleted.as_ref());
        let allowed = self.may_bring(arrival.session, &admission);
        if let Err(refusal) = allowed.and_then(|()| self.has_space(&admission)) {
            return self.refuse(&arrival, &refusal, now_ms, effects);
        }
        let rest = admission.rest.clone();
        let except = Some(arrival.session);
        if self.store(admission, &person, arrival.origin, except, now_ms, effects) {
            self.retry_held(now_ms, effects);
        }
        match rest {
            None => acknowledge(&arrival, AckStatus::Stored, "", effects),
            Some(rest) => self.hold(&arrival, rest, person, now_ms, effects),
        }
    }

    fn checked<'a>(&self, arrival: &Arrival<'a>) -> Result<Update<'a>, Refusal> {
        let max = match arrival.origin {
            Origin::Sync => self.config.max_sync_bytes,
            _ => {
                self.may_write(arrival.session)?;
                self.config.max_update_bytes
            }
        };
        if arrival.bytes.len() > max {
            return Err(Refusal::TooLarge(max));
        }
        let update = Update::decode(arrival.bytes).map_err(Refusal::Malformed)?;
        let person = &self.sessions[&arrival.session].person;
        match self.conflict(&update, person) {
            Some(client) => Err(Refusal::ClockConflict(client)),
            None => Ok(update),
        }
    }

    /// A client id that the update continues although it belongs to somebody else (U6).
    pub(super) fn conflict(&self, update: &Update<'_>, person: &str) -> Option<ClientId> {
        update.sections().iter().find_map(|section| {
            let new = section.end_clock > self.clocks.next(section.client);
            let owner = self.owners.get(&section.client)?;
            (new && owner != person).then_some(section.client)
        })
    }

    fn refuse(
        &mut self,
        arrival: &Arrival<'_>,
        refusal: &Refusal,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        let (id, reason) = (arrival.session, refusal.reason());
        if arrival.number.is_some() {
            return acknowledge(arrival, AckStatus::Refused, &reason, effects);
        }
        self.remember_refusal(id, refusal.close_code(), &reason, now_ms);
        self.close(id, refusal.close_code(), reason, effects);
    }

    /// Appends what can be stored and tells the others (U2: in this order). Says whether there was anything.
    pub(super) fn store(
        &mut self,
        admission: Admission,
        author: &str,
        origin: Origin,
        except: Option<SessionId>,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let Some(bytes) = admission.stored else {
            return false;
        };
        debug_assert_ne!(bytes, EMPTY_UPDATE);
        // Who types alone in an update types for themselves; a sync answer may carry other people's words.
        if let (Origin::Live, [(client, _)]) = (origin, &admission.advanced[..]) {
            self.owners
                .entry(*client)
                .or_insert_with(|| author.to_owned());
        }
        let clocks = self.advance(&admission.advanced);
        if let Some(deleted) = &mut self.deleted {
            deleted.add_all(&admission.deletions);
        }
        self.last_sequence += 1;
        self.stale_since_ms.get_or_insert(now_ms);
        self.stored_bytes += bytes.len() as u64;
        self.tail.push(bytes.len() as u64, now_ms, &self.config);
        let frame = Message::Update(&bytes).encode();
        effects.push(Effect::Append(
            Entry {
                sequence: self.last_sequence,
                time_ms: now_ms,
                author: author.to_owned(),
                session: except.map_or(0, |id| id.0),
                origin,
                bytes,
            },
            clocks,
        ));
        effects.push(Effect::Broadcast(except, frame));
        self.schedule(now_ms, effects);
        true
    }

    fn advance(&mut self, advanced: &[(ClientId, u32)]) -> Vec<Clock> {
        advanced
            .iter()
            .map(|&(client, next)| {
                self.clocks.advance(client, next);
                Clock {
                    client,
                    next,
                    owner: self.owners.get(&client).cloned(),
                }
            })
            .collect()
    }

    pub(super) fn load_deleted(&mut self, log: &mut impl LogReader) {
        if self.deleted.is_some() {
            return;
        }
        let mut deleted = IdSet::default();
        for bytes in log.live_entries() {
            // An entry that cannot be read is answered for where it is read whole; here it only costs a second copy.
            if let Ok(update) = Update::decode(&bytes) {
                deleted.add_all(update.deletions());
            }
        }
        self.deleted = Some(deleted);
    }

    fn hold(
        &mut self,
        arrival: &Arrival<'_>,
        bytes: Vec<u8>,
        author: String,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        let known = self.held.iter().any(|held| held.bytes == bytes);
        let held_bytes: usize = self.held.iter().map(|held| held.bytes.len()).sum();
        if !known && held_bytes + bytes.len() > self.config.max_held_bytes {
            let reason = "too much is waiting for what it builds on";
            acknowledge(arrival, AckStatus::RetryLater, reason, effects);
        } else {
            if !known {
                let held = Held {
                    id: self.held.iter().map(|held| held.id).max().unwrap_or(0) + 1,
                    expires_ms: now_ms + self.config.hold_ms,
                    author,
                    bytes,
                };
                self.wake_at(held.expires_ms, effects);
                self.held.push(held.clone());
                effects.push(Effect::Hold(held));
            }
            let reason = "it builds on what the relay does not have";
            acknowledge(arrival, AckStatus::Held, reason, effects);
        }
        self.ask(arrival, effects);
    }

    /// Asks the sender for what is missing, unless it was asked since the log last grew: it has said all it knows.
    fn ask(&mut self, arrival: &Arrival<'_>, effects: &mut Vec<Effect>) {
        let session = self
            .sessions
            .get_mut(&arrival.session)
            .expect("the sender of an update is here");
        let asked = session.asked_at.replace(self.last_sequence);
        if asked != Some(self.last_sequence) && arrival.origin != Origin::Sync {
            let step1 = Message::Step1(&self.clocks.encode()).encode();
            effects.push(Effect::Send(arrival.session, step1));
        }
    }

    /// Stores what is held and no longer lacks anything, until nothing moves.
    pub(super) fn retry_held(&mut self, now_ms: u64, effects: &mut Vec<Effect>) {
        let mut moved = true;
        while moved {
            moved = false;
            for held in std::mem::take(&mut self.held) {
                moved |= self.retry(held, now_ms, effects);
            }
        }
    }

    fn retry(&mut self, held: Held, now_ms: u64, effects: &mut Vec<Effect>) -> bool {
        let update = Update::decode(&held.bytes).expect("what is held was written by the room");
        let stray = self.conflict(&update, &held.author).is_some();
        if stray && held.author != RELAY {
            effects.push(Effect::Release(held.id));
            return false;
        }
        let admission = admit(&update, &self.clocks, self.deleted.as_ref());
        if admission.rest.as_ref() == Some(&held.bytes) {
            self.held.push(held);
            return false;
        }
        let rest = admission.rest.clone();
        let moved = self.store(admission, &held.author, Origin::Held, None, now_ms, effects);
        effects.push(Effect::Release(held.id));
        if let Some(bytes) = rest {
            let held = Held { bytes, ..held };
            self.held.push(held.clone());
            effects.push(Effect::Hold(held));
        }
        moved
    }
}

fn acknowledge(arrival: &Arrival<'_>, status: AckStatus, reason: &str, effects: &mut Vec<Effect>) {
    let Some(number) = arrival.number else {
        return;
    };
    let ack = Message::Ack {
        number,
        status,
        reason,
    };
    effects.push(Effect::Send(arrival.session, ack.encode()));
}
