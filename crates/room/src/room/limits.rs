//! How many may be here, how fast one may write, and how much a script holds (N1 to N5).

use std::collections::BTreeSet;

use super::Room;
use super::updates::Arrival;
use crate::admission::Admission;
use crate::flow::Sent;
use crate::lane::Lane;
use crate::port::Effect;
use crate::rate::cost_bytes;
use crate::refusal::Refusal;
use crate::session::{ANONYMOUS, Session, SessionId};
use crate::wire::{AckStatus, CloseCode, Message, STEP2_NUMBER};

const TOO_FAST: &str = "too fast: expected fewer updates in a second";
const TOO_MANY_BYTES: &str = "too fast: expected fewer bytes in a second";
const COMES_BEHIND: &str = "too fast: expected a step 2 with what was put off";
const TOO_SLOW: &str = "too slow: expected what was sent to be read";
const TOO_MUCH_PRESENCE: &str = "too fast: expected fewer changes of presence in a second";
/// A full script takes an update that deletes and brings no more than this: joining two paragraphs writes a little, too.
const SMALL_BYTES: usize = 1 << 10;

impl Room {
    /// Whether there is no room for this newcomer; if so it has been told (N1).
    pub(super) fn is_full(
        &self,
        id: SessionId,
        newcomer: &Session,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let theirs = self
            .sessions
            .values()
            .filter(|one| one.person == newcomer.person);
        let (all, theirs) = (self.sessions.len(), theirs.count());
        let reason = if all >= self.config.max_sessions {
            format!("this script has {all} connections already")
        } else if newcomer.person != ANONYMOUS && theirs >= self.config.max_sessions_of_person {
            format!("this person has {theirs} connections to this script already")
        } else {
            return false;
        };
        if !newcomer.ours {
            effects.push(Effect::Send(id, Message::Denied(&reason).encode()));
        }
        effects.push(Effect::Close(id, CloseCode::TooManyConnections, reason));
        true
    }

    /// Whether a live update comes too fast; if so its sender has been told (N2).
    pub(super) fn is_too_fast(
        &mut self,
        arrival: &Arrival<'_>,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let rate = self.config.updates;
        let session = self.sessions.get_mut(&arrival.session);
        let session = session.expect("the sender of an update is here");
        if session.pace.updates.take(rate, 1, now_ms) {
            session.pace.put_off = 0;
            return false;
        }
        let (id, lane) = (arrival.session, arrival.lane);
        self.put_off(id, lane, arrival.number, TOO_FAST, effects);
        true
    }

