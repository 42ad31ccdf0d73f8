//! How a page is set up: where each preset has its cues and its speeches, and what settings of a script's own do to the
//! breaks. Positions are hundredths of an inch from the page's left edge.

use crate::notation::{page_of, pages, script};
use expect_test::{Expect, expect};
use scriptroom_pages::{
    Inches, Override, PageSetup, Paginator, Points, Preset, SettingValue, Settings,
};
use scriptroom_paragraphs::ElementType;
use std::fmt::Write;

/// The script on pages of 6 lines with settings of its own.
fn check_set(settings: &[(&str, i32)], text: &str, expected: Expect) {
    let own = |(name, value): &(&str, i32)| ((*name).to_owned(), SettingValue::Number(*value));
    check_overrides(settings.iter().map(own).collect(), text, expected);
}

fn check_overrides(mut overrides: Vec<Override>, text: &str, expected: Expect) {
    let names: Vec<String> = overrides.iter().map(|(name, _)| name.clone()).collect();
    let sets_height = ["lines", "height", "top-margin", "bottom-margin"];
    if !names
        .iter()
        .any(|name| sets_height.contains(&name.as_str()))
    {
        overrides.push(("lines".to_owned(), SettingValue::Number(6)));
    }
    let settings = Settings::with_overrides(Preset::FinalDraft, &overrides);
    let settings = settings.expect("the case's settings leave room");
    expected.assert_eq(&pages(&script(text), settings.setup().clone()));
}

