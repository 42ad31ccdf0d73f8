//! What waits for what it builds on (U4). A piece is looked at again when something has come that it lacks, and not before: whoever
//! sends pieces that build on nothing must not hold up everybody else's keys.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Struct, Update};
use crate::ids::{ClientId, Id, StateVector};
use crate::port::Held;

/// What a piece takes besides its bytes.
const PIECE_BYTES: usize = 128;
/// And each id that it lacks.
const LACK_BYTES: usize = 16;

/// The pieces of one lane that are held.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pieces: BTreeMap<u64, Piece>,
    weight: usize,
    /// The clocks of units that are lacked, and the pieces that lack them.
    lacking: BTreeSet<(ClientId, u32, u64)>,
    /// The pieces whose turn it is: something has come that they lacked.
    due: BTreeSet<u64>,
    /// Those that wait for somebody's word, whose turn it is whenever something was stored.
    waiting_for_word: BTreeSet<u64>,
}

#[derive(Debug)]
struct Piece {
    held: Held,
    lacks: Lacks,
}

/// What a piece lacks: when any of it has come, some of the piece may be stored.
#[derive(Debug, Default)]
struct Lacks {
    ids: Vec<Id>,
    /// Whether some of it lacks nothing, and waits for what those say whose words it brings (U6).
    a_word: bool,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Held> {
        self.pieces.values().map(|piece| &piece.held)
    }

    /// Whether these bytes are held already.
    pub(super) fn has(&self, bytes: &[u8]) -> bool {
        self.iter().any(|held| held.bytes == bytes)
    }

    /// Whether a piece can be held besides the others.
    pub(super) fn has_room(&self, bytes: &[u8], clocks: &StateVector, most: usize) -> bool {
        self.weight + Lacks::of(bytes, clocks).weight(bytes) <= most
    }

    /// A number that no piece has.
    pub(super) fn next_id(&self) -> u64 {
        self.pieces.last_key_value().map_or(1, |(&id, _)| id + 1)
    }

    /// Holds a piece, until something comes that it lacks.
    pub(super) fn hold(&mut self, held: Held, clocks: &StateVector) {
        let (id, lacks) = (held.id, Lacks::of(&held.bytes, clocks));
        debug_assert!(!self.pieces.contains_key(&id), "each has its own number");
        self.weight += lacks.weight(&held.bytes);
        let lacking = lacks.ids.iter();
        self.lacking
            .extend(lacking.map(|lack| (lack.client, lack.clock, id)));
        if lacks.a_word {
            self.waiting_for_word.insert(id);
        }
        self.pieces.insert(id, Piece { held, lacks });
    }

    /// A client's units have come, up to `next`.
    pub(super) fn came(&mut self, client: ClientId, next: u32) {
        let came = self.lacking.range((client, 0, 0)..(client, next, 0));
        let came: Vec<(ClientId, u32, u64)> = came.copied().collect();
        for lack in came {
            self.lacking.remove(&lack);
            self.due.insert(lack.2);
        }
    }

    /// Those that wait for somebody's word.
    pub(super) fn of_a_word(&self) -> impl Iterator<Item = &Held> {
        let pieces = self.waiting_for_word.iter();
        pieces.filter_map(|id| Some(&self.pieces.get(id)?.held))
    }

    /// The word may have been said: it is the turn of those who wait for it.
    pub(super) fn look_again(&mut self) {
        self.due.append(&mut self.waiting_for_word);
    }

    /// Takes out the first piece whose turn it is.
    pub(super) fn take_due(&mut self) -> Option<Held> {
        let id = self.due.pop_first()?;
        self.take(id)
    }

    /// Takes out those that have expired.
    pub(super) fn take_expired(&mut self, now_ms: u64) -> Vec<Held> {
        let expired = self.iter().filter(|held| held.expires_ms <= now_ms);
        let ids: Vec<u64> = expired.map(|held| held.id).collect();
        ids.into_iter().filter_map(|id| self.take(id)).collect()
    }

    /// When the first of them expires: all are held for as long.
    pub(super) fn expires_ms(&self) -> Option<u64> {
        self.iter().next().map(|held| held.expires_ms)
    }

    fn take(&mut self, id: u64) -> Option<Held> {
        let Piece { held, lacks } = self.pieces.remove(&id)?;
        self.weight -= lacks.weight(&held.bytes);
        self.due.remove(&id);
        self.waiting_for_word.remove(&id);
        for lack in lacks.ids {
            self.lacking.remove(&(lack.client, lack.clock, id));
        }
        Some(held)
    }
}

impl Lacks {
    fn weight(&self, bytes: &[u8]) -> usize {
        bytes.len() + PIECE_BYTES + LACK_BYTES * self.ids.len()
    }

    /// What a piece lacks.
    fn of(bytes: &[u8], clocks: &StateVector) -> Lacks {
        let update = Update::decode(bytes).expect("what is held was written by the room");
        let mut lacks = Lacks::default();
        let mut is_known = true;
        for section in update.sections() {
            let next = clocks.next(section.client);
            let first = update.structs(section).find(|one| one.end() > next);
            is_known &= first.is_none();
            if let Some(first) = first {
                lacks.add(&first, &update, clocks);
            }
        }
        for (client, ranges) in update.deletions().iter() {
            let next = clocks.next(client);
            let beyond = ranges.iter().find(|range| range.end > next);
            lacks.ids.extend(beyond.map(|range| Id {
                client,
                clock: range.start.max(next),
            }));
        }
        // What a crash has left that was stored already goes at the next turn.
        lacks.a_word |= is_known && lacks.ids.is_empty();
        lacks
    }

    /// What a section's first struct lacks holds up the section.
    fn add(&mut self, first: &Struct<'_>, update: &Update<'_>, clocks: &StateVector) {
        let next = clocks.next(first.id.client);
        if first.id.clock > next {
            let clock = first.id.clock - 1;
            return self.ids.push(Id { clock, ..first.id });
        }
        let mut missing = first
            .references()
            .filter(|id| id.clock >= clocks.next(id.client))
            .peekable();
        self.a_word |= missing.peek().is_none();
        // What another section of the piece brings comes when that one's turn does.
        let brought =
            |id: &Id| (update.sections().iter()).any(|section| section.client == id.client);
        self.ids.extend(missing.find(|id| !brought(id)));
    }
}
