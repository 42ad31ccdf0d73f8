//! Follows strips that came, went or moved.
//!
//! The index passes through a middle state: what leaves its place is out, what comes is in. What
//! stands before an arrival among the strips that stayed says where it was inserted, in counts
//! from before the change.

use std::collections::HashMap;

use yrs::{Map, MapRef, ReadTxn};

use crate::follow::{Found, Work};
use crate::index::{Index, Place};
use crate::order_key::OrderKey;
use crate::splice::FlowEdit;
use crate::strip::{self, Strip, TextEdits};
use crate::sum_tree::{Handle, Summary};

/// Which strips have another handle now, and which another place.
#[derive(Default)]
pub(crate) struct Reordered {
    renamed: HashMap<Handle, Handle>,
    /// Strips, by their handle now, that stand elsewhere among the others.
    pub(crate) moved: Vec<Handle>,
}

impl Reordered {
    /// The handle now of a strip that was there before.
    pub(crate) fn now(&self, before: Handle) -> Option<Handle> {
        Some(self.renamed.get(&before).copied().unwrap_or(before))
    }

    fn neighbour(&self, before: Option<Handle>) -> Option<Handle> {
        before.and_then(|handle| self.now(handle))
    }
}

/// A strip that leaves its place, as it stood.
struct Leaving {
    handle: Handle,
    before: Summary,
    own: Summary,
    neighbours: (Option<Handle>, Option<Handle>),
}

/// A strip that comes to a place: a new one, or one that was moved.
struct Arrival {
    handle: Handle,
    moved: Option<(Leaving, TextEdits)>,
}

/// Brings the order of the strips up to date.
pub(crate) fn reorder<T: ReadTxn>(
    index: &mut Index,
    strips: &MapRef,
    work: &mut Work,
    found: &mut Found,
    txn: &T,
) -> Reordered {
    let mut reordered = Reordered::default();
    if work.moved.is_empty() && work.reread.is_empty() {
        return reordered;
    }
    let leave = |handle: Handle, index: &Index| Leaving {
        handle,
        before: index.before(handle),
        own: crate::sum_tree::Leaf::summary(index.strip(handle)),
        neighbours: (index.tree.previous(handle), index.tree.next(handle)),
    };
    let moving: Vec<Leaving> = work.moved.iter().map(|&h| leave(h, index)).collect();
    let going: Vec<Leaving> = work
        .reread
        .iter()
        .filter_map(|name| index.named(name))
        .map(|handle| leave(handle, index))
        .collect();
    let mut holes: Vec<(Summary, Summary)> = Vec::new();
    for strip in moving.iter().chain(&going) {
        holes.push((strip.before, strip.own));
    }
    holes.sort_by_key(|(before, _)| (before.len, before.marks));

    for strip in &going {
        index.remove(strip.handle);
        found.edits.push((removal(strip), None));
    }
    let mut held: Vec<(Leaving, Strip)> = Vec::new();
    for leaving in moving {
        let strip = index.remove(leaving.handle);
        held.push((leaving, strip));
    }
    let mut arrivals: Vec<Arrival> = Vec::new();
    for (leaving, mut strip) in held {
        strip.key = strip::read_key(&strip.map, txn);
        let delta = work.texts.remove(&leaving.handle).unwrap_or_default();
        let done = strip.follow(delta, txn);
        let handle = index.insert(strip);
        reordered.renamed.insert(leaving.handle, handle);
        arrivals.push(Arrival {
            handle,
            moved: Some((leaving, done)),
        });
    }
    for name in &work.reread {
        let value = strips.get(txn, name);
        if let Some(strip) = value.and_then(|value| Strip::read(name.clone(), &value, txn)) {
            let handle = index.insert(strip);
            arrivals.push(Arrival {
                handle,
                moved: None,
            });
        }
    }
    arrivals.sort_by(|a, b| {
        let (a, b) = (index.strip(a.handle), index.strip(b.handle));
        OrderKey::compare((&a.key, &a.name), (&b.key, &b.name))
    });
    place(index, arrivals, &holes, found, &mut reordered);
    for &handle in &reordered.moved {
        index.scenes.moved(index.tree.get(handle));
    }
    reordered
}

fn place(
    index: &Index,
    arrivals: Vec<Arrival>,
    holes: &[(Summary, Summary)],
    found: &mut Found,
    reordered: &mut Reordered,
) {
    let mut arrived = Summary::default();
    for arrival in arrivals {
        let handle = arrival.handle;
        let strip = index.strip(handle);
        let own = crate::sum_tree::Leaf::summary(strip);
        let stayed = before_change(index.before(handle), arrived, holes);
        arrived = arrived + own;
        if let Some((leaving, done)) = arrival.moved {
            let (previous, next) = leaving.neighbours;
            let before = (reordered.neighbour(previous), reordered.neighbour(next));
            if before == (index.tree.previous(handle), index.tree.next(handle)) {
                // A new key at the same place.
                found.add(handle, leaving.before, done);
                continue;
            }
            found.edits.push((removal(&leaving), None));
            reordered.moved.push(handle);
        }
        if own.len > 0 {
            let edit = FlowEdit {
                from: stayed.len,
                to: stayed.len,
                marks_from: stayed.marks,
                inserted: String::from_utf16_lossy(&strip.units),
                ..FlowEdit::default()
            };
            let place = Place {
                strip: handle,
                at: 0,
            };
            found.edits.push((edit, Some(place)));
            found.restyled.push((handle, 0..own.len));
        }
    }
}

fn removal(strip: &Leaving) -> FlowEdit {
    FlowEdit {
        from: strip.before.len,
        to: strip.before.len + strip.own.len,
        marks_from: strip.before.marks,
        marks_removed: strip.own.marks,
        ..FlowEdit::default()
    }
}

/// From what stands before an arrival now to what stood there before the change.
fn before_change(now: Summary, arrived: Summary, holes: &[(Summary, Summary)]) -> Summary {
    let mut before = Summary {
        len: now.len - arrived.len,
        marks: now.marks - arrived.marks,
        headings: 0,
    };
    for (start, own) in holes {
        if start.len > before.len {
            break;
        }
        before.len += own.len;
        before.marks += own.marks;
    }
    before
}