#[test]
fn each_preset_has_its_cues_and_speeches_at_their_places() {
    let script = script(". INT. HOUSE\n! She waits.\n@ ANNA\n(softly)\n- Go away.\n> CUT TO:");
    let mut table = String::new();
    for preset in Preset::ALL {
        let paginator = Paginator::new(&script, Settings::new(preset.setup()).expect("sound"));
        write!(table, "{}:", preset.name()).expect("a string takes everything");
        for line in paginator.printed_lines(0) {
            let (left, row) = (line.left.in_hundredths(), line.top.0 / 12);
            write!(table, " {left}@{row}").expect("a string takes everything");
        }
        table.push('\n');
    }
    // Heading, action, cue, parenthetical, speech, transition, each with its line; transitions end at the right.
    expect![[r#"
        final-draft: 150@0 150@2 350@4 290@5 250@6 642@8
        final-draft-a4: 150@0 150@2 350@4 290@5 250@6 642@8
        fountain: 150@0 150@2 350@4 300@5 250@6 640@8
        fountain-a4: 150@0 150@2 350@4 300@5 250@6 640@8
        stage-modern: 150@0 425@2 400@4 425@5 150@6 642@8
        stage-traditional: 150@0 300@2 400@4 300@5 150@6 642@8
        bbc: 150@0 150@2 367@4 290@5 250@6 642@8
    "#]]
    .assert_eq(&table);
}

#[test]
fn a_higher_page_holds_more_and_larger_margins_less() {
    let text = "_4\n! One.\n! Two.";
    let page = |height, top, bottom| {
        [
            ("height", height),
            ("top-margin", top),
            ("bottom-margin", bottom),
        ]
    };
    check_set(
        &page(120, 24, 24),
        text,
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4

        One.
        --- 2
        Two.
    "#]],
    );
    check_set(
        &page(144, 24, 24),
        text,
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4

        One.

        Two.
    "#]],
    );
    check_set(
        &page(144, 36, 36),
        text,
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4

        One.
        --- 2
        Two.
    "#]],
    );
}

#[test]
fn a_narrower_element_breaks_its_lines_sooner() {
    let text = "! She runs down the stairs and out into the street, and nobody is there.\n! Later.";
    check_set(
        &[("action.right", 500)],
        text,
        expect![[r#"
        --- 1
        She runs down the stairs and out
        into the street, and nobody is
        there.

        Later.
    "#]],
    );
    check_set(
        &[("action.left", 500)],
        text,
        expect![[r#"
        --- 1
                      She runs down the stairs
                      and out into the street,
                      and nobody is there.

                      Later.
    "#]],
    );
    check_set(
        &[("chars-per-ten-inches", 60)],
        text,
        expect![[r#"
        --- 1
        She runs down the stairs and out
        into the street, and nobody is
        there.

        Later.
    "#]],
    );
}

#[test]
fn only_a_paragraphs_first_line_has_the_first_indent() {
    let text = "! She runs down the stairs and out into the street, and nobody is there to see it.";
    let lefts = |indent: i32| {
        let mut setup = page_of(6);
        setup.elements.of_mut(ElementType::Action).first_indent = Inches::hundredths(indent);
        let paginator = Paginator::new(&script(text), Settings::new(setup).expect("sound"));
        let lines = paginator.printed_lines(0).into_iter();
        lines
            .map(|line| line.left.in_hundredths())
            .collect::<Vec<_>>()
    };
    assert_eq!([lefts(50), lefts(-50)], [[200, 150], [100, 150]]);
    check_set(
        &[("action.first-indent", 400)],
        text,
        expect![[r#"
        --- 1
        She runs down the
        stairs and out into the street, and nobody is there to see
        it.
    "#]],
    );
    check_set(
        &[("action.first-indent", -150)],
        text,
        expect![[r#"
        --- 1
        She runs down the stairs and out into the street, and nobody is there to see
        it.
    "#]],
    );
}

#[test]
fn the_space_above_an_element_is_its_own_and_the_top_of_a_page_drops_it() {
    let text = "! One.\n! Two.\n! Three.";
    check_set(
        &[("action.space-before", 0)],
        text,
        expect![[r#"
        --- 1
        One.
        Two.
        Three.
    "#]],
    );
    check_set(
        &[("action.space-before", 36)],
        text,
        expect![[r#"
        --- 1
        One.



        Two.
        --- 2
        Three.
    "#]],
    );
}

#[test]
fn lines_of_double_spacing_take_two() {
    let text = "@ ANNA\n- I was never there. Nobody was there at all.\n! Silence.";
    check_set(
        &[("dialogue.line-spacing", 200)],
        text,
        expect![[r#"
        --- 1
                ANNA
            I was never there. Nobody was there

            at all.
        --- 2
        Silence.
    "#]],
    );
}

#[test]
fn an_element_that_starts_a_page_starts_one_with_its_space_above() {
    let starts = vec![(
        "scene-heading.starts-page".to_owned(),
        SettingValue::Flag(true),
    )];
    check_overrides(
        starts,
        ". ONE\n! One.\n. TWO\n! Two.",
        expect![[r#"
        --- 1


        ONE

        One.
        --- 2


        TWO

        Two.
    "#]],
    );
}

#[test]
fn two_lines_of_a_speech_stay_with_its_cue_and_more_go_on() {
    let speech = "I was never there at all, whatever they say of it. It was raining, and the whole street had gone to bed. And then I saw him, under the lamp.";
    let text = |lines| format!("_{lines}\n@ ANNA\n- {speech}");
    // A cue, two lines and (MORE) have room: two lines stay.
    check_lines(
        8,
        &text(3),
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3

                ANNA
            I was never there at all, whatever
            they say of it.
                (MORE)
        --- 2
                ANNA (CONT'D)
            It was raining, and the whole
            street had gone to bed. And then I
            saw him, under the lamp.
    "#]],
    );
    // One line less: the cue goes along.
    check_lines(
        8,
        &text(4),
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        --- 2
                ANNA
            I was never there at all, whatever
            they say of it. It was raining, and
            the whole street had gone to bed.
            And then I saw him, under the lamp.
    "#]],
    );
}

#[test]
fn a_speech_breaks_at_the_last_sentence_that_fits_or_with_the_option_off_at_the_last_line() {
    let speech = "I was never there at all, whatever they say of it. It was raining, and the whole street had gone to bed, and slept, and dreamt of rain. And then I saw him.";
    let text = format!("_2\n@ ANNA\n- {speech}");
    check_lines(
        8,
        &text,
        expect![[r#"
            --- 1
            line 1
            line 2

                    ANNA
                I was never there at all, whatever
                they say of it.
                    (MORE)
            --- 2
                    ANNA (CONT'D)
                It was raining, and the whole
                street had gone to bed, and slept,
                and dreamt of rain. And then I saw
                him.
        "#]],
    );
    let anywhere = PageSetup {
        break_at_sentences: false,
        ..page_of(8)
    };
    expect![[r#"
        --- 1
        line 1
        line 2

                ANNA
            I was never there at all, whatever
            they say of it. It was raining, and
            the whole street had gone to bed,
                (MORE)
        --- 2
                ANNA (CONT'D)
            and slept, and dreamt of rain. And
            then I saw him.
    "#]]
    .assert_eq(&pages(&script(&text), anywhere));
}

fn check_lines(lines: u32, text: &str, expected: Expect) {
    expected.assert_eq(&pages(&script(text), page_of(lines)));
}

#[test]
fn lines_break_behind_spaces_hyphens_and_dashes_and_a_tab_is_four_wide() {
    let mut setup = page_of(12);
    // Ten characters.
    let action = setup.elements.of_mut(ElementType::Action);
    action.right = action.left + Inches::hundredths(99);
    let text = "! one two three four\n! over-the-top well\n! yes—no—never again\n! one\ttwo\tthree\n! trailing        spaces\n! unbelievably";
    let settings = Settings::new(setup).expect("sound");
    let script = script(text);
    let paginator = Paginator::new(&script, settings);
    let mut lines = String::new();
    for page in 0..paginator.page_count() {
        for line in paginator.printed_lines(page) {
            if let scriptroom_pages::LineText::Text { text, .. } = line.text {
                writeln!(lines, "{:?}", text).expect("a string takes everything");
            }
        }
    }
    expect![[r#"
        "one two "
        "three four"
        "over-the-"
        "top well"
        "yes—no—"
        "never "
        "again"
        "one\ttwo\t"
        "three"
        "trailing        "
        "spaces"
        "unbelievab"
        "ly"
    "#]]
    .assert_eq(&lines);
}

#[test]
fn a_pages_height_counts_in_points_whatever_its_leading() {
    let setup = PageSetup {
        leading: Points(18),
        height: Points(144 + 54),
        lines: None,
        ..page_of(6)
    };
    assert_eq!(Settings::new(setup).expect("sound").lines_per_page(), 3);
}
