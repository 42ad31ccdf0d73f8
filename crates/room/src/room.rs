//! The room of one script: [`Room::handle`] takes an [`Input`] and returns the [`Effect`]s of it.
//!
//! **Calling convention.** The shell runs the effects in their order, each to its end, before the next input: an append is
//! in the store before the messages after it leave (U2). If a store operation fails, the shell drops the room,
//! closes the connections with 1011 and builds the room anew from [`Stored`] and its sessions. Reading the log is
//! not an effect: a [`LogReader`] answers at once. Time comes in as an argument, randomness not at all.

mod access;
mod limits;
mod presence;
mod updates;
mod upkeep;
mod writes;

use std::collections::BTreeMap;

use self::access::TurnedAway;
use self::updates::Arrival;
use crate::awareness::{self, Presence};
use crate::compaction::Tail;
use crate::ids::{ClientId, IdSet, StateVector};
use crate::merge::merge_for_join;
pub use crate::port::{Clock, Config, Effect, Entry, Held, Input, LogReader, Origin, Stored};
use crate::session::{Session, SessionId};
use crate::wire::{CloseCode, Message, PING, PROTOCOL_VERSION, STEP2_NUMBER};

/// One script's relay.
#[derive(Debug)]
pub struct Room {
    config: Config,
    epoch: String,
    clocks: StateVector,
    owners: BTreeMap<ClientId, String>,
    /// `None` until somebody's sync answer asks for it: it takes a walk over the log.
    deleted: Option<IdSet>,
    last_sequence: u64,
    /// What the script's entries take, together.
    stored_bytes: u64,
    tail: Tail,
    /// Whether a merge has had the first of its two turns.
    staged: bool,
    compact_not_before_ms: u64,
    oldest_covered_ms: Option<u64>,
    stale_since_ms: Option<u64>,
    held: Vec<Held>,
    sessions: BTreeMap<SessionId, Session>,
    /// The removals of late, oldest first: what is older than they are is no presence (A5).
    gone: Vec<Presence>,
    turned_away: Vec<TurnedAway>,
    /// `None`: not set since the room woke.
    alarm_at: Option<u64>,
    /// Whether something has happened since the room woke.
    awake: bool,
}

/// How many removals are remembered.
const MAX_GONE: usize = 256;

impl Room {
    /// The room as the store and the open connections say it is. `sessions` are those that live on after a hibernation.
    pub fn new(
        config: Config,
        stored: Stored,
        sessions: impl IntoIterator<Item = (SessionId, Session)>,
    ) -> Room {
        let mut clocks = StateVector::default();
        let mut owners = BTreeMap::new();
        for clock in stored.clocks {
            clocks.advance(clock.client, clock.next);
            if let Some(owner) = clock.owner {
                owners.insert(clock.client, owner);
            }
        }
        Room {
            config,
            epoch: stored.epoch,
            clocks,
            owners,
            deleted: None,
            last_sequence: stored.last_sequence,
            stored_bytes: stored.stored_bytes,
            tail: stored.tail,
            staged: stored.staged,
            compact_not_before_ms: 0,
            oldest_covered_ms: stored.oldest_covered_ms,
            stale_since_ms: stored.stale_since_ms,
            held: stored.held,
            sessions: sessions.into_iter().collect(),
            gone: Vec::new(),
            turned_away: Vec::new(),
            alarm_at: None,
            awake: false,
        }
    }

    /// Every client's next clock.
    pub fn state_vector(&self) -> &StateVector {
        &self.clocks
    }

    /// Asks everybody for what the room has not: something of its log was lost (L5).
    pub fn ask_everybody(&self) -> Vec<Effect> {
        let step1 = Message::Step1(&self.clocks.encode()).encode();
        let ids = self.sessions.keys();
        ids.map(|&id| Effect::Send(id, step1.clone())).collect()
    }

    /// The last entry's sequence number: the version of the script.
    pub fn version(&self) -> u64 {
        self.last_sequence
    }

    /// Which log this is.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The open connections.
    pub fn sessions(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.sessions.iter().map(|(&id, session)| (id, session))
    }

    /// Takes one input and says what follows from it.
    pub fn handle(
        &mut self,
        input: Input<'_>,
        now_ms: u64,
        log: &mut impl LogReader,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !std::mem::replace(&mut self.awake, true) {
            self.schedule(now_ms, &mut effects);
        }
        match input {
            Input::Join(id, session) => self.join(id, session, now_ms, &mut effects),
            Input::Leave(id) => self.leave(id, &mut effects),
            Input::Access(person, role) => self.set_access(person, role, now_ms, &mut effects),
            Input::Closed(reason) => self.close_everybody(reason, &mut effects),
            Input::Renewed(id, verdict) => self.renewed(id, verdict, now_ms, &mut effects),
            Input::Write(write) => self.write(&write, now_ms, log, &mut effects),
            Input::Alarm => self.alarm(now_ms, log, &mut effects),
            Input::Text(id, PING) => effects.push(Effect::SendText(id, crate::wire::PONG)),
            Input::Text(id, _) => {
                let reason = "malformed message: expected a binary frame, got text".to_owned();
                self.close(id, CloseCode::Malformed, reason, &mut effects);
            }
            Input::Frame(id, frame) if self.sessions.contains_key(&id) => {
                self.frame(id, frame, now_ms, log, &mut effects);
            }
            // A frame that was under way when its connection was closed.
            Input::Frame(..) => {}
        }
        effects
    }

