//! What the generator promises: the same script for ever, of the length asked for, with
//! everything in it that a real one has.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
use scriptroom_samples::{Options, generate};

fn digest(script: &PlainScript) -> u64 {
    let mut text = String::new();
    for entry in &script.title_page {
        writeln!(text, "{}: {}", entry.key, entry.lines.join("/")).unwrap();
    }
    for paragraph in &script.paragraphs {
        writeln!(text, "{}", line(paragraph)).unwrap();
    }
    // FNV-1a: `std`'s hasher may change between versions.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn line(paragraph: &Paragraph) -> String {
    let a = &paragraph.attributes;
    let mut text = format!(
        "{} {:?} {} {} {} |",
        paragraph.element, a.scene_number, a.dual, a.depth, a.joined
    );
    for run in &paragraph.runs {
        write!(text, "{}{:?}|", run.styles.bits(), run.text).unwrap();
    }
    text
}

fn check(seed: u64, pages: u32, expected: Expect) {
    let script = generate(&Options { seed, pages });
    expected.assert_eq(&format!(
        "{} {:016x}",
        script.paragraphs.len(),
        digest(&script)
    ));
}

/// Never update these: a seed means the same script for ever.
#[test]
fn a_seed_means_the_same_script_for_ever() {
    check(1, 1, expect!["40 f87646aa31f4ca1f"]);
    check(1, 120, expect!["2673 16e5704b7369897a"]);
    check(2, 120, expect!["2679 ff4bb1d3318ab3d1"]);
    check(u64::MAX, 250, expect!["5585 23f65b12965c31ea"]);
}

#[test]
fn a_long_script_has_everything_that_real_ones_have() {
    let script = generate(&Options {
        seed: 3,
        pages: 250,
    });
    let count = |element| {
        script
            .paragraphs
            .iter()
            .filter(|p| p.element == element)
            .count()
    };
    for element in [
        ElementType::SceneHeading,
        ElementType::Action,
        ElementType::Character,
        ElementType::Dialogue,
        ElementType::Parenthetical,
        ElementType::Transition,
        ElementType::Shot,
        ElementType::Lyrics,
        ElementType::Centered,
        ElementType::Section,
        ElementType::Synopsis,
        ElementType::Note,
    ] {
        assert!(count(element) > 0, "no {element}");
    }
    let scenes = count(ElementType::SceneHeading);
    assert!(
        (125..=250).contains(&scenes),
        "{scenes} scenes on 250 pages"
    );
    let text: String = script.paragraphs.iter().map(Paragraph::text).collect();
    for letter in ['ß', 'é', 'ñ', 'θ', 'я', 'ل', '駅', '\u{301}', '🎬'] {
        assert!(text.contains(letter), "no {letter:?}");
    }
    assert!(script.paragraphs.iter().any(|p| p.attributes.dual));
    assert!(script.paragraphs.iter().any(|p| p.attributes.joined));
    assert!(script.paragraphs.iter().any(|p| p.runs.len() > 1));
}

#[test]
fn nothing_is_too_short() {
    for pages in 0..3 {
        let script = generate(&Options { seed: 1, pages });
        assert!(script.paragraphs.iter().all(|p| !p.is_empty()));
        assert!(script.paragraphs.len() >= 3);
    }
}
