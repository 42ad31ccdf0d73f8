//! Comments between clients and a relay that is the real room: they travel beside the script, keep their authors, and what
//! is refused is said again.

mod kitchen;

use std::collections::{BTreeMap, VecDeque};

use kitchen::script;
use scriptroom_client::comments::Comments;
use scriptroom_client::session::{Effect, Input};
use scriptroom_room::wire::Message;
use scriptroom_room::{
    Access, Clock, Config, Entry, Input as RoomInput, Lane, Lanes, LiveEntry, LogReader, Merged,
    Rate, Role, Room, Session, SessionId, Stored, StoredLog,
};
use scriptroom_script::{Anchored, Script};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A log in memory.
#[derive(Default)]
struct Log {
    entries: Vec<Entry>,
    clocks: BTreeMap<u64, Clock>,
}

impl LogReader for Log {
    fn live_entries(&mut self) -> Vec<Vec<u8>> {
        self.entries
            .iter()
            .map(|entry| entry.bytes.clone())
            .collect()
    }

    fn live(&mut self) -> Vec<LiveEntry> {
        Vec::new()
    }

    fn entries(&mut self, first: u64, last: u64) -> Vec<Vec<u8>> {
        let wanted = self
            .entries
            .iter()
            .filter(|entry| (first..=last).contains(&entry.sequence));
        wanted.map(|entry| entry.bytes.clone()).collect()
    }

    fn staged(&mut self) -> Option<Merged> {
        None
    }

    fn oldest_covered_ms(&mut self) -> Option<u64> {
        None
    }

    fn unarchived_ms(&mut self) -> Option<u64> {
        None
    }
}

/// A room that never compacts, and what it has sent.
struct Relay {
    room: Room,
    now_ms: u64,
    logs: Lanes<Log>,
    inboxes: BTreeMap<SessionId, VecDeque<Vec<u8>>>,
}

impl Relay {
    fn new() -> Relay {
        Relay::within(Config::default())
    }

    fn within(limits: Config) -> Relay {
        let stored = Stored {
            epoch: "epoch".to_owned(),
            logs: Lanes::<StoredLog>::default(),
            ..Stored::default()
        };
        Relay {
            room: Room::new(limits, stored, []),
            now_ms: 1,
            logs: Lanes::default(),
            inboxes: BTreeMap::new(),
        }
    }

    fn handle(&mut self, input: RoomInput<'_>) {
        use scriptroom_room::Effect;
        for effect in self.room.handle(input, self.now_ms, &mut self.logs) {
            match effect {
                Effect::Append(lane, entry, clocks) => {
                    let log = &mut self.logs[lane];
                    log.entries.push(entry);
                    log.clocks
                        .extend(clocks.into_iter().map(|clock| (clock.client, clock)));
                }
                Effect::Send(id, frame) => self.deliver(id, frame),
                Effect::Broadcast(ids, frame) => {
                    ids.into_iter()
                        .for_each(|id| self.deliver(id, frame.clone()));
                }
                Effect::Close(_, code, reason) => panic!("closed: {code:?} {reason}"),
                _ => {}
            }
        }
    }

    fn deliver(&mut self, id: SessionId, frame: Vec<u8>) {
        self.inboxes.entry(id).or_default().push_back(frame);
    }
}

/// One person's client: what it has of the comments, and the edits that it has yet to hear of as stored.
struct Client {
    person: &'static str,
    session: SessionId,
    comments: Comments,
    unsaved: Vec<Vec<u8>>,
    refused: Option<String>,
    next_client: u64,
}

impl Client {
    fn new(person: &'static str, session: u64, client: u64) -> Client {
        Client {
            person,
            session: SessionId(session),
            comments: Comments::new::<&[u8]>(client, &[], None, &[]).expect("no updates"),
            unsaved: Vec::new(),
            refused: None,
            next_client: client + 1,
        }
    }

    fn connect(&mut self, relay: &mut Relay, role: Role) {
        let session = Session::new(self.person.to_owned(), true, Access::lasting(role));
        relay.handle(RoomInput::Join(self.session, session));
    }

    fn leave(&mut self, relay: &mut Relay) {
        relay.handle(RoomInput::Leave(self.session));
        relay.inboxes.remove(&self.session);
        let effects = self.comments.handle(Input::Disconnected {
            code: 1006,
            reason: "",
        });
        self.run(relay, effects);
        self.session.0 += 100;
    }

    /// Something was said here.
    fn made(&mut self, relay: &mut Relay, update: Option<Vec<u8>>) {
        let update = update.expect("it can be said");
        self.unsaved.push(update.clone());
        let effects = self.comments.handle(Input::Edited(&update));
        self.run(relay, effects);
    }

