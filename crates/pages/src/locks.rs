//! Locked pages: each begins at its own place in the text, whatever is written before it.
//!
//! A lock is data: the page's number and where it began. Whoever keeps the script keeps the
//! places true while the text changes (see [`crate::Paginator::splice`] and
//! [`crate::Paginator::set_locks`]). What no longer fits between two locked pages goes over to
//! pages in between, 12A and 12B; a page whose text is gone leaves its number to the one before
//! it, 12–13.
//!
//! A lock that holds (all do but those among [`LockDiagnostic`]s) never moves: a page begins with the printed text at its
//! place, in whatever that is by now, a speech, an omitted scene, one of two columns. Where nothing is printed there, that is
//! the next text that is. Of two speeches side by side the left one is parted at the place; what of the right one has no
//! room before it goes on beside the locked page's first words, and what waits for a later page stays back.

use crate::block::Lane;
use crate::column::{Boundary, Place};
use crate::flow::Flow;
use crate::labels;
use std::collections::HashSet;
use std::ops::Range;

/// Where a paragraph's text is parted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anchor {
    /// The paragraph's index.
    pub paragraph: usize,
    /// The offset into its text, in UTF-16 code units.
    pub offset_utf16: u32,
}

/// A page that keeps its number and its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockedPage {
    /// Its number, such as `12` or `12A`.
    pub label: String,
    /// Where its text begins.
    pub start: Anchor,
    /// Where its right column begins, when it goes on with both columns of dual dialogue.
    pub right_start: Option<Anchor>,
}

/// What could not be done with the locks as they were given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockDiagnostic {
    /// The text at which the page began stands elsewhere now, among other locked pages.
    #[error("expected locked pages in the order of the text, got page {label} out of it")]
    OutOfOrder {
        /// The page's number.
        label: String,
    },
    /// Another page has the number.
    #[error("expected each locked page once, got page {label} again")]
    Twice {
        /// The page's number.
        label: String,
    },
}

/// The locks that hold, in the order of the text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    kept: Vec<LockedPage>,
    passed_over: Vec<LockDiagnostic>,
    /// All numbers that were given, of those that do not hold, too.
    numbers: HashSet<String>,
    /// Whether the first page is locked. It begins where the script begins.
    is_first_locked: bool,
}

impl Locks {
    /// The locks, in the order of their numbers, of which as many hold as are in the order of
    /// the text, too.
    pub(crate) fn new(pages: &[LockedPage]) -> Locks {
        let mut locks = Locks::default();
        let mut once: Vec<&LockedPage> = Vec::with_capacity(pages.len());
        for page in pages {
            let label = page.label.clone();
            match locks.numbers.insert(label.clone()) {
                true => once.push(page),
                false => locks.passed_over.push(LockDiagnostic::Twice { label }),
            }
        }
        let in_order = longest_in_order(&once);
        locks.is_first_locked = in_order.first() == Some(&true);
        for (page, is_kept) in once.into_iter().zip(in_order) {
            let label = page.label.clone();
            match is_kept {
                true => locks.kept.push(page.clone()),
                false => locks.passed_over.push(LockDiagnostic::OutOfOrder { label }),
            }
        }
        locks.hold_first();
        locks
    }

