//! What the tests of a room share: documents of yrs as clients, and a store in memory that can crash.
#![allow(dead_code, reason = "each test file uses a part of it")]

use scriptroom_room::archive::{self, Hour, Original};
use scriptroom_room::authorship::Authorship;
use scriptroom_room::check::Update;
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge;
use scriptroom_room::room::{Clock, Stored};
use scriptroom_room::wire::{CloseCode, Message, decode_owners};
use scriptroom_room::{
    Access, Claim, Config, Effect, Entry, Held, Input, Lane, Lanes, LiveEntry, LogReader, Merged,
    Origin, Recovered, Role, Room, Session, SessionId, StoredLog, Tail, Written,
};
use std::collections::BTreeMap;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, GetString, Map, OffsetKind, Options, ReadTxn, Text, Transact};

/// A replica: what a client has.
pub(crate) struct Replica {
    doc: Doc,
}

impl Replica {
    pub(crate) fn new(client: u64) -> Replica {
        let mut options = Options::with_client_id(yrs::block::ClientID::new(client));
        options.offset_kind = OffsetKind::Utf16;
        Replica {
            doc: Doc::with_options(options),
        }
    }

    /// Inserts into the text and returns the update.
    pub(crate) fn insert(&self, at: u32, words: &str) -> Vec<u8> {
        let text = self.doc.get_or_insert_text("text");
        let mut transaction = self.doc.transact_mut();
        let len = text.len(&transaction);
        text.insert(&mut transaction, at.min(len), words);
        transaction.encode_update_v1()
    }

    pub(crate) fn append(&self, words: &str) -> Vec<u8> {
        self.insert(u32::MAX, words)
    }

    /// Deletes one unit, if there is one, and returns the update.
    pub(crate) fn delete(&self, at: u32) -> Option<Vec<u8>> {
        let text = self.doc.get_or_insert_text("text");
        let mut transaction = self.doc.transact_mut();
        let len = text.len(&transaction);
        if len == 0 {
            return None;
        }
        text.remove_range(&mut transaction, at % len, 1);
        Some(transaction.encode_update_v1())
    }

    pub(crate) fn set(&self, key: &str, value: f64) -> Vec<u8> {
        let map = self.doc.get_or_insert_map("map");
        let mut transaction = self.doc.transact_mut();
        map.insert(&mut transaction, key, value);
        transaction.encode_update_v1()
    }

    pub(crate) fn apply(&self, update: &[u8]) {
        let update = yrs::Update::decode_v1(update).expect("yrs reads what the room gives");
        let mut transaction = self.doc.transact_mut();
        transaction.apply_update(update).expect("yrs applies it");
    }

    pub(crate) fn text(&self) -> String {
        let text = self.doc.get_or_insert_text("text");
        text.get_string(&self.doc.transact())
    }

    pub(crate) fn has_pending(&self) -> bool {
        self.doc.transact().has_missing_updates()
    }

