//! What an update hangs its items in: shared types, of which a document can hold only so many in each other (U1).
//!
//! Yjs takes an item whose parent is a letter for collected; yrs gives up in the middle of the update, and with it whoever
//! reads the log. Deleting a type goes down all that lies in it, a frame of the stack each.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::check::{CheckError, Kind, MAX_DEPTH, Struct, Update};
use crate::ids::{ClientId, Id, IdSet, StateVector};

/// The ids that items can hang in: of shared types, and of what is gone, which was one perhaps.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parents(IdSet);

impl Parents {
    /// Counts in those of an update.
    pub(crate) fn add(&mut self, update: &Update<'_>) {
        for section in update.sections() {
            let of_section = update.structs(section).filter(|one| can_hold(one));
            let ranges: Vec<Range<u32>> = of_section.map(|one| one.id.clock..one.end()).collect();
            if !ranges.is_empty() {
                self.0.add(section.client, ranges);
            }
        }
    }

    fn has(&self, id: Id) -> bool {
        let ranges = self.0.ranges(id.client);
        let at = ranges.partition_point(|range| range.end <= id.clock);
        ranges.get(at).is_some_and(|range| range.start <= id.clock)
    }
}

fn can_hold(found: &Struct<'_>) -> bool {
    matches!(found.kind, Kind::Type | Kind::Gc | Kind::Deleted)
}

/// The items of an update that name their parents by id, as far as they are not known.
fn naming<'u>(
    update: &'u Update<'_>,
    clocks: &'u StateVector,
) -> impl Iterator<Item = (Id, Id)> + 'u {
    update.sections().iter().flat_map(move |section| {
        let next = clocks.next(section.client);
        let new = update.structs(section).filter(move |one| one.end() > next);
        new.filter_map(|one| Some((one.id, one.parent?)))
    })
}

/// Whether an item hangs in something that came with another update.
pub(crate) fn names_known(update: &Update<'_>, clocks: &StateVector) -> bool {
    naming(update, clocks).any(|(_, parent)| parent.clock < clocks.next(parent.client))
}

/// Checks that items hang in what can hold them, as far as that is here, and that an update does not nest types too deep.
///
/// # Errors
/// [`CheckError`] otherwise.
pub(crate) fn check(
    update: &Update<'_>,
    clocks: &StateVector,
    known: Option<&Parents>,
) -> Result<(), CheckError> {
    let mut own = None;
    let mut named = 0;
    for (_, parent) in naming(update, clocks) {
        named += 1;
        let holds = if parent.clock < clocks.next(parent.client) {
            known.is_none_or(|known| known.has(parent))
        } else {
            let own = own.get_or_insert_with(|| {
                let mut own = Parents::default();
                own.add(update);
                own
            });
            !covers(update, parent) || own.has(parent)
        };
        if !holds {
            return Err(CheckError::Parent(parent));
        }
    }
    match named > MAX_DEPTH && depth(update) > MAX_DEPTH {
        true => Err(CheckError::Nesting),
        false => Ok(()),
    }
}

fn covers(update: &Update<'_>, id: Id) -> bool {
    let mut sections = update.sections().iter();
    sections.any(|one| one.client == id.client && (one.clock..one.end_clock).contains(&id.clock))
}

/// Where a struct gets its parent from: another struct, and whether that is the parent itself.
struct Place {
    first: u32,
    from: Option<(Id, usize)>,
    /// Known once it was looked for.
    depth: Option<usize>,
}

/// How many types lie in each other in an update, as far as it says itself.
fn depth(update: &Update<'_>) -> usize {
    let mut places: BTreeMap<ClientId, Vec<Place>> = BTreeMap::new();
    for section in update.sections() {
        let of_section = update.structs(section).map(|one| Place {
            first: one.id.clock,
            from: match one.parent {
                Some(parent) => Some((parent, 1)),
                None => one.origin.or(one.right_origin).map(|beside| (beside, 0)),
            },
            depth: None,
        });
        places.insert(section.client, of_section.collect());
    }
    let mut deepest = 0;
    for section in update.sections() {
        for at in 0..places[&section.client].len() {
            deepest = deepest.max(depth_of(&mut places, (section.client, at)));
        }
    }
    deepest
}

/// Follows a struct to where its parent is known. A circle, which nothing can store, has no depth.
fn depth_of(places: &mut BTreeMap<ClientId, Vec<Place>>, start: (ClientId, usize)) -> usize {
    let mut way = Vec::new();
    let mut next = Some(start);
    let mut depth = 0;
    while let Some((client, at)) = next {
        let place = &mut places.get_mut(&client).expect("its client is here")[at];
        if let Some(known) = place.depth {
            depth = known;
            break;
        }
        // Whoever comes by again before it is known has gone in a circle.
        place.depth = Some(0);
        let from = place.from;
        way.push((client, at, from.map_or(0, |(_, step)| step)));
        next = from.and_then(|(id, _)| {
            let of_client = places.get(&id.client)?;
            let after = of_client.partition_point(|place| place.first <= id.clock);
            Some((id.client, after.checked_sub(1)?))
        });
    }
    for (client, at, step) in way.into_iter().rev() {
        depth += step;
        places.get_mut(&client).expect("its client is here")[at].depth = Some(depth);
    }
    depth
}
