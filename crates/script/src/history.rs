//! Undo and redo as calls.

use std::rc::Rc;

use yrs::{ID, IdSet, Transact};

use crate::change::Change;
use crate::decode;
use crate::error::UpdateError;
use crate::gaps;
use crate::script::{Cause, Script, Steps};

/// The key of the observer that takes the update of an undo or redo.
const UPDATE: &str = "update";

impl Script {
    /// Takes back the last step of this replica's own edits; none if there is none.
    ///
    /// It takes back characters, marks and attributes of one's own and nothing else.
    pub fn undo(&mut self) -> Option<Change> {
        self.travel(true)
    }

    /// Applies an update of another replica as a step of this replica's own: undo takes it back. For who plays a log
    /// again to take a part of it back.
    ///
    /// # Errors
    ///
    /// If the bytes are no update. Nothing has changed then.
    pub fn apply_as_own(&mut self, update: &[u8]) -> Result<(), UpdateError> {
        let update = decode::update(update)?;
        self.undo.close_group();
        self.index.styles_came = true;
        let mut txn = self.doc.transact_mut_with(Cause::Writer.origin());
        let applied = gaps::apply(&mut txn, update);
        drop(txn);
        let seen = self.take_seen();
        self.follow(seen, &mut Steps::default());
        applied.map_err(UpdateError::refused)
    }

    /// Makes again what was undone last; none if nothing was, or something was edited since.
    pub fn redo(&mut self) -> Option<Change> {
        self.travel(false)
    }

    /// Whether there is a step to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.undo.can_undo()
    }

    /// Whether there is a step to make again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.undo.can_redo()
    }

    /// Lets the next edit begin a step of its own: after a jump of the caret, for instance.
    pub fn close_undo_group(&mut self) {
        self.undo.close_group();
    }

    /// Tells the next step of the copies of what it has made, where these were taken back and made again. yrs 0.28.1 finds of the copy of an item
    /// the first item only: where something was written into the copy, the rest of it would stay.
    fn find_copies(&mut self, back: bool) {
        let Some(made) = self.undo.made_by_next(back) else {
            return;
        };
        let (mut any, mut copies) = (false, IdSet::new());
        // One by one: what stands between two of them may be something else by now.
        self.each_restored(made, 1, &mut |old, len, stands| {
            any |= stands.is_some();
            let first = stands.map_or(old, |(_, new)| ID::new(self.client, new));
            copies.insert(first, len);
        });
        if any {
            self.undo.has_made(back, copies, &self.doc, &self.strips);
        }
    }

    fn travel(&mut self, back: bool) -> Option<Change> {
        self.settle_selection();
        self.find_copies(back);
        let held = self.held_places();
        let stood = self.standing_carves();
        // Only while it is wanted: an observer costs every transaction.
        let noted = Rc::clone(&self.noted);
        self.doc
            .observe_after_transaction(UPDATE, move |txn| {
                if txn.has_changes() {
                    noted.borrow_mut().update = Some(txn.encode_update_v1());
                }
            })
            .expect("no transaction is open between calls");
        let travelled = self.undo.travel(back);
        self.undo.note_restored(&travelled.restored);
        self.doc
            .unobserve_after_transaction(UPDATE)
            .expect("no transaction is open between calls");
        let update = self.noted.borrow_mut().update.take();
        let mut steps = Steps::default();
        steps.updates.extend(update);
        let seen = self.take_seen();
        self.follow(seen, &mut steps);
        self.say_restored(&stood, &travelled.restored, &mut steps);
        self.places_after_travel(&held, &mut steps);
        travelled.any.then(|| Change {
            selection: travelled
                .selected
                .and_then(|selection| self.unstuck(&selection)),
            ..self.finish(steps)
        })
    }
}
