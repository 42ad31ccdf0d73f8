//! What items stand on: the shared types that they hang in, how deep these lie in each other, and whether they stand under a
//! key (U1). Bytes alone do not say it: an item beside another has that one's parent, which came before.
//!
//! Why the relay looks: no client of ours writes such items, but a stranger's update may have them, and then readers crash or no two of them
//! read the same.
//!
//! | what stands wrongly | what comes of it |
//! |---|---|
//! | an item whose parent is a letter | Yjs takes it for collected; yrs gives up in the middle of the update, and with it whoever reads the log |
//! | a format under a key; neighbours that do not stand side by side | yrs stops for good |
//! | bytes and values in a text | they are counted, but not shown: nobody knows what stands where |
//! | an item between a unit and one *before* that | it goes, in Yjs and yrs, where items happen to be cut: everybody reads something else |
//! | types that lie deep in each other | whoever deletes the outermost goes down all of them, a frame of the stack each |
//! | an item between a letter and something that was collected | it is seen or not, by the order in which it came |
//! | letters under a key | they are one value or the last of several, by how they came together |
//! | a letter of two units among values | yrs 0.28.1 reads on for ever |

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::check::{CheckError, Kind, MAX_DEPTH, Struct, Update};
use crate::ids::{ClientId, Id};

/// The root types whose kind is known here: the array of the threads document (`crates/script/src/threads.rs`).
const VALUES: [&str; 1] = ["names"];

/// Where a unit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Among what; `None` where nobody can look any more.
    among: Option<Among>,
    /// How many types it lies in, the root's not counted.
    depth: u8,
    holds: Holds,
}

/// What can hang in a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// It is no type.
    Nothing,
    /// It is a text: letters, embeds, formats and types.
    Text,
    /// It is a type that holds no letters.
    NoText,
    /// It is another type, or is gone and was one perhaps.
    Anything,
    /// It was collected, as all is that lies in a type which is deleted.
    Collected,
}

impl Holds {
    fn of(found: &Struct<'_>) -> Holds {
        match found.kind {
            Kind::Type if found.is_text_type() => Holds::Text,
            Kind::Type => Holds::NoText,
            Kind::Deleted => Holds::Anything,
            _ => Holds::Nothing,
        }
    }
}

/// What stands side by side: the items of one type that have the same key, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Among {
    parent: Parent,
    key: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parent {
    /// The root type whose name has this hash.
    Root(u64),
    Item(Id),
}

/// Of a unit that nobody can look at any more, nothing is held against anybody.
const UNKNOWN: Standing = Standing {
    among: None,
    depth: 0,
    holds: Holds::Anything,
};

/// Where it was is gone with the type that it was in.
const COLLECTED: Standing = Standing {
    holds: Holds::Collected,
    ..UNKNOWN
};

/// Where the units of one client stand, in runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    standings: Vec<(u32, Standing)>,
    /// The clocks of units that were not written right after the unit of the clock before: there the writer went elsewhere.
    jumps: Vec<u32>,
}

impl Run {
    /// Where that unit stands, which must not lie behind the run.
    pub(crate) fn at(&self, clock: u32) -> Standing {
        let after = self.standings.partition_point(|&(start, _)| start <= clock);
        after
            .checked_sub(1)
            .map_or(UNKNOWN, |at| self.standings[at].1)
    }

    /// Whether the units from `first` to `last` were written in one go, each right after the one before.
    pub(crate) fn is_chain(&self, first: u32, last: u32) -> bool {
        let after = self.jumps.partition_point(|&jump| jump <= first);
        self.jumps.get(after).is_none_or(|&jump| jump > last)
    }

    /// The units of a struct stand there.
    pub(crate) fn push(&mut self, found: &Struct<'_>, standing: Standing) {
        let clock = found.id.clock;
        self.stand(clock, standing);
        let before = clock.checked_sub(1).map(|clock| Id { clock, ..found.id });
        if before.is_none() || found.origin != before {
            self.jumps.push(clock);
        }
    }

    fn stand(&mut self, clock: u32, standing: Standing) {
        let last = self.standings.last();
        if last.is_none_or(|&(_, last)| last != standing) {
            self.standings.push((clock, standing));
        }
    }
}

/// What an item may refer to, so that it can be looked up where it stands.
pub(crate) trait Around {
    /// Where that unit stands.
    fn at(&self, id: Id) -> Standing;

    /// [`Run::is_chain`] of that client.
    fn is_chain(&self, client: ClientId, first: u32, last: u32) -> bool;
}

/// Where all units of a log stand.
#[derive(Debug, Clone, Default)]
pub struct Ground(BTreeMap<ClientId, Run>);

impl Ground {
    /// Counts in what was stored.
    pub(crate) fn add(&mut self, client: ClientId, run: &Run) {
        let known = self.0.entry(client).or_default();
        for &(clock, standing) in &run.standings {
            known.stand(clock, standing);
        }
        known.jumps.extend_from_slice(&run.jumps);
    }
}

impl Around for Ground {
    fn at(&self, id: Id) -> Standing {
        self.0
            .get(&id.client)
            .map_or(UNKNOWN, |run| run.at(id.clock))
    }