    pub(crate) fn state_vector(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    pub(crate) fn diff(&self, since: &[u8]) -> Vec<u8> {
        let since = yrs::StateVector::decode_v1(since).expect("a state vector");
        self.doc.transact().encode_state_as_update_v1(&since)
    }
}

/// The text that updates make, as yrs reads them.
pub(crate) fn text_of(update: &[u8]) -> String {
    let replica = Replica::new(1 << 40);
    replica.apply(update);
    assert!(!replica.has_pending(), "the update is whole");
    replica.text()
}

/// The store in memory.
#[derive(Default, Clone)]
pub(crate) struct Disk {
    pub(crate) entries: Vec<Entry>,
    pub(crate) covered: Vec<(u64, Entry)>,
    pub(crate) clocks: Vec<Clock>,
    pub(crate) claims: Vec<Claim>,
    pub(crate) held: Vec<Held>,
    /// What of `entries` is merged: by its sequence, the first entry in it, and how often.
    pub(crate) spans: BTreeMap<u64, (u64, u64)>,
    pub(crate) staged: Option<Merged>,
    /// The entries as they came, until they are deleted.
    pub(crate) originals: Vec<Original>,
    /// Up to where they are put by, and what was made of them.
    pub(crate) archived: u64,
    pub(crate) hours: Vec<Hour>,
    pub(crate) authorship: Authorship,
    pub(crate) recovered: Vec<Recovered>,
}

impl Disk {
    fn stored(&self, config: &Config) -> StoredLog {
        let mut tail = Tail::default();
        for entry in self.sizes().iter().filter(|entry| entry.merged == 0) {
            tail.push(entry.bytes as u64, entry.time_ms, config);
        }
        StoredLog {
            clocks: self.clocks.clone(),
            claims: self.claims.clone(),
            last_sequence: self.entries.last().map_or(0, |entry| entry.sequence),
            stored_bytes: self
                .entries
                .iter()
                .map(|entry| entry.bytes.len() as u64)
                .sum(),
            tail,
            staged: self.staged.is_some(),
            oldest_covered_ms: self.oldest_covered(),
            unarchived_ms: self.unarchived(),
            held: self.held.clone(),
            recovered: self.recovered.clone(),
        }
    }

    pub(crate) fn bytes(&self) -> Vec<Vec<u8>> {
        self.entries
            .iter()
            .map(|entry| entry.bytes.clone())
            .collect()
    }

    /// The whole script as one update.
    pub(crate) fn whole(&self) -> Vec<u8> {
        merge(&self.bytes(), &StateVector::default()).expect("the log can be read")
    }

    fn unarchived(&self) -> Option<u64> {
        let mut waiting = self.originals.iter();
        waiting
            .find(|entry| entry.sequence > self.archived)
            .map(|entry| entry.time_ms)
    }

    fn archive(&mut self, before_ms: u64) {
        let waiting = self.originals.iter();
        let waiting = waiting
            .filter(|entry| entry.sequence > self.archived)
            .take_while(|entry| entry.time_ms < before_ms);
        let waiting: Vec<Original> = waiting.cloned().collect();
        let sizes: Vec<(usize, u64)> = waiting
            .iter()
            .map(|entry| (entry.bytes.len(), entry.time_ms))
            .collect();
        let piece = &waiting[..archive::piece(&sizes)];
        self.hours.extend(archive::hours(piece, &[]));
        self.authorship.join(&archive::authorship(piece));
        self.archived = piece.last().map_or(self.archived, |last| last.sequence);
    }

    pub(crate) fn purge(&mut self, before_ms: u64) {
        let kept = |since_ms: u64, sequence: u64| since_ms >= before_ms || sequence > self.archived;
        for (_, gone) in self
            .covered
            .extract_if(.., |(since_ms, entry)| !kept(*since_ms, entry.sequence))
        {
            self.originals
                .retain(|original| original.sequence != gone.sequence);
        }
    }

    fn append(&mut self, entry: Entry, clocks: Vec<Clock>) {
        self.originals.push(Original {
            first: entry.sequence,
            sequence: entry.sequence,
            time_ms: entry.time_ms,
            author: entry.author.clone(),
            bytes: entry.bytes.clone(),
        });
        self.entries.push(entry);
        for clock in clocks {
            self.clocks.retain(|known| known.client != clock.client);
            self.claims.retain(|claim| claim.client != clock.client);
            self.clocks.push(clock);
        }
    }

    fn sizes(&self) -> Vec<LiveEntry> {
        let sizes = self.entries.iter().map(|entry| {
            let span = self.spans.get(&entry.sequence);
            let (first, merged) = span.copied().unwrap_or((entry.sequence, 0));
            LiveEntry {
                first,
                sequence: entry.sequence,
                merged,
                bytes: entry.bytes.len(),
                time_ms: entry.time_ms,
            }
        });
        sizes.collect()
    }

    fn oldest_covered(&self) -> Option<u64> {
        self.covered.iter().map(|&(since_ms, _)| since_ms).min()
    }

