//! What items stand on: the shared types that they hang in, how deep these lie in each other, and whether they stand under a
//! key (U1). Bytes alone do not say it: an item beside another has that one's parent, which came before.
//!
//! Yjs takes an item whose parent is a letter for collected; yrs gives up in the middle of the update, and with it whoever
//! reads the log. It stops for good at a format that stands under a key, and where neighbours do not stand side by side. And who deletes a type goes down all that
//! lies in it, a frame of the stack each.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::check::{CheckError, Kind, MAX_DEPTH, Struct, Update};
use crate::ids::{ClientId, Id};

/// Where a unit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Among what; `None` where nobody can look any more.
    among: Option<Among>,
    /// How many types it lies in, the root's not counted.
    depth: u8,
    /// Whether items can hang in it: it is a type, or is gone and was one perhaps.
    holds: bool,
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
    holds: true,
};

/// Where the units of one client stand, in runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run(Vec<(u32, Standing)>);

impl Run {
    /// Where that unit stands, which must not lie behind the run.
    pub(crate) fn at(&self, clock: u32) -> Standing {
        let after = self.0.partition_point(|&(start, _)| start <= clock);
        after.checked_sub(1).map_or(UNKNOWN, |at| self.0[at].1)
    }

    /// From that clock on units stand there.
    pub(crate) fn push(&mut self, clock: u32, standing: Standing) {
        if self.0.last().is_none_or(|&(_, last)| last != standing) {
            self.0.push((clock, standing));
        }
    }
}

/// Where all units of a log stand.
#[derive(Debug, Clone, Default)]
pub struct Ground(BTreeMap<ClientId, Run>);

impl Ground {
    pub(crate) fn at(&self, id: Id) -> Standing {
        self.0
            .get(&id.client)
            .map_or(UNKNOWN, |run| run.at(id.clock))
    }

    /// Counts in what was stored.
    pub(crate) fn add(&mut self, client: ClientId, run: &Run) {
        let known = self.0.entry(client).or_default();
        for &(clock, standing) in &run.0 {
            known.push(clock, standing);
        }
    }
}

/// Whether where its items stand must be known before an update can be stored. What is written after something stands where that
/// does, whatever it is.
pub(crate) fn matters(update: &Update<'_>) -> bool {
    let mut structs = update.sections().iter().flat_map(|one| update.structs(one));
    structs.any(|one| {
        let between = one.origin.is_some() && one.right_origin.is_some();
        between || one.parent.is_some() || matches!(one.kind, Kind::Type | Kind::Format)
    })
}

/// Where a struct stands, when it is known where each unit that it refers to does.
///
/// # Errors
/// [`CheckError`] when it may not stand there.
pub(crate) fn standing(
    found: &Struct<'_>,
    at: impl Fn(Id) -> Standing,
) -> Result<Standing, CheckError> {
    if matches!(found.kind, Kind::Gc | Kind::Skip) {
        return Ok(UNKNOWN);
    }
    let (among, depth) = match (found.parent, found.root) {
        (Some(parent), _) => {
            let standing = at(parent);
            if !standing.holds {
                return Err(CheckError::Parent(parent));
            }
            (
                Some(Among::under(Parent::Item(parent), found.key)),
                standing.depth + 1,
            )
        }
        (None, Some(name)) => (Some(Among::under(Parent::Root(hash(name)), found.key)), 0),
        (None, None) => beside(found, at)?,
    };
    if usize::from(depth) > MAX_DEPTH {
        return Err(CheckError::Nesting);
    }
    let keyed = among.is_some_and(|among| among.key.is_some());
    if keyed && found.kind == Kind::Format {
        return Err(CheckError::KeyedFormat(found.id));
    }
    Ok(Standing {
        among,
        depth,
        holds: matches!(found.kind, Kind::Type | Kind::Deleted),
    })
}

/// An item without a parent of its own stands where its neighbours do.
fn beside(
    found: &Struct<'_>,
    at: impl Fn(Id) -> Standing,
) -> Result<(Option<Among>, u8), CheckError> {
    let [left, right] = [found.origin, found.right_origin].map(|id| id.map_or(UNKNOWN, &at));
    match (left.among, right.among) {
        (Some(one), Some(other)) if one != other => Err(CheckError::Neighbours(found.id)),
        (one, other) => Ok((one.or(other), left.depth.max(right.depth))),
    }
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
