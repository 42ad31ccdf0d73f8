//! Follows strips that came, went or moved.
//!
//! A strip with a new key has moved only if it stands elsewhere among the strips that stayed. In
//! the index as it is when all have their new place, what stands before an arrival among those
//! that stayed says where it was inserted, in counts from before the change.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use yrs::{Map, MapRef, ReadTxn};

use crate::follow::{Found, Work};
use crate::in_order;
use crate::index::{Index, Place};
use crate::order_key::OrderKey;
use crate::splice::FlowEdit;
use crate::strip::{self, Strip, TextEdits};
use crate::sum_tree::{Handle, Leaf, Summary};

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
}

/// A strip that leaves its place, as it stood.
struct Leaving {
    handle: Handle,
    before: Summary,
    own: Summary,
}

/// A strip that comes to a place.
struct Arrival {
    handle: Handle,
    from: From,
}

/// Where it was before.
enum From {
    Nowhere,
    /// At another place.
    Elsewhere(Leaving),
    /// At the same place, under another key.
    Here(Leaving, TextEdits),
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
    let moving: Vec<Leaving> = work.moved.iter().map(|&h| leaving(index, h)).collect();
    let going = work.reread.iter().filter_map(|name| index.named(name));
    let going: Vec<Leaving> = going.map(|handle| leaving(index, handle)).collect();
    let mut left: Vec<u32> = Vec::new();
    left.extend(moving.iter().chain(&going).map(|strip| strip.before.strips));
    let left = in_order::by_key(left, |strips| u64::from(*strips));

    let mut holes: Vec<(Summary, Summary)> = Vec::new();
    for strip in &going {
        index.remove(strip.handle);
        found.edits.push((removal(strip), None));
        holes.push((strip.before, strip.own));
    }
    let mut arrivals = under_new_keys(index, moving, work, &mut reordered, txn);
    read_anew(index, strips, &work.reread, &mut arrivals, txn);
    arrivals.sort_by(|a, b| {
        let (a, b) = (index.strip(a.handle), index.strip(b.handle));
        OrderKey::compare((&a.key, &a.name), (&b.key, &b.name))
    });
    tell_moved(index, &mut arrivals, &left);
    for arrival in &arrivals {
        if let From::Elsewhere(leaving) = &arrival.from {
            found.edits.push((removal(leaving), None));
            holes.push((leaving.before, leaving.own));
            reordered.moved.push(arrival.handle);
        }
    }
    let holes = in_order::by_key(holes, |(before, _)| u64::from(before.strips));
    place(index, arrivals, &holes, found);
    for &handle in &reordered.moved {
        index.scenes.moved(index.tree.get(handle));
    }
    reordered
}

fn leaving(index: &Index, handle: Handle) -> Leaving {
    Leaving {
        handle,
        before: index.before(handle),
        own: index.strip(handle).summary(),
    }
}

/// Puts strips whose key has changed where that says. All are taken out before the first is put in: by some old and some new keys they would
/// be out of order.
fn under_new_keys<T: ReadTxn>(
    index: &mut Index,
    moving: Vec<Leaving>,
    work: &mut Work,
    reordered: &mut Reordered,
    txn: &T,
) -> Vec<Arrival> {
    let taken: Vec<(Leaving, Strip)> = moving
        .into_iter()
        .map(|leaving| {
            let strip = index.remove(leaving.handle);
            (leaving, strip)
        })
        .collect();
    let mut arrivals = Vec::new();
    for (leaving, mut strip) in taken {
        strip.key = strip::read_key(&strip.map, txn);
        let delta = work.texts.remove(&leaving.handle).unwrap_or_default();
        let done = strip.follow(delta, txn);
        let handle = index.insert(strip);
        reordered.renamed.insert(leaving.handle, handle);
        arrivals.push(Arrival {
            handle,
            from: From::Here(leaving, done),
        });
    }
    arrivals
}

/// Reads strips that came, or that have to be read anew, and puts them in.
fn read_anew<T: ReadTxn>(
    index: &mut Index,
    strips: &MapRef,
    names: &BTreeSet<Arc<str>>,
    arrivals: &mut Vec<Arrival>,
    txn: &T,
) {
    for name in names {
        let value = strips.get(txn, name);
        if let Some(strip) = value.and_then(|value| Strip::read(name.clone(), &value, txn)) {
            let handle = index.insert(strip);
            arrivals.push(Arrival {
                handle,
                from: From::Nowhere,
            });
        }
    }
}

/// Tells the strips that moved from those that only have another key: these stand between the
/// same strips that stayed, and in the same order among themselves.
fn tell_moved(index: &Index, arrivals: &mut [Arrival], left: &[u32]) {
    let mut last_here = None;
    for (arrived, arrival) in arrivals.iter_mut().enumerate() {
        let stayed_now = index.before(arrival.handle).strips as usize - arrived;
        arrival.from = match std::mem::replace(&mut arrival.from, From::Nowhere) {
            From::Here(leaving, done) => {
                let rank = leaving.before.strips;
                let stayed_before = rank as usize - left.partition_point(|&other| other < rank);
                if stayed_now == stayed_before && last_here.is_none_or(|last| last < rank) {
                    last_here = Some(rank);
                    From::Here(leaving, done)
                } else {
                    From::Elsewhere(leaving)
                }
            }
            other => other,
        };
    }
}

fn place(index: &Index, arrivals: Vec<Arrival>, holes: &[(Summary, Summary)], found: &mut Found) {
    // What arrivals so far added to the sums before a strip.
    let (mut strips, mut len, mut marks) = (0, 0i64, 0i64);
    for arrival in arrivals {
        let handle = arrival.handle;
        let strip = index.strip(handle);
        let own = strip.summary();
        let now = index.before(handle);
        if let From::Here(leaving, done) = arrival.from {
            len += i64::from(own.len) - i64::from(leaving.own.len);
            marks += i64::from(own.marks) - i64::from(leaving.own.marks);
            found.add(handle, leaving.before, done);
            continue;
        }
        let stayed = Summary {
            strips: now.strips - strips,
            len: (i64::from(now.len) - len) as u32,
            marks: (i64::from(now.marks) - marks) as u32,
            headings: 0,
        };
        strips += 1;
        len += i64::from(own.len);
        marks += i64::from(own.marks);
        if own.len > 0 {
            let before = before_change(stayed, holes);
            let edit = FlowEdit {
                from: before.len,
                to: before.len,
                marks_from: before.marks,
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

/// The counts before the place of an arrival as they were before the change: those of the strips there
/// that stayed (`stayed`), and of those there that left (`holes`).
fn before_change(stayed: Summary, holes: &[(Summary, Summary)]) -> Summary {
    let mut before = stayed;
    for (start, own) in holes {
        if start.strips > before.strips {
            break;
        }
        before = before + *own;
    }
    before
}
