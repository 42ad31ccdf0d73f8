//! Laws of locked pages, for any script and any edits: the layout that is kept up to date equals
//! the one made from scratch, no locked page moves, no number stands on two pages, no line is lost. Pages begin anywhere: in
//! speeches, in columns of dual dialogue, in scenes that are omitted then.
//!
//! `SCRIPTROOM_PAGES_EDITS` and `SCRIPTROOM_PAGES_SEED` are those of the suite `incremental`.

mod random;

use random::{
    Random, assert_same, assert_same_lines, check_text, number, paragraphs, retype, settings,
};
use scriptroom_pages::{Anchor, LockDiagnostic, LockedPage, Page, Paginator, Settings};
use scriptroom_paragraphs::{ElementType, Paragraph};
use std::collections::HashSet;
use std::ops::Range;

/// The id of a paragraph and an offset into it.
type Place = (u64, u32);

/// A script as its owner keeps it: the locks follow the paragraphs that they are anchored in.
struct Owner {
    random: Random,
    script: Vec<Paragraph>,
    /// One for each paragraph, for good.
    ids: Vec<u64>,
    next_id: u64,
    /// Each lock's number and its places.
    locks: Vec<(String, Place, Option<Place>)>,
    paginator: Paginator,
    /// The pages as somebody knows them who is told the differences.
    sent: Vec<Page>,
}

impl Owner {
    fn new(seed: u64) -> Owner {
        let mut random = Random(seed);
        let settings = page_with_room(&mut random);
        let count = random.below(60);
        let script = paragraphs(&mut random, count);
        let paginator = Paginator::new(&script, settings);
        Owner {
            random,
            ids: (0..count as u64).collect(),
            next_id: count as u64,
            locks: Vec::new(),
            sent: paginator.pages().cloned().collect(),
            script,
            paginator,
        }
    }

    fn lock(&mut self) {
        let before: Vec<Page> = self.paginator.pages().cloned().collect();
        let ids = &self.ids;
        let anchored = |anchor: Anchor| Some((*ids.get(anchor.paragraph)?, anchor.offset_utf16));
        let pages = self.paginator.to_lock().into_iter();
        let locks = pages.filter_map(|page| {
            let right = page.right_start.and_then(anchored);
            Some((page.label, anchored(page.start)?, right))
        });
        self.locks = locks.collect();
        self.tell_locks();
        let starts = |pages: &[Page]| {
            pages
                .iter()
                .map(|page| page.start.paragraph)
                .collect::<Vec<_>>()
        };
        assert_eq!(starts(&self.sent), starts(&before), "locking moves no page");
    }

    fn edit(&mut self) {
        let from = self.random.below(self.script.len() + 1);
        let removed = self.random.below(4).min(self.script.len() - from);
        let count = self.random.below(4);
        let inserted = paragraphs(&mut self.random, count);
        // A single paragraph that changes is the same one.
        let keeps_ids = removed == count;
        let ids: Vec<u64> = match keeps_ids {
            true => self.ids[from..from + removed].to_vec(),
            false => (self.next_id..).take(count).collect(),
        };
        self.next_id += count as u64;
        if !keeps_ids {
            self.move_anchors(from..from + removed);
        }
        self.splice(from, removed, &inserted, &ids);
        self.tell_locks();
    }

    /// Makes a paragraph something else.
    fn retype(&mut self) {
        let at = self.random.below(self.script.len());
        let mut paragraph = self.script[at].clone();
        retype(&mut self.random, &mut paragraph);
        let ids = [self.ids[at]];
        self.splice(at, 1, &[paragraph], &ids);
        self.tell_locks();
    }

    /// Moves some paragraphs elsewhere, and what is anchored in them.
    fn move_scene(&mut self) {
        let from = self.random.below(self.script.len());
        let count = self.random.below(8).min(self.script.len() - from);
        let moved = self.script[from..from + count].to_vec();
        let ids = self.ids[from..from + count].to_vec();
        self.splice(from, count, &[], &[]);
        let to = self.random.below(self.script.len() + 1);
        self.splice(to, 0, &moved, &ids);
        self.tell_locks();
    }

    /// What is anchored in paragraphs that go is anchored behind them.
    fn move_anchors(&mut self, gone: Range<usize>) {
        let behind = self.ids.get(gone.end).copied();
        let gone = &self.ids[gone];
        let moved = |at: &mut Place| {
            if gone.contains(&at.0) {
                *at = (behind.unwrap_or(u64::MAX), 0);
            }
        };
        for (_, start, right) in &mut self.locks {
            moved(start);
            right.iter_mut().for_each(moved);
        }
    }

    fn splice(&mut self, from: usize, removed: usize, inserted: &[Paragraph], ids: &[u64]) {
        let delta = self.paginator.splice(from, removed, inserted);
        delta.apply(&mut self.sent);
        self.script
            .splice(from..from + removed, inserted.iter().cloned());
        self.ids.splice(from..from + removed, ids.iter().copied());
    }

    fn anchors(&self) -> Vec<LockedPage> {
        let anchor = |(id, offset_utf16): Place| {
            let paragraph = self.ids.iter().position(|&other| other == id);
            Anchor {
                paragraph: paragraph.unwrap_or(self.ids.len()),
                offset_utf16,
            }
        };
        let locks = self.locks.iter().cloned();
        let pages = locks.map(|(label, start, right)| LockedPage {
            label,
            start: anchor(start),
            right_start: right.map(anchor),
        });
        pages.collect()
    }

    fn tell_locks(&mut self) {
        let delta = self.paginator.set_locks(&self.anchors());
        delta.apply(&mut self.sent);
    }

