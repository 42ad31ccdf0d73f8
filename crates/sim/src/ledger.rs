//! The book that the checkers keep beside the relay: what was stored, from whom, and what left the relay. It knows the rules of
//! SPEC.md and nothing of the room's own state.

use std::collections::BTreeMap;

use scriptroom_room::check::{Kind, Update};
use scriptroom_room::ids::{IdSet, StateVector};
use scriptroom_room::wire::{AckStatus, Message};
use scriptroom_room::{Claim, Clock, Entry, Lane, Lanes, Origin, Role};

/// What one life of a log has had stored.
#[derive(Debug, Clone, Default)]
struct Tape {
    clocks: StateVector,
    deleted: IdSet,
}

impl Tape {
    fn has(&self, update: &Update<'_>) -> Result<(), String> {
        for section in update.sections() {
            let stored = self.clocks.next(section.client);
            if section.end_clock > stored {
                let (client, end) = (section.client, section.end_clock);
                return Err(format!(
                    "client {client} up to {end}, of which the log has {stored}"
                ));
            }
        }
        match update.deletions().without(&self.deleted).is_empty() {
            true => Ok(()),
            false => Err("deletions that the log does not have".to_owned()),
        }
    }

    fn add(&mut self, update: &Update<'_>) {
        for section in update.sections() {
            let next = section.end_clock.max(self.clocks.next(section.client));
            self.clocks.advance(section.client, next);
        }
        self.deleted.add_all(&gone(update));
    }
}

/// What of an update is deleted, or has only its length: documents count that as deleted, and the relay what is used up (B2).
fn gone(update: &Update<'_>) -> IdSet {
    let mut gone = update.deletions().clone();
    for section in update.sections() {
        let structs = update.structs(section);
        let used_up = structs.filter(|one| one.kind == Kind::Gc);
        let used_up: Vec<_> = used_up.map(|one| one.id.clock..one.end()).collect();
        gone.add(section.client, used_up);
    }
    gone
}

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which check says so.
    pub check: &'static str,
    /// What was seen.
    pub what: String,
}

/// Who is the author of an entry, when it is stored.
#[derive(Debug, Clone, Copy)]
pub struct Author {
    /// What they may do, if they may be here.
    pub role: Option<Role>,
    /// Whether something is held that they brought.
    pub is_held: bool,
}

/// What is known of one lane.
#[derive(Debug, Clone, Default)]
struct Book {
    /// By epoch: every log that there was.
    tapes: BTreeMap<String, Tape>,
    /// How many entries the present log has.
    entries: u64,
    /// Whose each client id is (U6).
    owners: BTreeMap<u64, String>,
    /// What clients were given by the present log.
    witnessed: Tape,
}

/// A log as it is on the disk: what is in it, and the number of its last entry.
pub type Opened = (Vec<std::rc::Rc<[u8]>>, u64);

/// The books of both lanes.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    books: Lanes<Book>,
    epoch: String,
    /// The first promise that was broken.
    pub violation: Option<Violation>,
    /// How many checks were made.
    pub checks: u64,
}

impl Ledger {
    /// Notes a broken promise; the first one counts.
    pub fn fail(&mut self, check: &'static str, what: impl Into<String>) {
        let what = what.into();
        self.violation.get_or_insert(Violation { check, what });
    }

    /// Checks.
    pub fn expect(&mut self, holds: bool, check: &'static str, what: impl FnOnce() -> String) {
        self.checks += 1;
        if !holds {
            self.fail(check, what());
        }
    }

    /// The relay has opened the logs of that epoch.
    pub fn opened(&mut self, epoch: &str, logs: &Lanes<Opened>) {
        if self.epoch == epoch {
            return;
        }
        let known = self.books.script.tapes.contains_key(epoch);
        self.expect(!known, "epoch", || {
            format!("{epoch} was the name of another log")
        });
        self.epoch = epoch.to_owned();
        for lane in Lane::ALL {
            let (log, last_sequence) = &logs[lane];
            let mut tape = Tape::default();
            for bytes in log {
                tape.add(&Update::decode(bytes).expect("the log was checked when it was stored"));
            }
            let book = &mut self.books[lane];
            book.entries = *last_sequence;
            book.tapes.insert(epoch.to_owned(), tape);
            book.witnessed = Tape::default();
        }
    }

    /// The relay's data were put back: whose ids are known is what they say. The logs have no name until they are opened.
    pub fn restored(&mut self, owners: Lanes<BTreeMap<u64, String>>) {
        self.books.script.owners = owners.script;
        self.books.threads.owners = owners.threads;
        self.epoch.clear();
    }

