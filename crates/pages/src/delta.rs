//! What an edit did to the pages: small enough to send from a worker with each keystroke.

use crate::layout::{Page, Position, ScenePart};

/// The pages that an edit changed.
///
/// All pages before `from` are as they were. `removed` pages from there on gave way to `pages`.
/// Those behind them are the same, except that their paragraphs moved by `shift`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The index of the first page that changed.
    pub from: usize,
    /// How many of the old pages are gone.
    pub removed: usize,
    /// What stands there now.
    pub pages: Vec<Page>,
    /// How the paragraphs of all pages behind them moved.
    pub shift: Shift,
    /// How many pages there are now.
    pub page_count: usize,
    /// How many pages were filled again to find this out: the changed ones, and those beside them that might have been.
    pub filled: usize,
}

/// All paragraphs from one on have another index now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// The first one that moved, by its old index.
    pub from: usize,
    /// By how many it moved.
    pub by: isize,
}

impl Shift {
    /// Moves what a page says about paragraphs.
    pub(crate) fn apply(self, page: &mut Page) {
        let index = |paragraph: &mut usize| {
            if *paragraph >= self.from {
                *paragraph = paragraph.wrapping_add_signed(self.by);
            }
        };
        let position = |position: &mut Position| index(&mut position.paragraph);
        position(&mut page.start);
        page.right_start.iter_mut().for_each(position);
        for scene in &mut page.scenes {
            if let ScenePart::Heading(heading) = &mut scene.part {
                index(heading);
            }
        }
    }
}

impl Delta {
    /// The difference between the pages `old` and `new` that begin at page `first`, with `behind`
    /// pages after them. Pages at both ends that are the same are left out.
    pub(crate) fn between<T>(
        first: usize,
        old: &[T],
        new: &[T],
        behind: usize,
        shift: Shift,
        page: impl Fn(&T) -> &Page,
    ) -> Delta {
        let same = old.iter().zip(new);
        let same = same.take_while(|(old, new)| page(old) == page(new)).count();
        Delta {
            from: first + same,
            removed: old.len() - same,
            pages: new[same..].iter().map(|laid| page(laid).clone()).collect(),
            shift,
            page_count: first + new.len() + behind,
            filled: new.len(),
        }
    }

    /// That of no edit, to so many pages.
    #[must_use]
    pub fn none(page_count: usize) -> Delta {
        Delta {
            from: page_count,
            removed: 0,
            pages: Vec::new(),
            shift: Shift::default(),
            page_count,
            filled: 0,
        }
    }

    /// Whether no break moved.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.removed == 0 && self.pages.is_empty() && self.shift.by == 0
    }

    /// Brings the pages of before the edit up to date: what the receiver does.
    ///
    /// # Panics
    ///
    /// When `pages` are not the ones from before this edit.
    pub fn apply(&self, pages: &mut Vec<Page>) {
        let changed = self.from..self.from + self.removed;
        if self.shift.by != 0 {
            for page in &mut pages[changed.end..] {
                self.shift.apply(page);
            }
        }
        pages.splice(changed, self.pages.iter().cloned());
        assert_eq!(pages.len(), self.page_count, "a delta for other pages");
    }
}