    fn take_over(&mut self, first: u64, last: u64, now_ms: u64) {
        let staged = self.staged.take().expect("something is staged");
        let covered = |entry: &Entry| (first..=last).contains(&entry.sequence);
        let at = self.entries.partition_point(|entry| entry.sequence < first);
        let gone = self.entries.extract_if(.., |entry| covered(entry));
        self.covered.extend(gone.map(|entry| (now_ms, entry)));
        self.spans
            .retain(|sequence, _| !(first..=last).contains(sequence));
        self.spans.insert(last, (first, staged.merged));
        let entry = Entry {
            sequence: last,
            time_ms: staged.time_ms,
            author: String::new(),
            session: 0,
            origin: Origin::Sync,
            bytes: staged.bytes,
        };
        self.entries.insert(at, entry);
    }
}

impl LogReader for Disk {
    fn live_entries(&mut self) -> Vec<Vec<u8>> {
        self.bytes()
    }

    fn live(&mut self) -> Vec<LiveEntry> {
        self.sizes()
    }

    fn entries(&mut self, first: u64, last: u64) -> Vec<Vec<u8>> {
        let wanted = self
            .entries
            .iter()
            .filter(|entry| (first..=last).contains(&entry.sequence));
        wanted.map(|entry| entry.bytes.clone()).collect()
    }

    fn staged(&mut self) -> Option<Merged> {
        self.staged.clone()
    }

    fn oldest_covered_ms(&mut self) -> Option<u64> {
        self.oldest_covered()
    }

    fn unarchived_ms(&mut self) -> Option<u64> {
        self.unarchived()
    }
}

fn stored(disks: &Lanes<Disk>, config: &Config, recovering_until_ms: Option<u64>) -> Stored {
    Stored {
        epoch: "epoch".to_owned(),
        logs: Lanes::new(|lane| disks[lane].stored(config)),
        stale_since_ms: None,
        recovering_until_ms,
    }
}

/// What one session has received.
#[derive(Default, Debug, Clone)]
pub(crate) struct Mailbox {
    pub(crate) frames: Vec<Vec<u8>>,
    pub(crate) closed: Option<(CloseCode, String)>,
}

impl Mailbox {
    /// The messages received since this was last asked, described.
    pub(crate) fn take(&mut self) -> Vec<String> {
        let frames = std::mem::take(&mut self.frames);
        let mut seen: Vec<String> = frames.iter().map(|frame| describe(frame)).collect();
        if let Some((code, reason)) = self.closed.take() {
            seen.push(format!("closed {} {reason}", code.code()));
        }
        seen
    }
}

fn describe(frame: &[u8]) -> String {
    match Message::decode(frame).expect("the room sends messages") {
        Message::Step1(_) => "step 1".to_owned(),
        Message::Step2(update) => format!("step 2 {:?}", text_of(update)),
        Message::Update(update) => {
            let update = Update::decode(update).expect("a whole update");
            let clients: Vec<String> = update
                .sections()
                .iter()
                .map(|section| {
                    format!(
                        "{}:{}..{}",
                        section.client, section.clock, section.end_clock
                    )
                })
                .collect();
            format!("update {}", clients.join(" "))
        }
        Message::Awareness(states) => {
            let states = scriptroom_room::awareness::decode(states, 99).expect("presence");
            let states: Vec<String> = states
                .iter()
                .map(|state| format!("{}@{}={}", state.client, state.clock, state.state))
                .collect();
            format!("awareness {}", states.join(" "))
        }
        Message::Denied(reason) => format!("denied {reason}"),
        Message::Hello { epoch, version, .. } => format!("hello {epoch} {version}"),
        Message::Ack {
            number,
            status,
            reason,
        } => format!("ack {number} {status:?} {reason}")
            .trim()
            .to_owned(),
        Message::Access {
            role,
            expires_in_ms,
        } => format!("access {role} {expires_in_ms}"),
        Message::Renewed { status, reason } => {
            format!("renewed {status:?} {reason}").trim().to_owned()
        }
        Message::You(person) => format!("you {person}"),
        Message::Threads(frame) => format!("threads: {}", describe(frame)),
        Message::Owners(owners) => {
            let owners = decode_owners(owners).expect("owners");
            let owners: Vec<String> = owners
                .iter()
                .map(|(client, person)| format!("{client}={person}"))
                .collect();
            format!("owners {}", owners.join(" ")).trim().to_owned()
        }
        other => panic!("the room does not send {other:?}"),
    }
}

/// A room with its store and its connections.
pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) room: Room,
    pub(crate) disks: Lanes<Disk>,
    pub(crate) now_ms: u64,
    pub(crate) mailboxes: std::collections::BTreeMap<SessionId, Mailbox>,
    pub(crate) attachments: std::collections::BTreeMap<SessionId, Vec<u8>>,
    pub(crate) alarm_at: Option<u64>,
    /// Tokens that the room wants looked at.
    pub(crate) tokens: Vec<(SessionId, String)>,
    /// What became of what came without a connection.
    pub(crate) written: Vec<Written>,
    /// How often what is derived from the log was to be refreshed.
    pub(crate) refreshed: usize,
    /// What the operator was told.
    pub(crate) reports: Vec<String>,
    /// After so many more effects the relay dies in the middle of its work.
    pub(crate) dies_after: Option<usize>,
    pub(crate) recovering_until_ms: Option<u64>,
    next_session: u64,
}

