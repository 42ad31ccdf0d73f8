//! The relay: the production room, and a shell that does what `worker/src/object.rs` does, in its order. It may die between any two effects.

use std::collections::BTreeMap;
use std::rc::Rc;

use scriptroom_room::ids::StateVector;
use scriptroom_room::wire::{AckStatus, CloseCode};
use scriptroom_room::{
    Access, Config, Effect, Input, Lane, Lanes, Renewal, Role, Room, Session, SessionId, Stored,
    Written,
};

use crate::disk::{Disk, Failed};
use crate::ledger::{Author, Ledger};
use crate::network::{ConnectionId, Network};

/// What is in memory between two sleeps.
struct Awake {
    room: Room,
    next_session: u64,
    alarms: Alarms,
}

/// The platform has one alarm for an object.
#[derive(Default)]
struct Alarms {
    room_ms: Option<u64>,
    set_ms: Option<u64>,
}

impl Alarms {
    fn change(&mut self) -> Option<u64> {
        let due = self.room_ms?;
        let known = self.set_ms.replace(due);
        (known != Some(due)).then_some(due)
    }
}

/// A socket as the platform keeps it: it outlives a sleep.
struct Socket {
    connection: ConnectionId,
    attachment: Option<Vec<u8>>,
}

/// What the relay gives to the world.
#[derive(Debug)]
pub enum Out {
    /// A frame for a connection.
    Send(ConnectionId, Rc<[u8]>),
    /// The relay closes a connection.
    Close(ConnectionId, u16, String),
    /// A token to be looked at.
    Verify(SessionId, String),
    /// The relay has died: nobody is connected any more.
    Died,
}

/// How the relay dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// What was done before stays, and what was sent may arrive: stricter than the platform, which writes a turn as one.
    Between,
    /// As the platform does it: nothing of the turn is on the disk, and nothing of it was sent.
    WholeTurn,
}

/// The relay.
pub struct Relay {
    config: Config,
    /// Its disk, by lane.
    pub disks: Lanes<Disk>,
    generation: u64,
    epochs: u64,
    awake: Option<Awake>,
    sockets: BTreeMap<SessionId, Socket>,
    /// Who may do what.
    pub members: BTreeMap<String, Role>,
    /// When the platform wakes the object, by the relay's clock.
    pub alarm_ms: Option<u64>,
    /// After so many more effects it dies.
    pub dies_after: Option<(usize, Death)>,
    /// What became of the last update that came without a connection.
    pub written: Option<Written>,
    outs: Vec<Out>,
    /// How many merged entries have taken their place.
    pub merges: u64,
    /// What the operator was told.
    pub reports: Vec<String>,
}

/// Why a turn ended early.
enum Stopped {
    Died,
    Failed,
}

impl From<Failed> for Stopped {
    fn from(_: Failed) -> Stopped {
        Stopped::Failed
    }
}

impl Relay {
    /// A relay with an empty disk.
    pub fn new(config: Config) -> Relay {
        Relay {
            config,
            disks: Lanes::default(),
            generation: 0,
            epochs: 0,
            awake: None,
            sockets: BTreeMap::new(),
            members: BTreeMap::new(),
            alarm_ms: None,
            dies_after: None,
            written: None,
            outs: Vec::new(),
            merges: 0,
            reports: Vec::new(),
        }
    }

    /// What it has to give to the world since this was last asked.
    pub fn take_outs(&mut self) -> Vec<Out> {
        std::mem::take(&mut self.outs)
    }

    /// Whether a connection is one of its own.
    pub fn has(&self, session: SessionId) -> bool {
        self.sockets.contains_key(&session)
    }

    /// The memory is gone, the sockets stay.
    pub fn sleep(&mut self) {
        self.awake = None;
    }

    /// Whether it has anything in memory.
    pub fn is_awake(&self) -> bool {
        self.awake.is_some()
    }

    /// It dies: memory and sockets are gone.
    pub fn die(&mut self) {
        self.awake = None;
        self.dies_after = None;
        self.sockets.clear();
        self.outs.push(Out::Died);
    }

    /// The data are put back from a backup, while it is down; the operator calls them another generation.
    pub fn restore(&mut self, backup: &Lanes<Disk>, ledger: &mut Ledger) {
        self.disks = backup.clone();
        self.generation += 1;
        ledger.restored(Lanes::new(|lane| self.disks[lane].owners()));
    }

    fn wake(&mut self, now_ms: u64, ledger: &mut Ledger) -> &mut Awake {
        if self.awake.is_none() {
            self.epochs += 1;
            let epoch = format!("epoch {}", self.epochs);
            let stored = self.load(epoch, now_ms);
            let logs = |lane| (self.disks[lane].log(), self.disks[lane].last_sequence());
            ledger.opened(&stored.epoch, &Lanes::new(logs));
            let kept = self.sockets.iter().filter_map(|(&id, socket)| {
                let session = Session::decode(socket.attachment.as_ref()?);
                Some((id, session.expect("it was kept by the room")))
            });
            let sessions: Vec<_> = kept.collect();
            let last = sessions.last().map_or(0, |(last, _)| last.0 + 1);
            self.awake = Some(Awake {
                room: Room::new(self.config.clone(), stored, sessions),
                next_session: now_ms.max(last),
                alarms: Alarms::default(),
            });
        }
        self.awake.as_mut().expect("it was just built")
    }

