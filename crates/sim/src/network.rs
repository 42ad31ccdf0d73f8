//! Connections: a WebSocket keeps the order of its frames and gives each of them once or not at all, with the connection.
//! Between connections there is no order, and the two ends learn at different times that one is lost.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::rc::Rc;

use scriptroom_room::SessionId;
use scriptroom_room::awareness;
use scriptroom_room::check::Update;
use scriptroom_room::wire::Message;

/// A connection's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the relay.
    Up,
    /// To the client.
    Down,
}

/// What goes over a connection.
#[derive(Debug, Clone)]
pub enum Item {
    /// Up: who knocks. Their token ends then, by the relay's clock.
    Knock {
        /// When the token is no longer good.
        expires_ms: Option<u64>,
    },
    /// Down: the connection is open.
    Opened,
    /// A binary frame.
    Frame(Rc<[u8]>),
    /// The other end has closed, or is found to be gone.
    Closed(u16, String),
}

/// One direction of a connection: what is under way, and when it arrives at the earliest.
#[derive(Debug, Default)]
pub struct Pipe {
    items: VecDeque<(u64, Item)>,
    last_ms: u64,
}

impl Pipe {
    fn push(&mut self, at_ms: u64, item: Item) -> u64 {
        self.last_ms = self.last_ms.max(at_ms);
        self.items.push_back((self.last_ms, item));
        self.last_ms
    }

    /// All that is under way.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().map(|(_, item)| item)
    }

    /// What has arrived by now.
    pub fn take(&mut self, now_ms: u64) -> Option<Item> {
        let arrived = self
            .items
            .front()
            .is_some_and(|(at_ms, _)| *at_ms <= now_ms);
        arrived.then(|| self.items.pop_front().expect("there is one").1)
    }
}

/// A connection.
#[derive(Debug)]
pub struct Connection {
    /// Whose.
    pub client: usize,
    /// What the relay calls it.
    pub session: Option<SessionId>,
    /// Neither end can send any more.
    pub broken: bool,
    /// The client has let go of it.
    pub left: bool,
    /// The relay has closed it, or forgotten it.
    pub ended: bool,
    up: Pipe,
    down: Pipe,
}

impl Connection {
    /// One of its directions.
    pub fn pipe(&mut self, way: Way) -> &mut Pipe {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }
}

/// All connections.
#[derive(Debug, Default)]
pub struct Network {
    connections: BTreeMap<ConnectionId, Connection>,
    next: u64,
}

impl Network {
    /// A new connection of a client.
    pub fn connect(&mut self, client: usize) -> ConnectionId {
        self.next += 1;
        let connection = Connection {
            client,
            session: None,
            broken: false,
            left: false,
            ended: false,
            up: Pipe::default(),
            down: Pipe::default(),
        };
        self.connections.insert(ConnectionId(self.next), connection);
        ConnectionId(self.next)
    }

    /// A connection that is not over for both ends.
    pub fn get(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.connections.get_mut(&id)
    }

    /// Whose connection it is, as long as the relay has it.
    pub fn client(&self, id: ConnectionId) -> Option<usize> {
        let connection = self.connections.get(&id).filter(|one| !one.ended);
        connection.map(|one| one.client)
    }

    /// All of them.
    pub fn ids(&self) -> Vec<ConnectionId> {
        self.connections.keys().copied().collect()
    }

    /// Sends; gives back when it arrives. What is sent over a broken connection is lost, and nobody is told.
    pub fn send(&mut self, id: ConnectionId, way: Way, at_ms: u64, item: Item) -> Option<u64> {
        let connection = self.connections.get_mut(&id)?;
        if connection.broken {
            return None;
        }
        Some(connection.pipe(way).push(at_ms, item))
    }

    /// The connection is lost: of what is under way so many items arrive still. Each end learns of it at its time, or later;
    /// gives back when.
    pub fn lose(
        &mut self,
        id: ConnectionId,
        (up, down): (usize, usize),
        (relay_ms, client_ms): (u64, u64),
    ) -> (u64, u64) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return (relay_ms, client_ms);
        };
        connection.broken = true;
        connection.up.items.truncate(up);
        connection.down.items.truncate(down);
        let lost = || Item::Closed(1006, String::new());
        (
            connection.up.push(relay_ms, lost()),
            connection.down.push(client_ms, lost()),
        )
    }

    /// How many items are under way, up and down.
    pub fn under_way(&self, id: ConnectionId) -> (usize, usize) {
        let connection = self.connections.get(&id);
        connection.map_or((0, 0), |one| (one.up.items.len(), one.down.items.len()))
    }

    /// Forgets what is over for both ends.
    pub fn sweep(&mut self) {
        self.connections.retain(|_, one| !(one.left && one.ended));
    }
}

/// An item for people.
pub fn described(item: &Item) -> String {
    let Item::Frame(frame) = item else {
        return format!("{item:?}");
    };
    let structs = |update: &[u8]| {
        let update = Update::decode(update).expect("it was made by a document");
        let sections = update.sections().iter();
        let parts =
            sections.map(|part| format!("{}:{}..{}", part.client, part.clock, part.end_clock));
        let gone = update.deletions().iter().flat_map(|(client, ranges)| {
            let told = |range: &Range<u32>| format!("-{client}:{}..{}", range.start, range.end);
            ranges.iter().map(told).collect::<Vec<_>>()
        });
        parts.chain(gone).collect::<Vec<_>>().join(" ")
    };
    match Message::decode(frame) {
        Ok(Message::Update(update)) => format!("update {}", structs(update)),
        Ok(Message::Step2(update)) => format!("step 2 {}", structs(update)),
        Ok(Message::Batch { number, update }) => format!("batch {number} {}", structs(update)),
        Ok(Message::Step1(_)) => "step 1".to_owned(),
        Ok(Message::Awareness(states)) => {
            let states = awareness::decode(states, usize::MAX).unwrap_or_default();
            let states = states
                .iter()
                .map(|one| format!("{}@{}={}", one.client, one.clock, one.state));
            format!("awareness {}", states.collect::<Vec<_>>().join(" "))
        }
        other => format!("{other:?}"),
    }
}
