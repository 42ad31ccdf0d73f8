//! What begins a page: forced breaks, and elements that start one. Blank lines at its top, and at the end of the page before.

use super::check;
use expect_test::expect;

#[test]
fn a_forced_page_break_ends_the_page() {
    check(
        "! One.\n=\n! Two.",
        expect![[r#"
        --- 1
        One.
        --- 2
        Two.
    "#]],
    );
}

#[test]
fn forced_page_breaks_in_a_row_and_at_the_ends_make_no_empty_pages() {
    check(
        "=\n! One.\n=\n? a note\n=\n! Two.\n=",
        expect![[r#"
        --- 1
        One.
        --- 2
        Two.
    "#]],
    );
}

#[test]
fn a_new_act_starts_a_page_and_keeps_its_space_above() {
    check(
        "! One.\n{ ACT TWO\n. INT. HOUSE\n! Two.",
        expect![[r#"
        --- 1
        One.
        --- 2

        ACT TWO


        INT. HOUSE

        Two.
    "#]],
    );
}

#[test]
fn blank_lines_at_the_top_of_a_page_are_dropped() {
    check(
        "_12\n. INT. HOUSE\n! Dark.",
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        line 7
        line 8
        line 9
        line 10
        line 11
        line 12
        --- 2
        INT. HOUSE

        Dark.
    "#]],
    );
}

#[test]
fn blank_paragraphs_hang_below_the_page_and_the_next_begins_with_text() {
    check(
        "_11\n!\n!\n! Dark.",
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        line 7
        line 8
        line 9
        line 10
        line 11
        --- 2
        Dark.
    "#]],
    );
    check(
        "_6\n@ ANNA\n- I was never there.\n- Nobody was.\n-\n-\n- It was raining.\n- Then I saw him.",
        expect![[r#"
            --- 1
            line 1
            line 2
            line 3
            line 4
            line 5
            line 6

                    ANNA
                I was never there.
                Nobody was.
    
                    (MORE)
            --- 2
                    ANNA (CONT'D)
                It was raining.
                Then I saw him.
        "#]],
    );
}

#[test]
fn more_blank_paragraphs_than_the_margin_holds_are_lines_of_the_next_page() {
    check(
        "_11\n!\n!\n!\n!\n! Dark.",
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        line 7
        line 8
        line 9
        line 10
        line 11
        --- 2








        Dark.
    "#]],
    );
}

#[test]
fn a_speech_that_ends_in_blank_lines_does_not_go_on() {
    check(
        "_8\n@ ANNA\n- I was never there.\n-\n-\n! Silence.",
        expect![[r#"
            --- 1
            line 1
            line 2
            line 3
            line 4
            line 5
            line 6
            line 7
            line 8

                    ANNA
                I was never there.
            --- 2
            Silence.
        "#]],
    );
}

#[test]
fn blank_paragraphs_after_a_forced_break_push_the_text_down() {
    check(
        "_12\n=\n!\n! Two.",
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        line 7
        line 8
        line 9
        line 10
        line 11
        line 12
        --- 2


        Two.
    "#]],
    );
    check(
        "! One.\n=\n!\n!\n! Two.",
        expect![[r#"
        --- 1
        One.
        --- 2




        Two.
    "#]],
    );
}
