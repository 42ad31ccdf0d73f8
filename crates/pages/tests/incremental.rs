//! Laws that hold for any script and any edit: a layout ends, loses no line and doubles none, its
//! breaks go forward, and the one that is kept up to date equals the one made from scratch.
//!
//! `SCRIPTROOM_PAGES_EDITS=100000 cargo test --release -p scriptroom-pages --test incremental`
//! runs longer; `SCRIPTROOM_PAGES_SEED` begins elsewhere.

mod random;

use random::{Random, assert_same, check_text, number, paragraphs, settings};
use scriptroom_pages::{Layout, Page, Paginator, Points, Settings, layout};
use scriptroom_paragraphs::Styles;

#[test]
fn an_edited_layout_equals_a_full_one() {
    let edits = number("SCRIPTROOM_PAGES_EDITS", 1_000);
    let seed = number("SCRIPTROOM_PAGES_SEED", 1);
    for script in 0..edits.div_ceil(40) {
        let mut random = Random((seed << 32) + script);
        let settings = settings(&mut random);
        let count = random.below(60);
        let mut script = paragraphs(&mut random, count);
        let mut paginator = Paginator::new(&script, settings.clone());
        let mut sent: Vec<Page> = paginator.pages().cloned().collect();
        for _ in 0..40 {
            let from = random.below(script.len() + 1);
            let removed = random.below(4).min(script.len() - from);
            let inserted = random.below(4);
            let inserted = paragraphs(&mut random, inserted);
            let delta = paginator.splice(from, removed, &inserted);
            script.splice(from..from + removed, inserted);
            delta.apply(&mut sent);
            let full = layout(&script, &settings);
            let kept = paginator.layout().pages;
            assert_same(&kept, &full.pages, "kept");
            assert_same(&sent, &full.pages, "sent");
        }
    }
}

#[test]
fn typing_in_a_long_script_changes_a_page_or_two() {
    let mut random = Random(7);
    let mut script = paragraphs(&mut random, 3_000);
    let settings = Settings::default();
    let mut paginator = Paginator::new(&script, settings.clone());
    let mut changed = 0;
    for _ in 0..50 {
        let at = random.below(script.len());
        script[at].push("x", Styles::NONE);
        let delta = paginator.splice(at, 1, &script[at..=at]);
        changed += delta.pages.len();
    }
    assert_eq!(paginator.layout(), layout(&script, &settings));
    assert!(changed < 50 * 6, "{changed} pages sent for 50 keys");
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
