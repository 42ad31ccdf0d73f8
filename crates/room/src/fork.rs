//! Two documents that have different things under the same ids: gives one of them other ids from there on.
//!
//! An id means one thing everywhere as long as every client id has one user. Where somebody else used the same client id
//! (rule U6 of the relay's SPEC.md keeps the first), a merge would take the one for the other and leave words out. So what
//! stands in the writer's document under an id that the relay has something else for is moved to a client id of its own.
//!
//! Where the two part is found by holding their structs against each other, clock by clock ([`Owned::differs_from`]). Letters are
//! compared with letters; what is deleted may have lost its letters, and what was collected even its place, so these agree with
//! more than they should ([`Owned::is_known`] says which are sure).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::check::{CheckError, HAS_ORIGIN, HAS_RIGHT_ORIGIN, Kind, Struct, Update};
use crate::copies;
use crate::ids::{ClientId, Id, IdSet, StateVector};
use crate::merge::merge;
use crate::varint::{MAX_SAFE_INTEGER, Reader, write_uint};

/// Which ids of a client move, and to which client.
#[derive(Debug, Clone)]
pub(crate) struct Fork {
    /// Their clocks.
    pub(crate) clocks: Range<u32>,
    pub(crate) to: ClientId,
    /// Whether there is something else under the old ids, and not the same that has moved.
    pub(crate) is_other: bool,
}

impl Fork {
    /// All from a clock on.
    pub(crate) fn from(clock: u32, to: ClientId) -> Fork {
        let (clocks, is_other) = (clock..u32::MAX, false);
        Fork {
            clocks,
            to,
            is_other,
        }
    }

    /// The clocks that these have where they move to, if there are any.
    fn moved(&self, clocks: Range<u32>) -> Option<Range<u32>> {
        let Range { start, end } = self.clocks;
        let within = clocks.start.max(start)..clocks.end.min(end);
        (!within.is_empty()).then(|| within.start - start..within.end - start)
    }
}

pub(crate) type Forks = BTreeMap<ClientId, Fork>;

/// `mine` with other client ids for what `theirs` has something else for; both are whole states. The same
/// arguments give the same ids, also in another tab.
///
/// # Errors
/// [`CheckError`] when one of them is no update that the relay would take.
pub fn disentangled(theirs: &[u8], mine: &[u8], seed: u64) -> Result<Vec<u8>, CheckError> {
    let theirs = Update::decode(theirs)?;
    let (forks, known) = {
        let mine = Update::decode(mine)?;
        let moved = moved_by_the_relay(&theirs, &mine);
        let (mut forks, mut known) = (moved.clone(), Known::default());
        for section in mine.sections() {
            let client = section.client;
            if let Some(fork) = moved.get(&client) {
                known.note(&theirs, client, fork.to);
                continue;
            }
            let stands = |at: Option<Id>, own: Option<Id>| is_behind(at, own, &moved);
            if let Some(clocks) = differing(&theirs, &mine, client, stands) {
                known.note_deleted(&theirs, client, clocks.start);
                let to = other_id(client, clocks.start, seed);
                let is_other = true;
                forks.insert(
                    client,
                    Fork {
                        clocks,
                        to,
                        is_other,
                    },
                );
            }
        }
        (forks, known)
    };
    match forks.is_empty() {
        true => Ok(mine.to_vec()),
        false => forked_but(&known, mine, &forks),
    }
}

/// What of the words that move need not move with them.
#[derive(Default)]
struct Known {
    /// What the relay has of them under their new ids.
    clocks: StateVector,
    /// What it has deleted under the old ones: to put the new ones in their place, or because somebody has deleted what stands there instead, which
    /// is no word of the writer's.
    deleted: IdSet,
}

impl Known {
    fn note(&mut self, theirs: &Update<'_>, client: ClientId, other: ClientId) {
        let section = theirs.sections().iter().find(|one| one.client == other);
        if let Some(section) = section {
            self.clocks.advance(other, section.end_clock);
        }
        self.note_deleted(theirs, client, 0);
    }

