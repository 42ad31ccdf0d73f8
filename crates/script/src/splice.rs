//! From edits of the flow to changes of the editor's document, and from those to paragraphs.
//!
//! The flow's final mark does not stand in the editor's document, and may be implied in the flow.
//! An edit at the flow's end therefore looks different there: a paragraph that is added after the
//! final mark is, for the editor, a line break and the paragraph's text before that mark.

use std::ops::Range;

use crate::change::TextChange;
use crate::in_order;
use crate::index::Index;
use crate::schema::utf16_len;

/// One replaced range of the flow, in offsets and marks before the change.
#[derive(Clone, Debug, Default)]
pub(crate) struct FlowEdit {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) marks_from: u32,
    pub(crate) marks_removed: u32,
    pub(crate) inserted: String,
    /// Where it stands after the change; decides between edits at one place.
    pub(crate) rank: u32,
}

/// The flow's end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlowEnd {
    len: u32,
    marks: u32,
    pub(crate) implied: bool,
}

impl FlowEnd {
    pub(crate) fn of(index: &Index) -> FlowEnd {
        let total = index.tree.total();
        FlowEnd {
            len: total.len,
            marks: total.marks,
            implied: index.final_mark_is_implied(),
        }
    }

    fn paragraphs(&self) -> usize {
        self.marks as usize + usize::from(self.implied)
    }
}

/// One replaced range of the editor's document, with the paragraphs that it touched.
#[derive(Debug)]
pub(crate) struct EditorEdit {
    from: u32,
    to: u32,
    inserted: String,
    /// The paragraphs in which the range started and ended, before the change.
    touched: Range<usize>,
}

/// Turns edits of the flow, in any order, into edits of the editor's document, in order.
pub(crate) fn to_editor(
    edits: Vec<FlowEdit>,
    before: &FlowEnd,
    implied_after: bool,
) -> Vec<EditorEdit> {
    let mut edits = in_order::by_key(edits, |edit| {
        u64::from(edit.from) << 32 | u64::from(edit.rank)
    });
    // From here on the final mark always stands: what was implied becomes an edit.
    let at_end = FlowEdit {
        from: before.len,
        to: before.len,
        marks_from: before.marks,
        ..FlowEdit::default()
    };
    match (before.implied, implied_after) {
        (true, false) => edits.push(FlowEdit {
            to: before.len + 1,
            marks_removed: 1,
            ..at_end
        }),
        (false, true) => edits.push(FlowEdit {
            inserted: "\n".into(),
            ..at_end
        }),
        _ => {}
    }
    let mut edits = merge_touching(edits);
    if let Some(last) = edits.last_mut() {
        keep_final_mark(last, before.len + u32::from(before.implied));
    }
    let last_paragraph = before.paragraphs() - 1;
    merge_touching(edits)
        .into_iter()
        .map(|edit| {
            let first = (edit.marks_from as usize).min(last_paragraph);
            let last = first + edit.marks_removed as usize;
            EditorEdit {
                from: edit.from,
                to: edit.to,
                inserted: edit.inserted,
                touched: first..last.min(last_paragraph) + 1,
            }
        })
        .collect()
}

fn merge_touching(edits: Vec<FlowEdit>) -> Vec<FlowEdit> {
    let mut merged: Vec<FlowEdit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match merged.last_mut() {
            Some(last) if edit.from <= last.to => {
                last.to = last.to.max(edit.to);
                last.marks_removed += edit.marks_removed;
                last.inserted.push_str(&edit.inserted);
            }
            _ => merged.push(edit),
        }
    }
    merged
}

/// Rewrites an edit that reaches the flow's end (`end`, behind the final mark) so that it leaves
/// the final mark alone.
fn keep_final_mark(edit: &mut FlowEdit, end: u32) {
    if edit.to < end {
        return;
    }
    if edit.inserted.ends_with('\n') {
        edit.inserted.pop();
        if edit.from == end {
            // Behind the final mark: the same as a line break and the text before it.
            edit.inserted.insert(0, '\n');
            edit.from -= 1;
            edit.marks_from -= 1;
        } else {
            edit.marks_removed -= 1;
        }
    } else {
        // The end was deleted back to another mark, which is the final one now.
        debug_assert!(
            edit.inserted.is_empty(),
            "the flow ends in a mark: {edit:?}"
        );
        edit.from -= 1;
        edit.marks_from -= 1;
    }
    edit.to = end - 1;
}

/// The text changes of the edits.
pub(crate) fn text(edits: Vec<EditorEdit>) -> Vec<TextChange> {
    edits
        .into_iter()
        .filter(|edit| edit.from != edit.to || !edit.inserted.is_empty())
        .map(|edit| TextChange {
            from: edit.from,
            to: edit.to,
            insert: edit.inserted,
        })
        .collect()
}

/// A replaced range of a list, as numbers: `removed` items at `from`, in indices before the
/// change, became `inserted` items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CountSplice {
    pub(crate) from: usize,
    pub(crate) removed: usize,
    pub(crate) inserted: usize,
}

/// The paragraphs that the edits replaced; `index` is the one after them.
pub(crate) fn paragraphs(edits: &[EditorEdit], index: &Index) -> Vec<CountSplice> {
    let mut splices: Vec<CountSplice> = Vec::new();
    let mut shift = 0i64;
    for edit in edits {
        let len = utf16_len(&edit.inserted);
        let from = (i64::from(edit.from) + shift) as u32;
        shift += i64::from(len) - i64::from(edit.to - edit.from);
        let after = index.paragraph_at(from)..index.paragraph_at(from + len) + 1;
        let splice = CountSplice {
            from: edit.touched.start,
            removed: edit.touched.len(),
            inserted: after.len(),
        };
        match splices.last_mut() {
            // Two edits in one paragraph: it was counted by both.
            Some(last) if splice.from < last.from + last.removed => {
                let shared = last.from + last.removed - splice.from;
                last.removed += splice.removed - shared;
                last.inserted += splice.inserted - shared;
            }
            _ => splices.push(splice),
        }
    }
    splices
}

