//! Laws that hold for any script and any edit: a layout ends, loses no line and doubles none, its
//! breaks go forward, and the one that is kept up to date equals the one made from scratch, break by break and line by line.
//! Locked pages are in the suite `locked`.
//!
//! `SCRIPTROOM_PAGES_EDITS=100000 cargo test --release -p scriptroom-pages --test incremental --test locked`
//! runs longer; `SCRIPTROOM_PAGES_SEED` begins elsewhere.

mod random;

use random::{
    Random, assert_same, assert_same_lines, check_text, number, paragraphs, retype, settings,
};
use scriptroom_pages::{Delta, Layout, Page, Paginator, Points, Settings, layout};
use scriptroom_paragraphs::{ElementType, Paragraph, Styles};

/// A script and its pages, kept here and by somebody who is told the differences.
struct Edited {
    random: Random,
    script: Vec<Paragraph>,
    paginator: Paginator,
    sent: Vec<Page>,
}

impl Edited {
    fn new(seed: u64) -> Edited {
        let mut random = Random(seed);
        let settings = settings(&mut random);
        let count = random.below(60);
        let script = paragraphs(&mut random, count);
        let paginator = Paginator::new(&script, settings);
        Edited {
            random,
            sent: paginator.pages().cloned().collect(),
            script,
            paginator,
        }
    }

    fn edit(&mut self) {
        let from = self.random.below(self.script.len() + 1);
        let removed = self.random.below(4).min(self.script.len() - from);
        let inserted = self.random.below(4);
        let inserted = paragraphs(&mut self.random, inserted);
        self.splice(from, removed, &inserted);
    }

    fn move_some(&mut self) {
        let from = self.random.below(self.script.len() + 1);
        let count = self.random.below(8).min(self.script.len() - from);
        let moved = self.script[from..from + count].to_vec();
        self.splice(from, count, &[]);
        let to = self.random.below(self.script.len() + 1);
        self.splice(to, 0, &moved);
    }

    fn retype(&mut self) {
        let at = self.random.below(self.script.len());
        let mut paragraph = self.script[at].clone();
        retype(&mut self.random, &mut paragraph);
        self.splice(at, 1, &[paragraph]);
    }

    fn splice(&mut self, from: usize, removed: usize, inserted: &[Paragraph]) {
        let delta = self.paginator.splice(from, removed, inserted);
        delta.apply(&mut self.sent);
        self.script
            .splice(from..from + removed, inserted.iter().cloned());
    }

    fn check(&self) {
        let full = Paginator::new(&self.script, self.paginator.settings().clone());
        let pages: Vec<Page> = full.pages().cloned().collect();
        let kept: Vec<Page> = self.paginator.pages().cloned().collect();
        assert_same(&kept, &pages, "kept");
        assert_same(&self.sent, &pages, "sent");
        assert_same_lines(&self.paginator, &full);
    }
}

#[test]
fn an_edited_layout_equals_a_full_one() {
    let edits = number("SCRIPTROOM_PAGES_EDITS", 1_000);
    let seed = number("SCRIPTROOM_PAGES_SEED", 1);
    for script in 0..edits.div_ceil(40) {
        let mut edited = Edited::new((seed << 32) + script);
        for _ in 0..40 {
            match edited.random.below(8) {
                0 => edited.move_some(),
                1 | 2 if !edited.script.is_empty() => edited.retype(),
                _ => edited.edit(),
            }
            edited.check();
        }
    }
}

/// A script of some 250 pages, as people write them.
fn feature() -> Vec<Paragraph> {
    let mut random = Random(7);
    let mut script = Vec::new();
    let text = |random: &mut Random, words: usize| {
        let words = random.below(words) + 1;
        let words = (0..words).map(|_| random.pick(&["she", "runs.", "to", "the", "door", "Why?"]));
        words.collect::<Vec<_>>().join(" ")
    };
    for scene in 0..405 {
        script.push(Paragraph::new(
            ElementType::SceneHeading,
            format!("INT. ROOM {scene}"),
        ));
        for _ in 0..4 {
            script.push(Paragraph::new(ElementType::Action, text(&mut random, 40)));
            let cue = random.pick(&["ANNA", "BEN"]);
            script.push(Paragraph::new(ElementType::Character, cue));
            script.push(Paragraph::new(ElementType::Dialogue, text(&mut random, 30)));
        }
    }
    script
}

/// The lines of the pages that an edit filled again.
fn filled_lines(paginator: &Paginator, delta: &Delta) -> usize {
    // They end with those that are told.
    let end = delta.from + delta.pages.len().max(1);
    let first = end.saturating_sub(delta.filled);
    let pages = first..end.min(paginator.page_count());
    pages.map(|page| paginator.printed_lines(page).len()).sum()
}

#[test]
fn a_key_in_a_long_script_fills_its_page_again_and_goes_on_until_the_breaks_agree() {
    let mut script = feature();
    let settings = Settings::default();
    let mut paginator = Paginator::new(&script, settings.clone());
    assert!(
        (240..260).contains(&paginator.page_count()),
        "{}",
        paginator.page_count()
    );
    let mut random = Random(8);
    let mut filled = Vec::new();
    for _ in 0..400 {
        let at = random.below(script.len());
        script[at].push("x", Styles::NONE);
        let delta = paginator.splice(at, 1, &script[at..=at]);
        // Beside those that changed: the page before, which looked at this one, and this one.
        assert!(delta.filled <= delta.pages.len() + 2, "{delta:?}");
        filled.push(filled_lines(&paginator, &delta));
    }
    assert_eq!(paginator.layout(), layout(&script, &settings));
    filled.sort_unstable();
    let (half, most) = (filled[200], filled[399]);
    println!(
        "lines laid out again by a key in {} pages: half of them at most {half}, all at most {most}",
        paginator.page_count()
    );
    assert!(
        half <= 60,
        "a page has 54 lines, half of the keys laid out {half}"
    );
}

#[test]
fn every_line_stands_on_one_page_and_breaks_go_forward() {
    for seed in 0..number("SCRIPTROOM_PAGES_EDITS", 1_000) / 20 {
        let mut random = Random(seed);
        let settings = settings(&mut random);
        let count = random.below(80);
        let script = paragraphs(&mut random, count);
        let paginator = Paginator::new(&script, settings.clone());
        check_breaks(&paginator.layout(), &settings);
        check_text(&paginator, &script);
    }
}

fn check_breaks(layout: &Layout, settings: &Settings) {
    let key = |page: &Page| {
        let right = page
            .right_start
            .map(|right| (right.paragraph, right.offset_utf16));
        (page.start.paragraph, page.start.offset_utf16, right)
    };
    for pair in layout.pages.windows(2) {
        assert!(
            key(&pair[0]) < key(&pair[1]) || pair[0].right_start.is_some(),
            "{pair:#?}"
        );
    }
    let tallest = settings.setup().leading.0 * 2;
    for page in &layout.pages {
        let is_one_line = page.height <= Points(tallest + settings.body_height().0);
        assert!(
            page.height <= settings.body_height() || is_one_line,
            "{page:#?}"
        );
    }
}