    fn note_deleted(&mut self, theirs: &Update<'_>, client: ClientId, from: u32) {
        let deleted = theirs.deletions().ranges(client).iter();
        let above = deleted.filter(|range| range.end > from);
        let above = above.map(|range| range.start.max(from)..range.end);
        self.deleted.add(client, above);
    }
}

/// So many ids may have been taken when the relay looked for one.
const TRIES: u64 = 16;

/// The id under which a relay puts a client's own words from a clock on, where others had brought something else (B2): the first of these
/// that nobody has. So whoever has these words under the old id knows under which they are now.
///
/// Of what stands at one place in a text the lower id comes first: from below, the owner's words come before all that hangs on what is deleted.
/// But of what stands under one key the higher one counts: from below, whoever has the owner's first copy would take that for the newer one, and
/// delete the second.
pub(crate) fn beside(client: ClientId, from: u32, keyed: bool, attempt: u64) -> ClientId {
    let any = other_id(client, from, attempt);
    let above = MAX_SAFE_INTEGER.saturating_sub(client).max(1);
    let beside = match keyed {
        true => client.saturating_add(1 + any % above),
        false => any % client.max(1),
    };
    match (1..=MAX_SAFE_INTEGER).contains(&beside) {
        true => beside,
        false => any,
    }
}

/// Which words of `mine` the relay has under other ids. What hangs on them here would hang there on what is used up, and be gone with it.
fn moved_by_the_relay(theirs: &Update<'_>, mine: &Update<'_>) -> Forks {
    let sections = mine.sections().iter();
    let moved = sections.filter_map(|one| {
        let (from, to) = moved_to(theirs, mine, one.client)?;
        Some((one.client, Fork::from(from, to)))
    });
    let mut moved: Forks = moved.collect();
    // Those of one may hang on those of another: where they stand is known when it is known what has moved.
    loop {
        let all = moved.clone();
        moved.retain(|&client, fork| {
            let stands = |at: Option<Id>, own: Option<Id>| is_behind(at, own, &all);
            let to = (fork.clocks.start, fork.to);
            agreement(theirs, mine, (client, to), stands).is_some()
        });
        if moved.len() == all.len() {
            return moved;
        }
    }
}

/// From which clock on the relay has a client's words under another id, and under which, wherever they stand there. An id that somebody else
/// has taken so as to be mistaken for it has other words, or none that are left.
fn moved_to(theirs: &Update<'_>, mine: &Update<'_>, client: ClientId) -> Option<(u32, ClientId)> {
    let gone = gone(theirs, client)?;
    let has: BTreeSet<ClientId> = theirs.sections().iter().map(|one| one.client).collect();
    let places = gone.flat_map(|from| (0..TRIES).map(move |attempt| (from, attempt)));
    let places = places.flat_map(|(from, attempt)| {
        [false, true].map(|keyed| (from, beside(client, from, keyed, attempt)))
    });
    let found = places.filter(|(_, other)| has.contains(other));
    let same = found.filter_map(|to| {
        let units = agreement(theirs, mine, (client, to), |_, _| true)?;
        Some((units, to))
    });
    same.max_by_key(|(units, _)| *units).map(|(_, moved)| moved)
}

/// Whether `theirs` and `mine` are the same unit to stand after: by the same id, or because what has that id here has moved to theirs.
fn is_behind(theirs: Option<Id>, mine: Option<Id>, forks: &Forks) -> bool {
    theirs == mine || theirs == mine.map(|id| moved(id, forks))
}

