//! Undo and redo of the writer's own edits, in steps as a writer expects them.
//!
//! yrs keeps the stacks; which edits belong to one step is decided here, from what the edits do
//! and when. No step may both set an attribute of a mark and delete that mark later: yrs 0.28.1
//! (and Yjs) would, on undo, put the old attribute into the new mark here and into the old mark
//! on every other replica. Edits that touch marks are therefore steps of their own. Only transactions with the origin [`Undo::TRACKED`] are taken back: neither those of
//! other replicas nor the making of strips.

use std::collections::HashSet;
use std::sync::Arc;

use yrs::undo::{Options, StackItem, UndoManager};
use yrs::{Doc, ID, IdSet, MapRef, Origin};

use crate::change::{Change, Selection};
use crate::position::StuckSelection;

/// Typing that pauses for so long goes on as a new step.
const PAUSE_MS: u64 = 1_000;
/// A step never spans more than this, however steadily someone types.
const LONGEST_MS: u64 = 15_000;

/// What an edit does, as far as steps go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text without a line break came in at one place.
    Type,
    /// Text went away at one place.
    Delete,
    /// Anything else is a step of its own.
    Other,
}

/// The last edit.
#[derive(Clone, Copy, Debug)]
struct Last {
    kind: Kind,
    /// Where the caret stood after it.
    caret: u32,
    at_ms: u64,
    since_ms: u64,
}

/// What was selected around a step; none where nobody told.
#[derive(Clone, Debug, Default)]
struct Selected {
    before: Option<StuckSelection>,
    after: Option<StuckSelection>,
}

pub(crate) struct Undo {
    manager: UndoManager<()>,
    last: Option<Last>,
    /// One entry a step, in the order of the manager's stacks, which grow and shrink without
    /// being asked: at most as long as these.
    undoable: Vec<Selected>,
    redoable: Vec<Selected>,
    /// What is selected after the last step, as long as it may go on.
    selected: Option<Selection>,
    /// The units that have been deleted and stand there again under other ids: yrs takes what is tied to them for tied to those.
    restored: IdSet,
}

impl Undo {
    /// The origin of transactions that undo takes back.
    pub(crate) const TRACKED: &'static str = "writer";

    pub(crate) fn new(doc: &Doc, strips: &MapRef) -> Undo {
        Undo {
            manager: manager(doc, strips, Vec::new(), Vec::new()),
            last: None,
            undoable: Vec::new(),
            redoable: Vec::new(),
            selected: None,
            restored: IdSet::default(),
        }
    }

    /// Whether undo or redo has put a copy of this unit in its place.
    pub(crate) fn has_restored(&self, unit: &ID) -> bool {
        self.restored.contains(unit)
    }

    /// Notes what has come to stand there again.
    pub(crate) fn note_restored(&mut self, units: &IdSet) {
        self.restored.merge_with(units.clone());
    }

    /// Begins an edit of `kind` that starts at `from` and ends at `to`: it joins the step before
    /// it or begins a new one; whether it begins one.
    pub(crate) fn begin(&mut self, kind: Kind, from: u32, to: u32, now_ms: u64) -> bool {
        let joins = self.last.is_some_and(|last| {
            let adjoins = match kind {
                Kind::Type => from == last.caret,
                Kind::Delete => to == last.caret || from == last.caret,
                Kind::Other => false,
            };
            kind == last.kind
                && adjoins
                && now_ms.saturating_sub(last.at_ms) < PAUSE_MS
                && now_ms.saturating_sub(last.since_ms) < LONGEST_MS
        });
        let since_ms = match self.last {
            Some(last) if joins => last.since_ms,
            _ => now_ms,
        };
        if !joins {
            self.manager.reset();
        }
        self.last = Some(Last {
            kind,
            caret: from,
            at_ms: now_ms,
            since_ms,
        });
        !joins
    }

    /// Ends an edit that left the caret at `caret`.
    pub(crate) fn end(&mut self, caret: u32) {
        if let Some(last) = &mut self.last {
            last.caret = caret;
        }
    }

    /// Keeps the caret and the selection where they were among others' changes.
    pub(crate) fn follow(&mut self, change: &Change) {
        if let Some(last) = &mut self.last {
            last.caret = moved(last.caret, change);
        }
        if let Some(selected) = &mut self.selected {
            selected.anchor = moved(selected.anchor, change);
            selected.head = moved(selected.head, change);
        }
    }

    /// Begins another step in the middle of an edit.
    pub(crate) fn split(&mut self) {
        self.manager.reset();
    }

    pub(crate) fn close_group(&mut self) {
        self.last = None;
        self.manager.reset();
    }

    pub(crate) fn can_undo(&self) -> bool {
        self.manager.can_undo()
    }

    pub(crate) fn can_redo(&self) -> bool {
        self.manager.can_redo()
    }