    fn run(&mut self, relay: &mut Relay, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(frame) => relay.handle(RoomInput::Frame(self.session, &frame)),
                Effect::Incoming(update) => {
                    self.comments
                        .threads()
                        .apply_update(&update)
                        .expect("an update");
                    let effects = self.comments.handle(Input::Applied);
                    self.run(relay, effects);
                }
                Effect::Reoffer => {
                    let effects = self.comments.handle(Input::Reoffered(&self.unsaved));
                    self.run(relay, effects);
                }
                Effect::Saved => self.unsaved.clear(),
                Effect::Wait(_) => {
                    relay.now_ms += 1_000;
                    let effects = self.comments.handle(Input::Waited);
                    self.run(relay, effects);
                }
                Effect::Branched(reason) => self.refused = Some(reason),
                Effect::StartOver(theirs) => self.start_over(relay, &theirs),
                _ => {}
            }
        }
    }

    fn start_over(&mut self, relay: &mut Relay, theirs: &[u8]) {
        let updates = self.comments.start_over(theirs, self.next_client);
        self.next_client += 1;
        self.unsaved = updates.expect("the relay's state is an update");
        for update in self.unsaved.clone() {
            let effects = self.comments.handle(Input::Edited(&update));
            self.run(relay, effects);
        }
    }

    /// Reads what has come.
    fn read(&mut self, relay: &mut Relay) -> bool {
        let Some(frame) = relay.inboxes.entry(self.session).or_default().pop_front() else {
            return false;
        };
        let effects = match Message::decode(&frame).expect("a message") {
            Message::Threads(inner) => self.comments.frame(inner),
            Message::Hello { .. } => self.comments.greeted(&frame),
            _ => Vec::new(),
        };
        self.run(relay, effects);
        true
    }

    fn said(&self, script: &Script) -> Vec<String> {
        let threads = self.comments.list(script);
        let comments = threads.iter().flat_map(|shown| &shown.thread.comments);
        comments
            .map(|comment| {
                let author = self.comments.owner(comment.client).unwrap_or("somebody");
                let mine = if self.comments.is_mine(comment.client) {
                    " (mine)"
                } else {
                    ""
                };
                format!("{author}{mine}: {}", comment.text)
            })
            .collect()
    }

    fn first(&self, script: &Script) -> (String, String) {
        let thread = &self.comments.list(script)[0].thread;
        (thread.id.clone(), thread.comments[0].id.clone())
    }
}

fn settle(relay: &mut Relay, clients: &mut [&mut Client]) {
    while clients.iter_mut().any(|client| client.read(relay)) {}
}

fn begin(client: &mut Client, relay: &mut Relay, script: &Script, text: &str) {
    let range = 28..37;
    let anchor = script.anchor_at(range.clone());
    let quote = script.slice(range);
    let (_, update) = client.comments.threads().add(&anchor, &quote, text, 1);
    client.made(relay, Some(update));
}

#[test]
fn d4_what_was_said_without_a_network_has_its_author() {
    let (mut relay, script) = (Relay::new(), script());
    let (mut ada, mut ben) = (Client::new("ada", 1, 10), Client::new("ben", 2, 20));
    begin(&mut ada, &mut relay, &script, "Why?");
    assert_eq!(ada.said(&script), ["somebody (mine): Why?"]);
    ada.connect(&mut relay, Role::Commenter);
    ben.connect(&mut relay, Role::Editor);
    settle(&mut relay, &mut [&mut ada, &mut ben]);
    assert_eq!(ada.said(&script), ["ada (mine): Why?"]);
    assert_eq!(ben.said(&script), ["ada: Why?"]);
    assert_eq!((ada.comments.unsaved(), ada.unsaved.len()), (0, 0));
    let shown = &ben.comments.list(&script)[0];
    assert_eq!(shown.anchored, Anchored::At(28..37));
    assert_eq!(relay.logs[Lane::Script].entries.len(), 0);
}

/// However many they are: the first says whose they all are, and the rest comes as one.
#[test]
fn d4_many_that_were_said_without_a_network_are_one_batch_and_an_answer() {
    let (mut relay, script) = (Relay::new(), script());
    let mut ada = Client::new("ada", 1, 10);
    for _ in 0..20 {
        begin(&mut ada, &mut relay, &script, "Why?");
    }
    ada.connect(&mut relay, Role::Commenter);
    settle(&mut relay, &mut [&mut ada]);
    assert_eq!(ada.said(&script), ["ada (mine): Why?"; 20]);
    assert_eq!((ada.comments.unsaved(), ada.unsaved.len()), (0, 0));
    assert_eq!(relay.logs[Lane::Threads].entries.len(), 2);
}