    /// Whose a client id of the script is, if anybody's.
    pub fn owner(&self, client: u64) -> Option<&str> {
        self.books.script.owners.get(&client).map(String::as_str)
    }

    /// Somebody has shown a client id that was nobody's (U6).
    pub fn claimed(&mut self, claim: &Claim) {
        let owners = &mut self.books.script.owners;
        let owner = owners.insert(claim.client, claim.person.clone());
        self.expect(owner.is_none(), "owners", || {
            format!("{} took the client id of {owner:?}", claim.person)
        });
    }

    /// These client ids are nobody's any more: nothing was written under them.
    pub fn unclaimed(&mut self, clients: &[u64]) {
        for client in clients {
            let next = self.tape(Lane::Script).clocks.next(*client);
            self.expect(next == 0, "owners", || {
                format!("client {client}, of which there are {next}, is nobody's any more")
            });
            self.books.script.owners.remove(client);
        }
    }

    /// An entry is in the store. Whoever may not write never changes anything (R2, R3, B2).
    pub fn appended(&mut self, lane: Lane, entry: &Entry, clocks: &[Clock], author: Author) {
        let Ok(update) = Update::decode(&entry.bytes) else {
            return self.fail("log", "an entry is no update");
        };
        self.books[lane].entries += 1;
        let expected = self.books[lane].entries;
        self.expect(entry.sequence == expected, "log", || {
            format!("entry {} where {expected} was due", entry.sequence)
        });
        self.check_causal(lane, &update);
        let writes = author.role.is_some_and(|role| role.writes(lane));
        // What was held was allowed when it came, and comes over no connection when it is stored.
        let comes_late = matches!(entry.origin, Origin::Held | Origin::Recovered);
        let was_held = comes_late && entry.session == 0 && author.is_held;
        self.expect(writes || was_held, "roles", || {
            let (name, role) = (lane.name(), author.role);
            format!(
                "{} wrote in the {name} as {role:?} ({:?})",
                entry.author, entry.origin
            )
        });
        match entry.origin {
            // After a restore others may bring words back, and the room says whose they are (B2).
            Origin::Recovered => self.believe(lane, clocks),
            _ => self.check_owners(lane, &update, entry),
        }
        self.tape(lane).add(&update);
    }

    fn tape(&mut self, lane: Lane) -> &mut Tape {
        let tapes = &mut self.books[lane].tapes;
        tapes.entry(self.epoch.clone()).or_default()
    }

    /// U5: nothing refers to something later, and clocks go on without gap or overlap.
    fn check_causal(&mut self, lane: Lane, update: &Update<'_>) {
        let before = self.tape(lane).clocks.clone();
        let mut after = before.clone();
        for section in update.sections() {
            let next = before.next(section.client);
            self.expect(section.clock == next, "clocks", || {
                format!(
                    "client {} goes on at {} after {next}",
                    section.client, section.clock
                )
            });
            after.advance(section.client, section.end_clock.max(next));
        }
        for section in update.sections() {
            for found in update.structs(section) {
                for id in found.references() {
                    self.expect(id.clock < after.next(id.client), "causal", || {
                        format!("{:?} refers to {id:?}, which is not stored", found.id)
                    });
                }
            }
        }
        let lost = update.deletions().split_at(&after).1;
        self.expect(lost.is_empty(), "causal", || {
            format!("deletes {lost:?}, which is not stored")
        });
    }

    fn believe(&mut self, lane: Lane, clocks: &[Clock]) {
        for clock in clocks {
            if let Some(owner) = &clock.owner {
                let owners = &mut self.books[lane].owners;
                owners.insert(clock.client, owner.clone());
            }
        }
    }

    /// U6: a client id belongs to whose live update, new for it alone, came first.
    fn check_owners(&mut self, lane: Lane, update: &Update<'_>, entry: &Entry) {
        for section in update.sections() {
            let owner = self.books[lane].owners.get(&section.client).cloned();
            let others = owner.as_ref().is_some_and(|owner| *owner != entry.author);
            self.expect(!others, "owners", || {
                format!("{} continued the client id of {owner:?}", entry.author)
            });
        }
        let live = matches!(entry.origin, Origin::Live | Origin::Autosave);
        if let (true, [section]) = (live, update.sections()) {
            let owner = self.books[lane].owners.entry(section.client);
            owner.or_insert_with(|| entry.author.clone());
        }
    }