    /// Whether its sender has the bytes left that this message costs; if not it has been told (N3).
    pub(super) fn pays_for(
        &mut self,
        id: SessionId,
        (lane, message): (Lane, &Message<'_>),
        frame_bytes: usize,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let rate = self.config.bytes;
        let session = self.sessions.get_mut(&id).expect("the sender is here");
        let cost = cost_bytes(message, frame_bytes);
        // Stored before what was put off, it would be seen without that: words that were taken back and brought again, twice.
        let follows = lane == Lane::Script
            && session.pace.is_behind
            && matches!(message, Message::Batch { .. });
        let reason = match follows {
            true => COMES_BEHIND,
            false if session.pace.bytes.take(rate, cost, now_ms) => {
                if matches!(message, Message::Step2(_)) {
                    session.pace.put_off = 0;
                    session.pace.is_behind &= lane != Lane::Script;
                }
                return true;
            }
            false => TOO_MANY_BYTES,
        };
        let number = match message {
            Message::Step2(_) => Some(STEP2_NUMBER),
            Message::Batch { number, .. } => Some(*number),
            _ => None,
        };
        self.put_off(id, lane, number, reason, effects);
        false
    }

    /// Ours waits when it is told to; what was under way comes still, and who goes on regardless is closed. Nothing
    /// else can be told to wait.
    fn put_off(
        &mut self,
        id: SessionId,
        lane: Lane,
        number: Option<u64>,
        reason: &str,
        effects: &mut Vec<Effect>,
    ) {
        let most = self.config.updates.at_once;
        let session = self.sessions.get_mut(&id).expect("the sender is here");
        session.pace.put_off += 1;
        let waits = session.ours && u64::from(session.pace.put_off) <= most;
        match number.filter(|_| waits) {
            Some(number) => {
                session.pace.is_behind |= lane == Lane::Script;
                let status = AckStatus::RetryLater;
                let ack = Message::Ack {
                    number,
                    status,
                    reason,
                };
                self.send(id, lane, &ack, effects);
            }
            None => self.close(id, CloseCode::TooFast, reason.to_owned(), effects),
        }
    }

    /// Whether a change of presence may be shown to the others now; if not, its sender is closed (N4).
    pub(super) fn may_announce(
        &mut self,
        id: SessionId,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let rate = self.config.presence;
        let session = self.sessions.get_mut(&id).expect("the sender is here");
        let there = session.pace.presence.take(rate, 1, now_ms);
        if !there {
            let reason = TOO_MUCH_PRESENCE.to_owned();
            self.close(id, CloseCode::TooFast, reason, effects);
        }
        there
    }

    /// A connection has answered a step 1: it has read what was sent before (N7).
    pub(super) fn has_read(&mut self, id: SessionId) {
        let session = self.sessions.get_mut(&id).expect("the sender is here");
        session.flow.answered();
    }

    /// Notes what is sent; asks those who have not answered for long, and closes those who do not read (N7).
    pub(super) fn watch_readers(&mut self, effects: &mut Vec<Effect>) {
        let mut noted = 0;
        while noted < effects.len() {
            let (silent, slow) = self.note_sent(&effects[noted..]);
            noted = effects.len();
            for id in silent.difference(&slow) {
                let home = self.sessions[id].home();
                self.send_step1(*id, home, effects);
            }
            for id in slow {
                self.close(id, CloseCode::TryAgainLater, TOO_SLOW.to_owned(), effects);
            }
        }
    }

    /// Who is to be asked now, and who has read too little.
    fn note_sent(&mut self, effects: &[Effect]) -> (BTreeSet<SessionId>, BTreeSet<SessionId>) {
        let max = self.config.max_unread_bytes;
        let (mut silent, mut slow) = (BTreeSet::new(), BTreeSet::new());
        for effect in effects {
            let (ids, frame) = match effect {
                Effect::Send(id, frame) => (std::slice::from_ref(id), frame),
                Effect::Broadcast(ids, frame) => (&ids[..], frame),
                _ => continue,
            };
            let sent = Sent::of(frame);
            for id in ids {
                // Who was closed just now is no longer here.
                let Some(session) = self.sessions.get_mut(id) else {
                    continue;
                };
                session.flow.note(sent);
                if session.flow.unread_besides() > max {
                    slow.insert(*id);
                } else if session.flow.unread() > max / 8 && !session.flow.is_asked() {
                    silent.insert(*id);
                }
            }
        }
        (silent, slow)
    }

    /// Whether the document can still take this. One that is full takes what deletes (N5, D6).
    pub(super) fn has_space(&self, lane: Lane, admission: &Admission) -> Result<(), Refusal> {
        let bytes = admission.stored.as_ref().map_or(0, Vec::len);
        let max = match lane {
            Lane::Script => self.config.max_script_bytes,
            Lane::Threads => self.config.max_threads_bytes,
        };
        let after = self.logs[lane].stored_bytes + bytes as u64;
        let deletes = !admission.deletions.is_empty();
        let only_deletes = deletes && admission.advanced.is_empty();
        let nearly = deletes && bytes <= SMALL_BYTES && after <= max + max / 8;
        match after <= max || bytes == 0 || only_deletes || nearly {
            true => Ok(()),
            false => Err(Refusal::Full(max, lane)),
        }
    }
}