    /// What was selected before the edit that was just made: counts for the steps that it began.
    pub(crate) fn selected_before(&mut self, before: Option<StuckSelection>) {
        let steps = self.manager.undo_stack().len();
        self.redoable.truncate(self.manager.redo_stack().len());
        self.undoable.truncate(steps);
        self.undoable.resize(
            steps,
            Selected {
                after: None,
                before,
            },
        );
    }

    /// What is selected after the edit that was just made. To tie it to the text is left until
    /// the step is over, or something more than a keystroke happens to the text.
    pub(crate) fn selected_after(&mut self, after: Selection) {
        self.selected = Some(after);
    }

    /// What is to be tied to the text now.
    pub(crate) fn take_selected(&mut self) -> Option<Selection> {
        self.selected.take()
    }

    /// What was selected after the last step.
    pub(crate) fn settle(&mut self, after: StuckSelection) {
        if let Some(last) = self.undoable.last_mut() {
            last.after = Some(after);
        }
    }

    /// Takes the last step `back`, or makes the one again that was taken back last.
    pub(crate) fn travel(&mut self, back: bool) -> Travelled {
        self.close_group();
        self.selected_before(None);
        let deleted = last_deleted(self.stack(back));
        let any = match back {
            true => self.manager.undo_blocking(),
            false => self.manager.redo_blocking(),
        };
        let steps = self.stack(back).len();
        let others = self.stack(!back).len();
        let (from, to) = match back {
            true => (&mut self.undoable, &mut self.redoable),
            false => (&mut self.redoable, &mut self.undoable),
        };
        // Steps without an effect that is left are passed over: the last one that went counts.
        let step = from.get(steps).cloned().unwrap_or_default();
        from.truncate(steps);
        to.resize(others, step.clone());
        Travelled {
            any,
            selected: match back {
                true => step.before,
                false => step.after,
            },
            restored: step_of(deleted, steps),
        }
    }

    /// What the next step to take `back`, or to make again, has made. None where there is none, or nothing has ever been restored.
    pub(crate) fn made_by_next(&self, back: bool) -> Option<&IdSet> {
        let step = self.stack(back).last();
        step.filter(|_| !self.restored.is_empty())
            .map(StackItem::insertions)
    }

    /// Says of that step that it has made these units.
    pub(crate) fn has_made(&mut self, back: bool, made: IdSet, doc: &Doc, strips: &MapRef) {
        let mut stacks = [true, false].map(|back| self.stack(back).to_vec());
        let [undoable, redoable] = &mut stacks;
        let stack = if back { undoable } else { redoable };
        if let Some(step) = stack.pop() {
            stack.push(StackItem::new(doc.guid(), step.deletions().clone(), made));
        }
        let [undoable, redoable] = stacks;
        self.manager = manager(doc, strips, undoable, redoable);
    }

    fn stack(&self, back: bool) -> &[StackItem<()>] {
        match back {
            true => self.manager.undo_stack(),
            false => self.manager.redo_stack(),
        }
    }
}

fn manager(
    doc: &Doc,
    strips: &MapRef,
    undoable: Vec<StackItem<()>>,
    redoable: Vec<StackItem<()>>,
) -> UndoManager<()> {
    // yrs only extends a step while its clock runs: a still one leaves it to `begin`.
    let still = || 1;
    let mut manager = UndoManager::with_options(Options {
        capture_timeout_millis: u64::MAX,
        tracked_origins: HashSet::from([Origin::from(Undo::TRACKED)]),
        capture_transaction: None,
        timestamp: Arc::new(still),
        init_undo_stack: undoable,
        init_redo_stack: redoable,
    });
    manager.expand_scope(doc, strips);
    manager
}

/// What an undo or redo has done.
pub(crate) struct Travelled {
    /// Whether there was a step.
    pub(crate) any: bool,
    /// What was selected on its other side.
    pub(crate) selected: Option<StuckSelection>,
    /// The units that it had deleted, and that stand there again under other ids.
    pub(crate) restored: IdSet,
}

/// What the last steps had deleted, by their places on the stack: those that have no effect any more are passed over, but hardly many.
fn last_deleted(stack: &[StackItem<()>]) -> Vec<(usize, IdSet)> {
    let steps = stack.iter().enumerate().rev().take(8);
    steps
        .map(|(at, step)| (at, step.deletions().clone()))
        .collect()
}

fn step_of(deleted: Vec<(usize, IdSet)>, at: usize) -> IdSet {
    let mut deleted = deleted.into_iter();
    let step = deleted.find(|(place, _)| *place == at);
    step.map(|(_, deleted)| deleted).unwrap_or_default()
}

/// Where an offset comes to lie after a change.
fn moved(offset: u32, change: &Change) -> u32 {
    let mut shift = 0i64;
    for edit in &change.text {
        if edit.from > offset || (edit.from == offset && edit.to > edit.from) {
            break;
        }
        let inserted = i64::from(crate::schema::utf16_len(&edit.insert));
        shift += inserted - i64::from(edit.to.min(offset) - edit.from);
    }
    (i64::from(offset) + shift) as u32
}
