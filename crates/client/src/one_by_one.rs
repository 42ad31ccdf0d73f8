//! Edits that go out one by one, each when the one before it is stored: whose words they are follows from that (rule U6).
//!
//! All at once a long list of them would be too much for the relay (rule N2), with every connection, and the answer behind it never read.

use scriptroom_room::check::Update;
use scriptroom_room::varint::Reader;
use scriptroom_room::wire::{AckStatus, STEP2_NUMBER};

/// The edits that wait, and what comes after them.
#[derive(Debug, Default)]
pub(crate) struct OneByOne {
    /// In their order, each with the number of edits that it is and nothing else counts; the first may be under way.
    waiting: Vec<(Vec<u8>, u64)>,
    under_way: bool,
    /// The relay has put it off.
    put_off: bool,
    /// Everything that there is is brought when none waits any more.
    pub(crate) brings: bool,
}

impl OneByOne {
    /// The relay has said what it has. Says whether what is here is to be offered again; else it is on its way, with the answer behind it.
    pub(crate) fn begins_again(&mut self) -> bool {
        let begins = !self.brings;
        if begins {
            *self = OneByOne::default();
            self.brings = true;
        }
        begins
    }

    /// Offers again what is new to a relay that has so much, up to the first of each client id: whose they are is known by then, and the answer
    /// brings the rest, with what only deletes or is too large.
    pub(crate) fn offer_again(&mut self, updates: &[Vec<u8>], relay_has: &[u8], max_bytes: u64) {
        let (mut clients, mut firsts) = (Vec::new(), 0);
        for update in updates {
            let Ok(decoded) = Update::decode(update) else {
                continue;
            };
            let sections = decoded.sections().iter();
            let mut new = sections.filter(|section| {
                u64::from(section.end_clock) > next_of(relay_has, section.client).unwrap_or(0)
            });
            let Some(section) = new.next().filter(|_| update.len() as u64 <= max_bytes) else {
                continue;
            };
            self.waiting.push((update.clone(), 0));
            if !clients.contains(&section.client) {
                clients.push(section.client);
                firsts = self.waiting.len();
            }
        }
        self.waiting.truncate(firsts);
    }

    /// Adds an edit that was just made.
    pub(crate) fn push(&mut self, update: &[u8]) {
        self.waiting.push((update.to_vec(), 1));
    }

    /// The edit that goes out, now that none is under way.
    pub(crate) fn next(&mut self) -> Option<(Vec<u8>, u64)> {
        let first = self.waiting.first().cloned();
        self.under_way = first.is_some();
        first
    }

    /// The relay has said what became of a message. What it puts off comes again; the second time it may lack what that builds on,
    /// which the answer brings.
    pub(crate) fn acknowledged(&mut self, number: u64, status: AckStatus) {
        let later = status == AckStatus::RetryLater;
        if number == STEP2_NUMBER {
            self.brings |= later;
        } else if std::mem::take(&mut self.under_way) {
            let before = std::mem::replace(&mut self.put_off, later);
            if !later {
                self.waiting.remove(0);
            } else if before {
                *self = OneByOne::default();
                self.brings = true;
            }
        }
    }
}

/// A client's clock in a state vector.
fn next_of(vector: &[u8], client: u64) -> Option<u64> {
    let mut reader = Reader::new(vector);
    for _ in 0..reader.uint(u64::MAX).ok()? {
        let one = reader.uint(u64::MAX).ok()?;
        let next = reader.uint(u64::MAX).ok()?;
        if one == client {
            return Some(next);
        }
    }
    None
}
