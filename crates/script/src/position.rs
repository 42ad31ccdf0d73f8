//! Positions that stick to the text around them, for cursors and anchors: the relative positions
//! of Yjs, in its encoding.

use yrs::updates::encoder::Encode;
use yrs::{Assoc, IndexedSequence, StickyIndex, Transact};

use crate::change::Selection;
use crate::decode;
use crate::index::Place;
use crate::script::Script;

/// Which neighbour a position sticks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The unit before it.
    Before,
    /// The unit after it.
    After,
}

/// A selection whose ends stick to the text.
#[derive(Clone, Debug)]
pub(crate) struct StuckSelection {
    anchor: Vec<u8>,
    head: Vec<u8>,
}

impl Script {
    /// A position that stays between its neighbours whatever is inserted and deleted elsewhere.
    /// Empty in a script that has never had text.
    #[must_use]
    pub fn position(&self, offset: u32, side: Side) -> Vec<u8> {
        let offset = offset.min(self.len_utf16());
        let place = match side {
            Side::Before => {
                let before = offset.checked_sub(1).and_then(|o| self.index.unit_at(o));
                before.map(|place| Place {
                    at: place.at + 1,
                    ..place
                })
            }
            Side::After => self.index.unit_at(offset),
        };
        let Some(place) = place.or(self.index.insertion_at(offset)) else {
            return Vec::new();
        };
        // One of which undo has made a copy stands elsewhere.
        if side == Side::After
            && let Some(behind) = self.carets.behind(self.client, place)
            && !self.undo.has_restored(&behind)
        {
            return StickyIndex::from_id(behind, Assoc::After).encode_v1();
        }
        let text = &self.index.strip(place.strip).text;
        let txn = self.doc.transact();
        let sticky = match side {
            Side::Before => text.sticky_index(&txn, place.at, Assoc::Before),
            Side::After => text.sticky_index(&txn, place.at, Assoc::After),
        };
        sticky
            .unwrap_or_else(|| StickyIndex::from_type(&txn, text, Assoc::After))
            .encode_v1()
    }

    /// Where a position is now; none where it is no position, or lies in text that has not come
    /// yet or is gone with its strip.
    #[must_use]
    pub fn resolve(&self, position: &[u8]) -> Option<u32> {
        let sticky = decode::position(position)?;
        let txn = self.doc.transact();
        let offset = sticky.get_offset(&txn)?;
        let branch: &yrs::branch::Branch = &offset.branch;
        let yrs::BranchID::Nested(id) = branch.id() else {
            return None;
        };
        let strip = self.index.with_text(&id)?;
        let at = offset.index.min(self.index.strip(strip).len());
        let flow = self.index.offset_of(Place { strip, at });
        Some(flow.min(self.len_utf16()))
    }

    /// Whether a position is tied to a unit that this replica has restored. To all others it is where the unit was.
    pub(crate) fn is_tied_to_restored(&self, position: &[u8]) -> bool {
        let sticky = decode::position(position);
        sticky.is_some_and(|sticky| sticky.id().is_some_and(|id| self.undo.has_restored(id)))
    }

    /// Ties what is selected after the last step to the text around it.
    pub(crate) fn settle_selection(&mut self) {
        if let Some(selected) = self.undo.take_selected() {
            let after = self.stuck(selected);
            self.undo.settle(after);
        }
    }

    /// Ties a selection to the text around it.
    pub(crate) fn stuck(&self, Selection { anchor, head }: Selection) -> StuckSelection {
        let stuck_head = self.position(head, Side::After);
        StuckSelection {
            anchor: if anchor == head {
                stuck_head.clone()
            } else {
                self.position(anchor, Side::After)
            },
            head: stuck_head,
        }
    }

    /// Where a selection is now; none where its text is gone.
    pub(crate) fn unstuck(&self, selection: &StuckSelection) -> Option<Selection> {
        Some(Selection {
            anchor: self.resolve(&selection.anchor)?,
            head: self.resolve(&selection.head)?,
        })
    }
}