/// Whether `other` still has something of `client` where `update` has only a length: not even its place is known there.
pub(crate) fn has_what_is_used_up(
    update: &Update<'_>,
    other: &Update<'_>,
    client: ClientId,
) -> bool {
    let section = update.sections().iter().find(|one| one.client == client);
    let structs = section.into_iter().flat_map(|one| update.structs(one));
    let gone: Vec<_> = structs.filter(|one| one.kind == Kind::Gc).collect();
    let mut known = structs_of(other, client).filter(Owned::is_known);
    known.any(|one| {
        let mut gone = gone.iter();
        gone.any(|gone| gone.id.clock < one.end && one.start < gone.end())
    })
}

/// The run of deleted clocks at a client's end, behind the last of its words that is left; none if that is its end.
pub(crate) fn gone(update: &Update<'_>, client: ClientId) -> Option<Range<u32>> {
    let deleted = update.deletions().ranges(client);
    let mut gone: Option<Range<u32>> = None;
    for one in structs_of(update, client) {
        let from = match deleted.iter().find(|range| range.contains(&(one.end - 1))) {
            _ if !one.is_known() => one.start,
            Some(range) => range.start.max(one.start),
            None => one.end,
        };
        let before = gone.filter(|gone| gone.end == from && from == one.start);
        gone = Some(before.map_or(from, |gone| gone.start)..one.end);
    }
    gone.filter(|gone| !gone.is_empty())
}

/// How many units of `mine` from a clock on are known to be the same as those that `theirs` has under the other id; none where any differ.
fn agreement(
    theirs: &Update<'_>,
    mine: &Update<'_>,
    (client, (from, other)): (ClientId, (u32, ClientId)),
    stands: impl Fn(Option<Id>, Option<Id>) -> bool,
) -> Option<u32> {
    let own = structs_of(mine, client).filter(|own| own.end > from);
    let own: Vec<Owned> = own.map(|own| own.moved(from)).collect();
    let theirs: Vec<Owned> = structs_of(theirs, other).collect();
    compared(&theirs, &own, stands).ok()
}

/// What of `mine` is above the clocks of its forks, or of other clients, under its new ids.
pub(crate) fn forked(mine: &[u8], forks: &Forks) -> Result<Vec<u8>, CheckError> {
    forked_but(&Known::default(), mine, forks)
}

fn forked_but(known: &Known, mine: &[u8], forks: &Forks) -> Result<Vec<u8>, CheckError> {
    let mut clocks = known.clocks.clone();
    for (&client, fork) in forks {
        clocks.advance(client, fork.clocks.start);
    }
    let rest = merge(&[mine], &clocks)?;
    Ok(renamed(&Update::decode(&rest)?, &known.deleted, forks))
}

/// Any number of 53 bits, the same for the same arguments (SplitMix64's finisher).
pub(crate) fn other_id(client: ClientId, from: u32, seed: u64) -> ClientId {
    let mut mixed = seed ^ client.rotate_left(17) ^ u64::from(from).rotate_left(41);
    for factor in [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb] {
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(factor);
    }
    ((mixed ^ (mixed >> 31)) & MAX_SAFE_INTEGER).max(1)
}

/// Where the two first have different things under the clocks of `client`; none if they agree as far as both go. The range ends at the
/// first clock that differs and begins behind the last one that is sure to be the same: what is deleted in between agrees with anything,
/// so it may belong to either side.
pub(crate) fn first_difference(
    a: &Update<'_>,
    b: &Update<'_>,
    client: ClientId,
) -> Option<Range<u32>> {
    let structs = |update| structs_of(update, client).collect::<Vec<Owned>>();
    compared(&structs(a), &structs(b), |a, b| a == b).err()
}

fn structs_of<'a>(update: &'a Update<'a>, client: ClientId) -> impl Iterator<Item = Owned> + 'a {
    let section = update.sections().iter().find(|one| one.client == client);
    let own = section.map(|section| update.structs(section).map(Owned::from));
    own.into_iter().flatten()
}