    fn is_chain(&self, client: ClientId, first: u32, last: u32) -> bool {
        let run = self.0.get(&client);
        run.is_some_and(|run| run.is_chain(first, last))
    }
}

/// Whether an update has items of which it must be known where they stand before it can be stored. (An item with a right neighbour and more than one
/// unit counts as one with both: its first unit may be known already, and what is left of it stands after that.)
pub(crate) fn matters(update: &Update<'_>) -> bool {
    let mut structs = update.sections().iter().flat_map(|one| update.structs(one));
    structs.any(|one| {
        let between = one.right_origin.is_some() && (one.origin.is_some() || one.len > 1);
        let kind = matches!(one.kind, Kind::Type | Kind::Format) || one.is_no_text();
        // Letters beside something stand where that does: under a key, it may be.
        let letters = matches!(one.kind, Kind::Text(_))
            && (one.root.is_none() || one.key.is_some() || is_of_values(one.root));
        between || one.parent.is_some() || kind || letters
    })
}

/// Where a struct stands, when it is known where each unit that it refers to does.
///
/// # Errors
/// [`CheckError`] when it may not stand there.
pub(crate) fn standing(found: &Struct<'_>, around: &impl Around) -> Result<Standing, CheckError> {
    if matches!(found.kind, Kind::Gc | Kind::Skip) {
        return Ok(COLLECTED);
    }
    let (among, depth) = match (found.parent, found.root) {
        (Some(parent), _) => {
            let standing = around.at(parent);
            if standing.holds == Holds::Nothing {
                return Err(CheckError::Parent(parent));
            }
            (
                Some(Among::under(Parent::Item(parent), found.key)),
                standing.depth + 1,
            )
        }
        (None, Some(name)) => (Some(Among::under(Parent::Root(hash(name)), found.key)), 0),
        (None, None) => beside(found, around)?,
    };
    if usize::from(depth) > MAX_DEPTH {
        return Err(CheckError::Nesting);
    }
    let keyed = among.is_some_and(|among| among.key.is_some());
    if keyed && found.kind == Kind::Format {
        return Err(CheckError::KeyedFormat(found.id));
    }
    if matches!(found.kind, Kind::Text(_)) && (keyed || is_in_values(among, around)) {
        return Err(CheckError::Letters(found.id));
    }
    if !keyed && found.is_no_text() && is_in_text(among, around) {
        return Err(CheckError::NoText(found.id));
    }
    Ok(Standing {
        among,
        depth,
        holds: Holds::of(found),
    })
}

/// The same of a struct that is stored, although it may not stand there: an earlier relay took it. What can hang in it is known.
pub(crate) fn of_stored(found: &Struct<'_>) -> Standing {
    Standing {
        holds: Holds::of(found),
        ..UNKNOWN
    }
}

/// Whether what stands there stands in the sequence of a text. Of what kind a root type is nobody says.
fn is_in_text(among: Option<Among>, around: &impl Around) -> bool {
    match among.map(|among| among.parent) {
        Some(Parent::Item(id)) => around.at(id).holds == Holds::Text,
        _ => false,
    }
}

/// Whether what stands there stands in the sequence of a type that holds no letters.
fn is_in_values(among: Option<Among>, around: &impl Around) -> bool {
    match among.map(|among| among.parent) {
        Some(Parent::Item(id)) => around.at(id).holds == Holds::NoText,
        Some(Parent::Root(name)) => VALUES.iter().any(|&values| hash(values) == name),
        None => false,
    }
}

fn is_of_values(root: Option<&str>) -> bool {
    root.is_some_and(|root| VALUES.contains(&root))
}

/// An item without a parent of its own stands where its neighbours do.
fn beside(found: &Struct<'_>, around: &impl Around) -> Result<(Option<Among>, u8), CheckError> {
    let neighbours = [found.origin, found.right_origin];
    let [left, right] = neighbours.map(|id| id.map_or(UNKNOWN, |id| around.at(id)));
    // Its neighbours are of one type: all that is in it was collected, or nothing. Yjs collects what comes beside something that was;
    // in yrs it is seen or not by the order in which it comes.
    let is_beside = |one: Standing, other: Standing| {
        one.holds == Holds::Collected && other.among.is_some() && found.kind != Kind::Deleted
    };
    if is_beside(left, right) || is_beside(right, left) {
        return Err(CheckError::Neighbours(found.id));
    }
    match (left.among, right.among) {
        (Some(one), Some(other)) if one != other || is_backwards(found, around) => {
            Err(CheckError::Neighbours(found.id))
        }
        (one, other) => Ok((one.or(other), left.depth.max(right.depth))),
    }
}

/// Whether the left neighbour is the right one, or was typed on from it. yrs and Yjs look the left one up first; where both are
/// of one item, cutting that before the right one takes the left one's place away.
fn is_backwards(found: &Struct<'_>, around: &impl Around) -> bool {
    let (Some(left), Some(right)) = (found.origin, found.right_origin) else {
        return false;
    };
    left.client == right.client
        && left.clock >= right.clock
        && around.is_chain(left.client, right.clock, left.clock)
}

impl Among {
    fn under(parent: Parent, key: Option<&str>) -> Among {
        let key = key.map(hash);
        Among { parent, key }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
