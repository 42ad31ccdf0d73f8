//! The room of one script: [`Room::handle`] takes an [`Input`] and returns the [`Effect`]s of it.
//!
//! **Calling convention.** The shell runs the effects in their order, each to its end, before the next input: an append is
//! in the store before the messages after it leave (U2). If a store operation fails, the shell drops the room,
//! closes the connections with 1011 and builds the room anew from [`Stored`] and its sessions. Reading the log is
//! not an effect: a [`LogReader`] answers at once. Time comes in as an argument, randomness not at all.

mod access;
mod claims;
mod joins;
mod limits;
mod log;
mod presence;
mod recovered;
mod replicas;
mod updates;
mod upkeep;
mod waiting;
mod writes;

use std::collections::BTreeMap;

use self::access::TurnedAway;
pub use self::joins::JoinMemory;
use self::log::Log;
use self::updates::Arrival;
use crate::awareness::{self, Presence};
use crate::ids::StateVector;
use crate::lane::{Lane, Lanes};
pub use crate::port::{
    Claim, Clock, Config, Effect, Entry, Held, Input, LogReader, Origin, Stored,
};
use crate::session::{Said, Session, SessionId, Speaks};
use crate::wire::{
    CloseCode, Message, NOTHING, PING, PROTOCOL_VERSION, STEP2_NUMBER, encode_owners,
};

/// One script's relay.
#[derive(Debug)]
pub struct Room {
    config: Config,
    epoch: String,
    logs: Lanes<Log>,
    /// When the first entry came since what is derived from the script's log was refreshed.
    stale_since_ms: Option<u64>,
    /// Until when others than their owners may bring words back (B2).
    recovering_until_ms: Option<u64>,
    sessions: BTreeMap<SessionId, Session>,
    /// The removals of late, oldest first: what is older than they are is no presence (A5).
    gone: Vec<Presence>,
    turned_away: Vec<TurnedAway>,
    /// `None`: not set since the room woke.
    alarm_at: Option<u64>,
    /// Whether something has happened since the room woke.
    awake: bool,
}

const NOT_FOR_A_CLIENT: &str = "malformed message: this type is not for a client to send";

/// How many removals are remembered.
const MAX_GONE: usize = 256;

impl Room {
    /// The room as the store and the open connections say it is. `sessions` are those that live on after a hibernation.
    pub fn new(
        config: Config,
        stored: Stored,
        sessions: impl IntoIterator<Item = (SessionId, Session)>,
    ) -> Room {
        let logs = Lanes {
            script: Log::new(Lane::Script, stored.logs.script),
            threads: Log::new(Lane::Threads, stored.logs.threads),
        };
        let mut sessions: BTreeMap<SessionId, Session> = sessions.into_iter().collect();
        // Whose the pieces are that are held a sleep forgets: they may be anybody's.
        for session in sessions.values_mut() {
            let away = session.turned_away_ms;
            session.waits = Lanes::new(|lane| !logs[lane].held.is_empty() || away[lane].is_some());
        }
        Room {
            config,
            epoch: stored.epoch,
            logs,
            stale_since_ms: stored.stale_since_ms,
            recovering_until_ms: stored.recovering_until_ms,
            sessions,
            gone: Vec::new(),
            turned_away: Vec::new(),
            alarm_at: None,
            awake: false,
        }
    }

    /// Every client's next clock in that lane.
    pub fn state_vector(&self, lane: Lane) -> &StateVector {
        &self.logs[lane].clocks
    }

    /// Asks everybody for what the room has not: something of a log was lost (L5).
    pub fn ask_everybody(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for session in self.sessions.values_mut() {
            session.said = Said::NotAll;
        }
        for lane in Lane::ALL {
            self.logs[lane].kept = None;
            let step1 = Message::Step1(&self.logs[lane].clocks.encode()).encode();
            self.broadcast(lane, |_, _| true, step1, &mut effects);
        }
        effects
    }

    /// The sequence number of the last entry of the script's log: the version of the script.
    pub fn version(&self) -> u64 {
        self.last_sequence_of(Lane::Script)
    }

