//! The layout that is kept up to date, page by page.
//!
//! A page depends on where it starts and on the paragraphs that were looked at while it was
//! filled; both are remembered. So after an edit all pages that looked no further than the edit
//! stay as they are, the next ones are filled again, and as soon as one starts just as an old
//! one did, all from there on stay, too. A key so fills its own page, at most two beside it, and those behind it whose breaks it moves.

use crate::block::Block;
use crate::cue;
use crate::delta::{Delta, Shift};
use crate::fill::{self, Start};
use crate::flow::Flow;
use crate::layout::{self, Layout, Page, Position, SceneLength};
use crate::locks::{Anchor, LockDiagnostic, LockedPage, Locks};
use crate::print::{self, PrintedLine};
use crate::revisions::{self, RevisedText};
use crate::settings::Settings;
use scriptroom_paragraphs::{ElementType, Paragraph};
use std::ops::Range;

/// A script's layout, kept while the script is edited.
///
/// Feed it every change with [`Paginator::splice`]; what it says then equals a full layout.
pub struct Paginator {
    settings: Settings,
    blocks: Vec<Block>,
    locks: Locks,
    laid: Vec<Laid>,
}

/// A page and what it depends on.
struct Laid {
    start: Start,
    /// The paragraphs before this index were looked at.
    looked: usize,
    page: Page,
}

impl Paginator {
    /// Lays out a script.
    #[must_use]
    pub fn new(paragraphs: &[Paragraph], settings: Settings) -> Paginator {
        let blocks = paragraphs
            .iter()
            .map(|paragraph| Block::new(paragraph, &settings));
        let mut paginator = Paginator {
            blocks: blocks.collect(),
            settings,
            locks: Locks::default(),
            laid: Vec::new(),
        };
        paginator.leave_out(0..paginator.blocks.len());
        paginator.mark_speakers(0..paginator.blocks.len());
        let (laid, _) = paginator.lay(Start::BEGINNING, |_| false);
        paginator.laid = laid;
        paginator
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many paragraphs there are.
    #[must_use]
    pub fn paragraph_count(&self) -> usize {
        self.blocks.len()
    }

    /// How many pages there are.
    #[must_use]
    pub fn page_count(&self) -> usize {
        self.laid.len()
    }

    /// The pages, in order.
    pub fn pages(&self) -> impl ExactSizeIterator<Item = &Page> {
        self.laid.iter().map(|laid| &laid.page)
    }

    /// One page.
    ///
    /// # Panics
    ///
    /// When there is no page with this index.
    #[must_use]
    pub fn page(&self, index: usize) -> &Page {
        &self.laid[index].page
    }

    /// How many pages from the first on are as `is` says, which then holds for none behind them.
    pub fn pages_while(&self, is: impl Fn(&Page) -> bool) -> usize {
        self.laid.partition_point(|laid| is(&laid.page))
    }

    /// What is printed as the number of each page.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        let first = self.settings.setup().first_page_number;
        match self.locks.is_empty() {
            true => (0..self.laid.len())
                .map(|page| layout::page_label(first, page))
                .collect(),
            false => {
                let flow = Flow::new(&self.blocks, &self.locks);
                let starts = self.laid.iter().map(|laid| laid.start.place);
                self.locks.labels(&flow, starts)
            }
        }
    }

    /// Every scene's length, in order.
    #[must_use]
    pub fn scene_lengths(&self) -> Vec<SceneLength> {
        layout::scene_lengths(self.pages(), self.settings.body_height())
    }

    /// What is printed on one page, from its top down: what the editor shows and the paper has.
    ///
    /// # Panics
    ///
    /// When there is no page with this index.
    #[must_use]
    pub fn printed_lines(&self, page: usize) -> Vec<PrintedLine> {
        let laid = &self.laid[page];
        let flow = Flow::new(&self.blocks, &self.locks);
        print::lines(&flow, &self.settings, laid.start, &laid.page)
    }

    /// For each of a page's [`Paginator::printed_lines`] the latest revision that changed it: the
    /// one whose mark stands beside it.
    ///
    /// # Panics
    ///
    /// When there is no page with this index.
    #[must_use]
    pub fn line_marks(&self, page: usize, revised: &[RevisedText]) -> Vec<Option<usize>> {
        self.marks_of(page, &self.printed_lines(page), revised)
    }

    /// A page's [`Paginator::printed_lines`], each with its mark as [`Paginator::line_marks`] says.
    ///
    /// # Panics
    ///
    /// When there is no page with this index.
    pub fn marked_lines(
        &self,
        page: usize,
        revised: &[RevisedText],
    ) -> impl Iterator<Item = (PrintedLine, Option<usize>)> {
        let lines = self.printed_lines(page);
        let marks = self.marks_of(page, &lines, revised);
        lines.into_iter().zip(marks)
    }

