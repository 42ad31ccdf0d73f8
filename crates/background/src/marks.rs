//! The lines that revisions changed, page by page, kept while the script is edited.

use scriptroom_pages::{LineText, Paginator, RevisedText};
use std::ops::Range;

/// A line with a mark in its margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Where the line begins: its paragraph, and the offset into it.
    pub(crate) at: (usize, u32),
    /// The latest revision that changed it.
    pub(crate) revision: usize,
}

/// What became of the marks: `removed` of them from index `from` on gave way to others.
pub(crate) struct MarksChange {
    pub(crate) from: usize,
    pub(crate) removed: usize,
    pub(crate) inserted: Vec<Mark>,
}

impl MarksChange {
    pub(crate) fn none() -> MarksChange {
        MarksChange {
            from: 0,
            removed: 0,
            inserted: Vec::new(),
        }
    }
}

/// The marks of each page.
#[derive(Default)]
pub(crate) struct Marks {
    pages: Vec<Vec<Mark>>,
}

impl Marks {
    /// Moves the marks of all paragraphs from `from` on.
    pub(crate) fn shift(&mut self, from: usize, by: i64) {
        for mark in self.pages.iter_mut().flatten() {
            if mark.at.0 >= from {
                mark.at.0 = usize::try_from(mark.at.0 as i64 + by).unwrap_or(0);
            }
        }
    }

    /// Finds the marks of `pages` anew, in place of those of `removed` pages from the same on.
    pub(crate) fn find(
        &mut self,
        paginator: &Paginator,
        pages: Range<usize>,
        removed: usize,
        revised: &[RevisedText],
    ) -> MarksChange {
        let found: Vec<Vec<Mark>> = pages
            .clone()
            .map(|page| of_page(paginator, page, revised))
            .collect();
        let from = self.pages[..pages.start.min(self.pages.len())].iter();
        let from = from.map(Vec::len).sum();
        let end = (pages.start + removed).min(self.pages.len());
        let inserted = found.iter().flatten().copied().collect();
        let start = pages.start.min(end);
        let gone = self.pages.splice(start..end, found);
        let removed = gone.map(|marks| marks.len()).sum();
        MarksChange {
            from,
            removed,
            inserted,
        }
    }

    /// The latest revision that changed a page.
    pub(crate) fn revision_of(&self, page: usize) -> Option<usize> {
        let marks = self.pages.get(page)?;
        marks.iter().map(|mark| mark.revision).max()
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Mark> {
        self.pages.iter().flatten()
    }
}

fn of_page(paginator: &Paginator, page: usize, revised: &[RevisedText]) -> Vec<Mark> {
    let first = paginator.page(page).start.paragraph;
    let last = match page + 1 < paginator.page_count() {
        true => paginator.page(page + 1).start.paragraph,
        false => usize::MAX,
    };
    let from = revised.partition_point(|revised| revised.paragraph < first);
    let to = revised.partition_point(|revised| revised.paragraph <= last);
    if from == to {
        return Vec::new();
    }
    let lines = paginator.marked_lines(page, &revised[from..to]);
    let marked = lines.filter_map(|(line, mark)| {
        let LineText::Text {
            paragraph,
            offset_utf16,
            ..
        } = line.text
        else {
            return None;
        };
        let at = (paragraph, offset_utf16);
        mark.map(|revision| Mark { at, revision })
    });
    marked.collect()
}
