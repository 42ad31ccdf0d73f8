//! What is kept together, so that no page ends in a heading or a cue.

use super::{LONG, check};
use expect_test::expect;

#[test]
fn a_heading_takes_two_lines_of_action_along() {
    check(
        &format!("_6\n. INT. HOUSE\n! {LONG}"),
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6


        INT. HOUSE

        The house is dark. Somebody is breathing behind the long
        curtain by the door.
        --- 2
        A hand comes out and feels for the switch. It is not where it
        was. Then a match is struck, and for a moment there is a
        face, and it is not hers.
    "#]],
    );
    check(
        &format!("_7\n. INT. HOUSE\n! {LONG}"),
        expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        line 7
        --- 2
        INT. HOUSE

        The house is dark. Somebody is breathing behind the long
        curtain by the door. A hand comes out and feels for the
        switch. It is not where it was. Then a match is struck, and
        for a moment there is a face, and it is not hers.
    "#]],
    );
}

#[test]
fn a_heading_stays_with_one_line_where_that_is_all_there_is() {
    check(
        "_8\n. INT. HOUSE\n! Dark.\n! Still.",
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
        --- 2
        INT. HOUSE

        Dark.

        Still.
    "#]],
    );
}

#[test]
fn a_heading_and_its_shot_stay_together() {
    check(
        "_6\n. INT. HOUSE\n# CLOSE ON THE DOOR\n! Dark.\n! Still.",
        expect![[r#"
            --- 1
            line 1
            line 2
            line 3
            line 4
            line 5
            line 6
            --- 2
            INT. HOUSE

            CLOSE ON THE DOOR

            Dark.

            Still.
        "#]],
    );
}

#[test]
fn a_cue_stays_with_its_parenthetical_and_its_dialogue() {
    check(
        "_9\n@ ANNA\n(softly)\n- Go away.",
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
                ANNA
              (softly)
            Go away.
    "#]],
    );
}

#[test]
fn a_transition_takes_the_last_line_of_the_action_along() {
    check(
        "_8\n! She runs down the stairs and out into the street, and there nobody is to be seen, and she waits under the lamp until it goes out.\n> CUT TO:\n! Later.",
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

            She runs down the stairs and out into the street, and there
            nobody is to be seen, and she waits under the lamp until it
            --- 2
            goes out.

                            CUT TO:

            Later.
        "#]],
    );
}

#[test]
fn a_transition_that_follows_a_single_line_takes_that_line() {
    check(
        "_10\n! She runs.\n> CUT TO:\n! Later.",
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
        --- 2
        She runs.

                        CUT TO:

        Later.
    "#]],
    );
}

#[test]
fn the_end_of_an_act_stays_with_what_precedes_it() {
    check(
        "_9\n! She runs.\n} END OF ACT ONE",
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
        She runs.


        END OF ACT ONE
    "#]],
    );
}

#[test]
fn a_cast_list_stays_whole() {
    check(
        "_8\n. INT. HOUSE\n& ANNA\n& BEN\n! They wait.",
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
        --- 2
        INT. HOUSE
        ANNA
        BEN

        They wait.
    "#]],
    );
}
