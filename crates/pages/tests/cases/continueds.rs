//! What goes on says so by itself: cues after action, scenes over pages.

use super::{check, check_with};
use crate::notation::page_of;
use expect_test::expect;

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
