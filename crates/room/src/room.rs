//! The room of one script: [`Room::handle`] takes an [`Input`] and returns the [`Effect`]s of it.
//!
//! **Calling convention.** The shell runs the effects in their order, each to its end, before the next input: an append is
//! in the store before the messages after it leave (U2). If a store operation fails, the shell drops the room,
//! closes the connections with 1011 and builds the room anew from [`Stored`] and its sessions. Reading the log is
//! not an effect: a [`LogReader`] answers at once. Time comes in as an argument, randomness not at all.

use std::collections::BTreeMap;

use crate::admission::{Admission, admit};
use crate::awareness::{self, AwarenessError, Presence};
use crate::check::Update;
use crate::ids::{ClientId, IdSet, StateVector};
use crate::merge::{EMPTY_UPDATE, merge};
pub use crate::port::{Clock, Config, Effect, Entry, Held, Input, LogReader, Origin, Stored};
use crate::refusal::Refusal;
use crate::session::{Session, SessionId};
use crate::wire::{AckStatus, CloseCode, Message, PING, PROTOCOL_VERSION, STEP2_NUMBER};

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
    tail: (u64, u64),
    held: Vec<Held>,
    sessions: BTreeMap<SessionId, Session>,
    /// The removals of late, oldest first: what is older than they are is no presence (A5).
    gone: Vec<Presence>,
    alarm_at: Option<u64>,
}

/// How many removals are remembered.
const MAX_GONE: usize = 256;

