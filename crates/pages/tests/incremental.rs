//! Laws that hold for any script and any edit: a layout ends, loses no line and doubles none, its
//! breaks go forward, and the one that is kept up to date equals the one made from scratch.
//!
//! `SCRIPTROOM_PAGES_EDITS=100000 cargo test --release -p scriptroom-pages --test incremental`
//! runs longer; `SCRIPTROOM_PAGES_SEED` begins elsewhere.

use scriptroom_pages::{Layout, LineText, Page, Paginator, Points, Preset, Settings, layout};
use scriptroom_paragraphs::{ElementType, Paragraph, Styles};

/// A small generator of random numbers, so that a seed means the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("less than the limit")
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

const ELEMENTS: [ElementType; 24] = {
    use ElementType as E;
    [
        E::Action,
        E::Action,
        E::Action,
        E::Character,
        E::Character,
        E::Character,
        E::Character,
        E::Dialogue,
        E::Dialogue,
        E::Dialogue,
        E::Dialogue,
        E::Parenthetical,
        E::SceneHeading,
        E::SceneHeading,
        E::Transition,
        E::Shot,
        E::General,
        E::Lyrics,
        E::Centered,
        E::CastList,
        E::NewAct,
        E::EndOfAct,
        E::Note,
        E::PageBreak,
    ]
};

const WORDS: [&str; 16] = [
    "she",
    "runs",
    "to",
    "the",
    "door.",
    "Why?",
    "well-known",
    "no—yes",
    "漢字。",
    "e\u{301}te\u{301}",
    "👩‍👩‍👧",
    "שלום",
    "unbelievably",
    "a",
    "(beat)",
    "\"Go!\"",
];

fn text(random: &mut Random, element: ElementType) -> String {
    if element == ElementType::Character {
        return random
            .pick(&["ANNA", "ANNA (V.O.)", "BEN", "ANNA (CONT'D)", ""])
            .to_owned();
    }
    let words = match random.below(10) {
        0 => 0,
        1 => 200,
        2..=4 => 40,
        _ => 9,
    };
    let words = random.below(words + 1);
    let words: Vec<&str> = (0..words).map(|_| random.pick(&WORDS)).collect();
    words.join(" ")
}

fn paragraph(random: &mut Random) -> Paragraph {
    let element = random.pick(&ELEMENTS);
    let mut paragraph = Paragraph::new(element, text(random, element));
    if random.one_in(8) {
        paragraph.push(" a note", Styles::NOTE);
        paragraph.push(" and on.", Styles::NONE);
    }
    paragraph.attributes.dual = element == ElementType::Character && random.one_in(3);
    paragraph.attributes.joined = element == ElementType::Action && random.one_in(3);
    paragraph
}

fn paragraphs(random: &mut Random, count: usize) -> Vec<Paragraph> {
    (0..count).map(|_| paragraph(random)).collect()
}

fn settings(random: &mut Random) -> Settings {
    let mut setup = random.pick(&Preset::ALL).setup();
    if random.one_in(2) {
        setup.lines = Some(u32::try_from(random.below(20) + 1).expect("small"));
    }
    if random.one_in(3) {
        setup.continueds.scene_top = Some("CONTINUED:".to_owned());
        setup.continueds.scene_bottom = Some("(CONTINUED)".to_owned());
        setup.continueds.scene_numbers = random.one_in(2);
    }
    if random.one_in(4) {
        setup.continueds.more = None;
    }
    if random.one_in(4) {
        setup.continueds.contd = None;
    }
    setup.break_at_sentences = !random.one_in(3);
    Settings::new(setup).expect("these settings leave room")
}

fn number(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(default, |value| value.parse().expect("a number"))
}

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

/// Fails with the first page that is different: all of them would be too much to read.
fn assert_same(pages: &[Page], expected: &[Page], which: &str) {
    let same = pages
        .iter()
        .zip(expected)
        .take_while(|(a, b)| a == b)
        .count();
    assert_eq!(pages.get(same), expected.get(same), "{which}, page {same}");
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

/// All printed text, page by page, is the script's text.
fn check_text(paginator: &Paginator, script: &[Paragraph]) {
    let mut printed = vec![String::new(); script.len()];
    for page in 0..paginator.page_count() {
        for line in paginator.printed_lines(page) {
            if let LineText::Text {
                paragraph,
                offset_utf16: _,
                text,
            } = line.text
            {
                printed[paragraph].push_str(&text);
            }
        }
    }
    for (paragraph, printed) in script.iter().zip(&printed) {
        let runs = paragraph.runs.iter();
        let visible = runs.filter(|run| run.styles.is_printed());
        let expected: String = visible.map(|run| run.text.as_str()).collect();
        match paragraph.element {
            element if !element.is_printed() => assert_eq!(printed, ""),
            // A blank line may hang below a page.
            _ if expected.trim().is_empty() && printed.is_empty() => {}
            // The automatic continued follows the cue.
            ElementType::Character => assert_eq!(
                printed.replace(" (CONT'D)", ""),
                expected.replace(" (CONT'D)", "")
            ),
            _ => assert_eq!(*printed, expected),
        }
    }
}
