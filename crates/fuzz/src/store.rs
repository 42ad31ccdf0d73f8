//! A room with its log in memory: what it has stored of what it was offered.

use std::collections::BTreeMap;

use scriptroom_room::check::Update;
use scriptroom_room::wire::Message;
use scriptroom_room::{
    Access, Clock, Config, Effect, Input, Lanes, LiveEntry, LogReader, Merged, Origin, Role, Room,
    Session, SessionId, Stored, Write, Written,
};

/// A room, and the entries of its logs.
pub struct Store {
    room: Room,
    logs: Lanes<Log>,
    now_ms: u64,
    /// How many pieces the room holds.
    held: usize,
    has_joined: bool,
}

/// The entries of one lane. Nothing is ever merged.
#[derive(Debug, Default)]
struct Log(Vec<Vec<u8>>);

impl Default for Store {
    fn default() -> Store {
        Store {
            room: Room::new(Config::default(), Stored::default(), []),
            logs: Lanes::default(),
            now_ms: 1_000,
            held: 0,
            has_joined: false,
        }
    }
}

impl Store {
    /// A room that wakes with such a log of the script, and was told its clocks and nothing more of it.
    pub fn of(entries: Vec<Vec<u8>>) -> Store {
        let mut clocks: BTreeMap<u64, u32> = BTreeMap::new();
        for update in entries.iter().flat_map(|bytes| Update::decode(bytes)) {
            for section in update.sections() {
                let next = clocks.entry(section.client).or_default();
                *next = section.end_clock.max(*next);
            }
        }
        let mut stored = Stored::default();
        stored.logs.script.last_sequence = entries.len() as u64;
        stored.logs.script.clocks = clocks
            .into_iter()
            .map(|(client, next)| Clock {
                client,
                next,
                owner: None,
                since: None,
            })
            .collect();
        let mut store = Store {
            room: Room::new(Config::default(), stored, []),
            ..Store::default()
        };
        store.logs.script.0 = entries;
        store
    }

    /// Offers an update of the script without a connection.
    pub fn offer(&mut self, person: &str, bytes: &[u8]) -> Written {
        let write = Write {
            person,
            lane: scriptroom_room::Lane::Script,
            origin: Origin::Autosave,
            bytes,
        };
        let effects = self.handle(Input::Write(write));
        let written = effects.into_iter().find_map(|effect| match effect {
            Effect::Written(written) => Some(written),
            _ => None,
        });
        written.expect("the room answers")
    }

    /// Brings an update as the answer to a step 1, over a connection of an editor's.
    pub fn sync(&mut self, bytes: &[u8]) {
        const BRINGER: SessionId = SessionId(1);
        if !std::mem::replace(&mut self.has_joined, true) {
            let access = Access::lasting(Role::Editor);
            let session = Session::new("a bringer".to_owned(), true, access);
            self.handle(Input::Join(BRINGER, session));
        }
        self.handle(Input::Frame(BRINGER, &Message::Step2(bytes).encode()));
    }

    /// How many pieces wait for what they build on.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Gives the room an input, and stores what it says.
    pub fn handle(&mut self, input: Input<'_>) -> Vec<Effect> {
        self.now_ms += 1;
        let effects = self.room.handle(input, self.now_ms, &mut self.logs);
        for effect in &effects {
            match effect {
                Effect::Append(lane, entry, _) => self.logs[*lane].0.push(entry.bytes.clone()),
                Effect::Hold(..) => self.held += 1,
                Effect::Release(..) => self.held -= 1,
                _ => {}
            }
        }
        effects
    }

    /// The entries of the script's log, in order.
    pub fn entries(&self) -> &[Vec<u8>] {
        &self.logs.script.0
    }
}

impl LogReader for Log {
    fn live_entries(&mut self) -> Vec<Vec<u8>> {
        self.0.clone()
    }

    fn live(&mut self) -> Vec<LiveEntry> {
        Vec::new()
    }

    fn entries(&mut self, first: u64, last: u64) -> Vec<Vec<u8>> {
        let (first, last) = (first.saturating_sub(1) as usize, last as usize);
        self.0[first.min(self.0.len())..last.min(self.0.len())].to_vec()
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
