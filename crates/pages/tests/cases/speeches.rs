//! Speeches over a page's end: `(MORE)`, and the cue again with `(CONT'D)`.

use super::{check, check_with};
use crate::notation::page_of;
use expect_test::expect;

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
