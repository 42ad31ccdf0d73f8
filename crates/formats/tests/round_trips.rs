//! A script that goes from format to format: Fountain, Final Draft, Fountain, JSON. What each cannot carry is in `FORMATS.md`.

use proptest::collection::vec;
use proptest::prelude::*;
use scriptroom_formats::{blocks, fdx, fountain, title_texts};
use scriptroom_pages::TitleText;
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run};
use scriptroom_samples::{DEMO, Options, generate};

/// What comes of a script on the way through all of them.
fn chained(script: &PlainScript) -> PlainScript {
    let file = fdx::encode(script);
    let final_draft = fdx::decode(&file).expect("it was just written");
    assert_eq!(final_draft.diagnostics(), []);
    let printed = fountain::print(final_draft.script());
    let script = fountain::parse(&printed).script;
    let json = blocks::decode(blocks::encode(&script).as_bytes()).expect("it was just written");
    assert_eq!(json.script, script, "JSON blocks carry all");
    json.script
}

/// What every one of them carries.
#[derive(Debug, PartialEq)]
struct Carried {
    title_page: Vec<TitleText>,
    /// Paragraphs with their text, its styles, scene numbers, depths and sides; without notes and cut text.
    paragraphs: Vec<Paragraph>,
    /// Notes and cut text, which Final Draft has behind the paragraph that they stand in.
    aside: Vec<String>,
}

fn carried(script: &PlainScript) -> Carried {
    let mut aside = Vec::new();
    let mut paragraphs = Vec::new();
    for paragraph in &script.paragraphs {
        let mut kept = paragraph.clone();
        kept.runs.clear();
        let is_aside = matches!(paragraph.element, ElementType::Note | ElementType::Boneyard);
        for Run { text, styles } in &paragraph.runs {
            match is_aside || !styles.is_printed() {
                true => aside.push(text.clone()),
                false => kept.push(text, *styles),
            }
        }
        if !kept.is_empty() || kept.element == ElementType::PageBreak {
            paragraphs.push(kept);
        }
    }
    let mut title_page = title_texts(&script.title_page);
    // An entry of which nothing is printed is none on the page.
    title_page.retain(|entry| entry.lines.iter().any(|line| !line.is_empty()));
    Carried {
        title_page,
        paragraphs,
        aside,
    }
}

/// That all of a script that can be carried comes back, and nothing more is lost on a second way.
fn check(text: &str) {
    let script = fountain::parse(text).script;
    let once = chained(&script);
    assert_eq!(carried(&once), carried(&script), "{text}");
    assert_eq!(chained(&once), once, "{text}");
}

#[test]
fn the_demo_comes_back() {
    check(DEMO);
}

/// What is not printed has blanks beside it, which are none of the line's.
#[test]
fn a_title_with_a_note_comes_back() {
    for title in ["Aa _**_**", "_**_** Aa", "Aa [[a note]]", "[[a note]]"] {
        check(&format!("Title: {title}\nAuthor: A. Writer\n\nINT. X\n"));
    }
}

#[test]
fn generated_scripts_come_back() {
    for seed in 1..=8 {
        let script = generate(&Options { seed, pages: 12 });
        check(&fountain::print(&script));
    }
}

/// Pieces of a script as people write it.
const PIECES: &[&str] = &[
    "INT. HALL - DAY #12A#",
    "ext. pier - night",
    ".THE PIER #3-B#",
    "Rain *falls* on **all** of _it_ and ~~her~~.",
    "***Loud*** and _**louder**_.",
    "One line.\nAnd the next.",
    "A [[note within]] line.",
    "[[A note by itself.]]",
    "[[A note\nof two lines]]",
    "/* Cut: she leaves. */",
    "/*\nTwo lines\n\nthat were cut.\n*/",
    "Before /* cut */ and behind.",
    "# Act one",
    "## Sequence",
    "### Beat",
    "= What happens here.",
    "ANA\n(low)\nYes.",
    "ANA (V.O.)\nOne.\n(turns)\nTwo *three*.",
    "ANA\nOne.\n\nBEN ^\nTwo.",
    "@McX\nWords & <words>.",
    "~La la la",
    "> THE END <",
    "CUT TO:",
    "> Slowly to black",
    "===",
    "!!CLOSE ON",
    "!INT. NO HEADING",
    "\u{96e8}\u{304c} 👩\u{200d}🚀 é",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_script_comes_back(
        title in prop::option::of("[A-Z][a-z]{1,8}(:? [a-z*_]{1,8}){0,2}"),
        contact in prop::sample::select(&["12 Pier Street", "**Pier** Agency\n    Phone: 555\n    a_b_c@d.e", "Release Date: 3 May"][..]),
        pieces in vec(prop::sample::select(PIECES), 0..12),
    ) {
        let title = title.map(|title| format!("Title: {title}\nAuthor: A. Writer\nDraft date: 3 May\nContact:\n    {contact}\n\n"));
        check(&(title.unwrap_or_default() + &pieces.join("\n\n")));
    }
}
