//! Carving: carrying a stretch of text from one strip into another. The one place that copies.
//!
//! A carve deletes what it took and leaves a record beside its copies: which id became which. By
//! it, words that someone typed into the old place meanwhile are brought after by the replica
//! that carved; and of two replicas that carved the same text at once, one takes its copies back.

use std::ops::Range;
use std::sync::Arc;

use scriptroom_paragraphs::Run;
use yrs::{
    Any, Assoc, ID, IndexedSequence, Map, MapRef, ReadTxn, StateVector, StickyIndex, Text, TextRef,
    TransactionMut,
};

use crate::carve_record::{self, Copied, Record};
use crate::edit::format_runs;
use crate::mark::Mark;
use crate::script::Working;
use crate::strip::{Piece, pieces};
use crate::sum_tree::Handle;

/// Where carved text goes.
pub(crate) struct Target<'a> {
    pub(crate) map: &'a MapRef,
    pub(crate) text: &'a TextRef,
    /// Where in the text.
    pub(crate) at: u32,
}

/// A carve that this replica made.
#[derive(Clone, Debug)]
pub(crate) struct Carve {
    /// The text that it took from.
    pub(crate) from: ID,
    /// The strip that it filled.
    pub(crate) strip: Arc<str>,
    /// Where its record stands in that strip.
    pub(crate) key: String,
    pub(crate) record: Record,
    /// The unit before what it took, if that did not begin its strip.
    pub(crate) before: Option<ID>,
    /// What this replica knew when it carved: only what it did not know is late.
    pub(crate) known: StateVector,
}

/// What a carve has made.
pub(crate) struct Made {
    /// Where its record stands in the strip that it filled.
    pub(crate) key: String,
    pub(crate) record: Record,
    /// The unit before what it took, if that did not begin its strip.
    pub(crate) before: Option<ID>,
}

impl Working<'_> {
    /// Carries a part of a strip into another; `remark` may change what marks say.
    pub(crate) fn carve(
        &self,
        txn: &mut TransactionMut,
        strip: Handle,
        part: Range<u32>,
        target: &Target<'_>,
        remark: impl Fn(&mut Mark),
    ) -> Made {
        let source = &self.index.strip(strip).text;
        carve(txn, source, part, target, remark)
    }
}

/// Carries a part of a text to `target`. Embeds that are no marks cannot be copied and stay.
pub(crate) fn carve(
    txn: &mut TransactionMut,
    source: &TextRef,
    part: Range<u32>,
    target: &Target<'_>,
    remark: impl Fn(&mut Mark),
) -> Made {
    let before = part.start.checked_sub(1);
    let before = before.and_then(|at| ids(source, txn, at..at + 1).pop());
    let mut record = Record::new(txn.doc().client_id());
    let mut runs: Vec<Run> = Vec::new();
    let mut taken: Vec<Range<u32>> = Vec::new();
    let mut at = target.at;
    let mut source_at = 0;
    for piece in pieces(source, txn).collect::<Vec<_>>() {
        let len = piece.len();
        let cut = source_at.max(part.start)..(source_at + len).min(part.end);
        source_at += len;
        if cut.start >= cut.end {
            continue;
        }
        let olds = ids(source, txn, cut.clone());
        let clock = txn.store().get_local_state();
        match &piece {
            Piece::Text(..) => {
                let start = source_at - len;
                let (text, styles) = piece.cut(cut.start - start..cut.end - start);
                target.text.insert(txn, at, text);
                runs.push(Run {
                    text: text.to_owned(),
                    styles,
                });
            }
            Piece::Mark(map) => {
                let mut mark = Mark::read(map, txn);
                remark(&mut mark);
                mark.insert(target.text, txn, at);
                runs.push(Run::plain("\n"));
            }
            Piece::Foreign => continue,
        }
        for (old, offset) in olds.into_iter().zip(0..) {
            record.add(old, clock + offset);
        }
        at += cut.end - cut.start;
        taken.push(cut);
    }
    format_runs(target.text, txn, target.at, &runs);
    for range in taken.into_iter().rev() {
        source.remove_range(txn, range.start, range.end - range.start);
    }
    let key = record.key(carve_record::KEY);
    target
        .map
        .insert(txn, key.as_str(), Any::from(record.encode()));
    Made {
        key,
        record,
        before,
    }
}