/// `Ok`: how many units are sure to be the same, where none differ. `Err`: where they first differ, as [`first_difference`] says it. `stands` says
/// whether two units that others stand after are the same place.
fn compared(
    a: &[Owned],
    b: &[Owned],
    stands: impl Fn(Option<Id>, Option<Id>) -> bool,
) -> Result<u32, Range<u32>> {
    let (mut same, mut behind) = (0, 0);
    for (left, right, clocks) in overlaps(a, b) {
        let differs = left.differs_from(right, clocks.clone(), &stands);
        let end = differs.unwrap_or(clocks.end);
        if left.is_known() && right.is_known() && end > clocks.start {
            same += end - clocks.start;
            behind = end;
        }
        if let Some(clock) = differs {
            return Err(behind.min(clock)..clock);
        }
    }
    Ok(same)
}

/// Each pair of structs that have clocks in common, with these.
fn overlaps<'a>(
    a: &'a [Owned],
    b: &'a [Owned],
) -> impl Iterator<Item = (&'a Owned, &'a Owned, Range<u32>)> {
    let (mut at_a, mut at_b) = (a.iter().peekable(), b.iter().peekable());
    let pairs = std::iter::from_fn(move || {
        let (&left, &right) = (at_a.peek()?, at_b.peek()?);
        if left.end <= right.end {
            at_a.next();
        } else {
            at_b.next();
        }
        Some((
            left,
            right,
            left.start.max(right.start)..left.end.min(right.end),
        ))
    });
    pairs.filter(|(_, _, clocks)| !clocks.is_empty())
}

/// The clocks of a client that have to move: from the first unit that is another one in `mine` to the end of the last struct of `mine` that has such.
///
/// It ends with a struct, and not with a unit, since within a struct that differs letters may be the same by chance. What is the same behind
/// it stays, for it is the same for all who have it. Where the last that both have differs, and `mine` goes on, all of the rest moves.
fn differing(
    theirs: &Update<'_>,
    mine: &Update<'_>,
    client: ClientId,
    stands: impl Fn(Option<Id>, Option<Id>) -> bool,
) -> Option<Range<u32>> {
    let theirs: Vec<Owned> = structs_of(theirs, client).collect();
    let mine: Vec<Owned> = structs_of(mine, client).collect();
    let mut found: Option<Range<u32>> = None;
    let mut differ = false;
    for (left, right, clocks) in overlaps(&theirs, &mine) {
        let from = left.differs_from(right, clocks, &stands);
        // Of what was collected nobody knows.
        differ = from.is_some() || differ && (left.place.is_none() || right.place.is_none());
        let start = found.as_ref().map(|found| found.start).or(from);
        if let Some(start) = start.filter(|_| differ) {
            found = Some(start..right.end);
        }
    }
    let longer = mine.last()?.end > theirs.last()?.end;
    found.map(|found| match differ && longer {
        true => found.start..u32::MAX,
        false => found,
    })
}

/// What of a struct says whether it is the same one.
struct Owned {
    /// Its first unit, under the id that it has in its update.
    first: Id,
    start: u32,
    end: u32,
    /// None where nobody knows any more: it was collected, or left out.
    place: Option<Place>,
    what: What,
}

/// Where a struct says that it stands. That never changes, and is still known of what is deleted.
#[derive(Clone, Default)]
struct Place {
    neighbours: [Option<Id>; 2],
    parent: Option<Id>,
    /// The root type that it lies in, and the key there.
    names: [Option<String>; 2],
}

enum What {
    /// Gone, left out or deleted: only the length is known, which agrees with any words.
    Unknown,
    Text(Vec<u16>),
    Other(Vec<u8>),
    /// What of its own units are copies.
    Record(Vec<u8>),
}