/// An update on its way in.
struct Arrival<'a> {
    session: SessionId,
    bytes: &'a [u8],
    origin: Origin,
    /// The number to acknowledge, for our own client.
    number: Option<u64>,
}

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
            tail: stored.tail,
            held: stored.held,
            sessions: sessions.into_iter().collect(),
            gone: Vec::new(),
            alarm_at: None,
        }
    }

    /// Every client's next clock.
    pub fn state_vector(&self) -> &StateVector {
        &self.clocks
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
        match input {
            Input::Join(id, session) => self.join(id, session, &mut effects),
            Input::Leave(id) => self.leave(id, &mut effects),
            Input::Alarm => self.alarm(now_ms, &mut effects),
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

    fn join(&mut self, id: SessionId, session: Session, effects: &mut Vec<Effect>) {
        effects.push(Effect::Keep(id, session.encode()));
        if session.ours {
            let hello = Message::Hello {
                epoch: &self.epoch,
                version: PROTOCOL_VERSION,
                max_update_bytes: self.config.max_update_bytes as u64,
            };
            effects.push(Effect::Send(id, hello.encode()));
        }
        let step1 = Message::Step1(&self.clocks.encode()).encode();
        effects.push(Effect::Send(id, step1));
        let replaced = self.sessions.insert(id, session);
        assert!(replaced.is_none(), "a session id is used once");
        self.send_presence(id, effects);
    }

    fn send_presence(&self, to: SessionId, effects: &mut Vec<Effect>) {
        let all: Vec<&Presence> = self
            .sessions
            .values()
            .flat_map(|session| &session.presence)
            .collect();
        if !all.is_empty() {
            let states = awareness::encode(all.into_iter());
            effects.push(Effect::Send(to, Message::Awareness(&states).encode()));
        }
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
        let ours = self.sessions[&id].ours;
        let arrival = |bytes, origin, number| Arrival {
            session: id,
            bytes,
            origin,
            number,
        };
        match Message::decode(frame) {
            Ok(Message::Step1(vector)) => self.answer(id, vector, log, effects),
            Ok(Message::Step2(bytes)) => {
                let number = ours.then_some(STEP2_NUMBER);
                self.update(arrival(bytes, Origin::Sync, number), now_ms, log, effects);
            }
            Ok(Message::Update(bytes)) => {
                self.update(arrival(bytes, Origin::Live, None), now_ms, log, effects);
            }
            Ok(Message::Batch { number, update }) if ours => {
                let arrival = arrival(update, Origin::Live, Some(number));
                self.update(arrival, now_ms, log, effects);
            }
            Ok(Message::Awareness(states)) => self.awareness(id, states, effects),
            Ok(Message::QueryAwareness) => self.send_presence(id, effects),
            Ok(_) => {
                let reason = "malformed message: this type is not for a client to send".to_owned();
                self.close(id, CloseCode::Malformed, reason, effects);
            }
            Err(error) => self.close(id, CloseCode::Malformed, error.to_string(), effects),
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
        match merge(&log.live_entries(), &since) {
            Ok(update) => effects.push(Effect::Send(id, Message::Step2(&update).encode())),
            Err(error) => {
                let reason = format!("an entry of the log cannot be read: {error}");
                self.close(id, CloseCode::Internal, reason, effects);
            }
        }
    }

    fn update(
        &mut self,
        arrival: Arrival<'_>,
        now_ms: u64,
        log: &mut impl LogReader,
        effects: &mut Vec<Effect>,
    ) {
        let update = match self.checked(&arrival) {
            Ok(update) => update,
            Err(refusal) => return self.refuse(&arrival, &refusal, effects),
        };
        if arrival.origin == Origin::Sync && !update.deletions().is_empty() {
            self.load_deleted(log);
        }
        let person = self.sessions[&arrival.session].person.clone();
        let admission = admit(&update, &self.clocks, self.deleted.as_ref());
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
            Origin::Live | Origin::Held => self.config.max_update_bytes,
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
    fn conflict(&self, update: &Update<'_>, person: &str) -> Option<ClientId> {
        update.sections().iter().find_map(|section| {
            let new = section.end_clock > self.clocks.next(section.client);
            let owner = self.owners.get(&section.client)?;
            (new && owner != person).then_some(section.client)
        })
    }

    fn refuse(&mut self, arrival: &Arrival<'_>, refusal: &Refusal, effects: &mut Vec<Effect>) {
        match arrival.number {
            Some(_) => acknowledge(arrival, AckStatus::Refused, &refusal.reason(), effects),
            None => self.close(
                arrival.session,
                refusal.close_code(),
                refusal.reason(),
                effects,
            ),
        }
    }

    /// Appends what can be stored and tells the others (U2: in this order). Says whether there was anything.
    fn store(
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
        self.tail.0 += 1;
        self.tail.1 += bytes.len() as u64;
        let frame = Message::Update(&bytes).encode();
        effects.push(Effect::Append(
            Entry {
                sequence: self.last_sequence,
                time_ms: now_ms,
                author: author.to_owned(),
                origin,
                bytes,
            },
            clocks,
        ));
        effects.push(Effect::Broadcast(except, frame));
        if self.compaction_is_due() {
            self.wake_at(now_ms + self.config.compact_delay_ms, effects);
        }
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

    fn load_deleted(&mut self, log: &mut impl LogReader) {
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
    fn retry_held(&mut self, now_ms: u64, effects: &mut Vec<Effect>) {
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
        if self.conflict(&update, &held.author).is_some() {
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

    fn awareness(&mut self, id: SessionId, states: &[u8], effects: &mut Vec<Effect>) {
        // A stock client sends back what it has received: as many as there are people here.
        let limit = awareness::MAX_IDS + self.sessions.len() * awareness::MAX_IDS;
        let presences = match awareness::decode(states, limit) {
            Ok(presences) => presences,
            Err(error) => {
                let code = match error {
                    AwarenessError::TooLarge => CloseCode::TooLarge,
                    _ => CloseCode::Malformed,
                };
                return self.close(id, code, error.to_string(), effects);
            }
        };
        let (mut changed, mut stale) = (Vec::new(), Vec::new());
        for presence in presences {
            match self.place(id, &presence) {
                Placing::Newer => changed.push(presence),
                Placing::Gone(removal) => stale.push(removal),
                Placing::Ignored => {}
            }
        }
        if !stale.is_empty() {
            let states = awareness::encode(stale.iter());
            effects.push(Effect::Send(id, Message::Awareness(&states).encode()));
        }
        self.announce(id, &changed, effects);
    }

    fn announce(&mut self, id: SessionId, changed: &[Presence], effects: &mut Vec<Effect>) {
        if changed.is_empty() {
            return;
        }
        let session = &self.sessions[&id];
        if !Session::fits(&session.presence) {
            let reason = AwarenessError::TooLarge.to_string();
            return self.close(id, CloseCode::TooLarge, reason, effects);
        }
        effects.push(Effect::Keep(id, session.encode()));
        let except = session.ours.then_some(id);
        let states = awareness::encode(changed.iter());
        effects.push(Effect::Broadcast(
            except,
            Message::Awareness(&states).encode(),
        ));
    }

    /// Puts a presence where it belongs (A3, A4, A5).
    fn place(&mut self, id: SessionId, presence: &Presence) -> Placing {
        let owner = self.sessions.iter().find_map(|(&owner, session)| {
            let mut own = session.presence.iter();
            let known = own.find(|known| known.client == presence.client)?;
            Some((owner, known.clock))
        });
        if let Some((owner, clock)) = owner {
            let stranger = self.sessions[&owner].person != self.sessions[&id].person;
            let newer = presence.clock > clock || (presence.clock == clock && presence.is_gone());
            if !newer || (owner != id && (stranger || presence.is_gone())) {
                return Placing::Ignored;
            }
            self.forget(owner, presence.client);
        } else if presence.is_gone() {
            return Placing::Ignored;
        }
        let gone = self
            .gone
            .iter()
            .rfind(|gone| gone.client == presence.client);
        if let Some(removal) = gone.filter(|removal| removal.clock >= presence.clock) {
            return Placing::Gone(removal.clone());
        }
        if !presence.is_gone() {
            let session = self.sessions.get_mut(&id).expect("the sender is here");
            session.presence.push(presence.clone());
        }
        Placing::Newer
    }

    fn forget(&mut self, owner: SessionId, client: ClientId) {
        let session = self.sessions.get_mut(&owner).expect("the owner is here");
        session.presence.retain(|known| known.client != client);
    }

    fn alarm(&mut self, now_ms: u64, effects: &mut Vec<Effect>) {
        self.alarm_at = None;
        for held in std::mem::take(&mut self.held) {
            match held.expires_ms <= now_ms {
                true => effects.push(Effect::Release(held.id)),
                false => self.held.push(held),
            }
        }
        if self.compaction_is_due() {
            self.tail = (0, 0);
            effects.push(Effect::Compact);
        }
        effects.push(Effect::Purge(
            now_ms.saturating_sub(self.config.retention_ms),
        ));
        if let Some(next) = self.held.iter().map(|held| held.expires_ms).min() {
            self.wake_at(next, effects);
        }
    }

    fn compaction_is_due(&self) -> bool {
        self.tail.0 >= 2
            && (self.tail.0 >= self.config.compact_entries
                || self.tail.1 >= self.config.compact_bytes)
    }

    fn wake_at(&mut self, at_ms: u64, effects: &mut Vec<Effect>) {
        if self.alarm_at.is_none_or(|alarm_at| at_ms < alarm_at) {
            self.alarm_at = Some(at_ms);
            effects.push(Effect::SetAlarm(at_ms));
        }
    }
}

/// What a presence means to the room.
enum Placing {
    /// It is news.
    Newer,
    /// Its client was removed with this, which is not older.
    Gone(Presence),
    /// It is not news, or not the sender's to tell.
    Ignored,
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