/// Offered all at once they were too much at once with every connection, and nobody ever heard of them.
#[test]
fn n2_what_was_said_in_many_openings_comes_at_the_pace_of_the_relay() {
    let mut relay = Relay::within(Config {
        updates: Rate::new(3, 1),
        ..Config::default()
    });
    let script = script();
    let mut own: Vec<Vec<u8>> = Vec::new();
    for opening in 10..30 {
        let before = Comments::new(opening, &own, None, &own);
        let mut before = before.expect("they were just made");
        let threads = before.threads();
        let (id, update) = threads.add(&script.anchor_at(28..37), "", "Why?", opening);
        // Of an earlier opening's, what was said last: it is not the first of its client id.
        let thread = threads.list(&|_, _| true)[0].id.clone();
        let replies = [thread, id].map(|id| threads.reply(&id, "Because.", opening));
        own.push(update);
        own.extend(replies.into_iter().flatten());
    }
    let (mut ada, mut ben) = (Client::new("ada", 1, 90), Client::new("ben", 2, 80));
    ada.comments = Comments::new(90, &own, None, &own).expect("they were just made");
    ada.unsaved = own;
    ben.connect(&mut relay, Role::Viewer);
    ada.connect(&mut relay, Role::Commenter);
    settle(&mut relay, &mut [&mut ada, &mut ben]);
    assert_eq!((ada.comments.unsaved(), ada.unsaved.len()), (0, 0));
    let said = ben.said(&script);
    assert_eq!(said.len(), 60);
    assert!(said.iter().all(|one| one.starts_with("ada: ")), "{said:?}");
}

/// The relay has lost what it builds on, and cannot hold it until that comes: it was put off for ever.
#[test]
fn u4_what_cannot_be_held_comes_with_what_it_builds_on() {
    let mut relay = Relay::within(Config {
        max_held_bytes: 0,
        ..Config::default()
    });
    let script = script();
    let mut ben = Comments::new::<&[u8]>(20, &[], None, &[]).expect("no updates");
    let (id, begun) = ben.threads().add(&script.anchor_at(28..37), "", "Why?", 1);
    let mut ada = Client::new("ada", 1, 10);
    ada.comments
        .threads()
        .apply_update(&begun)
        .expect("an update");
    ada.connect(&mut relay, Role::Commenter);
    let reply = ada.comments.threads().reply(&id, "Because.", 2);
    ada.made(&mut relay, reply);
    settle(&mut relay, &mut [&mut ada]);
    assert_eq!((ada.comments.unsaved(), ada.unsaved.len()), (0, 0));
    let mut eve = Client::new("eve", 2, 30);
    eve.connect(&mut relay, Role::Viewer);
    settle(&mut relay, &mut [&mut eve]);
    assert_eq!(eve.said(&script).len(), 2);
}

#[test]
fn d4_one_edits_ones_own_from_any_opening_and_nobody_elses() {
    let (mut relay, script) = (Relay::new(), script());
    let (mut ada, mut ben) = (Client::new("ada", 1, 10), Client::new("ben", 2, 20));
    for client in [&mut ada, &mut ben] {
        client.connect(&mut relay, Role::Commenter);
    }
    settle(&mut relay, &mut [&mut ada, &mut ben]);
    begin(&mut ada, &mut relay, &script, "Why?");
    settle(&mut relay, &mut [&mut ada, &mut ben]);
    let (thread, comment) = ben.first(&script);
    assert_eq!(ben.comments.edit(&thread, &comment, "No.", 2), None);
    assert_eq!(ben.comments.remove(&thread, &comment), None);
    // Ada's next opening knows that it is hers before it has said a word.
    let mut later = Client::new("ada", 3, 11);
    later.connect(&mut relay, Role::Commenter);
    settle(&mut relay, &mut [&mut later, &mut ben]);
    let edited = later.comments.edit(&thread, &comment, "Why the window?", 3);
    later.made(&mut relay, edited);
    settle(&mut relay, &mut [&mut ada, &mut ben, &mut later]);
    for client in [&ada, &later] {
        assert_eq!(client.said(&script), ["ada (mine): Why the window?"]);
    }
    assert_eq!(ben.said(&script), ["ada: Why the window?"]);
    let removed = later.comments.remove(&thread, &comment);
    later.made(&mut relay, removed);
    settle(&mut relay, &mut [&mut ada, &mut ben, &mut later]);
    assert!(ada.said(&script).is_empty() && ben.said(&script).is_empty());
}

#[test]
fn what_was_said_in_an_earlier_opening_and_is_not_stored_is_ones_own() {
    let script = script();
    let mut before = Comments::new::<&[u8]>(10, &[], None, &[]).expect("no updates");
    let (_, update) = before
        .threads()
        .add(&script.anchor_at(28..37), "", "Mine.", 1);
    let own = [update];
    let mut now = Comments::new(11, &own, None, &own).expect("updates");
    let thread = now.list(&script)[0].thread.clone();
    assert!(now.is_mine(10));
    assert_eq!(now.unsaved(), 1);
    assert!(
        now.edit(&thread.id, &thread.comments[0].id, "Still mine.", 2)
            .is_some()
    );
    assert_eq!(now.list(&script)[0].thread.comments[0].text, "Still mine.");
}