impl From<Struct<'_>> for Owned {
    fn from(found: Struct<'_>) -> Owned {
        Owned {
            first: found.id,
            start: found.id.clock,
            end: found.end(),
            place: (!matches!(found.kind, Kind::Gc | Kind::Skip)).then(|| Place {
                neighbours: [found.origin, found.right_origin],
                parent: found.parent,
                names: [found.root, found.key].map(|name| name.map(str::to_owned)),
            }),
            what: match found.kind {
                Kind::Gc | Kind::Skip | Kind::Deleted => What::Unknown,
                Kind::Text(text) => What::Text(text.encode_utf16().collect()),
                _ if copies::is_record(&found) => What::Record(found.content.to_vec()),
                Kind::Values | Kind::Type | Kind::Format | Kind::Unit => {
                    What::Other(found.content.to_vec())
                }
            },
        }
    }
}

impl Owned {
    /// The struct as it is after it has moved: clocks are counted from that of the fork.
    fn moved(self, from: u32) -> Owned {
        let cut = from.saturating_sub(self.start);
        let place = self.place_at(self.start + cut);
        let clock = self.first.clock + cut;
        let what = match self.what {
            What::Text(text) => What::Text(text.get(cut as usize..).unwrap_or_default().to_vec()),
            // It names them as they are there.
            What::Record(_) => What::Unknown,
            what => what,
        };
        Owned {
            first: Id {
                clock,
                ..self.first
            },
            start: self.start.max(from) - from,
            end: self.end - from,
            place,
            what,
        }
    }

    /// Where its unit of that clock stands: each but the first after the one before it.
    fn place_at(&self, clock: u32) -> Option<Place> {
        let place = self.place.as_ref()?;
        let before = (clock - self.start).checked_sub(1);
        let before = before.map(|units| Id {
            clock: self.first.clock + units,
            ..self.first
        });
        Some(match before {
            None => place.clone(),
            Some(before) => Place {
                neighbours: [Some(before), place.neighbours[1]],
                ..Place::default()
            },
        })
    }

    fn is_known(&self) -> bool {
        !matches!(self.what, What::Unknown)
    }

    /// The clock at which the letter begins that has a unit at this one: a letter of two units (a surrogate pair) moves whole.
    fn letter_at(&self, clock: u32) -> u32 {
        const SECOND_HALF: Range<u16> = 0xdc00..0xe000;
        let units = clock - self.start;
        let is_second = |text: &Vec<u16>| {
            text.get(units as usize)
                .is_some_and(|unit| SECOND_HALF.contains(unit))
        };
        match &self.what {
            What::Text(text) if units > 0 && is_second(text) => clock - 1,
            _ => clock,
        }
    }

    /// From which of these clocks on another one has something else: from a letter's first unit on.
    fn differs_from(
        &self,
        other: &Owned,
        clocks: Range<u32>,
        stands: impl Fn(Option<Id>, Option<Id>) -> bool,
    ) -> Option<u32> {
        let unit = self.first_differing_unit(other, clocks, stands)?;
        Some(self.letter_at(unit).min(other.letter_at(unit)))
    }

    fn first_differing_unit(
        &self,
        other: &Owned,
        clocks: Range<u32>,
        stands: impl Fn(Option<Id>, Option<Id>) -> bool,
    ) -> Option<u32> {
        let places = self
            .place_at(clocks.start)
            .zip(other.place_at(clocks.start));
        let starts_both = self.start == other.start;
        match (&self.what, &other.what) {
            _ if places.is_some_and(|(one, other)| !one.is_same(&other, stands)) => {
                Some(clocks.start)
            }
            (What::Unknown, _) | (_, What::Unknown) => None,
            (What::Text(mine), What::Text(theirs)) => clocks.into_iter().find(|clock| {
                mine.get((clock - self.start) as usize)
                    != theirs.get((clock - other.start) as usize)
            }),
            // Values that lie in structs of different lengths are compared where both begin.
            (
                What::Other(mine) | What::Record(mine),
                What::Other(theirs) | What::Record(theirs),
            ) if starts_both && self.end == other.end => (mine != theirs).then_some(clocks.start),
            (What::Other(_) | What::Record(_), What::Other(_) | What::Record(_)) => None,
            _ => Some(clocks.start),
        }
    }
}

