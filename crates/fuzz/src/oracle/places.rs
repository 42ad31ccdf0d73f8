//! Whether the places that words name could have been: only then do documents agree in whatever order they hear of them.
//!
//! Whoever writes between two neighbours has both, and with the right one what that was written after. This stands to the left of it, so that it is the left
//! neighbour, or something that was written behind it. (Lines from each unit to the one that it was written after do not cross: Nicolaescu and others,
//! "Near Real-Time Peer-to-Peer Shared Editing on Extensible Data Types", 2016.) A relay does not know the order of a text, so it takes what names other neighbours; only
//! who may write the script anyway can do that.

use std::collections::BTreeMap;

use scriptroom_room::check::{Kind, Update};
use scriptroom_room::ids::Id;

/// Where the structs of some updates stand.
struct Places(BTreeMap<Id, Place>);

struct Place {
    end: u32,
    /// What its first unit was written after.
    left: Option<Id>,
    right: Option<Id>,
    /// Whether it still says where it stands.
    is_known: bool,
}

/// Whether each of these could have been written where it says.
pub(super) fn could_be(entries: &[Vec<u8>]) -> bool {
    let mut places = Places(BTreeMap::new());
    for bytes in entries {
        let update = Update::decode(bytes).expect("it was stored");
        for section in update.sections() {
            for one in update.structs(section) {
                let place = Place {
                    end: one.end(),
                    left: one.origin,
                    right: one.right_origin,
                    is_known: !matches!(one.kind, Kind::Gc | Kind::Skip),
                };
                places.0.insert(one.id, place);
            }
        }
    }
    let mut all = places.0.values();
    all.all(|place| {
        place
            .right
            .is_none_or(|right| places.reaches(place.left, right))
    })
}

impl Places {
    /// The struct that a unit is in, by its first unit.
    fn of(&self, id: Id) -> Option<(Id, &Place)> {
        let (&first, place) = self.0.range(..=id).next_back()?;
        let has = first.client == id.client && id.clock < place.end;
        (has && place.is_known).then_some((first, place))
    }

    /// Whether what `right` was written after is `left`, or what that was written behind.
    fn reaches(&self, left: Option<Id>, right: Id) -> bool {
        let Some((first, place)) = self.of(right) else {
            return true;
        };
        let before = match first == right {
            true => place.left,
            false => Some(Id {
                clock: right.clock - 1,
                ..right
            }),
        };
        let Some(before) = before else {
            return true;
        };
        let mut at = left;
        // Each step leads to another struct; those who name each other in a ring reach nothing.
        for _ in 0..=self.0.len() {
            let Some(id) = at else {
                return false;
            };
            let Some((first, place)) = self.of(id) else {
                return true;
            };
            if first.client == before.client && (first.clock..=id.clock).contains(&before.clock) {
                return true;
            }
            at = place.left;
        }
        false
    }
}
