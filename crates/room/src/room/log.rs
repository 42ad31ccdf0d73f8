//! What a room knows of one lane's log: everything that is the same for the script and for its threads, and that needs no
//! connection to be known (D1).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::joins::Kept;
use super::waiting::Waiting;
use super::{Claim, Clock, Config, Entry, Held, LogReader, Origin};
use crate::admission::{Admission, Known, Nature, admit_as};
use crate::check::{CheckError, Kind, Update};
use crate::compaction::Tail;
use crate::ground::{self, Ground};
use crate::ids::{ClientId, IdSet, StateVector};
use crate::lane::Lane;
use crate::port::{Effect, Recovered, StoredLog};
use crate::recovery::RELAY;
use crate::session::SessionId;

/// One lane's log, as far as the room must know it.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) lane: Lane,
    pub(super) clocks: StateVector,
    pub(super) owners: BTreeMap<ClientId, String>,
    /// For each client that went on in a log that was set back: its first clock since then (B2).
    pub(super) since: BTreeMap<ClientId, u32>,
    /// Client ids that have an owner although nothing is stored under them yet: a presence has shown them (U6).
    pub(super) claims: BTreeMap<ClientId, Claim>,
    /// What is deleted or used up. `None` until something comes for which it matters, since it takes a walk over the log.
    deleted: Option<IdSet>,
    /// Whether any client id is closed.
    has_closed: bool,
    /// Where everything stands. `None` until something comes for which it matters, likewise.
    ground: Option<Ground>,
    /// What was sent to whoever opened the document last, if that is kept (U12).
    pub(super) kept: Option<Kept>,
    pub(super) last_sequence: u64,
    /// What the document's entries take, together.
    pub(super) stored_bytes: u64,
    pub(super) tail: Tail,
    /// Whether a merge has had the first of its two turns.
    pub(super) staged: bool,
    pub(super) compact_not_before_ms: u64,
    pub(super) oldest_covered_ms: Option<u64>,
    /// When the first of the originals was stored that are not put by (L7).
    pub(super) unarchived_ms: Option<u64>,
    pub(super) held: Waiting,
    /// What was brought back by others than its owners (B2).
    pub(super) recovered: Vec<Recovered>,
    /// For client ids with such words: the connection whose document was asked for its own copy last.
    pub(super) asked: BTreeMap<ClientId, SessionId>,
}

impl Log {
    /// The log as the store says it is.
    pub(super) fn new(lane: Lane, stored: StoredLog) -> Log {
        let mut clocks = StateVector::default();
        let mut owners = BTreeMap::new();
        let mut since = BTreeMap::new();
        for clock in stored.clocks {
            clocks.advance(clock.client, clock.next);
            since.extend(clock.since.map(|since| (clock.client, since)));
            if let Some(owner) = clock.owner {
                owners.insert(clock.client, owner);
            }
        }
        let claims = stored.claims.into_iter();
        let claims: BTreeMap<_, _> = claims.map(|claim| (claim.client, claim)).collect();
        for claim in claims.values() {
            owners.insert(claim.client, claim.person.clone());
        }
        let mut held = Waiting::default();
        for piece in stored.held {
            held.hold(piece, &clocks);
        }
        Log {
            lane,
            clocks,
            has_closed: owners.values().any(|owner| owner == RELAY),
            owners,
            since,
            claims,
            deleted: None,
            ground: None,
            kept: None,
            last_sequence: stored.last_sequence,
            stored_bytes: stored.stored_bytes,
            tail: stored.tail,
            staged: stored.staged,
            compact_not_before_ms: 0,
            oldest_covered_ms: stored.oldest_covered_ms,
            unarchived_ms: stored.unarchived_ms,
            held,
            recovered: stored.recovered,
            asked: BTreeMap::new(),
        }
    }

    /// Whether nothing is taken under a client id any more: its owner's copy is stored under another one (B2). The relay is its owner then.
    pub(super) fn is_closed(&self, client: ClientId) -> bool {
        self.owners.get(&client).is_some_and(|owner| owner == RELAY)
    }

