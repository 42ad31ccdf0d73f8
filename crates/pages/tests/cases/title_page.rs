//! The title page: entries in, lines out.

use scriptroom_formats::title_texts;
use scriptroom_pages::{Preset, Settings, TitleLine, title_page};
use scriptroom_paragraphs::{Run, Styles, TitleEntry};

fn entry(key: &str, lines: &[&str]) -> TitleEntry {
    TitleEntry {
        key: key.to_owned(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    }
}

fn laid_out(entries: &[TitleEntry], settings: &Settings) -> Vec<TitleLine> {
    title_page(&title_texts(entries), settings)
}

fn shown(entries: &[TitleEntry], settings: &Settings) -> Vec<String> {
    let lines = laid_out(entries, settings);
    let shown = lines.iter().map(|line| {
        let (top, left) = (line.top.0 / 12, line.left.in_hundredths());
        format!("{top} {left} {}", line.text())
    });
    shown.collect()
}

#[test]
fn the_title_stands_a_third_down_and_the_contact_at_the_foot() {
    let entries = [
        entry("Title", &["_**BRICK & STEEL**_", "FULL RETIRED"]),
        entry("Credit", &["Written by"]),
        entry("Author", &["Stu Maschwitz"]),
        entry("Draft date", &["1/20/2012"]),
        entry("Contact", &["Next Level", "1588 Mission Dr."]),
    ];
    assert_eq!(
        shown(&entries, &Settings::default()),
        [
            "18 386 BRICK & STEEL",
            "19 391 FULL RETIRED",
            "21 401 Written by",
            "23 386 Stu Maschwitz",
            "52 150 Next Level",
            "53 150 1588 Mission Dr.",
            "53 662 1/20/2012",
        ]
    );
}

#[test]
fn emphasis_is_styles_and_other_marks_are_text() {
    let entries = [
        entry("Contact", &["nora_vale@example.org, 2 * 2"]),
        entry("Author", &["Nora Vale"]),
        entry("Title", &["The _**Night**_ Ferry"]),
        entry("Source", &["", " "]),
    ];
    let lines = laid_out(&entries, &Settings::default());
    // The title comes before who wrote it, whatever stands first, and what says nothing takes no line.
    let texts: Vec<String> = lines.iter().map(TitleLine::text).collect();
    assert_eq!(
        texts,
        [
            "The Night Ferry",
            "Nora Vale",
            "nora_vale@example.org, 2 * 2"
        ]
    );
    let loud = Run {
        text: "Night".to_owned(),
        styles: Styles::BOLD | Styles::UNDERLINE,
    };
    assert_eq!(
        lines[0].runs,
        [Run::plain("The "), loud, Run::plain(" Ferry")]
    );
    let titles: Vec<bool> = lines.iter().map(|line| line.is_title).collect();
    assert_eq!(titles, [true, false, false]);
}

#[test]
fn a_script_without_one_has_none_and_a_long_one_is_wrapped_and_never_doubled() {
    assert!(title_page(&[], &Settings::default()).is_empty());
    let long = "A very long line of somebody's address that no page is wide enough for ".repeat(6);
    for preset in Preset::ALL {
        let settings = Settings::new(preset.setup()).expect("a preset leaves room");
        for key in ["Title", "Contact", "Date"] {
            let lines = laid_out(&[entry(key, &[&long])], &settings);
            let texts: Vec<String> = lines.iter().map(TitleLine::text).collect();
            assert_eq!(texts.join(" "), long.trim_end(), "{preset:?} {key}");
            assert!(lines.windows(2).all(|two| two[0].top < two[1].top));
        }
    }
}
