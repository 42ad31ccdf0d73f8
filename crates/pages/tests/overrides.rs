//! Settings by name: what a script changes of its preset.

use expect_test::{Expect, expect};
use scriptroom_pages::{Override, Preset, SettingValue, Settings, layout};
use scriptroom_paragraphs::{ElementType, Paragraph};

fn number(name: &str, value: i32) -> Override {
    (name.to_owned(), SettingValue::Number(value))
}

fn text(name: &str, value: &str) -> Override {
    (name.to_owned(), SettingValue::Text(value.to_owned()))
}

fn flag(name: &str, value: bool) -> Override {
    (name.to_owned(), SettingValue::Flag(value))
}

fn check_errors(overrides: &[Override], expected: Expect) {
    let errors = Settings::with_overrides(Preset::FinalDraft, overrides);
    let errors = errors.expect_err("something is wrong with these");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    expected.assert_eq(&errors.join("\n"));
}

#[test]
fn a_setup_is_a_preset_and_what_it_says_differently() {
    for preset in Preset::ALL {
        for other in Preset::ALL {
            let overrides = preset.setup().overrides_of(other);
            assert_eq!(overrides.is_empty(), preset.setup() == other.setup());
            let settings = Settings::with_overrides(other, &overrides);
            let settings = settings.expect("a preset's own settings are sound");
            assert_eq!(settings.setup(), &preset.setup());
        }
    }
}

#[test]
fn every_setting_has_a_name() {
    let mut setup = Preset::FinalDraft.setup();
    let other = Preset::FountainA4.setup();
    setup.clone_from(&other);
    setup.bottom_margin.0 += 12;
    setup.top_margin.0 += 12;
    setup.leading.0 = 11;
    setup.first_page_number = 2;
    setup.prints_hidden_text = true;
    setup.break_at_sentences = false;
    setup.dual_gap = setup.width;
    setup.continueds.more = None;
    setup.continueds.contd = Some("(cont.)".to_owned());
    setup.continueds.automatic_contd = false;
    setup.continueds.scene_bottom = Some("(CONTINUED)".to_owned());
    setup.continueds.scene_top = Some("CONTINUED:".to_owned());
    setup.continueds.scene_numbers = true;
    let names = setup.overrides_of(Preset::FinalDraft);
    let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    expect![[r#"
        width
        height
        top-margin
        bottom-margin
        lines
        leading
        chars-per-ten-inches
        more
        contd
        automatic-contd
        scene-bottom
        scene-top
        scene-numbers
        break-at-sentences
        prints-hidden-text
        dual-gap
        first-page-number
        scene-heading.right
        scene-heading.space-before
        action.right
        parenthetical.right
        parenthetical.first-indent
        dialogue.right
        shot.right
        general.right
        lyrics.right"#]]
    .assert_eq(&names.join("\n"));
}

#[test]
fn overrides_are_what_pages_are_laid_out_with() {
    let script = [Paragraph::new(ElementType::Dialogue, "word ".repeat(800))];
    let pages = |overrides: &[Override]| {
        let settings = Settings::with_overrides(Preset::FinalDraft, overrides);
        layout(&script, &settings.expect("sound")).page_count()
    };
    assert_eq!(pages(&[]), 3);
    assert_eq!(pages(&[number("lines", 20)]), 6);
    assert_eq!(pages(&[number("dialogue.right", 750)]), 2);
    assert_eq!(pages(&[number("dialogue.line-spacing", 200)]), 5);
    assert_eq!(pages(&[number("bottom-margin", 360)]), 4);
    assert_eq!(pages(&[number("chars-per-ten-inches", 300)]), 1);
}

#[test]
fn what_leaves_no_room_or_is_no_setting_is_refused_by_name() {
    check_errors(
        &[
            number("lines", 0),
            number("dialogue.right", 100),
            text("dialogue.align", "left"),
            text("soliloquy.left", "left"),
            text("action.alignment", "justified"),
            flag("width", false),
            number("first-page-number", -1),
            text("more", "(MORE)\n(MORE)"),
            number("break-at-sentences", 1),
        ],
        expect![[r#"
            expected the name of a setting, got "dialogue.align"
            expected the name of a setting, got "soliloquy.left"
            expected left, center or right for action.alignment, got "justified"
            expected hundredths of an inch for width, got false
            expected a whole number that is not negative for first-page-number, got -1
            expected a text of one line, or false for more, got "(MORE)\n(MORE)"
            expected true or false for break-at-sentences, got 1
            expected lines from 1 to 66 lines, got 0
            expected dialogue.right from 270 to 850 hundredths of an inch, got 100"#]],
    );
}

#[test]
fn of_a_foreign_clients_settings_those_count_that_are_sound() {
    let overrides = [
        number("lines", 0),
        text("font", "Comic Sans"),
        flag("break-at-sentences", false),
        number("action.left", 200),
        number("dialogue.right", 100),
        number("dialogue.left", 250),
    ];
    let (settings, errors) = Settings::with_sound_overrides(Preset::FinalDraft, &overrides);
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    expect![[r#"
        expected the name of a setting, got "font"
        expected lines from 1 to 66 lines, got 0
        expected dialogue.right from 270 to 850 hundredths of an inch, got 100"#]]
    .assert_eq(&errors.join("\n"));
    let kept = settings.setup().overrides_of(Preset::FinalDraft);
    assert_eq!(
        kept,
        [
            flag("break-at-sentences", false),
            number("action.left", 200)
        ]
    );
}
