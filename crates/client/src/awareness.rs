//! Presence as it travels: client ids, clocks and states of JSON that stay text here.
//!
//! What a state says is read and checked where JSON is at home, in `pkg/src/presence.ts`. This file keeps the book
//! of clocks, and refuses what does not add up.

use std::collections::BTreeMap;

use scriptroom_room::varint::{MAX_SAFE_INTEGER, ReadError, Reader, write_string, write_uint};

/// A longer state is not kept: nobody's caret and name take so much.
const MAX_STATE_BYTES: usize = 4096;
/// More peers than this are not kept.
const MAX_PEERS: usize = 512;

/// A relay that has seen the connection end has removed the client with the next clock. It may have slept since and not remember;
/// those who heard it do, and take no state with that clock.
const AFTER_REMOVAL: u64 = 2;

/// What a client leaves behind when it goes.
const GONE: &str = "null";

/// Somebody's presence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id of the client.
    pub client: u64,
    /// It rises with each state; the higher one counts.
    pub clock: u64,
    /// The state, as JSON; `null` when the client has gone.
    pub state: String,
}

impl Entry {
    /// Whether others take this for out of date when they have heard that. A removal wins over a state with the same clock: who
    /// comes back before the relay has seen the old connection end, and announces itself with the next clock, meets just that.
    fn is_outbid_by(&self, heard: &Entry) -> bool {
        let removed = heard.state == GONE && self.state != GONE;
        self.clock < heard.clock || (self.clock == heard.clock && removed)
    }
}

/// What a message did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Somebody else came, went or moved.
    pub others_changed: bool,
    /// It has a newer state of a client of this device than this device has sent.
    pub own_outbid: bool,
}

/// Everybody's presence, this device's clients apart from the others.
#[derive(Debug, Default)]
pub struct Presence {
    own: BTreeMap<u64, Entry>,
    others: BTreeMap<u64, Entry>,
}

impl Presence {
    /// The others that are here.
    pub fn others(&self) -> impl Iterator<Item = &Entry> {
        self.others.values().filter(|entry| entry.state != GONE)
    }

    /// Sets the state of a client of this device, and returns the message's contents that tells of it.
    pub fn set_own(&mut self, client: u64, state: Option<&str>) -> Vec<u8> {
        let known = self.own.get(&client).map_or(0, |entry| entry.clock);
        let entry = Entry {
            client,
            clock: known + 1,
            state: state.unwrap_or(GONE).to_owned(),
        };
        self.others.remove(&client);
        let states = encode(std::slice::from_ref(&entry));
        self.own.insert(client, entry);
        states
    }

    /// The contents of a message that tells of all clients of this device, with new clocks; none when there are none.
    pub fn announce(&mut self) -> Option<Vec<u8>> {
        self.own.retain(|_, entry| entry.state != GONE);
        for entry in self.own.values_mut() {
            entry.clock += AFTER_REMOVAL;
        }
        let entries: Vec<Entry> = self.own.values().cloned().collect();
        (!entries.is_empty()).then(|| encode(&entries))
    }

    /// Takes in a message's contents. Malformed ones change nothing.
    pub fn receive(&mut self, states: &[u8]) -> Received {
        let mut received = Received::default();
        for entry in decode(states).unwrap_or_default() {
            match self.own.get_mut(&entry.client) {
                Some(own) if own.is_outbid_by(&entry) => {
                    own.clock = entry.clock;
                    received.own_outbid = true;
                }
                Some(_) => {}
                None => received.others_changed |= self.receive_other(entry),
            }
        }
        received
    }

    fn receive_other(&mut self, entry: Entry) -> bool {
        let known = self.others.get(&entry.client);
        let newer = known.is_none_or(|known| {
            known.clock < entry.clock || (known.clock == entry.clock && entry.state == GONE)
        });
        if !newer || (known.is_none() && self.others.len() >= MAX_PEERS) {
            return false;
        }
        let changed = known.map_or(entry.state != GONE, |known| known.state != entry.state);
        self.others.insert(entry.client, entry);
        changed
    }

    /// Forgets the others when the connection is gone; says whether anybody was there.
    pub fn forget_others(&mut self) -> bool {
        let anybody = self.others().next().is_some();
        self.others.clear();
        anybody
    }
}

fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    write_uint(&mut out, entries.len() as u64);
    for entry in entries {
        write_uint(&mut out, entry.client);
        write_uint(&mut out, entry.clock);
        write_string(&mut out, &entry.state);
    }
    out
}

fn decode(states: &[u8]) -> Result<Vec<Entry>, ReadError> {
    let mut reader = Reader::new(states);
    let count = reader.count(3)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let client = reader.uint(MAX_SAFE_INTEGER)?;
        let clock = reader.uint(MAX_SAFE_INTEGER)?;
        let state = reader.string()?;
        let state = if state.len() <= MAX_STATE_BYTES {
            state
        } else {
            GONE
        };
        entries.push(Entry {
            client,
            clock,
            state: state.to_owned(),
        });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_newer_clock_counts_and_an_older_does_not() {
        let mut here = Presence::default();
        let mut there = Presence::default();
        let first = there.set_own(7, Some("{\"a\":1}"));
        let second = there.set_own(7, Some("{\"a\":2}"));
        assert!(here.receive(&second).others_changed);
        assert!(!here.receive(&first).others_changed);
        assert_eq!(here.others().next().unwrap().state, "{\"a\":2}");
    }

    #[test]
    fn who_leaves_is_gone() {
        let mut here = Presence::default();
        let mut there = Presence::default();
        here.receive(&there.set_own(7, Some("{}")));
        assert!(here.receive(&there.set_own(7, None)).others_changed);
        assert_eq!(here.others().count(), 0);
    }

    #[test]
    fn malformed_presence_changes_nothing() {
        let mut here = Presence::default();
        let mut there = Presence::default();
        let mut states = there.set_own(7, Some("{}"));
        states.pop();
        assert_eq!(here.receive(&states), Received::default());
        assert_eq!(here.receive(&[200, 200, 200, 1]), Received::default());
        assert_eq!(here.others().count(), 0);
    }

    #[test]
    fn a_removal_with_the_same_clock_is_outbid() {
        let mut here = Presence::default();
        here.set_own(7, Some("{}"));
        let mut relay = Presence::default();
        let gone = relay.set_own(7, None);
        assert!(here.receive(&gone).own_outbid, "the relay took us for gone");
        let again = decode(&here.announce().expect("we are here")).unwrap();
        assert_eq!((again[0].clock, again[0].state.as_str()), (3, "{}"));
    }

    #[test]
    fn an_echo_of_our_own_leaving_is_outbid() {
        let mut here = Presence::default();
        here.set_own(7, Some("{}"));
        let mut echo = Presence::default();
        echo.own.insert(
            7,
            Entry {
                client: 7,
                clock: 40,
                state: "{}".into(),
            },
        );
        let gone = echo.set_own(7, None);
        assert!(here.receive(&gone).own_outbid);
        let next = decode(&here.set_own(7, Some("{}"))).unwrap();
        assert_eq!(next[0].clock, 42);
    }
}