impl World {
    pub(crate) fn new(config: Config) -> World {
        let disks = Lanes::default();
        World {
            room: Room::new(config.clone(), stored(&disks, &config, None), []),
            recovering_until_ms: None,
            config,
            disks,
            now_ms: 1_000,
            mailboxes: Default::default(),
            attachments: Default::default(),
            alarm_at: None,
            tokens: Vec::new(),
            written: Vec::new(),
            refreshed: 0,
            reports: Vec::new(),
            dies_after: None,
            next_session: 1,
        }
    }

    /// Somebody who may write.
    pub(crate) fn join(&mut self, person: &str, ours: bool) -> SessionId {
        self.join_as(person, ours, Access::lasting(Role::Editor))
    }

    pub(crate) fn join_as(&mut self, person: &str, ours: bool, access: Access) -> SessionId {
        self.enter(Session::new(person.to_owned(), ours, access))
    }

    /// A stock client at the threads' own address, or ours.
    pub(crate) fn join_threads(&mut self, person: &str, ours: bool, role: Role) -> SessionId {
        let session = Session::new(person.to_owned(), ours, Access::lasting(role));
        self.enter(session.on(Lane::Threads))
    }

    fn enter(&mut self, session: Session) -> SessionId {
        let id = SessionId(self.next_session);
        self.next_session += 1;
        self.mailboxes.insert(id, Mailbox::default());
        self.handle(Input::Join(id, session));
        id
    }

    /// A message about the threads, from a connection to the script.
    pub(crate) fn send_threads(&mut self, id: SessionId, message: &Message<'_>) {
        self.send(id, &Message::Threads(&message.encode()));
    }

    pub(crate) fn send(&mut self, id: SessionId, message: &Message<'_>) {
        self.handle(Input::Frame(id, &message.encode()));
    }

    pub(crate) fn update(&mut self, id: SessionId, update: &[u8]) {
        self.send(id, &Message::Update(update));
    }

    pub(crate) fn seen(&mut self, id: SessionId) -> Vec<String> {
        self.mailboxes
            .get_mut(&id)
            .map(Mailbox::take)
            .unwrap_or_default()
    }

    /// Everybody reads what has come.
    pub(crate) fn read_all(&mut self) {
        self.mailboxes
            .values_mut()
            .for_each(|mailbox| drop(mailbox.take()));
    }

    pub(crate) fn leave(&mut self, id: SessionId) {
        self.mailboxes.remove(&id);
        self.attachments.remove(&id);
        self.handle(Input::Leave(id));
    }