/// The ids of the units in a range.
fn ids<T: ReadTxn>(text: &TextRef, txn: &T, range: Range<u32>) -> Vec<ID> {
    range
        .filter_map(|at| text.sticky_index(txn, at, Assoc::After)?.id().copied())
        .collect()
}

/// Where a unit stands, or would stand if it had not been deleted.
pub(crate) fn offset_of<T: ReadTxn>(txn: &T, id: ID, assoc: Assoc) -> Option<u32> {
    let offset = StickyIndex::from_id(id, assoc).get_offset(txn)?;
    Some(offset.index)
}

/// Whether a unit stands, or what it was restored as after it was deleted.
pub(crate) fn is_live<T: ReadTxn>(txn: &T, id: ID) -> bool {
    let after = offset_of(txn, id, Assoc::After);
    // Behind what is deleted is where it was.
    let behind = offset_of(txn, id, Assoc::Before);
    after
        .zip(behind)
        .is_some_and(|(at, behind)| behind == at + 1)
}

/// Where a unit stands; none if it was deleted.
pub(crate) fn live_offset<T: ReadTxn>(text: &TextRef, txn: &T, id: ID) -> Option<u32> {
    let at = offset_of(txn, id, Assoc::After)?;
    let there = text.sticky_index(txn, at, Assoc::After)?;
    (there.id() == Some(&id)).then_some(at)
}

/// A stretch of late words at the old place, with the copy behind which it belongs.
#[derive(Debug)]
pub(crate) struct Late {
    pub(crate) part: Range<u32>,
    pub(crate) behind: Option<Copied>,
}

/// From where on late words at the old place belong to the text that was carried away.
///
/// Between its first unit and what stood before it there may be words of either: they stay where they are. The exception is a carve that took all up
/// to its strip's end: there nothing was left that such words could begin, so all from the line break before it on is brought after.
fn opening<T: ReadTxn>(
    text: &TextRef,
    marks: &[u32],
    carve: &Carve,
    taken: Range<u32>,
    txn: &T,
) -> u32 {
    let before = carve.before.filter(|&before| is_live(txn, before));
    let before = before.and_then(|before| offset_of(txn, before, Assoc::Before));
    let before = before.filter(|_| taken.end == text.len(txn));
    // Others may have begun paragraphs of their own there.
    let mark = marks.iter().rfind(|&&mark| mark < taken.start);
    before.map_or(taken.start, |before| {
        before.max(mark.map_or(0, |mark| mark + 1))
    })
}

/// Finds words that came to the old place of a carve after it was made.
pub(crate) fn late_words<T: ReadTxn>(
    text: &TextRef,
    marks: &[u32],
    carve: &Carve,
    txn: &T,
) -> Option<Vec<Late>> {
    let copies: Vec<Copied> = carve.record.copies().collect();
    let offset = |copy: &Copied| offset_of(txn, copy.old, Assoc::After);
    let start = offset(copies.first()?)?;
    let end = offset(copies.last()?)?;
    let opening = opening(text, marks, carve, start..end, txn);
    let mut late: Vec<Late> = Vec::new();
    for at in opening..end {
        let id = *text.sticky_index(txn, at, Assoc::After)?.id()?;
        if id.clock < carve.known.get(&id.client) {
            continue;
        }
        let behind = if at < start {
            None
        } else {
            let next = copies.partition_point(|copy| offset(copy).is_some_and(|o| o <= at));
            next.checked_sub(1).map(|index| copies[index])
        };
        match late.last_mut() {
            Some(last) if last.behind == behind && last.part.end == at => last.part.end += 1,
            _ => late.push(Late {
                part: at..at + 1,
                behind,
            }),
        }
    }
    Some(late)
}
