//! Presets and the ranges of settings.

use expect_test::{Expect, expect};
use scriptroom_pages::{Inches, PageSetup, Points, Preset, Settings, layout};
use scriptroom_paragraphs::{ElementType, Paragraph};
use std::fmt::Write;

fn check_errors(change: impl FnOnce(&mut PageSetup), expected: Expect) {
    let mut setup = Preset::FinalDraft.setup();
    change(&mut setup);
    let errors = Settings::new(setup).expect_err("the setup leaves no room");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    expected.assert_eq(&errors.join("\n"));
}

#[test]
fn presets_have_the_lines_and_widths_of_their_kind() {
    let mut table = String::new();
    for preset in Preset::ALL {
        assert_eq!(Preset::named(preset.name()), Some(preset));
        let settings = Settings::new(preset.setup()).expect("a preset leaves room");
        let chars = |element| width(&settings, element);
        writeln!(
            table,
            "{}: {} lines, {}/{}/{}",
            preset.name(),
            settings.lines_per_page(),
            chars(ElementType::Action),
            chars(ElementType::Dialogue),
            chars(ElementType::Parenthetical),
        )
        .expect("a string takes everything");
    }
    expect![[r#"
        final-draft: 54 lines, 61/35/25
        final-draft-a4: 58 lines, 61/35/25
        fountain: 55 lines, 61/36/26
        fountain-a4: 57 lines, 58/36/26
        stage-modern: 54 lines, 33/61/33
        stage-traditional: 54 lines, 35/61/35
        bbc: 58 lines, 61/35/25
    "#]]
    .assert_eq(&table);
}

/// How many characters stand in a line, as a layout shows it.
fn width(settings: &Settings, element: ElementType) -> usize {
    let lines = settings.lines_per_page() as usize;
    let text = Paragraph::new(element, "x".repeat(200 * lines));
    let pages = layout(&[text], settings).pages;
    pages[1].start.offset_utf16 as usize / lines
}

#[test]
fn what_is_wrong_with_the_page_hides_nothing_of_its_elements() {
    check_errors(
        |setup| {
            setup.lines = Some(0);
            setup.elements.of_mut(ElementType::Dialogue).left = Inches::hundredths(900);
        },
        expect![[r#"
            expected lines from 1 to 66 lines, got 0
            expected dialogue.left from 0 to 830 hundredths of an inch, got 900"#]],
    );
}

#[test]
fn zero_lines_are_refused() {
    check_errors(
        |setup| setup.lines = Some(0),
        expect!["expected lines from 1 to 66 lines, got 0"],
    );
}

#[test]
fn margins_larger_than_the_page_are_refused() {
    check_errors(
        |setup| setup.top_margin = Points(900),
        expect!["expected top-margin from 0 to 780 points, got 900"],
    );
    check_errors(
        |setup| {
            setup.top_margin = Points(400);
            setup.bottom_margin = Points(390);
        },
        expect!["expected bottom-margin from 0 to 380 points, got 390"],
    );
}

#[test]
fn negative_widths_are_refused() {
    check_errors(
        |setup| {
            let dialogue = setup.elements.of_mut(ElementType::Dialogue);
            dialogue.right = Inches::hundredths(200);
            setup.elements.of_mut(ElementType::Action).left = Inches::hundredths(-10);
        },
        expect![[r#"
            expected action.left from 0 to 830 hundredths of an inch, got -10
            expected dialogue.right from 270 to 850 hundredths of an inch, got 200"#]],
    );
}

#[test]
fn every_field_that_is_wrong_is_named() {
    check_errors(
        |setup| {
            setup.width = Inches::hundredths(i32::MAX);
            setup.height = Points(i32::MIN);
            setup.leading = Points(0);
            setup.chars_per_ten_inches = 0;
            setup.first_page_number = u32::MAX;
        },
        expect![[r#"
            expected width from 100 to 10000 hundredths of an inch, got 2147483647
            expected height from 72 to 7200 points, got -2147483648
            expected leading from 4 to 144 points, got 0
            expected chars-per-ten-inches from 10 to 1000 characters, got 0
            expected first-page-number from 0 to 100000, got 2147483647"#]],
    );
    check_errors(
        |setup| {
            let action = setup.elements.of_mut(ElementType::Action);
            action.first_indent = Inches::hundredths(i32::MAX);
            action.space_before = Points(-1);
            action.line_spacing = 0;
        },
        expect![[r#"
            expected action.first-indent from -150 to 580 hundredths of an inch, got 2147483647
            expected action.space-before from 0 to 7200 points, got -1
            expected action.line-spacing from 50 to 400 hundredths, got 0"#]],
    );
}

#[test]
fn a_foreign_value_falls_back_to_the_preset_and_says_so() {
    let mut setup = Preset::FinalDraft.setup();
    setup.lines = Some(0);
    setup.elements.of_mut(ElementType::Dialogue).right = Inches::hundredths(100);
    setup.elements.of_mut(ElementType::Action).left = Inches::hundredths(200);
    let (settings, errors) = Settings::with_fallback(setup, Preset::FinalDraft);
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert_eq!(settings.lines_per_page(), 54);
    let style = |element| *settings.setup().elements.of(element);
    assert_eq!(style(ElementType::Dialogue).right, Inches::hundredths(600));
    assert_eq!(
        style(ElementType::Action).left,
        Inches::hundredths(200),
        "this one is sound"
    );
}

#[test]
fn a_setup_that_cannot_be_mended_is_the_preset() {
    let mut setup = Preset::FinalDraft.setup();
    setup.width = Inches::hundredths(100);
    let (settings, errors) = Settings::with_fallback(setup, Preset::Fountain);
    assert!(!errors.is_empty());
    assert_eq!(settings.setup(), &Preset::Fountain.setup());
}

#[test]
fn a_paragraph_of_a_hundred_pages_is_laid_out() {
    let text = "Nothing ends here ".repeat(54 * 100 * 61 / 18);
    let layout = layout(
        &[Paragraph::new(ElementType::Action, text)],
        &Settings::default(),
    );
    assert!(
        (100..110).contains(&layout.page_count()),
        "{}",
        layout.page_count()
    );
    let starts = layout.pages.iter().map(|page| page.start.line);
    assert!(
        starts
            .enumerate()
            .all(|(page, line)| line as usize == page * 54)
    );
}

#[test]
fn a_page_of_one_line_takes_one_line() {
    let setup = PageSetup {
        lines: Some(1),
        ..Preset::FinalDraft.setup()
    };
    let settings = Settings::new(setup).expect("one line is room");
    let script = [
        ElementType::Character,
        ElementType::Dialogue,
        ElementType::Action,
    ];
    let script = script.map(|element| Paragraph::new(element, "Word."));
    assert_eq!(layout(&script, &settings).page_count(), 3);
}

#[test]
fn scene_lengths_are_written_in_eighths() {
    let heading = |text: &str| Paragraph::new(ElementType::SceneHeading, text);
    let general = |lines| (0..lines).map(|_| Paragraph::new(ElementType::General, "x"));
    let mut script = vec![heading("ONE")];
    script.extend(general(3));
    script.push(heading("TWO"));
    script.extend(general(50));
    let layout = layout(&script, &Settings::default());
    let lengths: Vec<String> = layout
        .scene_lengths()
        .iter()
        .map(|length| length.label())
        .collect();
    assert_eq!(lengths, ["1/8", "1"]);
    assert_eq!(layout.page_at(4, 0), 0);
    assert_eq!(layout.page_at(script.len() - 1, 0), 1);
}