    /// Closes a client id. What it has used up is known as gone from now on: so do documents count it.
    pub(super) fn close(&mut self, client: ClientId, used_up: Range<u32>) {
        self.has_closed = true;
        self.owners.insert(client, RELAY.to_owned());
        if let Some(deleted) = &mut self.deleted {
            deleted.add(client, Some(used_up).filter(|range| !range.is_empty()));
        }
    }

    /// Which part of what one document has, and another lacks, can be stored now.
    ///
    /// # Errors
    /// [`CheckError`] when something of it cannot stand where it would.
    pub(super) fn admit(&self, update: &Update<'_>) -> Result<Admission, CheckError> {
        self.admit_as(Nature::Difference, &BTreeSet::new(), update)
    }

    /// The same for an update of any nature. What is new of the clients in `waits` is not stored yet, nor what builds on it.
    ///
    /// # Errors
    /// As [`Log::admit`].
    pub(super) fn admit_as(
        &self,
        nature: Nature,
        waits: &BTreeSet<ClientId>,
        update: &Update<'_>,
    ) -> Result<Admission, CheckError> {
        let known = Known {
            nature,
            clocks: &self.clocks,
            waits,
            deleted: self.deleted.as_ref(),
            ground: self.ground.as_ref(),
        };
        admit_as(update, known)
    }

    /// [`Log::admit_as`] for a difference of which a part is refused: of each of the clients in `others`, what is here from its clock on counts as
    /// missing, so that nothing is stored that builds on it. Its deletions are left out.
    ///
    /// # Errors
    /// As [`Log::admit`].
    pub(super) fn admit_before(
        &self,
        others: &[(ClientId, u32)],
        waits: &BTreeSet<ClientId>,
        update: &Update<'_>,
    ) -> Result<Admission, CheckError> {
        let mut clocks = StateVector::default();
        for (client, next) in self.clocks.iter() {
            let other = others.iter().find(|(other, _)| *other == client);
            clocks.advance(client, other.map_or(next, |&(_, from)| from.min(next)));
        }
        let known = Known {
            nature: Nature::Difference,
            clocks: &clocks,
            waits,
            deleted: Some(update.deletions()),
            ground: self.ground.as_ref(),
        };
        admit_as(update, known)
    }

    /// Reads from the log where everything stands, unless that is known or does not matter for the update. If something is held it always
    /// matters: what is held may stand on what the update brings, and is looked at before the store has the update.
    pub(super) fn load_ground(&mut self, update: &Update<'_>, log: &mut impl LogReader) {
        if self.ground.is_some() {
            return;
        }
        if self.held.is_empty() && !ground::matters(update) {
            return;
        }
        let (mut known, mut clocks) = (Ground::default(), StateVector::default());
        for_each(log, |update| {
            let stored = Known {
                nature: Nature::Entry,
                clocks: &clocks,
                waits: &BTreeSet::new(),
                deleted: None,
                ground: Some(&known),
            };
            if let Ok(admission) = admit_as(update, stored) {
                for &(client, next) in &admission.advanced {
                    clocks.advance(client, next);
                }
                for (client, run) in &admission.standing {
                    known.add(*client, run);
                }
            }
        });
        self.ground = Some(known);
    }

    /// A client id that the update continues although it belongs to somebody else (U6), if there is one. Two cases are special:
    ///
    /// - What is typed under a closed id (B2) is always in conflict, even if its clocks are known: those stand for other words.
    /// - Under an id that was only shown, others may bring what they have of it: that is compared with the owner's own copy later.
    pub(super) fn conflict(
        &self,
        update: &Update<'_>,
        person: &str,
        origin: Origin,
    ) -> Option<ClientId> {
        update.sections().iter().find_map(|section| {
            let new = section.end_clock > self.clocks.next(section.client);
            let owner = self.owners.get(&section.client)?;
            let brought = matches!(origin, Origin::Sync | Origin::Held);
            if brought && self.claims.contains_key(&section.client) {
                return None;
            }
            let closed = owner == RELAY && origin == Origin::Live;
            ((new || closed) && owner != person).then_some(section.client)
        })
    }