/// Adds paragraphs, by their index after the change, that changed for themselves.
pub(crate) fn add_single(splices: &mut Vec<CountSplice>, paragraphs: Vec<usize>) {
    for paragraph in paragraphs {
        let mut shift = 0i64;
        let mut covered = false;
        let mut at = splices.len();
        for (position, splice) in splices.iter().enumerate() {
            let from = (splice.from as i64 + shift) as usize;
            if paragraph < from {
                at = position;
                break;
            }
            if paragraph < from + splice.inserted {
                covered = true;
                break;
            }
            shift += splice.inserted as i64 - splice.removed as i64;
        }
        if !covered {
            splices.insert(
                at,
                CountSplice {
                    from: (paragraph as i64 - shift) as usize,
                    removed: 1,
                    inserted: 1,
                },
            );
        }
    }
}

/// The ranges that the splices left, in indices after the change.
pub(crate) fn ranges_after(splices: &[CountSplice]) -> Vec<Range<usize>> {
    let mut shift = 0i64;
    splices
        .iter()
        .map(|splice| {
            let from = (splice.from as i64 + shift) as usize;
            shift += splice.inserted as i64 - splice.removed as i64;
            from..from + splice.inserted
        })
        .collect()
}

/// Two changes one after the other as one: `second` is in indices after `first`.
pub(crate) fn compose(first: &[CountSplice], second: &[CountSplice]) -> Vec<CountSplice> {
    // Each splice as a region: a range before, between and after. Regions that touch become one.
    let mut composed: Vec<CountSplice> = Vec::new();
    let (mut a, mut b) = (first.iter().peekable(), second.iter().peekable());
    // What the splices taken so far added: before → between, between → after.
    let (mut shift_a, mut shift_b) = (0i64, 0i64);
    loop {
        let start_a = a.peek().map(|s| s.from as i64 + shift_a);
        let start_b = b.peek().map(|s| s.from as i64);
        let start = match (start_a, start_b) {
            (None, None) => return composed,
            (Some(a), Some(b)) => a.min(b),
            (Some(only), None) | (None, Some(only)) => only,
        };
        // The region in the middle state, grown while splices reach into it.
        let mut end = start;
        let (before_a, before_b) = (shift_a, shift_b);
        loop {
            if let Some(s) = a.peek()
                && s.from as i64 + shift_a <= end
            {
                end = end.max(s.from as i64 + shift_a + s.inserted as i64);
                shift_a += s.inserted as i64 - s.removed as i64;
                a.next();
            } else if let Some(s) = b.peek()
                && s.from as i64 <= end
            {
                end = end.max(s.from as i64 + s.removed as i64);
                shift_b += s.inserted as i64 - s.removed as i64;
                b.next();
            } else {
                break;
            }
        }
        composed.push(CountSplice {
            from: (start - before_a) as usize,
            removed: (end - start - (shift_a - before_a)) as usize,
            inserted: (end - start + (shift_b - before_b)) as usize,
        });
    }
}

/// Where an offset comes to lie after a change; inside a replaced range, at its end.
pub(crate) fn map_offset(splices: &[CountSplice], offset: usize) -> usize {
    let mut shift = 0i64;
    for splice in splices {
        if splice.from > offset || (splice.from == offset && splice.removed > 0) {
            break;
        }
        if offset < splice.from + splice.removed {
            return (splice.from as i64 + shift) as usize + splice.inserted;
        }
        shift += splice.inserted as i64 - splice.removed as i64;
    }
    (offset as i64 + shift) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    fn apply(list: &[u32], splices: &[CountSplice], next: &mut u32) -> Vec<u32> {
        let mut result = Vec::new();
        let mut at = 0;
        for splice in splices {
            result.extend(&list[at..splice.from]);
            for _ in 0..splice.inserted {
                result.push(*next);
                *next += 1;
            }
            at = splice.from + splice.removed;
        }
        result.extend(&list[at..]);
        result
    }

    fn random(rng: &mut Rng, len: usize) -> Vec<CountSplice> {
        let mut splices = Vec::new();
        let mut at = rng.below(3) as usize;
        while at <= len && splices.len() < 4 {
            let removed = (rng.below(3) as usize).min(len - at);
            let inserted = rng.below(3) as usize;
            splices.push(CountSplice {
                from: at,
                removed,
                inserted,
            });
            at += removed + 1 + rng.below(4) as usize;
        }
        splices
    }

    #[test]
    fn composed_changes_keep_what_both_kept_and_nothing_else() {
        let mut rng = Rng::new(11);
        for _ in 0..2_000 {
            let list: Vec<u32> = (0..rng.below(12) as u32).collect();
            let mut next = 100;
            let first = random(&mut rng, list.len());
            let middle = apply(&list, &first, &mut next);
            let second = random(&mut rng, middle.len());
            let after = apply(&middle, &second, &mut next);
            let composed = compose(&first, &second);
            let mut fresh = 1_000;
            let direct = apply(&list, &composed, &mut fresh);
            assert_eq!(
                direct.len(),
                after.len(),
                "{first:?} {second:?} {composed:?}"
            );
            for (direct, after) in direct.iter().zip(&after) {
                // What the composed change keeps is what stands there.
                assert!(*direct >= 1_000 || direct == after, "{first:?} {second:?}");
            }
        }
    }
}