    fn load(&mut self, epoch: String, now_ms: u64) -> Stored {
        let is_restored = self.disks.script.begin(epoch, self.generation);
        if is_restored {
            for lane in Lane::ALL {
                self.disks[lane].set_back();
            }
        }
        let logs = Lanes {
            script: self.disks.script.load(&self.config),
            threads: self.disks.threads.load(&self.config),
        };
        if is_restored {
            self.disks.script.note_restored(now_ms);
        }
        Stored {
            epoch: self.disks.script.epoch(),
            logs,
            stale_since_ms: None,
            recovering_until_ms: self.disks.script.recovering_until(&self.config),
        }
    }

    /// Somebody knocks. Whoever may not come in is closed at once.
    pub fn accept(
        &mut self,
        connection: ConnectionId,
        (person, ours, expires_ms): (&str, bool, Option<u64>),
        now_ms: u64,
        ledger: &mut Ledger,
    ) -> Option<SessionId> {
        let close =
            |code: CloseCode, why: &str| Out::Close(connection, code.code(), why.to_owned());
        if expires_ms.is_some_and(|at_ms| at_ms <= now_ms) {
            self.outs
                .push(close(CloseCode::NotSignedIn, "the token has expired"));
            return None;
        }
        let Some(&role) = self.members.get(person) else {
            self.outs
                .push(close(CloseCode::NotAllowed, "not allowed: no member"));
            return None;
        };
        let awake = self.wake(now_ms, ledger);
        let id = SessionId(awake.next_session);
        awake.next_session += 1;
        let socket = Socket {
            connection,
            attachment: None,
        };
        self.sockets.insert(id, socket);
        let access = Access { role, expires_ms };
        let session = Session::new(person.to_owned(), ours, access);
        self.handle(Input::Join(id, session), now_ms, ledger);
        Some(id)
    }

    /// An owner changes what somebody may do, or removes them.
    pub fn set_role(&mut self, person: &str, role: Option<Role>, now_ms: u64, ledger: &mut Ledger) {
        match role {
            Some(role) => drop(self.members.insert(person.to_owned(), role)),
            None => drop(self.members.remove(person)),
        }
        self.handle(Input::Access(person, role), now_ms, ledger);
    }

    /// A token was looked at.
    pub fn verified(&mut self, id: SessionId, token: &str, now_ms: u64, ledger: &mut Ledger) {
        let verdict = match token
            .split_once('|')
            .map(|(who, at)| (who, at.parse().ok()))
        {
            Some((person, Some(at_ms))) if at_ms > now_ms => Ok(Renewal {
                person: person.to_owned(),
                expires_ms: Some(at_ms),
            }),
            _ => Err((AckStatus::Refused, "the token is no good".to_owned())),
        };
        self.handle(Input::Renewed(id, verdict), now_ms, ledger);
    }

    /// The alarm rings. `false`: the store has failed, and the platform tries again.
    pub fn ring(&mut self, now_ms: u64, ledger: &mut Ledger) -> bool {
        self.alarm_ms = None;
        if let Some(awake) = &mut self.awake {
            awake.alarms = Alarms::default();
        }
        self.handle(Input::Alarm, now_ms, ledger)
    }

    /// One input, with all that follows. `false`: the store has failed, or the relay died.
    pub fn handle(&mut self, input: Input<'_>, now_ms: u64, ledger: &mut Ledger) -> bool {
        let before = self
            .dies_after
            .map(|_| (self.disks.clone(), ledger.clone(), self.outs.len()));
        let left = match input {
            Input::Leave(id) => Some(id),
            _ => None,
        };
        let stopped = match self.turn(input, now_ms, ledger) {
            Ok(()) => None,
            Err(Stopped::Failed) => {
                self.fail();
                return false;
            }
            Err(Stopped::Died) => Some(before.expect("it was about to die")),
        };
        if let Some((disks, book, sent)) = stopped {
            if let Some((_, Death::WholeTurn)) = self.dies_after {
                self.disks = disks;
                *ledger = book;
                self.outs.truncate(sent);
            }
            self.die();
            return false;
        }
        if let Some(id) = left {
            self.sockets.remove(&id);
        }
        if let Some(at_ms) = self.awake.as_mut().and_then(|awake| awake.alarms.change()) {
            self.alarm_ms = Some(at_ms);
        }
        true
    }

