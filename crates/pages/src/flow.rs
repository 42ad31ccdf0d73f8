//! The blocks of a script in order, and the questions that breaking asks about neighbours.
//!
//! Every look is noted: a page that never looked at a paragraph cannot change with it, which is
//! what lets a re-layout keep the pages before an edit.

use crate::block::Block;
use crate::column::{Boundary, Place};
use crate::locks::Locks;
use scriptroom_paragraphs::ElementType;
use std::cell::Cell;

/// A view of all blocks that remembers how far it was looked at.
pub(crate) struct Flow<'a> {
    blocks: &'a [Block],
    locks: &'a Locks,
    looked: Cell<usize>,
}

impl<'a> Flow<'a> {
    pub(crate) fn new(blocks: &'a [Block], locks: &'a Locks) -> Flow<'a> {
        Flow {
            blocks,
            locks,
            looked: Cell::new(0),
        }
    }

    /// The block, or `None` past the end (which is a look, too: something may be added there).
    pub(crate) fn get(&self, index: usize) -> Option<&'a Block> {
        if index >= self.looked.get() {
            self.looked.set(index + 1);
        }
        self.blocks.get(index)
    }

    /// The paragraphs before this index were looked at since the last call.
    pub(crate) fn take_looked(&self) -> usize {
        self.looked.replace(0)
    }

    /// The first printed block from `index` on.
    pub(crate) fn printed_from(&self, index: usize) -> Option<(usize, &'a Block)> {
        let mut at = index;
        loop {
            let block = self.get(at)?;
            if block.is_printed {
                return Some((at, block));
            }
            at += 1;
        }
    }

    /// The first place behind `place` at which a locked page begins.
    pub(crate) fn boundary_after(&self, place: Place) -> Option<Boundary> {
        self.locks.boundary_after(self, place)
    }

    /// The end of the speech whose cue stands at `cue`: the first index that is not its.
    /// Unprinted paragraphs at its end are left out.
    pub(crate) fn speech_end(&self, cue: usize) -> usize {
        let mut end = cue + 1;
        let mut at = end;
        while let Some(block) = self.get(at) {
            at += 1;
            if !block.is_printed && block.class != ElementType::PageBreak {
                continue;
            }
            if !block.is_spoken() {
                break;
            }
            end = at;
        }
        end
    }
}
