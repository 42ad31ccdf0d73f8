//! The laws of Fountain in and out, on random scripts and on random text.

use proptest::collection::vec;
use proptest::prelude::*;
use scriptroom_formats::fountain::{carried, parse, print};
use scriptroom_paragraphs::{
    Attributes, Color, ElementType, Paragraph, PlainScript, Styles, TitleEntry,
};
use scriptroom_samples::{DEMO, Options, generate};

/// Everything that means something somewhere, and words that look like elements.
const PIECES: &[&str] = &[
    "*",
    "**",
    "***",
    "_",
    "~",
    "~~",
    "\\",
    "\\\\",
    "[",
    "[[",
    "]",
    "]]",
    "/",
    "/*",
    "*/",
    "#",
    "#1#",
    " #2# [[note]]",
    "^",
    "<",
    ">",
    "!",
    "!!",
    "@",
    ".",
    "..",
    "=",
    "===",
    "(",
    ")",
    ":",
    " ",
    "  ",
    "\t",
    "a",
    "B",
    "word",
    "INT. ",
    "EXT HOUSE",
    "CUT TO:",
    "JOHN",
    "Title: x",
    "=general",
    "é",
    "e\u{301}",
    "👩\u{200d}🚀",
    "駅",
    "\u{a0}",
    "\u{feff}",
    "&",
    "-",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => vec(prop::sample::select(PIECES), 0..6).prop_map(|pieces| pieces.concat()),
        1 => "[^\r\n\u{2028}\u{2029}]{0,8}",
    ]
}

fn paragraph() -> impl Strategy<Value = Paragraph> {
    let runs = vec((text(), prop_oneof![2 => Just(0), 1 => 0..64_u8]), 0..5);
    let number = prop::option::of(prop::sample::select(vec![
        "1", "12A", "A-3.1", "#", "4 B", "",
    ]));
    let attributes = (any::<bool>(), 0..8_u8, any::<bool>(), number);
    (0..ElementType::ALL.len(), runs, attributes).prop_map(
        |(element, runs, (dual, depth, joined, number))| {
            let mut paragraph = Paragraph {
                element: ElementType::ALL[element],
                ..Paragraph::default()
            };
            for (text, styles) in runs {
                paragraph.push(&text, Styles::from_bits(styles));
            }
            let scene_number = number.map(str::to_owned);
            paragraph.attributes = Attributes {
                scene: Some("id".to_owned()),
                scene_number,
                dual,
                depth,
                joined,
                omitted: false,
                color: dual.then_some(Color([1, 2, 3])),
                source: None,
            };
            paragraph
        },
    )
}

fn title_page() -> impl Strategy<Value = Vec<TitleEntry>> {
    let key = prop::sample::select(vec![
        "Title",
        "Draft date",
        "Foo",
        "FADE IN",
        "a:b",
        "",
        "INT. X",
        "!",
    ]);
    let entry = (key, vec(text(), 0..3)).prop_map(|(key, lines)| TitleEntry {
        key: key.to_owned(),
        lines,
    });
    prop_oneof![Just(vec![]), vec(entry, 0..3)]
}

fn script() -> impl Strategy<Value = PlainScript> {
    (title_page(), vec(paragraph(), 0..6)).prop_map(|(title_page, paragraphs)| PlainScript {
        title_page,
        paragraphs,
    })
}

/// Text as it might come: pieces, with line breaks of every kind.
fn source() -> impl Strategy<Value = String> {
    let breaks = prop::sample::select(vec![
        "\n", "\n\n", "\n  \n", "\r\n", "\r", "\u{2028}", "\n\n\n",
    ]);
    vec((text(), breaks), 0..12)
        .prop_map(|lines| lines.into_iter().map(|(text, end)| text + end).collect())
}

fn check_script(script: &PlainScript) {
    let printed = print(script);
    let expected = carried(script);
    let read = parse(&printed).script;
    assert_same(&read, &expected, &printed);
    assert_eq!(print(&read), printed);
}

/// Equal, or the first paragraph that is not.
fn assert_same(left: &PlainScript, right: &PlainScript, text: &str) {
    let text: String = text.chars().take(500).collect();
    assert_eq!(left.title_page, right.title_page, "in {text:?}");
    for (left, right) in left.paragraphs.iter().zip(&right.paragraphs) {
        assert_eq!(left, right, "in {text:?}");
    }
    assert_eq!(left.paragraphs.len(), right.paragraphs.len(), "in {text:?}");
}

fn check_source(text: &str) {
    let script = parse(text).script;
    assert_same(&carried(&script), &script, text);
    check_script(&script);
    check_runs(&script);
    assert_eq!(kept(text), kept_of(&script), "from:\n{text}");
}

fn check_runs(script: &PlainScript) {
    for paragraph in &script.paragraphs {
        assert!(paragraph.runs.iter().all(|run| !run.text.is_empty()));
        assert!(
            paragraph
                .runs
                .windows(2)
                .all(|two| two[0].styles != two[1].styles)
        );
        assert!(
            !paragraph
                .text()
                .contains(['\r', '\n', '\u{2028}', '\u{2029}'])
        );
    }
}

/// Letters in order, and how many digits: what no mark is made of. The number of a scene may stand before a note.
fn letters(text: &str) -> (String, usize) {
    let kept = |c: &char| c.is_alphanumeric() || *c > '\u{2fff}';
    let kept = text.chars().filter(kept);
    let (digits, text): (String, String) = kept.partition(char::is_ascii_digit);
    // The one word that this program's own markers may take out of PIECES.
    (text.replace("general", ""), digits.len())
}

/// The letters of a source, without its byte order mark.
fn kept(text: &str) -> (String, usize) {
    letters(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn kept_of(script: &PlainScript) -> (String, usize) {
    let mut text = String::new();
    for entry in &script.title_page {
        text.push_str(&entry.key);
        text.extend(entry.lines.iter().map(String::as_str));
    }
    for paragraph in &script.paragraphs {
        text.push_str(&paragraph.text());
        text.push_str(
            paragraph
                .attributes
                .scene_number
                .as_deref()
                .unwrap_or_default(),
        );
    }
    letters(&text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_script_comes_back(script in script()) {
        check_script(&script);
    }

    #[test]
    fn one_paragraph_comes_back(paragraph in paragraph()) {
        check_script(&PlainScript { title_page: vec![], paragraphs: vec![paragraph] });
    }

    #[test]
    fn carrying_twice_is_carrying_once(script in script()) {
        prop_assert_eq!(carried(&carried(&script)), carried(&script));
    }

    #[test]
    fn any_text_is_read_and_kept(text in source()) {
        check_source(&text);
    }

    #[test]
    fn any_bytes_are_read_and_kept(bytes in vec(any::<u8>(), 0..200)) {
        check_source(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn the_demo_comes_back() {
    check_source(DEMO);
    assert!(parse(DEMO).diagnostics.is_empty());
}

#[test]
fn generated_scripts_come_back_as_they_are() {
    for seed in 0..4 {
        let script = generate(&Options { seed, pages: 30 });
        assert_eq!(carried(&script), script);
        check_script(&script);
    }
}
