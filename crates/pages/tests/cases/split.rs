//! Where action is split over two pages, and what is longer than a page.

use super::{LONG, check, check_with};
use crate::notation::page_of;
use expect_test::expect;
use scriptroom_pages::PageSetup;

#[test]
fn action_is_split_at_the_end_of_a_sentence() {
    check(
        &format!("_8\n! {LONG}"),
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

        The house is dark. Somebody is breathing behind the long
        curtain by the door. A hand comes out and feels for the
        switch. It is not where it was.
        --- 2
        Then a match is struck, and for a moment there is a face, and
        it is not hers.
    "#]],
    );
}

#[test]
fn without_sentence_breaks_action_is_split_at_any_line() {
    let setup = PageSetup {
        break_at_sentences: false,
        ..page_of(12)
    };
    check_with(
        setup,
        &format!("_8\n! {LONG}"),
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

        The house is dark. Somebody is breathing behind the long
        curtain by the door. A hand comes out and feels for the
        --- 2
        switch. It is not where it was. Then a match is struck, and
        for a moment there is a face, and it is not hers.
    "#]],
    );
}

#[test]
fn two_lines_stay_and_two_lines_go() {
    let three = "The house is dark. Somebody is breathing behind the long curtain by the door. A hand comes out. It feels for the switch.";
    check(
        &format!("_9\n! {three}"),
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
        --- 2
        The house is dark. Somebody is breathing behind the long
        curtain by the door. A hand comes out. It feels for the
        switch.
    "#]],
    );
}

#[test]
fn joined_lines_of_action_are_one_block() {
    check(
        "_9\n! One.\n+ Two.\n+ Three.\n+ Four.",
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

        One.
        Two.
        --- 2
        Three.
        Four.
    "#]],
    );
}

#[test]
fn what_cannot_be_split_moves_and_what_is_longer_than_a_page_is_cut() {
    let endless = "on and on ".repeat(60);
    check_with(
        page_of(6),
        &format!("! Before.\n! {endless}"),
        expect![[r#"
        --- 1
        Before.
        --- 2
        on and on on and on on and on on and on on and on on and on
        on and on on and on on and on on and on on and on on and on
        on and on on and on on and on on and on on and on on and on
        on and on on and on on and on on and on on and on on and on
        on and on on and on on and on on and on on and on on and on
        on and on on and on on and on on and on on and on on and on
        --- 3
        on and on on and on on and on on and on on and on on and on
        on and on on and on on and on on and on on and on on and on
        on and on on and on on and on on and on on and on on and on
        on and on on and on on and on on and on on and on on and on
    "#]],
    );
}

#[test]
fn a_script_of_headings_ends() {
    check_with(
        page_of(6),
        ". ONE\n. TWO\n. THREE\n. FOUR",
        expect![[r#"
        --- 1
        ONE


        TWO
        --- 2
        THREE


        FOUR
    "#]],
    );
}