    fn check(&self) {
        let mut full = Paginator::new(&self.script, self.paginator.settings().clone());
        full.set_locks(&self.anchors());
        let pages: Vec<Page> = full.pages().cloned().collect();
        let kept: Vec<Page> = self.paginator.pages().cloned().collect();
        assert_same(&kept, &pages, "kept");
        assert_same(&self.sent, &pages, "sent");
        assert_eq!(self.paginator.labels(), full.labels());
        let labels = full.labels();
        let once: HashSet<&String> = labels.iter().collect();
        assert_eq!(once.len(), labels.len(), "{labels:?}");
        assert_eq!(labels.len(), pages.len());
        assert_same_lines(&self.paginator, &full);
        self.check_places(&pages);
    }

    /// Each locked page that is in order begins with the text at its place, whatever that is.
    fn check_places(&self, pages: &[Page]) {
        let passed_over = self.paginator.lock_diagnostics();
        let passed_over: HashSet<&str> = passed_over.iter().map(number_of).collect();
        let starts = pages.iter().map(|page| Anchor {
            paragraph: page.start.paragraph,
            offset_utf16: page.start.offset_utf16,
        });
        let starts: HashSet<Place> = starts.filter_map(|start| self.printed_at(start)).collect();
        for lock in self.anchors().iter().skip(1) {
            if passed_over.contains(lock.label.as_str()) {
                continue;
            }
            let Some(at) = self.printed_at(lock.start) else {
                continue;
            };
            let around = |index: usize| {
                let paragraph = &self.script[index];
                (
                    index,
                    paragraph.element,
                    paragraph.attributes.dual,
                    paragraph.text(),
                )
            };
            let from = lock.start.paragraph.saturating_sub(6);
            let to = (lock.start.paragraph + 3).min(self.script.len());
            assert!(
                starts.contains(&at),
                "{lock:?} is on no page's top: {at:?} of {starts:?}\n{:#?}\n{:?}",
                (from..to).map(around).collect::<Vec<_>>(),
                self.anchors(),
            );
        }
    }

    /// The printed text at an anchor: the index of its paragraph, and how many units are printed of that before. Where
    /// there is none of the paragraph's behind it, the next printed paragraph. `None` at the end of the script.
    fn printed_at(&self, anchor: Anchor) -> Option<Place> {
        let printed = |index: usize| printed_text(&self.script, index);
        let behind = |index: &usize| printed(*index).is_some();
        let next = |from| {
            (from..self.script.len())
                .find(behind)
                .map(|index| (index as u64, 0))
        };
        let Some(length) = printed(anchor.paragraph) else {
            return next(anchor.paragraph);
        };
        let mut before = 0;
        let mut at = 0;
        for run in &self.script[anchor.paragraph].runs {
            let units = u32::try_from(run.text.encode_utf16().count()).expect("short");
            // Inside of a character stands for behind it.
            let mut ends = run.text.chars().scan(0, |end, character| {
                *end += u32::try_from(character.len_utf16()).expect("1 or 2");
                Some(*end)
            });
            let inside = anchor.offset_utf16.saturating_sub(at);
            let inside = match inside {
                0 => 0,
                inside => ends.find(|end| *end >= inside).unwrap_or(units),
            };
            at += units;
            if run.styles.is_printed() {
                before += inside;
            }
        }
        match before.min(length) {
            0 => Some((anchor.paragraph as u64, 0)),
            before if before >= length => next(anchor.paragraph + 1),
            before => Some((anchor.paragraph as u64, before)),
        }
    }
}

/// How many units of a paragraph are printed; `None` where it does not stand on paper.
fn printed_text(script: &[Paragraph], index: usize) -> Option<u32> {
    let paragraph = script.get(index)?;
    let ends = |paragraph: &&Paragraph| {
        use ElementType::{EndOfAct, NewAct, SceneHeading};
        matches!(paragraph.element, SceneHeading | NewAct | EndOfAct)
    };
    let scene = script[..=index].iter().rev().find(ends);
    let is_omitted = scene.is_some_and(|scene| {
        scene.element == ElementType::SceneHeading && scene.attributes.omitted
    });
    let omits = is_omitted && paragraph.element == ElementType::SceneHeading;
    if omits {
        return Some(0);
    }
    let runs = paragraph.runs.iter().filter(|run| run.styles.is_printed());
    let units = runs
        .map(|run| run.text.encode_utf16().count())
        .sum::<usize>();
    (paragraph.element.is_printed() && !is_omitted).then(|| u32::try_from(units).expect("short"))
}

/// Pages that hold what must stand together: on smaller ones it is cut anywhere.
fn page_with_room(random: &mut Random) -> Settings {
    loop {
        let settings = settings(random);
        if settings.lines_per_page() >= 10 {
            return settings;
        }
    }
}

fn number_of(diagnostic: &LockDiagnostic) -> &str {
    match diagnostic {
        LockDiagnostic::OutOfOrder { label } | LockDiagnostic::Twice { label } => label,
    }
}

#[test]
fn locked_pages_hold_through_any_edits() {
    let edits = number("SCRIPTROOM_PAGES_EDITS", 400);
    let seed = number("SCRIPTROOM_PAGES_SEED", 1);
    for script in 0..edits.div_ceil(40) {
        let mut owner = Owner::new((seed << 32) + script);
        owner.lock();
        for _ in 0..40 {
            match owner.random.below(8) {
                0 if !owner.script.is_empty() => owner.move_scene(),
                1 => owner.lock(),
                2 if !owner.script.is_empty() => owner.retype(),
                _ => owner.edit(),
            }
            owner.check();
        }
        check_text(&owner.paginator, &owner.script);
    }
}
