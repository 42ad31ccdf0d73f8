//! Every rule in a case of its own: a script in, its pages out. See `notation` for the signs.

mod notation;

use expect_test::{Expect, expect};
use notation::{page_of, pages, script};
use scriptroom_pages::PageSetup;

/// On pages of 12 lines.
fn check(text: &str, expected: Expect) {
    check_with(page_of(12), text, expected);
}

fn check_with(setup: PageSetup, text: &str, expected: Expect) {
    expected.assert_eq(&pages(&script(text), setup));
}

// 1. Forced breaks, and elements that start a page.

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

// 2. What is kept together.

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

// 3. Splitting action and dialogue.

const LONG: &str = "The house is dark. Somebody is breathing behind the long curtain by the door. A hand comes out and feels for the switch. It is not where it was. Then a match is struck, and for a moment there is a face, and it is not hers.";

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

// 4. Speeches over a page's end.

#[test]
fn a_split_speech_has_more_and_continued_and_keeps_its_extension() {
    check(
        "_7\n@ ANNA (V.O.)\n- I was never there. Nobody was there at all. It was raining, and the whole street had gone to bed. And then I saw him. Him!",
        expect![[r#"
            --- 1
            line 1
            line 2
            line 3
            line 4
            line 5
            line 6
            line 7

                    ANNA (V.O.)
                I was never there. Nobody was there
                at all.
                    (MORE)
            --- 2
                    ANNA (V.O.) (CONT'D)
                It was raining, and the whole
                street had gone to bed. And then I
                saw him. Him!
        "#]],
    );
}

#[test]
fn a_break_comes_before_a_parenthetical_not_after_it() {
    check(
        "_7\n@ ANNA\n- Go away, all of you, and do not come back here.\n(to Ben)\n- Not you.",
        expect![[r#"
            --- 1
            line 1
            line 2
            line 3
            line 4
            line 5
            line 6
            line 7

                    ANNA
                Go away, all of you, and do not
                come back here.
                    (MORE)
            --- 2
                    ANNA (CONT'D)
                  (to Ben)
                Not you.
        "#]],
    );
}

#[test]
fn more_needs_a_line_of_its_own() {
    check(
        "_8\n@ ANNA\n- Go away, all of you. And do not come back to us. Never ever again. Did you not hear me, then? I said it loud enough.",
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
                    ANNA
                Go away, all of you. And do not
                come back to us. Never ever again.
                Did you not hear me, then? I said
                it loud enough.
        "#]],
    );
}

#[test]
fn a_speech_runs_over_many_pages() {
    let speech = "Nobody was there at all. ".repeat(26);
    check_with(
        page_of(8),
        &format!("@ ANNA\n- {speech}"),
        expect![[r#"
        --- 1
                ANNA
            Nobody was there at all. Nobody was
            there at all. Nobody was there at
            all. Nobody was there at all.
            Nobody was there at all. Nobody was
            there at all. Nobody was there at
            all. Nobody was there at all.
                (MORE)
        --- 2
                ANNA (CONT'D)
            Nobody was there at all. Nobody was
            there at all. Nobody was there at
            all. Nobody was there at all.
            Nobody was there at all. Nobody was
            there at all. Nobody was there at
            all. Nobody was there at all.
                (MORE)
        --- 3
                ANNA (CONT'D)
            Nobody was there at all. Nobody was
            there at all. Nobody was there at
            all. Nobody was there at all.
            Nobody was there at all. Nobody was
            there at all. Nobody was there at
            all. Nobody was there at all.
                (MORE)
        --- 4
                ANNA (CONT'D)
            Nobody was there at all. Nobody was
            there at all.
    "#]],
    );
}

#[test]
fn more_and_continued_are_options() {
    let mut setup = page_of(8);
    setup.continueds.more = None;
    setup.continueds.contd = None;
    let speech = "Nobody was there at all. ".repeat(10);
    check_with(
        setup,
        &format!("@ ANNA\n- {speech}"),
        expect![[r#"
        --- 1
                ANNA
            Nobody was there at all. Nobody was
            there at all. Nobody was there at
            all. Nobody was there at all.
            Nobody was there at all. Nobody was
            there at all. Nobody was there at
            all. Nobody was there at all.
        --- 2
            Nobody was there at all. Nobody was
            there at all.
    "#]],
    );
}

// 5. Blocks longer than a page.

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

// 6. Automatic continueds.

#[test]
fn the_same_character_goes_on_after_action() {
    check_with(
        page_of(20),
        "@ ANNA\n- Wait.\n! She stops.\n@ Anna (O.S.)\n- No.\n@ BEN\n- What?\n@ ANNA\n- Go.\n. EXT. STREET\n@ ANNA\n- Go!",
        expect![[r#"
            --- 1
                    ANNA
                Wait.

            She stops.

                    Anna (O.S.) (CONT'D)
                No.

                    BEN
                What?

                    ANNA
                Go.


            EXT. STREET

                    ANNA
                Go!
        "#]],
    );
}

#[test]
fn automatic_continueds_are_an_option() {
    let mut setup = page_of(12);
    setup.continueds.automatic_contd = false;
    check_with(
        setup,
        "@ ANNA\n- Wait.\n! She stops.\n@ ANNA\n- No.",
        expect![[r#"
            --- 1
                    ANNA
                Wait.

            She stops.

                    ANNA
                No.
        "#]],
    );
}

#[test]
fn a_cue_that_says_continued_already_says_it_once() {
    check(
        "@ ANNA\n- Wait.\n! She stops.\n@ ANNA (cont’d)\n- No.",
        expect![[r#"
            --- 1
                    ANNA
                Wait.

            She stops.

                    ANNA (cont’d)
                No.
        "#]],
    );
}

#[test]
fn scene_continueds_are_an_option() {
    let mut setup = page_of(6);
    setup.continueds.scene_bottom = Some("(CONTINUED)".to_owned());
    setup.continueds.scene_top = Some("CONTINUED:".to_owned());
    setup.continueds.scene_numbers = true;
    check_with(
        setup,
        ". INT. HOUSE\n! One.\n! Two.\n! Three.\n! Four.\n! Five.\n! Six.\n. EXT. STREET\n! Seven.",
        expect![[r#"
            --- 1
            INT. HOUSE

            One.

            Two.
            (CONTINUED)
            --- 2
            CONTINUED:
            Three.

            Four.
            (CONTINUED)
            --- 3
            CONTINUED: (2)
            Five.

            Six.
            --- 4
            EXT. STREET

            Seven.
        "#]],
    );
}

// 7. Dual dialogue.

#[test]
fn dual_dialogue_takes_the_taller_column() {
    check(
        "@ ANNA\n- No.\n^ BEN\n- Yes. And again yes. And once more for the people at the back: yes.\n! Silence.",
        expect![[r#"
            --- 1
                    <ANNA
                <No.
                    >BEN
                >Yes. And again yes. And once
                >more for the people at the
                >back: yes.

            Silence.
        "#]],
    );
}

#[test]
fn each_column_of_dual_dialogue_splits_by_itself() {
    let left = "I was there. You were not there. ".repeat(5);
    let right = "It was me. ".repeat(4);
    check_with(
        page_of(10),
        &format!("_3\n@ ANNA\n- {left}\n^ BEN\n- {right}\n! Silence."),
        expect![[r#"
            --- 1
            line 1
            line 2
            line 3

                    <ANNA
                <I was there. You were not
                <there. I was there. You were
                <not there. I was there. You
                <were not there. I was there.
                    <(MORE)
                    >BEN
                >It was me. It was me. It was
                >me. It was me.
            --- 2
                    <ANNA (CONT'D)
                <You were not there. I was
                <there. You were not there.

            Silence.
        "#]],
    );
}

// 8. The top of a page.

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

// Text of many kinds.

#[test]
fn wide_characters_take_two_cells() {
    let text = "彼女は暗い部屋に入る。".repeat(6);
    check(
        &format!("! {text}"),
        expect![[r#"
        --- 1
        彼女は暗い部屋に入る。彼女は暗い部屋に入る。彼女は暗い部屋に
        入る。彼女は暗い部屋に入る。彼女は暗い部屋に入る。彼女は暗い
        部屋に入る。
    "#]],
    );
}

#[test]
fn text_from_right_to_left_wraps_as_any_other() {
    let text = "היא רצה במדרגות אל הרחוב הריק. ".repeat(4);
    check(
        &format!("! {text}"),
        expect![[r#"
        --- 1
        היא רצה במדרגות אל הרחוב הריק. היא רצה במדרגות אל הרחוב הריק.
        היא רצה במדרגות אל הרחוב הריק. היא רצה במדרגות אל הרחוב הריק.
    "#]],
    );
}

#[test]
fn emoji_and_combining_characters_count_as_they_are_seen() {
    let text = "👩‍👩‍👧 cafe\u{301} 👍🏽 ".repeat(9);
    check(
        &format!("! {text}"),
        expect![[r#"
        --- 1
        👩‍👩‍👧 café 👍🏽 👩‍👩‍👧 café 👍🏽 👩‍👩‍👧 café 👍🏽 👩‍👩‍👧 café 👍🏽 👩‍👩‍👧 café 👍🏽 👩‍👩‍👧
        café 👍🏽 👩‍👩‍👧 café 👍🏽 👩‍👩‍👧 café 👍🏽 👩‍👩‍👧 café 👍🏽
    "#]],
    );
}

#[test]
fn notes_take_no_room() {
    check(
        "! One.\n? This is not printed.\n! Two.",
        expect![[r#"
        --- 1
        One.

        Two.
    "#]],
    );
}

#[test]
fn an_empty_script_has_one_page() {
    check(
        "",
        expect![[r#"
        --- 1
    "#]],
    );
}
