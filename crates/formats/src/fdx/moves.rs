//! Where an offset of the file's script is in the script as it is now: ranges move with the text.

use std::ops::Range;

use super::document::{BlockId, Document, EMBED_LEN};
use super::encode::len_with;
use super::rewrite::common;
use super::unit::{Unit, len_utf16};

/// Filled in the order of writing, then asked.
#[derive(Debug)]
pub(super) struct Moves<'a> {
    document: &'a Document,
    /// The length of what was written so far, with the break behind the last paragraph.
    len: usize,
    /// Where each block of the flow went.
    blocks: Vec<Option<Moved>>,
    /// Where each unit stands now.
    units: Vec<Option<Range<usize>>>,
}

#[derive(Clone, Debug)]
struct Moved {
    start: usize,
    /// How its text changed; nothing where all of it is now one place.
    text: Option<Change>,
    /// Which of its embeds are still there.
    kept: Vec<bool>,
    len: usize,
}

/// Lengths in UTF-16 units: what stayed at the start and at the end, and the whole.
#[derive(Clone, Copy, Debug)]
struct Change {
    before: usize,
    behind: usize,
    was: usize,
    now: usize,
}

/// Which end of a range an offset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

impl<'a> Moves<'a> {
    pub(super) fn new(document: &'a Document, units: usize) -> Moves<'a> {
        Moves {
            document,
            len: 0,
            blocks: vec![None; document.blocks.len()],
            units: vec![None; units],
        }
    }

    fn write(&mut self, len: usize, units: &[usize]) -> usize {
        let start = self.len;
        self.len += len + 1;
        for &unit in units {
            self.units[unit] = Some(start..start + len);
        }
        start
    }

    pub(super) fn unit(&mut self, index: usize, block: Option<BlockId>, unit: &Unit) {
        let start = self.write(unit.len_utf16(), &[index]);
        let Some(block) = block else {
            return;
        };
        let source = &self.document.blocks[block.0];
        let was = source.unit.map(|id| &self.document.units[id.0].unit);
        let change = change(was, Some(unit));
        let moved = Moved {
            start,
            text: source.parent.is_none().then_some(change),
            kept: vec![false; source.embeds.len()],
            len: unit.len_utf16(),
        };
        let outermost = self.outermost(block);
        self.blocks[outermost.0].get_or_insert(moved);
    }

    pub(super) fn block(
        &mut self,
        block: BlockId,
        own: Option<&Unit>,
        kept: &[bool],
        units: &[usize],
    ) {
        let len = len_with(own, kept.iter().filter(|kept| **kept).count());
        let start = self.write(len, units);
        let was = self.document.blocks[block.0].unit;
        let was = was.map(|id| &self.document.units[id.0].unit);
        self.blocks[block.0] = Some(Moved {
            start,
            text: Some(change(was, own)),
            kept: kept.to_vec(),
            len,
        });
    }

    /// Paragraphs that are now embedded in one are one place.
    pub(super) fn together(&mut self, len: usize, blocks: Vec<BlockId>, units: &[usize]) {
        let start = self.write(len, units);
        for block in blocks {
            let outermost = self.outermost(block);
            self.blocks[outermost.0].get_or_insert(Moved {
                start,
                text: None,
                kept: Vec::new(),
                len,
            });
        }
    }

    fn outermost(&self, mut block: BlockId) -> BlockId {
        while let Some(embed) = self.document.blocks[block.0].parent {
            block = self.document.embeds[embed.0].block;
        }
        block
    }

    /// What was deleted is now where the next paragraph of the file begins.
    pub(super) fn finish(mut self) -> Moves<'a> {
        self.len = self.len.saturating_sub(1);
        let mut next = self.len;
        for block in self.document.flow.iter().rev() {
            let moved = self.blocks[block.0].get_or_insert(Moved {
                start: next,
                text: None,
                kept: Vec::new(),
                len: 0,
            });
            next = moved.start;
        }
        self
    }

    /// Where a unit stands now.
    pub(super) fn of_unit(&self, index: usize) -> Option<Range<usize>> {
        self.units[index].clone()
    }

    /// Where a range of the file's script is now.
    pub(super) fn of_range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.of(range.start, Edge::Start);
        let end = match range.is_empty() {
            true => start,
            false => self.of(range.end, Edge::End),
        };
        start..end.max(start)
    }

    fn of(&self, offset: usize, edge: Edge) -> usize {
        let index = self.document.block_at(offset);
        let Some(block) = self.document.flow.get(index) else {
            // Past the end it stays as far behind it as it was.
            return (offset - self.document.flow_len.min(offset)).saturating_add(self.len);
        };
        let source = &self.document.blocks[block.0];
        let moved = self.blocks[block.0]
            .as_ref()
            .expect("`finish` has placed each");
        let Some(change) = moved.text else {
            let whole = if edge == Edge::End { moved.len } else { 0 };
            return moved.start + whole;
        };
        let mut text = offset - source.start;
        let mut before = 0;
        for (embed, kept) in source.embeds.iter().zip(&moved.kept) {
            let at = self.document.embeds[embed.0].at;
            if text <= at {
                break;
            }
            let within = (text - at).min(EMBED_LEN);
            text -= within;
            if *kept {
                before += within;
            }
        }
        moved.start + change.of(text, edge) + before
    }
}

fn change(was: Option<&Unit>, now: Option<&Unit>) -> Change {
    let text = |unit: Option<&'_ Unit>| unit.map(|unit| unit.text.clone()).unwrap_or_default();
    let (was, now) = (text(was), text(now));
    let (before, behind) = common(&was, &now);
    Change {
        before: len_utf16(&was[..before]),
        behind: len_utf16(&was[was.len() - behind..]),
        was: len_utf16(&was),
        now: len_utf16(&now),
    }
}

impl Change {
    fn of(self, offset: usize, edge: Edge) -> usize {
        let stays = offset <= self.before;
        let moves = offset >= self.was - self.behind;
        let moved = || offset + self.now - self.was;
        match edge {
            Edge::Start if moves => moved(),
            Edge::End if stays => offset,
            _ if stays => offset,
            _ if moves => moved(),
            Edge::Start => self.before,
            Edge::End => self.now - self.behind,
        }
    }
}