    /// A frame leaves the relay; `received` is what it is the answer to, if it is one.
    pub fn sent(&mut self, frame: &[u8], received: Option<&[u8]>) {
        let (lane, frame) = unwrapped(frame);
        let received = received.map(|received| unwrapped(received).1);
        match Message::decode(frame) {
            Ok(Message::Update(update) | Message::Step2(update)) => {
                self.check_stored(lane, update, "durable before visible");
            }
            Ok(Message::Ack {
                status: AckStatus::Stored,
                ..
            }) => match received.map(Message::decode) {
                Some(Ok(Message::Batch { update, .. } | Message::Step2(update))) => {
                    self.check_stored(lane, update, "acknowledged is stored");
                }
                other => self.fail("acknowledged is stored", format!("an answer to {other:?}")),
            },
            Ok(_) => {}
            Err(error) => self.fail("wire", error.to_string()),
        }
    }

    /// A program was told that this is stored.
    pub fn check_written(&mut self, update: &[u8]) {
        self.check_stored(Lane::Script, update, "acknowledged is stored");
    }

    fn check_stored(&mut self, lane: Lane, update: &[u8], check: &'static str) {
        self.checks += 1;
        let Ok(update) = Update::decode(update) else {
            return self.fail(check, "the relay sent what is no update");
        };
        if let Err(what) = self.tape(lane).has(&update) {
            self.fail(check, what);
        }
    }

    /// A client was given this by the present log.
    pub fn witnessed(&mut self, lane: Lane, epoch: Option<&str>, update: &[u8]) {
        if let (true, Ok(update)) = (epoch == Some(self.epoch.as_str()), Update::decode(update)) {
            self.books[lane].witnessed.add(&update);
        }
    }

    /// A device calls this saved, in the log of that epoch.
    pub fn called_saved(&mut self, lane: Lane, epoch: Option<&str>, update: &[u8]) {
        self.checks += 1;
        let tape = epoch.and_then(|epoch| self.books[lane].tapes.get(epoch));
        let said = Update::decode(update).map_err(|error| error.to_string());
        let has = match (tape, said) {
            (Some(tape), Ok(update)) => tape.has(&update),
            (None, _) => Err(format!("no log has the epoch {epoch:?}")),
            (_, Err(error)) => Err(error),
        };
        if let Err(what) = has {
            self.fail("saved is stored", what);
        }
    }

    /// Holds the log, as it is on the disk, against the book: everything that was stored, and that anybody was given, is there.
    pub fn check_log(&mut self, lane: Lane, log: &[std::rc::Rc<[u8]>], clocks: &StateVector) {
        if self.epoch.is_empty() {
            return;
        }
        self.checks += 1;
        let mut found = Tape::default();
        for bytes in log {
            let Ok(update) = Update::decode(bytes) else {
                return self.fail("log", "an entry is no update");
            };
            for section in update.sections() {
                let next = found.clocks.next(section.client);
                if section.clock != next {
                    let what = format!(
                        "client {} goes on at {} after {next}",
                        section.client, section.clock
                    );
                    return self.fail("clocks", what);
                }
                found.clocks.advance(section.client, section.end_clock);
            }
            found.deleted.add_all(&gone(&update));
        }
        let tape = self.tape(lane).clone();
        if found.clocks != tape.clocks || found.deleted != tape.deleted {
            let what = format!(
                "the log has {:?}, stored were {:?}; deletions {:?}, {:?}",
                found.clocks,
                tape.clocks,
                found.deleted.without(&tape.deleted),
                tape.deleted.without(&found.deleted)
            );
            self.fail("nothing stored is gone", what);
        }
        if found.clocks != *clocks {
            self.fail("clocks", "the kept clocks differ from the log's");
        }
        let witnessed = &self.books[lane].witnessed;
        let lost = witnessed
            .clocks
            .iter()
            .find(|&(client, next)| found.clocks.next(client) < next);
        if let Some((client, next)) = lost {
            let has = found.clocks.next(client);
            self.fail(
                "nothing seen is gone",
                format!("client {client} up to {next}, the log has {has}"),
            );
        }
        let witnessed = &self.books[lane].witnessed;
        if !witnessed.deleted.without(&found.deleted).is_empty() {
            self.fail("nothing seen is gone", "deletions");
        }
    }
}

/// Which lane a message is about, and the message.
fn unwrapped(frame: &[u8]) -> (Lane, &[u8]) {
    match Message::decode(frame) {
        Ok(Message::Threads(inner)) => (Lane::Threads, inner),
        _ => (Lane::Script, frame),
    }
}
