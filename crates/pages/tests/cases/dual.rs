//! Two speeches side by side.

use super::{check, check_with};
use crate::notation::page_of;
use expect_test::expect;

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
