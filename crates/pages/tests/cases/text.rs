//! Text of many kinds: wide, from right to left, of several code points; none at all.

use super::check;
use expect_test::expect;

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