    fn turn(&mut self, input: Input<'_>, now_ms: u64, ledger: &mut Ledger) -> Result<(), Stopped> {
        self.wake(now_ms, ledger);
        let received = match &input {
            Input::Frame(_, frame) => Some(*frame),
            _ => None,
        };
        let awake = self.awake.as_mut().expect("it was just woken");
        let effects = awake.room.handle(input, now_ms, &mut self.disks);
        let failed = [Lane::Script, Lane::Threads].map(|lane| self.disks[lane].take_failure());
        if failed.contains(&true) {
            return Err(Stopped::Failed);
        }
        for effect in effects {
            match &mut self.dies_after {
                Some((0, _)) => return Err(Stopped::Died),
                Some((left, _)) => *left -= 1,
                None => {}
            }
            self.run(effect, received, now_ms, ledger)?;
        }
        Ok(())
    }

    /// The store has failed: nothing in memory counts any more. Everybody connects again and syncs.
    fn fail(&mut self) {
        self.awake = None;
        let reason = "the relay's store has failed";
        for socket in std::mem::take(&mut self.sockets).into_values() {
            let code = CloseCode::Internal.code();
            self.outs
                .push(Out::Close(socket.connection, code, reason.to_owned()));
        }
    }

    fn run(
        &mut self,
        effect: Effect,
        received: Option<&[u8]>,
        now_ms: u64,
        ledger: &mut Ledger,
    ) -> Result<(), Failed> {
        match effect {
            Effect::Append(lane, entry, clocks) => {
                self.disks[lane].append(&entry, &clocks)?;
                let author = Author {
                    role: self.members.get(&entry.author).copied(),
                    is_held: self.disks[lane].holds_of(&entry.author),
                };
                ledger.appended(lane, &entry, &clocks, author);
            }
            Effect::Claim(claim) => {
                self.disks.script.claim(claim.clone())?;
                ledger.claimed(&claim);
            }
            Effect::Unclaim(clients) => {
                self.disks.script.unclaim(&clients)?;
                ledger.unclaimed(&clients);
            }
            Effect::Recovered(lane, recovered) => self.disks[lane].set_recovered(recovered)?,
            Effect::Hold(lane, held) => self.disks[lane].hold(held)?,
            Effect::Release(lane, id) => self.disks[lane].release(id)?,
            Effect::Stage(lane, merged) => self.disks[lane].stage(&merged)?,
            Effect::TakeOver { lane, first, last } => {
                self.disks[lane].take_over(first, last, now_ms)?;
                self.merges += 1;
                self.check_log(ledger);
            }
            Effect::Unstage(lane) => self.disks[lane].unstage()?,
            Effect::Archive(_) => {}
            Effect::Purge(lane, before_ms) => self.disks[lane].purge(before_ms)?,
            Effect::Refresh => {}
            Effect::Written(written) => self.written = Some(written),
            Effect::Report(what) => self.reports.push(what),
            Effect::Send(id, frame) => self.send(id, frame.into(), received, ledger),
            Effect::SendText(..) => {}
            Effect::Broadcast(ids, frame) => {
                let frame: Rc<[u8]> = frame.into();
                for id in ids {
                    self.send(id, frame.clone(), None, ledger);
                }
            }
            Effect::Keep(id, bytes) => {
                if let Some(socket) = self.sockets.get_mut(&id) {
                    socket.attachment = Some(bytes);
                }
            }
            Effect::Close(id, code, reason) => {
                if let Some(socket) = self.sockets.remove(&id) {
                    self.outs
                        .push(Out::Close(socket.connection, code.code(), reason));
                }
            }
            Effect::Verify(id, token) => self.outs.push(Out::Verify(id, token)),
            Effect::SetAlarm(at_ms) => {
                let awake = self.awake.as_mut().expect("it is in a turn");
                awake.alarms.room_ms = Some(at_ms);
            }
        }
        Ok(())
    }

    fn send(
        &mut self,
        id: SessionId,
        frame: Rc<[u8]>,
        received: Option<&[u8]>,
        ledger: &mut Ledger,
    ) {
        if let Some(socket) = self.sockets.get(&id) {
            ledger.sent(&frame, received);
            self.outs.push(Out::Send(socket.connection, frame));
        }
    }

    /// Holds the disk against the book.
    pub fn check_log(&self, ledger: &mut Ledger) {
        for lane in Lane::ALL {
            let disk = &self.disks[lane];
            let mut clocks = StateVector::default();
            for clock in disk.clocks().filter(|clock| clock.next > 0) {
                clocks.advance(clock.client, clock.next);
            }
            ledger.check_log(lane, &disk.log(), &clocks);
        }
    }

    /// Whether a socket of such a client is open.
    pub fn sockets_of(&self, net: &Network, is: impl Fn(usize) -> bool) -> bool {
        let sockets = self.sockets.values();
        sockets
            .into_iter()
            .any(|socket| net.client(socket.connection).is_some_and(&is))
    }

    /// The presence of everybody, and whose connection each is, by person.
    pub fn sessions(&self) -> Vec<(SessionId, String, Vec<u64>)> {
        let awake = self.awake.iter();
        let sessions = awake.flat_map(|awake| awake.room.sessions());
        let known = sessions.map(|(id, session)| {
            let ids = session.presence.iter().map(|presence| presence.client);
            (id, session.person.clone(), ids.collect())
        });
        known.collect()
    }
}