    pub(crate) fn text(&self) -> String {
        self.text_in(Lane::Script)
    }

    pub(crate) fn text_in(&self, lane: Lane) -> String {
        text_of(&self.disks[lane].whole())
    }

    /// The object is evicted: memory is gone, sockets and what is kept with them stay.
    pub(crate) fn sleep(&mut self) {
        let sessions: Vec<_> = self
            .attachments
            .iter()
            .map(|(&id, bytes)| (id, Session::decode(bytes).expect("an attachment")))
            .collect();
        self.room = Room::new(
            self.config.clone(),
            stored(&self.disks, &self.config, self.recovering_until_ms),
            sessions,
        );
    }

    /// The relay is killed: every socket is gone, too.
    pub(crate) fn kill(&mut self) {
        self.attachments.clear();
        self.mailboxes.clear();
        self.dies_after = None;
        self.sleep();
    }

    /// The relay starts again on a backup of its data.
    pub(crate) fn restore(&mut self, backup: Lanes<Disk>) {
        self.disks = backup;
        self.recovering_until_ms = Some(self.now_ms + self.config.recover_ms);
        self.kill();
    }

    /// Runs an input and its effects. `false`: the relay died on the way.
    pub(crate) fn handle(&mut self, input: Input<'_>) -> bool {
        let effects = self.room.handle(input, self.now_ms, &mut self.disks);
        for effect in effects {
            if self.dies_after == Some(0) {
                return false;
            }
            self.dies_after = self.dies_after.map(|left| left - 1);
            self.run(effect);
        }
        true
    }

    pub(crate) fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Append(lane, entry, clocks) => self.disks[lane].append(entry, clocks),
            Effect::Claim(claim) => self.disks.script.claims.push(claim),
            Effect::Unclaim(ids) => {
                let claims = &mut self.disks.script.claims;
                claims.retain(|claim| !ids.contains(&claim.client));
            }
            Effect::Recovered(lane, recovered) => self.disks[lane].recovered = recovered,
            Effect::Hold(lane, held) => self.disks[lane].held.push(held),
            Effect::Release(lane, id) => self.disks[lane].held.retain(|held| held.id != id),
            Effect::Send(id, frame) => self.deliver(id, frame),
            Effect::SendText(..) => {}
            Effect::Archive(before_ms) => self.disks.script.archive(before_ms),
            Effect::Purge(Lane::Script, before_ms) => self.disks.script.purge(before_ms),
            Effect::Purge(Lane::Threads, before_ms) => {
                let covered = &mut self.disks.threads.covered;
                covered.retain(|&(since_ms, _)| since_ms >= before_ms);
            }
            Effect::Refresh => self.refreshed += 1,
            Effect::Written(written) => self.written.push(written),
            Effect::Report(what) => self.reports.push(what),
            Effect::Stage(lane, merged) => self.disks[lane].staged = Some(merged),
            Effect::TakeOver { lane, first, last } => {
                self.disks[lane].take_over(first, last, self.now_ms);
            }
            Effect::Unstage(lane) => self.disks[lane].staged = None,
            Effect::Broadcast(ids, frame) => {
                for id in ids {
                    self.deliver(id, frame.clone());
                }
            }
            Effect::Keep(id, bytes) => drop(self.attachments.insert(id, bytes)),
            Effect::Close(id, code, reason) => {
                self.attachments.remove(&id);
                if let Some(mailbox) = self.mailboxes.get_mut(&id) {
                    mailbox.closed = Some((code, reason));
                }
            }
            Effect::Verify(id, token) => self.tokens.push((id, token)),
            Effect::SetAlarm(at_ms) => self.alarm_at = Some(at_ms),
        }
    }

    fn deliver(&mut self, id: SessionId, frame: Vec<u8>) {
        if let Some(mailbox) = self
            .mailboxes
            .get_mut(&id)
            .filter(|mailbox| mailbox.closed.is_none())
        {
            mailbox.frames.push(frame);
        }
    }
}
