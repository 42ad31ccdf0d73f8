//! A small simulation: people type, in the script and in its threads, while frames are lost with their connections, the object sleeps, is compacted, and dies
//! between any two effects. What anybody had seen stays, and in the end all are the same.

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use scriptroom_room::wire::{AckStatus, Message};
use scriptroom_room::{Config, Input, Lane, Lanes, SessionId};
use support::{Replica, World};

const PEOPLE: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    Type(Lane, usize, u32),
    Erase(Lane, usize, u32),
    /// Reads what has come.
    Read(usize),
    Reconnect(usize),
    Sleep,
    Alarm,
    /// The relay dies after so many more effects.
    Die(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let lane = || prop_oneof![2 => Just(Lane::Script), 1 => Just(Lane::Threads)];
    let step = prop_oneof![
        8 => (lane(), 0..PEOPLE, 0..80u32).prop_map(|(lane, who, at)| Step::Type(lane, who, at)),
        2 => (lane(), 0..PEOPLE, 0..80u32).prop_map(|(lane, who, at)| Step::Erase(lane, who, at)),
        6 => (0..PEOPLE).prop_map(Step::Read),
        1 => (0..PEOPLE).prop_map(Step::Reconnect),
        1 => Just(Step::Sleep),
        1 => Just(Step::Alarm),
        1 => (0..6usize).prop_map(Step::Die),
    ];
    prop::collection::vec(step, 1..120)
}

struct Person {
    replicas: Lanes<Replica>,
    session: Option<SessionId>,
    batches: u64,
    /// What was typed here: it is safe only when the relay has said so.
    own: BTreeSet<char>,
    /// What each batch brings that is not acknowledged yet.
    unsaved: Lanes<Vec<(u64, char)>>,
}

struct Play {
    world: World,
    people: Vec<Person>,
    next_char: u32,
    typed: Lanes<BTreeSet<char>>,
    /// In which lane something was erased.
    erased: Lanes<bool>,
    /// What the relay said is stored, and what somebody else was shown.
    safe: Lanes<BTreeSet<char>>,
}

impl Play {
    fn new() -> Play {
        let config = Config {
            compact_entries: 8,
            compact_age_ms: 20_000,
            ..Config::default()
        };
        let people = (0..PEOPLE).map(|who| Person {
            // The same client id in both: they are apart (D1).
            replicas: Lanes::new(|_| Replica::new(who as u64 + 1)),
            session: None,
            batches: 0,
            own: BTreeSet::new(),
            unsaved: Lanes::default(),
        });
        Play {
            world: World::new(config),
            people: people.collect(),
            next_char: 0x4e00,
            typed: Lanes::default(),
            erased: Lanes::default(),
            safe: Lanes::default(),
        }
    }

    fn connect(&mut self, who: usize) {
        if let Some(session) = self.people[who].session.take() {
            self.world.leave(session);
        }
        let session = self.world.join(&format!("person {who}"), true);
        self.people[who].session = Some(session);
        for lane in Lane::ALL {
            let vector = self.people[who].replicas[lane].state_vector();
            self.say(session, lane, &Message::Step1(&vector));
        }
    }

    /// Sends a message about a lane, where there is still somebody to hear it.
    fn say(&mut self, session: SessionId, lane: Lane, message: &Message<'_>) {
        match lane {
            Lane::Script => self.world.send(session, message),
            Lane::Threads => self.world.send_threads(session, message),
        }
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

    fn send(&mut self, who: usize, lane: Lane, update: &[u8], typed: Option<char>) {
        let person = &mut self.people[who];
        let Some(session) = person.session else {
            return;
        };
        person.batches += 1;
        person.unsaved[lane].extend(typed.map(|typed| (person.batches, typed)));
        let number = person.batches;
        self.say(session, lane, &Message::Batch { number, update });
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
            Message::Threads(frame) => {
                let message = Message::decode(frame).expect("a message");
                self.message(who, session, Lane::Threads, message);
            }
            message => self.message(who, session, Lane::Script, message),
        }
    }

    fn message(&mut self, who: usize, session: SessionId, lane: Lane, message: Message<'_>) {
        match message {
            Message::Update(update) | Message::Step2(update) => {
                let person = &self.people[who];
                person.replicas[lane].apply(update);
                assert!(
                    !person.replicas[lane].has_pending(),
                    "what comes is causal (U5)"
                );
                let seen = person.replicas[lane].text();
                self.safe[lane].extend(seen.chars().filter(|typed| !person.own.contains(typed)));
            }
            Message::Step1(vector) if self.people[who].session == Some(session) => {
                let diff = self.people[who].replicas[lane].diff(vector);
                self.say(session, lane, &Message::Step2(&diff));
            }
            Message::Ack {
                number,
                status: AckStatus::Stored,
                ..
            } if number > 0 => {
                let person = &mut self.people[who];
                let unsaved = &mut person.unsaved[lane];
                let stored = unsaved.iter().filter(|&&(batch, _)| batch == number);
                self.safe[lane].extend(stored.map(|&(_, typed)| typed));
                unsaved.retain(|&(batch, _)| batch != number);
            }
            _ => {}
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Type(lane, who, at) => {
                let typed = char::from_u32(self.next_char).expect("a letter");
                self.next_char += 1;
                self.typed[lane].insert(typed);
                self.people[who].own.insert(typed);
                let update = self.people[who].replicas[lane].insert(at, &typed.to_string());
                self.send(who, lane, &update, Some(typed));
            }
            Step::Erase(lane, who, at) => {
                if let Some(update) = self.people[who].replicas[lane].delete(at) {
                    self.erased[lane] = true;
                    self.send(who, lane, &update, None);
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
        Lane::ALL.into_iter().for_each(|lane| self.check_lane(lane));
    }

    fn check_lane(&self, lane: Lane) {
        let stored = self.world.text_in(lane);
        if !self.erased[lane] {
            for typed in &self.safe[lane] {
                assert!(stored.contains(*typed), "{typed} was seen and is gone");
            }
        }
        let disk = &self.world.disks[lane];
        let update = disk.whole();
        let update = scriptroom_room::check::Update::decode(&update).expect("the log is whole");
        for section in update.sections() {
            assert_eq!(section.clock, 0, "clocks have no gap (U5)");
            let mut clocks = disk.clocks.iter();
            let clock = clocks.find(|clock| clock.client == section.client);
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
        for lane in Lane::ALL {
            let text = play.world.text_in(lane);
            for person in &play.people {
                prop_assert_eq!(&person.replicas[lane].text(), &text);
            }
            if !play.erased[lane] {
                let there: BTreeSet<char> = text.chars().collect();
                prop_assert_eq!(&there, &play.typed[lane], "everything typed is there, and nothing else");
            }
        }
    }
}
