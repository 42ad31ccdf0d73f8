//! Two documents that have different things under the same ids: gives one of them other ids from there on.
//!
//! An id means one thing everywhere as long as every client id has one user. Where somebody else used the same client id
//! (rule U6 of the relay's SPEC.md keeps the first), a merge would take the one for the other and leave words out. So what
//! stands in the writer's document under an id that the relay has something else for is moved to a client id of its own.

use std::collections::BTreeMap;

use crate::check::{CheckError, HAS_ORIGIN, HAS_RIGHT_ORIGIN, Kind, Struct, Update};
use crate::ids::{ClientId, Id, IdSet, StateVector};
use crate::merge::merge;
use crate::varint::{MAX_SAFE_INTEGER, Reader, write_uint};

/// From which clock on a client's ids move, and to which client.
pub(crate) type Forks = BTreeMap<ClientId, (u32, ClientId)>;

/// `mine` with other client ids for what `theirs` has something else for; both are whole states. The same
/// arguments give the same ids, also in another tab.
///
/// # Errors
/// [`CheckError`] when one of them is no update that the relay would take.
pub fn disentangled(theirs: &[u8], mine: &[u8], seed: u64) -> Result<Vec<u8>, CheckError> {
    let theirs = Update::decode(theirs)?;
    let forks: Forks = {
        let mine = Update::decode(mine)?;
        let sections = mine.sections().iter();
        let fork = sections.filter_map(|section| {
            let from = first_difference(&theirs, &mine, section.client)?;
            Some((section.client, (from, other_id(section.client, from, seed))))
        });
        fork.collect()
    };
    match forks.is_empty() {
        true => Ok(mine.to_vec()),
        false => forked(mine, &forks),
    }
}

/// What of `mine` is above the clocks of its forks, or of other clients, under its new ids.
pub(crate) fn forked(mine: &[u8], forks: &Forks) -> Result<Vec<u8>, CheckError> {
    let mut known = StateVector::default();
    for (&client, &(from, _)) in forks {
        known.advance(client, from);
    }
    let rest = merge(&[mine], &known)?;
    Ok(renamed(&Update::decode(&rest)?, forks))
}

/// Any number of 53 bits, the same for the same arguments (SplitMix64's finisher).
pub(crate) fn other_id(client: ClientId, from: u32, seed: u64) -> ClientId {
    let mut mixed = seed ^ client.rotate_left(17) ^ u64::from(from).rotate_left(41);
    for factor in [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb] {
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(factor);
    }
    ((mixed ^ (mixed >> 31)) & MAX_SAFE_INTEGER).max(1)
}

/// The first clock of `client` under which the two have different things; none while they agree as far as both go.
pub(crate) fn first_difference(a: &Update<'_>, b: &Update<'_>, client: ClientId) -> Option<u32> {
    let structs = |update: &Update<'_>| -> Vec<_> {
        let section = update.sections().iter().find(|one| one.client == client);
        let own = section.map(|section| update.structs(section).map(Owned::from));
        own.into_iter().flatten().collect()
    };
    let (a, b) = (structs(a), structs(b));
    let (mut at_a, mut at_b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(left), Some(right)) = (at_a.peek(), at_b.peek()) {
        let from = left.start.max(right.start);
        let to = left.end.min(right.end);
        if from < to
            && let Some(clock) = left.differs_from(right, from..to)
        {
            return Some(clock);
        }
        if left.end <= right.end {
            at_a.next();
        } else {
            at_b.next();
        }
    }
    None
}

/// What of a struct says whether it is the same one.
struct Owned {
    start: u32,
    end: u32,
    origin: Option<Id>,
    what: What,
}

enum What {
    /// Gone, left out or deleted: only the length is known, and that agrees with anything.
    Unknown,
    Text(Vec<u16>),
    Other(Vec<u8>),
}

impl From<Struct<'_>> for Owned {
    fn from(found: Struct<'_>) -> Owned {
        Owned {
            start: found.id.clock,
            end: found.end(),
            origin: found.origin,
            what: match found.kind {
                Kind::Gc | Kind::Skip | Kind::Deleted => What::Unknown,
                Kind::Text(text) => What::Text(text.encode_utf16().collect()),
                Kind::Values | Kind::Type | Kind::Format | Kind::Unit => {
                    What::Other(found.content.to_vec())
                }
            },
        }
    }
}

impl Owned {
    fn differs_from(&self, other: &Owned, clocks: std::ops::Range<u32>) -> Option<u32> {
        let starts_both = self.start == other.start;
        match (&self.what, &other.what) {
            (What::Unknown, _) | (_, What::Unknown) => None,
            _ if starts_both && self.origin != other.origin => Some(clocks.start),
            (What::Text(mine), What::Text(theirs)) => clocks.into_iter().find(|clock| {
                mine.get((clock - self.start) as usize)
                    != theirs.get((clock - other.start) as usize)
            }),
            // Values that lie in structs of different lengths are compared where both begin.
            (What::Other(mine), What::Other(theirs)) if starts_both && self.end == other.end => {
                (mine != theirs).then_some(clocks.start)
            }
            (What::Other(_), What::Other(_)) => None,
            _ => Some(clocks.start),
        }
    }
}

fn renamed(update: &Update<'_>, forks: &Forks) -> Vec<u8> {
    let mut sections: Vec<_> = update.sections().iter().collect();
    let client_of = |client| forks.get(&client).map_or(client, |&(_, to)| to);
    // Higher ids first, as Yjs writes them.
    sections.sort_by_key(|section| std::cmp::Reverse(client_of(section.client)));
    let mut out = Vec::new();
    write_uint(&mut out, sections.len() as u64);
    for section in sections {
        let start = moved(
            Id {
                client: section.client,
                clock: section.clock,
            },
            forks,
        );
        write_uint(&mut out, update.structs(section).count() as u64);
        write_uint(&mut out, start.client);
        write_uint(&mut out, u64::from(start.clock));
        for found in update.structs(section) {
            write_struct(&found, forks, &mut out);
        }
    }
    moved_deletions(update.deletions(), forks).encode(&mut out);
    out
}

fn moved(id: Id, forks: &Forks) -> Id {
    match forks.get(&id.client) {
        Some(&(from, to)) if id.clock >= from => Id {
            client: to,
            clock: id.clock - from,
        },
        _ => id,
    }
}

fn moved_deletions(deletions: &IdSet, forks: &Forks) -> IdSet {
    let mut all = IdSet::default();
    for (client, ranges) in deletions.iter() {
        let Some(&(from, to)) = forks.get(&client) else {
            all.add(client, ranges.iter().cloned());
            continue;
        };
        let below = ranges.iter().map(|range| range.start..range.end.min(from));
        all.add(client, below.filter(|range| !range.is_empty()));
        let above = ranges.iter().filter(|range| range.end > from);
        let above = above.map(|range| range.start.max(from) - from..range.end - from);
        all.add(to, above);
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
    out.extend_from_slice(&found.bytes[reader.position()..]);
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