#[test]
fn u6_what_is_refused_for_good_is_said_again_under_another_id() {
    let (mut relay, script) = (Relay::new(), script());
    let mut eve = Client::new("eve", 1, 10);
    eve.connect(&mut relay, Role::Commenter);
    begin(&mut eve, &mut relay, &script, "Eve was here first.");
    settle(&mut relay, &mut [&mut eve]);
    // Another person's client has the same id, and its clocks are ahead.
    let mut ada = Client::new("ada", 2, 10);
    for text in ["One.", "Two."] {
        begin(&mut ada, &mut relay, &script, text);
    }
    ada.connect(&mut relay, Role::Commenter);
    settle(&mut relay, &mut [&mut ada, &mut eve]);
    assert!(
        ada.refused
            .as_ref()
            .is_some_and(|why| why.contains("belongs to somebody else"))
    );
    let mut said = eve.said(&script);
    said.sort();
    assert_eq!(
        said,
        ["ada: One.", "ada: Two.", "eve (mine): Eve was here first."]
    );
    assert_eq!((ada.comments.unsaved(), ada.unsaved.len()), (0, 0));
}

#[test]
fn d3_who_may_not_comment_keeps_what_was_said_until_they_may() {
    let (mut relay, script) = (Relay::new(), script());
    let (mut ada, mut ben) = (Client::new("ada", 1, 10), Client::new("ben", 2, 20));
    ben.connect(&mut relay, Role::Viewer);
    ada.connect(&mut relay, Role::Commenter);
    begin(&mut ben, &mut relay, &script, "May I?");
    while ben.read(&mut relay) && ben.refused.is_none() {}
    assert!(
        ben.refused
            .as_ref()
            .is_some_and(|why| why.starts_with("not allowed"))
    );
    assert_eq!(ben.said(&script), ["ben (mine): May I?"]);
    assert_eq!(ben.unsaved.len(), 1);
    ben.leave(&mut relay);
    ben.comments.again(1);
    ben.connect(&mut relay, Role::Commenter);
    settle(&mut relay, &mut [&mut ada, &mut ben]);
    assert_eq!(ada.said(&script), ["ben: May I?"]);
    assert!(ben.unsaved.is_empty());
}

#[test]
fn an_older_relay_is_not_spoken_to_about_comments() {
    let mut comments = Comments::new::<&[u8]>(10, &[], None, &[]).expect("no updates");
    let hello = |version| {
        Message::Hello {
            epoch: "epoch",
            version,
            max_update_bytes: 1 << 20,
        }
        .encode()
    };
    assert_eq!(comments.greeted(&hello(2)), []);
    assert!(!comments.greeted(&hello(3)).is_empty());
}

/// Otherwise somebody could write under the name of somebody else.
#[test]
fn d4_a_name_counts_where_its_person_has_said_it() {
    let mut relay = Relay::new();
    let (mut ada, mut ben) = (Client::new("ada", 1, 10), Client::new("ben", 2, 20));
    assert_eq!(
        ada.comments.say_name("Ada"),
        None,
        "nobody knows who this is"
    );
    ada.connect(&mut relay, Role::Commenter);
    ben.connect(&mut relay, Role::Editor);
    settle(&mut relay, &mut [&mut ada, &mut ben]);
    let (name, claimed) = (ada.comments.say_name("Ada"), |_| true);
    ada.made(&mut relay, name);
    settle(&mut relay, &mut [&mut ada, &mut ben]);
    let named = |client: &Client| {
        let names = client.comments.names().into_iter();
        let names = names.map(|said| format!("{}: {}", said.person, said.name));
        names.collect::<Vec<String>>()
    };
    assert_eq!(
        (named(&ada), named(&ben)),
        (vec!["ada: Ada".to_owned()], vec!["ada: Ada".to_owned()])
    );
    assert_eq!(ada.comments.say_name("Ada"), None, "it is said");

    let claim = ben.comments.threads().say_name("ada", "Nobody", &claimed);
    ben.made(&mut relay, claim);
    settle(&mut relay, &mut [&mut ada, &mut ben]);
    assert_eq!(
        (named(&ada), named(&ben)),
        (vec![], vec![]),
        "what ben said of ada counts nowhere"
    );
    let again = ada.comments.say_name("Ada");
    ada.made(&mut relay, again);
    settle(&mut relay, &mut [&mut ada, &mut ben]);
    assert_eq!(named(&ben), ["ada: Ada"]);
}
