//! What waits for what it builds on (U4). A piece is looked at again when something has come that it lacks, and not before: whoever
//! sends pieces that build on nothing must not hold up everybody else's keys.

use std::collections::BTreeMap;

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
    /// By their numbers.
    slots: Vec<Slot>,
    /// How many slots have a piece.
    count: usize,
    /// How much of the room for them they take.
    weight: usize,
    /// The clocks of each client's units that are lacked, and the pieces that lack them.
    lacking: BTreeMap<ClientId, Vec<(u32, u64)>>,
    /// The pieces whose turn it is: something has come that they lacked.
    due: Vec<u64>,
}

/// The place of a piece. It stays while the piece is taken out to be looked at, since it often comes back.
#[derive(Debug)]
struct Slot {
    id: u64,
    piece: Option<Piece>,
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
    /// Whether some of it lacks nothing: that part waits until those whose words it has say what they have themselves (U6).
    a_word: bool,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.slots.iter().filter_map(|slot| slot.piece.as_ref())
    }

    /// Whether these bytes are held already.
    pub(super) fn has(&self, bytes: &[u8]) -> bool {
        self.pieces().any(|piece| piece.held.bytes == bytes)
    }

    /// Holds a piece besides the others, if there is room for it. Says whether there was.
    pub(super) fn hold_new(&mut self, held: Held, clocks: &StateVector, most: usize) -> bool {
        let lacks = Lacks::of(&held.bytes, clocks);
        let has_room = self.weight + lacks.weight(&held.bytes) <= most;
        if has_room {
            self.put(held, lacks);
        }
        has_room
    }

    /// A number that no piece has.
    pub(super) fn next_id(&self) -> u64 {
        self.slots.last().map_or(1, |last| last.id + 1)
    }

    /// Holds a piece, until something comes that it lacks.
    pub(super) fn hold(&mut self, held: Held, clocks: &StateVector) {
        let lacks = Lacks::of(&held.bytes, clocks);
        self.put(held, lacks);
    }

    fn put(&mut self, held: Held, lacks: Lacks) {
        let id = held.id;
        self.weight += lacks.weight(&held.bytes);
        for lack in &lacks.ids {
            let of_client = self.lacking.entry(lack.client).or_default();
            of_client.push((lack.clock, id));
        }
        let at = self.place(id).unwrap_or_else(|at| {
            self.slots.insert(at, Slot { id, piece: None });
            at
        });
        debug_assert!(self.slots[at].piece.is_none(), "each has its own number");
        self.slots[at].piece = Some(Piece { held, lacks });
        self.count += 1;
    }

    /// Where the piece of that number is, or would be.
    fn place(&self, id: u64) -> Result<usize, usize> {
        self.slots.binary_search_by_key(&id, |slot| slot.id)
    }

    /// A client's units have come, up to `next`.
    pub(super) fn came(&mut self, client: ClientId, next: u32) {
        let Some(mut of_client) = self.lacking.remove(&client) else {
            return;
        };
        of_client.retain(|&(clock, id)| {
            let has_come = clock < next;
            if has_come {
                self.due.push(id);
            }
            !has_come
        });
        if !of_client.is_empty() {
            self.lacking.insert(client, of_client);
        }
    }

    /// Those that wait for what somebody says of their own words.
    pub(super) fn of_a_word(&self) -> impl Iterator<Item = &Held> {
        let pieces = self.pieces().filter(|piece| piece.lacks.a_word);
        pieces.map(|piece| &piece.held)
    }

    /// Somebody may have said it: it is the turn of those that wait for that.
    pub(super) fn look_again(&mut self) {
        let ids: Vec<u64> = self.of_a_word().map(|held| held.id).collect();
        self.due.extend(ids);
    }

    /// Takes out a piece whose turn it is.
    pub(super) fn take_due(&mut self) -> Option<Held> {
        while let Some(id) = self.due.pop() {
            let taken = self.place(id).ok().and_then(|at| self.take(at));
            if taken.is_some() {
                return taken;
            }
        }
        self.tidy();
        None
    }

    /// Lets go of places that are kept for nothing.
    #[inline(never)]
    fn tidy(&mut self) {
        self.slots.retain(|slot| slot.piece.is_some());
    }

    /// Takes out those that have expired.
    pub(super) fn take_expired(&mut self, now_ms: u64) -> Vec<Held> {
        let mut expired = Vec::new();
        for at in 0..self.slots.len() {
            let piece = self.slots[at].piece.as_ref();
            if piece.is_some_and(|piece| piece.held.expires_ms <= now_ms) {
                expired.extend(self.take(at));
            }
        }
        self.tidy();
        expired
    }

    /// When the first of them expires.
    pub(super) fn expires_ms(&self) -> Option<u64> {
        self.pieces().map(|piece| piece.held.expires_ms).min()
    }

    fn take(&mut self, at: usize) -> Option<Held> {
        let Piece { held, lacks } = self.slots[at].piece.take()?;
        self.count -= 1;
        self.weight -= lacks.weight(&held.bytes);
        for lack in lacks.ids {
            if let Some(of_client) = self.lacking.get_mut(&lack.client) {
                of_client.retain(|&(_, of)| of != held.id);
                if of_client.is_empty() {
                    self.lacking.remove(&lack.client);
                }
            }
        }
        Some(held)
    }
}

impl Lacks {
    fn weight(&self, bytes: &[u8]) -> usize {
        bytes.len() + PIECE_BYTES + LACK_BYTES * self.ids.len()
    }

    /// What a piece lacks.
    #[inline(never)]
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
