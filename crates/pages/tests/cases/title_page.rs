//! The title page: entries in, lines out.

use scriptroom_pages::{Preset, Settings, title_page};
use scriptroom_paragraphs::TitleEntry;

fn entry(key: &str, lines: &[&str]) -> TitleEntry {
    TitleEntry {
        key: key.to_owned(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    }
}

fn shown(entries: &[TitleEntry], settings: &Settings) -> Vec<String> {
    let lines = title_page(entries, settings);
    let shown = lines.iter().map(|line| {
        let (top, left) = (line.top.0 / 12, line.left.in_hundredths());
        format!("{top} {left} {}", line.text)
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
fn a_script_without_one_has_none_and_a_long_one_is_wrapped_and_never_doubled() {
    assert!(title_page(&[], &Settings::default()).is_empty());
    let long = "A very long line of somebody's address that no page is wide enough for ".repeat(6);
    for preset in Preset::ALL {
        let settings = Settings::new(preset.setup()).expect("a preset leaves room");
        for key in ["Title", "Contact", "Date"] {
            let lines = title_page(&[entry(key, &[&long])], &settings);
            let words: Vec<&str> = lines.iter().flat_map(|line| line.text.split(' ')).collect();
            assert_eq!(words.join(" "), long.trim_end(), "{preset:?} {key}");
            assert!(lines.windows(2).all(|two| two[0].top < two[1].top));
        }
    }
}