    fn hold_first(&mut self) {
        if let (true, Some(first)) = (self.is_first_locked, self.kept.first_mut()) {
            first.start = Anchor::default();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    pub(crate) fn diagnostics(&self) -> &[LockDiagnostic] {
        &self.passed_over
    }

    /// The paragraphs between the first and the last at which other pages begin than `other` says.
    pub(crate) fn difference(&self, other: &Locks) -> Option<Range<usize>> {
        let places = |locks: &Locks| {
            let places = locks.kept.iter().map(|lock| (lock.start, lock.right_start));
            places.collect::<HashSet<_>>()
        };
        let (these, those) = (places(self), places(other));
        let moved = these.symmetric_difference(&those);
        let paragraphs: Vec<usize> = moved.map(|(start, _)| start.paragraph).collect();
        let first = *paragraphs.iter().min()?;
        let last = *paragraphs.iter().max()?;
        Some(first..last + 1)
    }

    /// Moves the locks with the text after `removed` paragraphs from `from` on became `inserted`
    /// ones. A lock inside of them stays as near as can be: who knows better says so with
    /// [`crate::Paginator::set_locks`].
    pub(crate) fn splice(&mut self, from: usize, removed: usize, inserted: usize) {
        let moved = |anchor: &mut Anchor| {
            if anchor.paragraph >= from + removed {
                anchor.paragraph = anchor.paragraph - removed + inserted;
            } else if anchor.paragraph >= from + inserted {
                *anchor = Anchor {
                    paragraph: from + inserted,
                    offset_utf16: 0,
                };
            }
        };
        for lock in &mut self.kept {
            moved(&mut lock.start);
            lock.right_start.iter_mut().for_each(moved);
        }
        self.hold_first();
    }

    /// The first place behind `place` at which a locked page begins.
    pub(crate) fn boundary_after(&self, flow: &Flow<'_>, place: Place) -> Option<Boundary> {
        if self.kept.is_empty() {
            return None;
        }
        let block = flow.get(place.paragraph)?;
        // A place past all text of its paragraph stands for its end.
        let offset = match block.text.get(..place.byte) {
            Some(_) => block.offset_utf16(place.byte),
            None => 0,
        };
        let place_of = |lock: &LockedPage| (lock.start.paragraph, lock.start.offset_utf16);
        let first = self
            .kept
            .partition_point(|lock| place_of(lock) < (place.paragraph, offset));
        let boundary = |lock: &LockedPage| {
            Some(Boundary {
                place: resolve(flow, lock.start)?,
                right: lock.right_start.and_then(|right| resolve(flow, right)),
            })
        };
        let mut boundaries = self.kept[first..].iter().map_while(boundary);
        boundaries.find(|boundary| place.is_before(boundary.place))
    }

    /// The number of each page, told where each begins.
    pub(crate) fn labels(
        &self,
        flow: &Flow<'_>,
        starts: impl Iterator<Item = Place>,
    ) -> Vec<String> {
        let groups = self.groups(flow, starts);
        let mut labels = Vec::with_capacity(groups.len());
        let mut taken = self.numbers.clone();
        let parts = self.numbers.iter().flat_map(|number| {
            let (first, last) = ends(number);
            [first.to_owned(), last.to_owned()]
        });
        taken.extend(parts);
        let mut overflow = 0;
        for group in groups.iter().map(Some).chain([None]) {
            if group.is_some_and(|group| group.is_empty()) {
                overflow += 1;
                continue;
            }
            let next = group.map_or(self.kept.len(), |group| group.start);
            let before = next.checked_sub(1);
            let before = before.map(|before| ends(self.number(before)).1);
            let after = group.map(|group| ends(self.number(group.start)).0);
            let is_taken = |label: &str| taken.contains(label);
            let between = labels::between(before, after, &is_taken, std::mem::take(&mut overflow));
            taken.extend(between.iter().cloned());
            labels.extend(between);
            labels.extend(group.map(|group| match self.number(group.end - 1) {
                last if group.len() == 1 => last.to_owned(),
                last => format!("{}–{}", ends(self.number(group.start)).0, ends(last).1),
            }));
        }
        labels
    }

    fn number(&self, lock: usize) -> &str {
        &self.kept[lock].label
    }

    /// For each page the locks that hold it: none for a page that others overflowed to, several where the text of
    /// a page is gone.
    fn groups(&self, flow: &Flow<'_>, starts: impl Iterator<Item = Place>) -> Vec<Range<usize>> {
        let mut next = 0;
        let group = |start: Place| {
            let reached = |lock: &&LockedPage| {
                resolve(flow, lock.start).is_some_and(|place| !start.is_before(place))
            };
            let first = next;
            next += self.kept[first..].iter().take_while(reached).count();
            first..next
        };
        let mut groups: Vec<Range<usize>> = starts.map(group).collect();
        // The pages behind the last text are gone, too.
        if let Some(last) = groups.iter_mut().rfind(|group| group.start < group.end) {
            last.end = self.kept.len();
        }
        groups
    }
}

/// The first and the last number of a page that has several, `12–13`.
fn ends(label: &str) -> (&str, &str) {
    label.split_once('–').unwrap_or((label, label))
}

/// Which of the locks are in the longest row of them that is in the order of the text.
fn longest_in_order(locks: &[&LockedPage]) -> Vec<bool> {
    // `ends[n]` is the lock at which the row of n + 1 locks ends that ends first in the text.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(locks.len());
    for (index, lock) in locks.iter().enumerate() {
        let length = ends.partition_point(|&end| locks[end].start <= lock.start);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut is_in = vec![false; locks.len()];
    let mut at = ends.last().copied();
    while let Some(index) = at {
        is_in[index] = true;
        at = before[index];
    }
    is_in
}

/// Where the text at an anchor is printed: at the beginning of the next printed paragraph when
/// there is none of its own behind it. `None` at the end of the script.
fn resolve(flow: &Flow<'_>, anchor: Anchor) -> Option<Place> {
    let block = flow.get(anchor.paragraph)?;
    let byte = block.byte_at(anchor.offset_utf16);
    if byte > 0 && byte < block.own_text().len() {
        return Some(Place {
            paragraph: anchor.paragraph,
            byte,
            line: block.lines_in(0..byte, Lane::Full, u32::MAX),
        });
    }
    let from = anchor.paragraph + usize::from(byte > 0);
    let (paragraph, _) = flow.printed_from(from)?;
    Some(Place::beginning(paragraph))
}
