//! Two speeches side by side.

use super::{check, check_with};
use crate::notation::{page_of, script};
use expect_test::expect;
use scriptroom_pages::{Position, Settings, layout};

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

#[test]
fn where_both_columns_go_on_the_page_says_where_and_under_which_cue() {
    let left = "I was there. You were not there. ".repeat(5);
    let right = "It was me. ".repeat(18);
    let text = format!("_3\n@ ANNA\n- {left}\n^ BEN (V.O.)\n- {right}\n! Silence.");
    let script = script(&text);
    let layout = layout(&script, &Settings::new(page_of(10)).unwrap());
    let page = &layout.pages[1];
    let words = |at: Position| {
        let text = script[at.paragraph].text();
        let rest = text.encode_utf16().skip(at.offset_utf16 as usize);
        let rest: Vec<u16> = rest.take(8).collect();
        String::from_utf16(&rest).unwrap()
    };
    let right = page.right_start.expect("both go on");
    assert_eq!(
        (page.start.paragraph, words(page.start)),
        (4, "You were".to_owned())
    );
    assert_eq!((right.paragraph, words(right)), (6, "It was m".to_owned()));
    assert_eq!(page.contd.as_deref(), Some("ANNA (CONT'D)"));
    assert_eq!(page.right_contd.as_deref(), Some("BEN (V.O.) (CONT'D)"));
    // Of a column that has ended nothing is said.
    assert_eq!(layout.pages[0].right_contd, None);
}
