//! What somebody was sent who opened the script, kept for a while for who opens it next (U12): reading the log, unpacking it and walking
//! over it is most of what a join costs, and only what came since is new.

use std::cell::Cell;
use std::rc::Rc;

use super::LogReader;
use super::log::Log;
use crate::check::{CheckError, Section, Update};
use crate::ids::{IdSet, StateVector};
use crate::merge::merge_decoded_for_join;

/// What rooms may keep together for joins, in bytes. Each of its clones has a part in the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinMemory(Rc<Cell<usize>>);

impl JoinMemory {
    /// So many bytes.
    pub fn new(bytes: usize) -> JoinMemory {
        JoinMemory(Rc::new(Cell::new(bytes)))
    }

    fn take(&self, bytes: usize) -> Option<Share> {
        let left = self.0.get().checked_sub(bytes)?;
        self.0.set(left);
        Some(Share {
            bytes,
            of: self.clone(),
        })
    }
}

/// A part of the memory that is in use.
#[derive(Debug)]
struct Share {
    bytes: usize,
    of: JoinMemory,
}

impl Drop for Share {
    fn drop(&mut self) {
        self.of.0.set(self.of.0.get() + self.bytes);
    }
}

/// A whole answer to a step 1 that knew nothing.
#[derive(Debug)]
pub(super) struct Kept {
    update: Vec<u8>,
    /// What stands where in it. Only looked up when it is used: a script that is opened once, by one person, never needs it.
    contents: Option<(Vec<Section>, IdSet)>,
    /// The last entry in it.
    last: u64,
    asked_ms: u64,
    _share: Share,
}

/// So long it is kept after it was last used.
const KEPT_MS: u64 = 60_000;
/// Once what came since takes this part of it, it is made anew of both.
const PART: usize = 16;

impl Log {
    /// The answer to a step 1.
    ///
    /// # Errors
    /// [`CheckError`] when an entry of the log cannot be read.
    pub(super) fn answer(
        &mut self,
        since: &StateVector,
        reader: &mut impl LogReader,
        memory: &JoinMemory,
        now_ms: u64,
    ) -> Result<Vec<u8>, CheckError> {
        let entries = match &self.kept {
            None => reader.live_entries(),
            Some(kept) if kept.last == self.last_sequence => Vec::new(),
            Some(kept) => reader.entries(kept.last + 1, self.last_sequence),
        };
        let later = entries.iter().map(|bytes| Update::decode(bytes));
        let mut updates = later.collect::<Result<Vec<_>, _>>()?;
        let mut grown = true;
        if let Some(kept) = &mut self.kept {
            kept.asked_ms = now_ms;
            let later: usize = entries.iter().map(Vec::len).sum();
            grown = later * PART > kept.update.len();
            updates.push(kept.decoded()?);
        }
        let answer = merge_decoded_for_join(&updates, since);
        drop(updates);
        if grown && since.is_empty() {
            self.kept = None;
            self.kept = memory.take(answer.len()).map(|share| Kept {
                update: answer.clone(),
                contents: None,
                last: self.last_sequence,
                asked_ms: now_ms,
                _share: share,
            });
        }
        Ok(answer)
    }

    /// Lets go of what nobody has asked for of late.
    pub(super) fn tidy_joins(&mut self, now_ms: u64) {
        let old = |kept: &Kept| now_ms.abs_diff(kept.asked_ms) > KEPT_MS;
        if self.kept.as_ref().is_some_and(old) {
            self.kept = None;
        }
    }
}

impl Kept {
    fn decoded(&mut self) -> Result<Update<'_>, CheckError> {
        if self.contents.is_none() {
            self.contents = Some(Update::decode(&self.update)?.into_contents());
        }
        let contents = self.contents.clone().expect("it was made just now");
        Ok(Update::of_contents(&self.update, contents))
    }
}