    fn join(&mut self, id: SessionId, session: Session, now_ms: u64, effects: &mut Vec<Effect>) {
        if self.turn_away(id, &session, now_ms, effects) || self.is_full(id, &session, effects) {
            return;
        }
        effects.push(Effect::Keep(id, session.encode()));
        if session.ours {
            let hello = Message::Hello {
                epoch: &self.epoch,
                version: PROTOCOL_VERSION,
                max_update_bytes: self.config.max_update_bytes as u64,
            };
            effects.push(Effect::Send(id, hello.encode()));
        }
        if let Some(at_ms) = session.access.expires_ms {
            self.wake_at(at_ms, effects);
        }
        let replaced = self.sessions.insert(id, session);
        assert!(replaced.is_none(), "a session id is used once");
        self.send_access(id, now_ms, effects);
        let step1 = Message::Step1(&self.clocks.encode()).encode();
        effects.push(Effect::Send(id, step1));
        self.send_presence(id, effects);
    }

    fn leave(&mut self, id: SessionId, effects: &mut Vec<Effect>) {
        let Some(session) = self.sessions.remove(&id) else {
            return;
        };
        let removals: Vec<Presence> = session.presence.iter().map(Presence::removal).collect();
        if removals.is_empty() {
            return;
        }
        let states = awareness::encode(removals.iter());
        effects.push(Effect::Broadcast(
            Some(id),
            Message::Awareness(&states).encode(),
        ));
        self.gone.extend(removals);
        let surplus = self.gone.len().saturating_sub(MAX_GONE);
        self.gone.drain(..surplus);
    }

    fn close(&mut self, id: SessionId, code: CloseCode, reason: String, effects: &mut Vec<Effect>) {
        if self.sessions.get(&id).is_some_and(|session| !session.ours) {
            effects.push(Effect::Send(id, Message::Denied(&reason).encode()));
        }
        effects.push(Effect::Close(id, code, reason));
        self.leave(id, effects);
    }

    fn frame(
        &mut self,
        id: SessionId,
        frame: &[u8],
        now_ms: u64,
        log: &mut impl LogReader,
        effects: &mut Vec<Effect>,
    ) {
        if self.close_expired(id, now_ms, effects) {
            return;
        }
        let ours = self.sessions[&id].ours;
        let arrival = |bytes, origin, number| Arrival {
            session: id,
            bytes,
            origin,
            number,
        };
        let message = match Message::decode(frame) {
            Ok(message) => message,
            Err(error) => {
                return self.close(id, CloseCode::Malformed, error.to_string(), effects);
            }
        };
        if !self.pays_for(id, &message, frame.len(), now_ms, effects) {
            return;
        }
        match message {
            Message::Step1(vector) => self.answer(id, vector, log, effects),
            Message::Step2(bytes) => {
                let number = ours.then_some(STEP2_NUMBER);
                self.update(arrival(bytes, Origin::Sync, number), now_ms, log, effects);
            }
            Message::Update(bytes) => {
                self.update(arrival(bytes, Origin::Live, None), now_ms, log, effects);
            }
            Message::Batch { number, update } if ours => {
                let arrival = arrival(update, Origin::Live, Some(number));
                self.update(arrival, now_ms, log, effects);
            }
            Message::Awareness(states) => self.awareness(id, states, now_ms, effects),
            Message::QueryAwareness => self.send_presence(id, effects),
            Message::Renew(token) if ours => self.renew(id, token, effects),
            _ => {
                let reason = "malformed message: this type is not for a client to send".to_owned();
                self.close(id, CloseCode::Malformed, reason, effects);
            }
        }
    }

    fn answer(
        &mut self,
        id: SessionId,
        vector: &[u8],
        log: &mut impl LogReader,
        effects: &mut Vec<Effect>,
    ) {
        let since = match StateVector::decode(vector) {
            Ok(since) => since,
            Err(error) => {
                let reason = format!("malformed state vector: {error}");
                return self.close(id, CloseCode::Malformed, reason, effects);
            }
        };
        match merge_for_join(&log.live_entries(), &since) {
            Ok(update) => effects.push(Effect::Send(id, Message::Step2(&update).encode())),
            Err(error) => {
                let reason = format!("an entry of the log cannot be read: {error}");
                self.close(id, CloseCode::Internal, reason, effects);
            }
        }
    }

    fn wake_at(&mut self, at_ms: u64, effects: &mut Vec<Effect>) {
        if self.alarm_at.is_none_or(|alarm_at| at_ms < alarm_at) {
            self.alarm_at = Some(at_ms);
            effects.push(Effect::SetAlarm(at_ms));
        }
    }
}