    /// The sequence number of the last entry of a lane's log.
    pub fn last_sequence_of(&self, lane: Lane) -> u64 {
        self.logs[lane].last_sequence
    }

    /// Which life of the logs this is.
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
        logs: &mut Lanes<impl LogReader>,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        let is_recovering = self.is_recovering(now_ms);
        for lane in Lane::ALL {
            self.logs[lane].tidy_joins(now_ms);
            if !is_recovering {
                self.logs[lane].since.clear();
            }
        }
        if !std::mem::replace(&mut self.awake, true) {
            self.schedule(now_ms, &mut effects);
        }
        match input {
            Input::Join(id, session) => self.join(id, session, now_ms, &mut effects),
            Input::Leave(id) => {
                let said = self.sessions.get(&id).map(|session| session.said);
                self.leave(id, &mut effects);
                if let Some(said) = said {
                    self.no_longer_waited_for(said, now_ms, logs, &mut effects);
                }
            }
            Input::Access(person, role) => self.set_access(person, role, now_ms, &mut effects),
            Input::Closed(reason) => self.close_everybody(reason, &mut effects),
            Input::Renewed(id, verdict) => self.renewed(id, verdict, now_ms, &mut effects),
            Input::Write(write) => self.write(&write, now_ms, logs, &mut effects),
            Input::Alarm => self.alarm(now_ms, logs, &mut effects),
            Input::Text(id, PING) => effects.push(Effect::SendText(id, crate::wire::PONG)),
            Input::Text(id, _) => {
                let reason = "malformed message: expected a binary frame, got text".to_owned();
                self.close(id, CloseCode::Malformed, reason, &mut effects);
            }
            Input::Frame(id, frame) if self.sessions.contains_key(&id) => {
                self.frame(id, frame, now_ms, logs, &mut effects);
            }
            // A frame that was under way when its connection was closed.
            Input::Frame(..) => {}
        }
        self.watch_readers(&mut effects);
        effects
    }

    fn join(
        &mut self,
        id: SessionId,
        mut session: Session,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        session.said = Said::Nothing { asked_ms: now_ms };
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
        let home = session.home();
        let replaced = self.sessions.insert(id, session);
        assert!(replaced.is_none(), "a session id is used once");
        self.send_access(id, now_ms, effects);
        self.greet(id, home, effects);
        self.send_presence(id, effects);
    }

    /// What a connection hears of a lane first.
    fn greet(&self, id: SessionId, lane: Lane, effects: &mut Vec<Effect>) {
        let session = &self.sessions[&id];
        if lane == Lane::Threads && session.ours {
            self.send(id, lane, &Message::You(&session.person), effects);
            let owners = self.logs.threads.owners.iter();
            let owners = owners.map(|(&client, person)| (client, person.as_str()));
            let owners = encode_owners(owners);
            self.send(id, lane, &Message::Owners(&owners), effects);
        }
        self.send_step1(id, lane, effects);
    }

    /// Asks for what a lane's log lacks.
    fn send_step1(&self, id: SessionId, lane: Lane, effects: &mut Vec<Effect>) {
        let session = &self.sessions[&id];
        let mut vector = self.state_vector_for(lane, &session.person);
        if session.said != Said::All {
            vector = self.logs[lane].before_it_was_set_back(&vector);
        }
        self.send(id, lane, &Message::Step1(&vector.encode()), effects);
    }

    /// Sends a message about a lane to one.
    fn send(&self, id: SessionId, lane: Lane, message: &Message<'_>, effects: &mut Vec<Effect>) {
        let frame = self.sessions[&id].frame(lane, message);
        effects.push(Effect::Send(id, frame));
    }

    /// Sends the frame of a message about a lane to those who hear of that lane, as far as they are meant.
    fn broadcast(
        &self,
        lane: Lane,
        meant: impl Fn(SessionId, &Session) -> bool,
        frame: Vec<u8>,
        effects: &mut Vec<Effect>,
    ) {
        let hearing = self.sessions.iter();
        let hearing =
            hearing.filter(|(id, session)| session.speaks.of(lane) && meant(**id, session));
        let (at_home, besides): (Vec<_>, Vec<_>) =
            hearing.partition(|(_, session)| session.home() == lane);
        let ids =
            |found: Vec<(&SessionId, &Session)>| found.into_iter().map(|(&id, _)| id).collect();
        if !besides.is_empty() {
            let frame = Message::Threads(&frame).encode();
            effects.push(Effect::Broadcast(ids(besides), frame));
        }
        if !at_home.is_empty() {
            effects.push(Effect::Broadcast(ids(at_home), frame));
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
        self.show_presence(Some(id), &states, effects);
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
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) {
        if self.close_expired(id, now_ms, effects) {
            return;
        }
        let (lane, message) = match self.read(id, frame) {
            Ok(read) => read,
            Err(reason) => return self.close(id, CloseCode::Malformed, reason, effects),
        };
        if !self.pays_for(id, (lane, &message), frame.len(), now_ms, effects) {
            return;
        }
        if !self.sessions[&id].speaks.of(lane) {
            self.open(id, effects);
        }
        let ours = self.sessions[&id].ours;
        let arrival = |bytes, origin, number| Arrival {
            session: id,
            lane,
            bytes,
            origin,
            number,
        };
        match message {
            Message::Step1(vector) => {
                if vector == NOTHING {
                    self.set_refused((id, lane), false, effects);
                }
                self.answer(id, (lane, vector), &mut logs[lane], now_ms, effects);
            }
            Message::Step2(bytes) => {
                self.has_read(id);
                let number = ours.then_some(STEP2_NUMBER);
                self.update(arrival(bytes, Origin::Sync, number), now_ms, logs, effects);
            }
            Message::Update(bytes) => {
                self.update(arrival(bytes, Origin::Live, None), now_ms, logs, effects);
            }
            Message::Batch { number, update } if ours => {
                let arrival = arrival(update, Origin::Live, Some(number));
                self.update(arrival, now_ms, logs, effects);
            }
            Message::Awareness(states) => self.awareness(id, states, now_ms, effects),
            Message::QueryAwareness => self.send_presence(id, effects),
            Message::Renew(token) if ours => self.renew(id, token, effects),
            _ => {
                let reason = NOT_FOR_A_CLIENT.to_owned();
                self.close(id, CloseCode::Malformed, reason, effects);
            }
        }
    }

    /// A frame's message, and which document it is about. Only our own client speaks of both, on the script's path (D2).
    fn read<'a>(&self, id: SessionId, frame: &'a [u8]) -> Result<(Lane, Message<'a>), String> {
        let session = &self.sessions[&id];
        let decode = |frame| Message::decode(frame).map_err(|error| error.to_string());
        match decode(frame)? {
            Message::Threads(frame) if session.ours && session.home() == Lane::Script => {
                Ok((Lane::Threads, decode(frame)?))
            }
            Message::Threads(_) => Err(NOT_FOR_A_CLIENT.to_owned()),
            message => Ok((session.home(), message)),
        }
    }

    /// A connection to the script has begun to speak of the threads, too (D2).
    fn open(&mut self, id: SessionId, effects: &mut Vec<Effect>) {
        let session = self.sessions.get_mut(&id).expect("the sender is here");
        session.speaks = Speaks::Both;
        effects.push(Effect::Keep(id, session.encode()));
        self.greet(id, Lane::Threads, effects);
    }

    fn answer(
        &mut self,
        id: SessionId,
        (lane, vector): (Lane, &[u8]),
        log: &mut impl LogReader,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        let since = match StateVector::decode(vector) {
            Ok(since) => since,
            Err(error) => {
                let reason = format!("malformed state vector: {error}");
                return self.close(id, CloseCode::Malformed, reason, effects);
            }
        };
        let memory = &self.config.join_memory;
        match self.logs[lane].answer(&since, log, memory, now_ms) {
            Ok(update) => self.send(id, lane, &Message::Step2(&update), effects),
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