    fn marks_of(
        &self,
        page: usize,
        lines: &[PrintedLine],
        revised: &[RevisedText],
    ) -> Vec<Option<usize>> {
        let next = self.laid.get(page + 1).map(|laid| laid.page.start);
        revisions::marks(lines, next, revised)
    }

    /// The latest revision that changed a page: the one on whose paper it is, and that is named
    /// at its top.
    ///
    /// # Panics
    ///
    /// When there is no page with this index.
    #[must_use]
    pub fn page_revision(&self, page: usize, revised: &[RevisedText]) -> Option<usize> {
        self.line_marks(page, revised).into_iter().flatten().max()
    }

    /// The pages that a revision changed: those that are given out again with it.
    #[must_use]
    pub fn revised_pages(&self, revision: usize, revised: &[RevisedText]) -> Vec<usize> {
        let of_it: Vec<RevisedText> = revised
            .iter()
            .filter(|revised| revised.revision == revision)
            .copied()
            .collect();
        (0..self.laid.len())
            .filter(|&page| self.page_revision(page, &of_it).is_some())
            .collect()
    }

    /// The whole layout.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout {
            pages: self.pages().cloned().collect(),
            labels: self.labels(),
            body_height: self.settings.body_height(),
        }
    }

    /// Puts `inserted` in place of the `removed` paragraphs from `from` on, and says which pages
    /// are different now.
    ///
    /// # Panics
    ///
    /// When `from + removed` is past the last paragraph.
    pub fn splice(&mut self, from: usize, removed: usize, inserted: &[Paragraph]) -> Delta {
        assert!(
            from.checked_add(removed)
                .is_some_and(|end| end <= self.blocks.len()),
            "expected paragraphs of 0..{}, got {removed} from {from}",
            self.blocks.len()
        );
        let settings = &self.settings;
        let blocks = inserted
            .iter()
            .map(|paragraph| Block::new(paragraph, settings));
        self.blocks.splice(from..from + removed, blocks);
        self.locks.splice(from, removed, inserted.len());
        let edited = from..self.leave_out(from..from + inserted.len());
        let edited = from..self.mark_speakers(edited);
        self.relay(edited, removed, inserted.len())
    }

    /// Puts these locked pages, in the order of their numbers, in place of all there were, and
    /// says which pages are different now. What could not be done with them is in
    /// [`Paginator::lock_diagnostics`].
    pub fn set_locks(&mut self, pages: &[LockedPage]) -> Delta {
        let before = std::mem::replace(&mut self.locks, Locks::new(pages));
        let changed = self.locks.difference(&before).unwrap_or(0..0);
        let end = changed.end.min(self.blocks.len());
        // Blank paragraphs in front of a locked page may hang below the page before, which looked at no more than their first.
        let before = self.blocks[..changed.start.min(end)].iter();
        let text = before
            .rev()
            .position(|block| block.is_printed && !block.is_blank());
        let start = text.map_or(0, |blanks| changed.start.min(end) - blanks);
        let changed = start..end;
        let count = changed.len();
        self.relay(changed, count, count)
    }

    /// Which locks do not hold, and why.
    #[must_use]
    pub fn lock_diagnostics(&self) -> &[LockDiagnostic] {
        self.locks.diagnostics()
    }

    /// The pages as they are now, to be locked: what [`Paginator::set_locks`] takes.
    #[must_use]
    pub fn to_lock(&self) -> Vec<LockedPage> {
        let anchor = |position: Position| Anchor {
            paragraph: position.paragraph,
            offset_utf16: position.offset_utf16,
        };
        let pages = self.labels().into_iter().zip(self.pages());
        let locked = pages.map(|(label, page)| LockedPage {
            label,
            start: anchor(page.start),
            right_start: page.right_start.map(anchor),
        });
        locked.collect()
    }

    /// Leaves out what stands in omitted scenes. Returns the end of what is different now.
    fn leave_out(&mut self, edited: Range<usize>) -> usize {
        let mut before = self.blocks[..edited.start].iter().rev();
        let mut is_left_out = before.find_map(Block::begins_omission).unwrap_or(false);
        for (index, block) in self.blocks.iter_mut().enumerate().skip(edited.start) {
            let is_behind = index >= edited.end;
            match block.begins_omission() {
                Some(_) if is_behind => return index,
                Some(begins) => is_left_out = begins,
                None if !block.leave_out(is_left_out) && is_behind => return index,
                None => {}
            }
        }
        self.blocks.len().max(edited.end)
    }

    /// Gives the cues of `edited` their automatic continueds, and the first cue behind them,
    /// which may answer to one of these. Returns the end of what is different now.
    fn mark_speakers(&mut self, edited: Range<usize>) -> usize {
        let continueds = &self.settings.setup().continueds;
        let Some(suffix) = continueds
            .contd
            .as_ref()
            .filter(|_| continueds.automatic_contd)
        else {
            return edited.end;
        };
        let mark = |blocks: &mut Vec<Block>, index: usize| {
            let again = cue::speaks_again(blocks, index, suffix);
            blocks[index].set_suffix(again.then_some(suffix))
        };
        for index in edited.clone() {
            let block = &self.blocks[index];
            if block.is_printed && block.class == ElementType::Character {
                mark(&mut self.blocks, index);
            }
        }
        match cue::next_in_scene(&self.blocks, edited.end) {
            Some(next) if mark(&mut self.blocks, next) => next + 1,
            _ => edited.end,
        }
    }

    /// Fills the pages again that an edit may have changed. `edited` are the new indices.
    fn relay(&mut self, edited: Range<usize>, removed: usize, inserted: usize) -> Delta {
        let shift = inserted.wrapping_sub(removed).cast_signed();
        // What was behind the edit, in the old indices: more than was removed, if a cue behind
        // the edit was marked.
        let replaced = edited.start..edited.end.wrapping_add_signed(-shift);
        let first = self
            .laid
            .iter()
            .position(|laid| laid.looked > edited.start)
            .unwrap_or(self.laid.len().saturating_sub(1));
        let old = &self.laid[first..];
        // The first page may begin with other paragraphs now.
        let start = match (first, old.first()) {
            (1.., Some(laid)) => laid.start,
            _ => Start::BEGINNING,
        };

        let mut candidates = old.iter().enumerate().skip(1).peekable();
        let mut agreed = old.len();
        let (new, _) = self.lay(start, |next| {
            let behind = |place: usize| place.wrapping_add_signed(shift);
            while let Some((index, laid)) = candidates.peek() {
                if laid.start.place.paragraph >= replaced.end {
                    if laid.start.shifted(&replaced, shift) == Some(*next) {
                        agreed = *index;
                        return true;
                    }
                    let at = (behind(laid.start.place.paragraph), laid.start.place.byte);
                    if at >= (next.place.paragraph, next.place.byte) {
                        return false;
                    }
                }
                candidates.next();
            }
            false
        });
        self.put_together(first, agreed, new, replaced.end, shift)
    }

    /// The pages from `start` on, until `stop` says that what follows is known.
    fn lay(&self, start: Start, mut stop: impl FnMut(&Start) -> bool) -> (Vec<Laid>, bool) {
        let flow = Flow::new(&self.blocks, &self.locks);
        let mut laid = Vec::new();
        let mut at = start;
        if let (None, Some((paragraph, _))) = (at.pair, flow.printed_from(at.place.paragraph))
            && paragraph != at.place.paragraph
        {
            at.place = crate::column::Place::beginning(paragraph);
        }
        loop {
            let filled = fill::fill(&flow, &self.settings, at);
            laid.push(Laid {
                start: at,
                looked: flow.take_looked(),
                page: filled.page,
            });
            let Some(next) = filled.next else {
                return (laid, false);
            };
            debug_assert!(
                self.goes_forward(&at, &next),
                "a page must end after it began: {at:?}, {next:?}"
            );
            if stop(&next) {
                return (laid, true);
            }
            at = next;
        }
    }

    fn goes_forward(&self, at: &Start, next: &Start) -> bool {
        let key = |start: &Start| (start.place.paragraph, start.place.byte);
        key(next) > key(at) || (at.pair.is_some() && next.pair != at.pair)
    }

    /// Puts the `new` pages in place of `gone` old ones and moves those behind them.
    fn put_together(
        &mut self,
        first: usize,
        gone: usize,
        new: Vec<Laid>,
        moved_from: usize,
        shift: isize,
    ) -> Delta {
        let shift = Shift {
            from: moved_from,
            by: shift,
        };
        let (old, behind) = self.laid[first..].split_at_mut(gone);
        let delta = Delta::between(first, old, &new, behind.len(), shift, |laid| &laid.page);
        if shift.by != 0 {
            for laid in behind {
                laid.move_by(shift);
            }
        }
        self.laid.splice(first..first + gone, new);
        delta
    }
}

impl Laid {
    /// Moves it with the paragraphs behind an edit. A page behind the agreed one depends on
    /// nothing that was edited.
    fn move_by(&mut self, shift: Shift) {
        self.start = self
            .start
            .shifted(&(shift.from..shift.from), shift.by)
            .expect("no paragraph is in an empty range");
        self.looked = self.looked.saturating_add_signed(shift.by);
        shift.apply(&mut self.page);
    }
}
