//! Where lines stand on a page, and what is told of pages and scenes: a script in, places, numbers and lengths out. See
//! `notation` for the signs.

use crate::notation::{page_of, script};
use expect_test::{Expect, expect};
use scriptroom_pages::{Paginator, SceneLength, Settings, layout};
use std::fmt::Write;

// Where lines stand.

/// The lines of the first page: how far from the left edge each begins, and its text.
fn check_places(text: &str, expected: Expect) {
    let settings = Settings::new(page_of(54)).expect("it leaves room");
    let paginator = Paginator::new(&script(text), settings);
    let mut places = String::new();
    for line in paginator.printed_lines(0) {
        let left = f64::from(line.left.in_hundredths()) / 100.0;
        let direction = if line.is_right_to_left { " rtl" } else { "" };
        writeln!(
            places,
            "{left:.2}{direction} {}",
            line.text.as_str().trim_end()
        )
        .expect("a string takes everything");
    }
    expected.assert_eq(&places);
}

#[test]
fn each_element_stands_at_its_place_and_parentheticals_hang_out() {
    check_places(
        ". INT. HOUSE\n! Dark.\n@ ANNA\n(softly, as if somebody slept)\n- No.\n> CUT TO:\n} END OF ACT ONE",
        expect![[r#"
            1.50 INT. HOUSE
            1.50 Dark.
            3.50 ANNA
            2.90 (softly, as if somebody
            3.00 slept)
            2.50 No.
            6.42 CUT TO:
            3.56 END OF ACT ONE
        "#]],
    );
}

#[test]
fn a_paragraph_from_right_to_left_begins_at_the_right() {
    check_places(
        "! היא רצה.\n@ אנה\n- לא.\n! She says שלום.",
        expect![[r#"
        6.72 rtl היא רצה.
        6.96 rtl אנה
        5.71 rtl לא.
        1.50 She says שלום.
    "#]],
    );
}

#[test]
fn wide_characters_are_two_cells_in_the_middle_and_at_the_right_too() {
    check_places(
        "} 第一幕\n> 切换",
        expect![[r#"
        3.96 第一幕
        6.71 切换
    "#]],
    );
}

#[test]
fn the_columns_of_dual_dialogue_stand_side_by_side() {
    check_places(
        "@ ANNA\n- No.\n^ BEN\n- Yes.",
        expect![[r#"
        1.50 ANNA
        1.50 No.
        4.75 BEN
        4.75 Yes.
    "#]],
    );
}

// Numbers and lengths.

#[test]
fn the_first_page_has_no_number_and_the_count_may_begin_elsewhere() {
    let mut setup = page_of(6);
    setup.first_page_number = 7;
    let settings = Settings::new(setup).expect("it leaves room");
    let layout = layout(&script("_13"), &settings);
    let numbers: Vec<Option<&str>> = (0..3).map(|page| layout.number(page)).collect();
    assert_eq!(numbers, [None, Some("8"), Some("9")]);
    assert_eq!(layout.labels, ["7", "8", "9"]);
}

/// The lengths of the scenes on pages of 16 lines, two to an eighth.
fn check_lengths(text: &str, expected: &str) {
    let settings = Settings::new(page_of(16)).expect("it leaves room");
    let layout = layout(&script(text), &settings);
    let lengths = layout.scene_lengths();
    let labels: Vec<String> = lengths.iter().map(SceneLength::label).collect();
    assert_eq!(labels.join(" "), expected);
}

#[test]
fn every_eighth_that_was_begun_counts_and_an_acts_end_ends_the_scene() {
    check_lengths(". ONE\n. TWO\n_2\n. THREE\n_4", "1/8 3/8 4/8");
    check_lengths(". ONE\n_20\n. TWO", "1 3/8 2/8");
    check_lengths(". ONE\n_2\n} END OF ACT ONE\n! Nobody.\n! Nothing.", "2/8");
}
