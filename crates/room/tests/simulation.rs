//! A small simulation: people type while frames are lost with their connections, the object sleeps, is compacted, and dies
//! between any two effects. What anybody had seen stays, and in the end all are the same.

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use scriptroom_room::wire::{AckStatus, Message};
use scriptroom_room::{Config, Input, SessionId};
use support::{Replica, World};

const PEOPLE: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    Type(usize, u32),
    Erase(usize, u32),
    /// Reads what has come.
    Read(usize),
    Reconnect(usize),
    Sleep,
    Alarm,
    /// The relay dies after so many more effects.
    Die(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..PEOPLE, 0..80u32).prop_map(|(who, at)| Step::Type(who, at)),
        2 => (0..PEOPLE, 0..80u32).prop_map(|(who, at)| Step::Erase(who, at)),
        6 => (0..PEOPLE).prop_map(Step::Read),
        1 => (0..PEOPLE).prop_map(Step::Reconnect),
        1 => Just(Step::Sleep),
        1 => Just(Step::Alarm),
        1 => (0..6usize).prop_map(Step::Die),
    ];
    prop::collection::vec(step, 1..120)
}

struct Person {
    replica: Replica,
    session: Option<SessionId>,
    batches: u64,
    /// What was typed here: it is safe only when the relay has said so.
    own: BTreeSet<char>,
    /// What each batch brings that is not acknowledged yet.
    unsaved: Vec<(u64, char)>,
}

struct Play {
    world: World,
    people: Vec<Person>,
    next_char: u32,
    typed: BTreeSet<char>,
    erased: bool,
    /// What the relay said is stored, and what somebody else was shown.
    safe: BTreeSet<char>,
}

impl Play {
    fn new() -> Play {
        let config = Config {
            compact_entries: 8,
            compact_age_ms: 20_000,
            ..Config::default()
        };
        let people = (0..PEOPLE).map(|who| Person {
            replica: Replica::new(who as u64 + 1),
            session: None,
            batches: 0,
            own: BTreeSet::new(),
            unsaved: Vec::new(),
        });
        Play {
            world: World::new(config),
            people: people.collect(),
            next_char: 0x4e00,
            typed: BTreeSet::new(),
            erased: false,
            safe: BTreeSet::new(),
        }
    }

    fn connect(&mut self, who: usize) {
        if let Some(session) = self.people[who].session.take() {
            self.world.leave(session);
        }
        let session = self.world.join(&format!("person {who}"), true);
        self.people[who].session = Some(session);
        let vector = self.people[who].replica.state_vector();
        self.world.send(session, &Message::Step1(&vector));
        self.after();
    }

    /// A relay that has died starts again, without anybody.
    fn after(&mut self) {
        if self.world.dies_after == Some(0) {
            self.world.kill();
            self.people
                .iter_mut()
                .for_each(|person| person.session = None);
        }
    }

    fn send(&mut self, who: usize, update: &[u8], typed: Option<char>) {
        let person = &mut self.people[who];
        let Some(session) = person.session else {
            return;
        };
        person.batches += 1;
        person
            .unsaved
            .extend(typed.map(|typed| (person.batches, typed)));
        let number = person.batches;
        self.world.send(session, &Message::Batch { number, update });
        self.after();
    }

    fn read(&mut self, who: usize) {
        let Some(session) = self.people[who].session else {
            return self.connect(who);
        };
        let mailbox = self.world.mailboxes.get_mut(&session).expect("connected");
        assert_eq!(mailbox.closed, None);
        for frame in std::mem::take(&mut mailbox.frames) {
            self.frame(who, session, &frame);
        }
    }

    fn frame(&mut self, who: usize, session: SessionId, frame: &[u8]) {
        match Message::decode(frame).expect("a message") {
            Message::Update(update) | Message::Step2(update) => {
                let person = &self.people[who];
                person.replica.apply(update);
                assert!(!person.replica.has_pending(), "what comes is causal (U5)");
                let seen = person.replica.text();
                self.safe
                    .extend(seen.chars().filter(|typed| !person.own.contains(typed)));
            }
            Message::Step1(vector) if self.people[who].session == Some(session) => {
                let diff = self.people[who].replica.diff(vector);
                self.world.send(session, &Message::Step2(&diff));
                self.after();
            }
            Message::Ack {
                number,
                status: AckStatus::Stored,
                ..
            } if number > 0 => {
                let person = &mut self.people[who];
                let stored = person.unsaved.iter().filter(|&&(batch, _)| batch == number);
                self.safe.extend(stored.map(|&(_, typed)| typed));
                person.unsaved.retain(|&(batch, _)| batch != number);
            }
            _ => {}
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Type(who, at) => {
                let typed = char::from_u32(self.next_char).expect("a letter");
                self.next_char += 1;
                self.typed.insert(typed);
                self.people[who].own.insert(typed);
                let update = self.people[who].replica.insert(at, &typed.to_string());
                self.send(who, &update, Some(typed));
            }
            Step::Erase(who, at) => {
                if let Some(update) = self.people[who].replica.delete(at) {
                    self.erased = true;
                    self.send(who, &update, None);
                }
            }
            Step::Read(who) => self.read(who),
            Step::Reconnect(who) => self.connect(who),
            Step::Sleep => self.world.sleep(),
            Step::Alarm => {
                self.world.now_ms += 10_000;
                self.world.handle(Input::Alarm);
                self.after();
            }
            Step::Die(effects) => self.world.dies_after = Some(effects),
        }
        self.check();
    }

    /// Nothing that is safe is gone from the log, as long as nobody erases.
    fn check(&self) {
        let stored = self.world.text();
        if !self.erased {
            for typed in &self.safe {
                assert!(stored.contains(*typed), "{typed} was seen and is gone");
            }
        }
        let update = self.world.disk.whole();
        let update = scriptroom_room::check::Update::decode(&update).expect("the log is whole");
        for section in update.sections() {
            assert_eq!(section.clock, 0, "clocks have no gap (U5)");
            let clock = self
                .world
                .disk
                .clocks
                .iter()
                .find(|clock| clock.client == section.client);
            assert_eq!(clock.map(|clock| clock.next), Some(section.end_clock));
        }
    }

    /// Everything heals: all connect and read until nothing moves.
    fn heal(&mut self) {
        self.world.dies_after = None;
        (0..PEOPLE).for_each(|who| self.connect(who));
        for _ in 0..4 {
            (0..PEOPLE).for_each(|who| self.read(who));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn u2_what_a_peer_has_seen_survives_every_crash_and_all_converge(steps in steps()) {
        let mut play = Play::new();
        (0..PEOPLE).for_each(|who| play.connect(who));
        for step in &steps {
            play.step(step);
        }
        play.heal();
        let text = play.world.text();
        for person in &play.people {
            prop_assert_eq!(&person.replica.text(), &text);
        }
        if !play.erased {
            let there: BTreeSet<char> = text.chars().collect();
            prop_assert_eq!(there, play.typed, "everything typed is there, and nothing else");
        }
    }
}
