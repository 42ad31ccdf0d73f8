//! Scripts, settings and edits at random, by seed, and what must hold of any of them.

use scriptroom_pages::{LineText, Page, Paginator, Preset, Settings};
use scriptroom_paragraphs::{ElementType, Paragraph, Styles};

/// A small generator of random numbers, so that a seed means the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("less than the limit")
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
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

/// What ends a scene though no other begins.
const ENDS_SCENE: [ElementType; 2] = [ElementType::NewAct, ElementType::EndOfAct];

pub(crate) fn text(random: &mut Random, element: ElementType) -> String {
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

pub(crate) fn paragraph(random: &mut Random) -> Paragraph {
    let element = random.pick(&ELEMENTS);
    let mut paragraph = Paragraph::new(element, text(random, element));
    if random.one_in(8) {
        paragraph.push(" a note", Styles::NOTE);
        paragraph.push(" and on.", Styles::NONE);
    }
    paragraph.attributes.dual = element == ElementType::Character && random.one_in(3);
    paragraph.attributes.omitted = element == ElementType::SceneHeading && random.one_in(4);
    paragraph.attributes.joined = element == ElementType::Action && random.one_in(3);
    paragraph
}

pub(crate) fn paragraphs(random: &mut Random, count: usize) -> Vec<Paragraph> {
    (0..count).map(|_| paragraph(random)).collect()
}

pub(crate) fn settings(random: &mut Random) -> Settings {
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

pub(crate) fn number(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(default, |value| value.parse().expect("a number"))
}

/// The same lines are printed, page by page.
pub(crate) fn assert_same_lines(kept: &Paginator, full: &Paginator) {
    assert_eq!(kept.page_count(), full.page_count());
    for page in 0..full.page_count() {
        let (these, those) = (kept.printed_lines(page), full.printed_lines(page));
        assert_eq!(these, those, "lines of page {page}");
    }
}

/// A paragraph that is something else now: another element, to the right, omitted, joined.
pub(crate) fn retype(random: &mut Random, paragraph: &mut Paragraph) {
    let attributes = &mut paragraph.attributes;
    match random.below(4) {
        0 => paragraph.element = random.pick(&ELEMENTS),
        1 => attributes.dual = paragraph.element == ElementType::Character && !attributes.dual,
        2 => {
            let is_heading = paragraph.element == ElementType::SceneHeading;
            attributes.omitted = is_heading && !attributes.omitted;
        }
        _ => attributes.joined = paragraph.element == ElementType::Action && !attributes.joined,
    }
}

/// Fails with the first page that is different: all of them would be too much to read.
pub(crate) fn assert_same(pages: &[Page], expected: &[Page], which: &str) {
    let same = pages
        .iter()
        .zip(expected)
        .take_while(|(a, b)| a == b)
        .count();
    assert_eq!(pages.get(same), expected.get(same), "{which}, page {same}");
}

/// All printed text, page by page, is the script's text.
pub(crate) fn check_text(paginator: &Paginator, script: &[Paragraph]) {
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
    let mut is_left_out = false;
    for (paragraph, printed) in script.iter().zip(&printed) {
        let is_heading = paragraph.element == ElementType::SceneHeading;
        if is_heading || ENDS_SCENE.contains(&paragraph.element) {
            is_left_out = is_heading && paragraph.attributes.omitted;
        }
        if is_left_out {
            assert_eq!(printed, if is_heading { "OMITTED" } else { "" });
            continue;
        }
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