    /// The client id belongs to that person from now on. Says whether it belonged to nobody.
    pub(super) fn own(&mut self, client: ClientId, person: &str) -> bool {
        let new = !self.owners.contains_key(&client);
        if new {
            self.owners.insert(client, person.to_owned());
        }
        new
    }

    /// Notes which of the units that are about to be stored their own document has not brought (B2), and gives those notes back: words of
    /// somebody else's, or of another document of the same person's (`is_of_another`).
    pub(super) fn note_recovered(
        &mut self,
        admission: &Admission,
        author: &str,
        is_of_another: impl Fn(ClientId) -> bool,
    ) -> &[Recovered] {
        if author == RELAY {
            return &[];
        }
        let before = self.recovered.len();
        for &(client, to) in &admission.advanced {
            let owner = self.owners.get(&client);
            let brings = |owner: &String| owner != author || is_of_another(client);
            if owner.is_some_and(|owner| owner != RELAY && brings(owner)) {
                let from = self.clocks.next(client);
                let agreed = owner.is_some_and(|owner| owner == author);
                self.recovered.push(Recovered {
                    client,
                    from,
                    to,
                    agreed,
                });
            }
        }
        &self.recovered[before..]
    }

    /// The log's clocks as if it had none of these pieces, nor anything that comes after them under the same ids.
    pub(super) fn below<'a>(&self, pieces: impl Iterator<Item = &'a Recovered>) -> StateVector {
        let mut first: BTreeMap<ClientId, u32> = BTreeMap::new();
        for piece in pieces {
            let from = first.entry(piece.client).or_insert(piece.from);
            *from = piece.from.min(*from);
        }
        let mut below = StateVector::default();
        for (client, next) in self.clocks.iter() {
            let next = first.get(&client).map_or(next, |from| next.min(*from));
            if next > 0 {
                below.advance(client, next);
            }
        }
        below
    }

    /// The first clock of the unbroken row of pieces before `clock` that others brought back and nobody has agreed to; `clock` itself if
    /// there is none.
    pub(super) fn brought_back_from(&self, client: ClientId, clock: u32) -> u32 {
        let mut pieces = self.recovered.iter();
        let before = pieces
            .find(|one| one.client == client && !one.agreed && one.from < clock && clock <= one.to);
        before.map_or(clock, |one| self.brought_back_from(client, one.from))
    }

    /// What another document of the owner had agreed to has to be compared once more. Says whether there was such.
    pub(super) fn doubt_again(&mut self, client: ClientId) -> bool {
        let mut asks = false;
        for one in self.recovered.iter_mut().filter(|one| one.client == client) {
            asks |= std::mem::take(&mut one.agreed);
        }
        asks
    }

    /// A vector of this log without what came since it was set back: whoever was here in another life of it may have something else
    /// under the same ids.
    pub(super) fn before_it_was_set_back(&self, vector: &StateVector) -> StateVector {
        let mut before = StateVector::default();
        for (client, next) in vector.iter() {
            let since = self.since.get(&client).copied();
            let next = since.map_or(next, |since| since.min(next));
            if next > 0 {
                before.advance(client, next);
            }
        }
        before
    }

    /// Notes which client ids go on in a log that was set back.
    pub(super) fn note_since(&mut self, admission: &Admission) {
        for &(client, _) in &admission.advanced {
            let next = self.clocks.next(client);
            self.since.entry(client).or_insert(next);
        }
    }

    /// Counts in what is to be stored, as the entry that follows the last one.
    pub(super) fn push(&mut self, admission: &Admission, entry: Entry, config: &Config) -> Effect {
        if let Some(deleted) = &mut self.deleted {
            deleted.add_all(&admission.deletions);
        }
        if let Some(ground) = &mut self.ground {
            for (client, run) in &admission.standing {
                ground.add(*client, run);
            }
        }
        self.last_sequence = entry.sequence;
        let bytes = entry.bytes.len() as u64;
        self.stored_bytes += bytes;
        self.tail.push(bytes, entry.time_ms, config);
        self.unarchived_ms.get_or_insert(entry.time_ms);
        let clocks = self.advance(&admission.advanced);
        Effect::Append(self.lane, entry, clocks)
    }

    fn advance(&mut self, advanced: &[(ClientId, u32)]) -> Vec<Clock> {
        advanced
            .iter()
            .map(|&(client, next)| {
                self.clocks.advance(client, next);
                self.held.came(client, next);
                self.claims.remove(&client);
                self.clock(client)
            })
            .collect()
    }

    /// What the store keeps of a client id.
    pub(super) fn clock(&self, client: ClientId) -> Clock {
        Clock {
            client,
            next: self.clocks.next(client),
            owner: self.owners.get(&client).cloned(),
            since: self.since.get(&client).copied(),
        }
    }

    /// Reads from the log what is deleted, unless that is known or does not matter for the update. It matters because an answer names all
    /// deletions that its sender knows of, and documents count what is used up among them: stored once more, that would look like
    /// something that was deleted to put an owner's copy in its place. What is held may name deletions, too.
    pub(super) fn load_deleted(
        &mut self,
        update: &Update<'_>,
        origin: Origin,
        log: &mut impl LogReader,
    ) {
        let names_any = !update.deletions().is_empty();
        let may_name_used_up = self.has_closed && (names_any || !self.held.is_empty());
        let matters = may_name_used_up || (names_any && origin == Origin::Sync);
        if matters {
            self.know_deleted(log);
        }
    }

    /// Makes it known what is deleted.
    pub(super) fn know_deleted(&mut self, log: &mut impl LogReader) {
        if self.deleted.is_some() {
            return;
        }
        // All that is a client's at once: added one by one, they would be put in order as often as there are entries.
        let mut ranges: BTreeMap<ClientId, Vec<Range<u32>>> = BTreeMap::new();
        for_each(log, |update| {
            for (client, more) in update.deletions().iter() {
                ranges.entry(client).or_default().extend_from_slice(more);
            }
            let sections = update.sections().iter();
            for section in sections.filter(|section| self.is_closed(section.client)) {
                let used_up = update.structs(section).filter(|one| one.kind == Kind::Gc);
                let used_up = used_up.map(|one| one.id.clock..one.end());
                ranges.entry(section.client).or_default().extend(used_up);
            }
        });
        let deleted = self.deleted.insert(IdSet::default());
        for (client, ranges) in ranges {
            deleted.add(client, ranges);
        }
    }

    /// Whether a piece is held already.
    pub(super) fn holds(&self, bytes: &[u8]) -> bool {
        self.held.has(bytes)
    }

    /// Holds a piece, under a number of its own, if it can be held besides the others (U4).
    pub(super) fn hold(&mut self, held: Held, config: &Config) -> Option<Effect> {
        let id = self.held.next_id();
        let held = Held { id, ..held };
        let most = config.max_held_bytes;
        let has_room = self.held.hold_new(held.clone(), &self.clocks, most);
        has_room.then_some(Effect::Hold(self.lane, held))
    }

    /// Holds a piece again, under the number that it has.
    pub(super) fn hold_again(&mut self, held: Held) {
        self.held.hold(held, &self.clocks);
    }
}

/// Looks at every live entry. One that cannot be read is answered for where it is read whole: here a deletion costs a second
/// copy, and what stands on it is not looked at.
fn for_each(log: &mut impl LogReader, mut look: impl FnMut(&Update<'_>)) {
    for bytes in log.live_entries() {
        if let Ok(update) = Update::decode(&bytes) {
            look(&update);
        }
    }
}