impl Place {
    fn is_same(&self, other: &Place, stands: impl Fn(Option<Id>, Option<Id>) -> bool) -> bool {
        let mut neighbours = self.neighbours.iter().zip(&other.neighbours);
        stands(self.parent, other.parent)
            && self.names == other.names
            && neighbours.all(|(&one, &other)| stands(one, other))
    }
}

fn renamed(update: &Update<'_>, deleted: &IdSet, forks: &Forks) -> Vec<u8> {
    let mut sections: Vec<Vec<Struct<'_>>> = Vec::new();
    for section in update.sections() {
        let structs = update.structs(section);
        let (moves, stays): (Vec<_>, Vec<_>) =
            structs.partition(|one| moved(one.id, forks) != one.id);
        sections.extend([moves, stays].into_iter().filter(|part| !part.is_empty()));
    }
    // Higher ids first, as Yjs writes them.
    sections.sort_by_key(|structs| std::cmp::Reverse(moved(structs[0].id, forks).client));
    let mut out = Vec::new();
    write_uint(&mut out, sections.len() as u64);
    for structs in sections {
        let start = moved(structs[0].id, forks);
        write_uint(&mut out, structs.len() as u64);
        write_uint(&mut out, start.client);
        write_uint(&mut out, u64::from(start.clock));
        for found in structs {
            write_struct(&found, forks, &mut out);
        }
    }
    let deletions = update.deletions().without(deleted);
    moved_deletions(&deletions, forks).encode(&mut out);
    out
}

fn moved(id: Id, forks: &Forks) -> Id {
    match forks.get(&id.client) {
        Some(fork) if fork.clocks.contains(&id.clock) => Id {
            client: fork.to,
            clock: id.clock - fork.clocks.start,
        },
        _ => id,
    }
}

fn moved_deletions(deletions: &IdSet, forks: &Forks) -> IdSet {
    let mut all = IdSet::default();
    for (client, ranges) in deletions.iter() {
        let Some(fork) = forks.get(&client) else {
            all.add(client, ranges.iter().cloned());
            continue;
        };
        let Range { start, end } = fork.clocks;
        let below = ranges.iter().map(|range| range.start..range.end.min(start));
        let above = ranges.iter().map(|range| range.start.max(end)..range.end);
        all.add(client, below.chain(above).filter(|range| !range.is_empty()));
        let within = ranges.iter().cloned();
        all.add(fork.to, within.filter_map(|range| fork.moved(range)));
    }
    all
}

fn write_struct(found: &Struct<'_>, forks: &Forks, out: &mut Vec<u8>) {
    if matches!(found.kind, Kind::Gc | Kind::Skip) {
        return out.extend_from_slice(found.bytes);
    }
    let head = &found.bytes[..found.bytes.len() - found.content.len()];
    let mut reader = Reader::new(head);
    out.push(reader.byte().expect("the update was checked"));
    for bit in [HAS_ORIGIN, HAS_RIGHT_ORIGIN] {
        if found.info & bit != 0 {
            copy_id(&mut reader, forks, out);
        }
    }
    if found.parent.is_some() {
        // What names the parent: an id, not a root's name.
        out.push(reader.byte().expect("the update was checked"));
        copy_id(&mut reader, forks, out);
    }
    match copies::moved(found, forks) {
        Some(record) => {
            out.extend_from_slice(&head[reader.position()..]);
            out.extend_from_slice(&record);
        }
        None => out.extend_from_slice(&found.bytes[reader.position()..]),
    }
}

fn copy_id(reader: &mut Reader<'_>, forks: &Forks, out: &mut Vec<u8>) {
    let mut number = || {
        reader
            .uint(MAX_SAFE_INTEGER)
            .expect("the update was checked")
    };
    let (client, clock) = (number(), number());
    let clock = u32::try_from(clock).expect("the update was checked");
    let id = moved(Id { client, clock }, forks);
    write_uint(out, id.client);
    write_uint(out, u64::from(id.clock));
}
