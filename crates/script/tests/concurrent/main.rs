//! Pairs of edits that two people make at once, each in both orders of client ids.
//!
//! The expected outcomes were written down before the first run. Where the order of ids may
//! decide, both outcomes stand there; text is never lost or doubled in any.
//!
//! A script is written as lines `type: text`. Scenes stand in strips of their own unless a case says otherwise.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

#[path = "../support/mod.rs"]
mod support;
mod two;
mod undo;

use expect_test::expect;
use scriptroom_paragraphs::ElementType;
use scriptroom_script::{Edit, Options, Script};
use two::{Writer, check, check_either, meet, one_strip, start};

const FIRST: &str = "\
scene-heading: INT. ONE
action: alpha beta
action: gamma
scene-heading: INT. TWO
action: delta";

fn two_lines() -> Vec<u8> {
    start("action: alpha beta\naction: gamma")
}

#[test]
fn split_and_type_before_the_cut() {
    check(
        &two_lines(),
        |a| a.enter_behind("alpha", ""),
        |b| b.type_behind("alp", "X"),
        expect![[r#"
            action: alpXha
            dialogue:  beta
            action: gamma"#]],
    );
}

#[test]
fn split_and_type_after_the_cut() {
    check(
        &two_lines(),
        |a| a.enter_behind("alpha", ""),
        |b| b.type_behind("bet", "X"),
        expect![[r#"
            action: alpha
            dialogue:  betXa
            action: gamma"#]],
    );
}

#[test]
fn split_and_split_at_the_same_place() {
    check(
        &two_lines(),
        |a| a.enter_behind("alpha", ""),
        |b| b.enter_behind("alpha", ""),
        expect![[r#"
            action: alpha
            action:
            dialogue:  beta
            action: gamma"#]],
    );
}

#[test]
fn split_and_split_at_different_places() {
    check(
        &two_lines(),
        |a| a.enter_behind("al", ""),
        |b| b.enter_behind("alpha", ""),
        expect![[r#"
            action: al
            action: pha
            dialogue:  beta
            action: gamma"#]],
    );
}

#[test]
fn merge_and_type_in_either_half() {
    check(
        &two_lines(),
        |a| a.merge("gamma"),
        |b| b.type_behind("alpha", "X"),
        expect![[r#"action: alphaX betagamma"#]],
    );
    check(
        &two_lines(),
        |a| a.merge("gamma"),
        |b| b.type_behind("gam", "X"),
        expect![[r#"action: alpha betagamXma"#]],
    );
}

#[test]
fn merge_and_merge() {
    check(
        &two_lines(),
        |a| a.merge("gamma"),
        |b| b.merge("gamma"),
        expect![[r#"action: alpha betagamma"#]],
    );
    check(
        &start("character: one\ndialogue: two\naction: three"),
        |a| a.merge("two"),
        |b| b.merge("three"),
        // The one writes the cue's type to the mark that the other deletes.
        expect![[r#"dialogue: onetwothree"#]],
    );
}

#[test]
fn merge_and_split() {
    check(
        &two_lines(),
        |a| a.merge("gamma"),
        |b| b.enter_behind("gam", ""),
        expect![[r#"
            action: alpha betagam
            dialogue: ma"#]],
    );
}

#[test]
fn retype_and_type() {
    check(
        &two_lines(),
        |a| a.retype("alpha", ElementType::Dialogue),
        |b| b.type_behind("alpha", "X"),
        expect![[r#"
            dialogue: alphaX beta
            action: gamma"#]],
    );
}

#[test]
fn retype_and_split() {
    check_either(
        &two_lines(),
        |a| a.retype("alpha", ElementType::Character),
        |b| b.enter_behind("alpha", ""),
        // Both set the type of the mark that ends the second half: the greater id wins.
        expect![[r#"
            action: alpha
            dialogue:  beta
            action: gamma"#]],
        expect![[r#"
            action: alpha
            character:  beta
            action: gamma"#]],
    );
}

#[test]
fn retype_and_retype() {
    check_either(
        &two_lines(),
        |a| a.retype("gamma", ElementType::Character),
        |b| b.retype("gamma", ElementType::Dialogue),
        expect![[r#"
            action: alpha beta
            dialogue: gamma"#]],
        expect![[r#"
            action: alpha beta
            character: gamma"#]],
    );
}

#[test]
fn retype_and_merge() {
    check(
        &two_lines(),
        |a| a.retype("gamma", ElementType::Dialogue),
        |b| b.merge("gamma"),
        expect![[r#"dialogue: alpha betagamma"#]],
    );
}

#[test]
fn delete_a_paragraph_and_type_in_it() {
    check(
        &two_lines(),
        |a| a.delete_paragraph("alpha"),
        |b| b.type_behind("alpha", "X"),
        expect![[r#"action: Xgamma"#]],
    );
}

#[test]
fn move_a_scene_and_type_in_it() {
    check(
        &start(FIRST),
        |a| a.move_scene("TWO", Some("ONE")),
        |b| b.type_behind("delta", "X"),
        expect![[r#"
            scene-heading: INT. TWO
            action: deltaX
            scene-heading: INT. ONE
            action: alpha beta
            action: gamma"#]],
    );
}

#[test]
fn move_and_move() {
    let three = start("scene-heading: ONE\nscene-heading: TWO\nscene-heading: THREE");
    check_either(
        &three,
        |a| a.move_scene("ONE", None),
        |b| b.move_scene("ONE", Some("THREE")),
        expect![[r#"
            scene-heading: TWO
            scene-heading: ONE
            scene-heading: THREE"#]],
        expect![[r#"
            scene-heading: TWO
            scene-heading: THREE
            scene-heading: ONE"#]],
    );
}

#[test]
fn bold_and_split() {
    check(
        &two_lines(),
        |a| a.bold("alpha beta"),
        |b| b.enter_behind("alpha", ""),
        expect![[r#"
            action: *alpha*
            dialogue: * beta*
            action: gamma"#]],
    );
}

#[test]
fn type_and_type_at_one_place() {
    check_either(
        &two_lines(),
        |a| a.type_behind("alpha", "XX"),
        |b| b.type_behind("alpha", "YY"),
        expect![[r#"
            action: alphaXXYY beta
            action: gamma"#]],
        expect![[r#"
            action: alphaYYXX beta
            action: gamma"#]],
    );
}

#[test]
fn enter_at_the_end_and_type_at_the_end() {
    check(
        &two_lines(),
        |a| a.enter_behind("beta", "new"),
        |b| b.type_behind("beta", "X"),
        expect![[r#"
            action: alpha betaX
            dialogue: new
            action: gamma"#]],
    );
}

#[test]
fn emoji_and_combining_characters_stay_whole() {
    check(
        &start("action: e\u{301}\u{1f469}\u{200d}\u{1f680}z\naction: \u{1f600}"),
        |a| a.enter_behind("e\u{301}", ""),
        |b| b.type_behind("\u{1f680}", "\u{1f4a1}"),
        expect![[r#"
            action: é
            dialogue: 👩‍🚀💡z
            action: 😀"#]],
    );
}

#[test]
fn across_a_strips_boundary_and_move() {
    // ONE and TWO are strips; deleting TWO's first words with the mark before joins the strips.
    check(
        &start(FIRST),
        |a| a.merge("INT. TWO"),
        |b| b.type_behind("delta", "X"),
        expect![[r#"
            scene-heading: INT. ONE
            action: alpha beta
            action: gammaINT. TWO
            action: deltaX"#]],
    );
    check_either(
        &start(FIRST),
        |a| a.merge("INT. TWO"),
        |b| b.retype("INT. TWO", ElementType::Shot),
        // The merge gives the mark the type of the first half; the other sets it at once: the
        // greater id wins.
        expect![[r#"
            scene-heading: INT. ONE
            action: alpha beta
            shot: gammaINT. TWO
            action: delta"#]],
        expect![[r#"
            scene-heading: INT. ONE
            action: alpha beta
            action: gammaINT. TWO
            action: delta"#]],
    );
    check(
        &start(FIRST),
        |a| {
            let (from, to) = (a.find("mma"), a.find(" TWO"));
            a.edit(Edit::text(from, to, ""));
        },
        |b| b.move_scene("TWO", Some("ONE")),
        // What is left of the first half stays at its place; the second moves.
        expect![[r#"
            action:  TWO
            action: delta
            scene-heading: INT. ONE
            action: alpha beta
            action: ga"#]],
    );
    check(
        &start(FIRST),
        |a| a.enter_behind("gamma", "new"),
        |b| b.move_scene("TWO", Some("ONE")),
        expect![[r#"
            scene-heading: INT. TWO
            action: delta
            scene-heading: INT. ONE
            action: alpha beta
            action: gamma
            dialogue: new"#]],
    );
}

const THREE: &str = "\
scene-heading: ONE
action: alpha
scene-heading: TWO
action: beta
scene-heading: THREE
action: gamma";

#[test]
fn carve_and_type() {
    check(
        &one_strip(THREE),
        |a| a.move_scene("TWO", Some("ONE")),
        |b| b.type_behind("bet", "X"),
        expect![[r#"
            scene-heading: TWO
            action: betXa
            scene-heading: ONE
            action: alpha
            scene-heading: THREE
            action: gamma"#]],
    );
    check(
        &one_strip(THREE),
        |a| a.move_scene("TWO", Some("ONE")),
        // It may as well begin what was left there: whoever comes later types at the same place.
        |b| b.type_before("TWO", "X"),
        expect![[r#"
            scene-heading: TWO
            action: beta
            scene-heading: ONE
            action: alpha
            scene-heading: XTHREE
            action: gamma"#]],
    );
}

/// To be moved in front of another, a scene in the middle of a strip is carried away with that one first, and then by itself.
#[test]
fn carve_twice_and_type() {
    check(
        &one_strip(THREE),
        |a| a.move_scene("THREE", Some("TWO")),
        |b| b.type_behind("gam", "X"),
        expect![[r#"
            scene-heading: ONE
            action: alpha
            scene-heading: THREE
            action: gamXma
            scene-heading: TWO
            action: beta"#]],
    );
}

#[test]
fn carve_and_carve() {
    for swapped in [false, true] {
        let outcome = meet(
            &one_strip(THREE),
            &|a| a.move_scene("TWO", Some("ONE")),
            &|b| b.move_scene("TWO", None),
            swapped,
        );
        let mut lines: Vec<&str> = outcome.lines().collect();
        lines.sort_unstable();
        let mut expected: Vec<&str> = THREE.lines().collect();
        expected.sort_unstable();
        assert_eq!(lines, expected, "one of both wins, and nothing is doubled");
    }
}

/// Whoever may not write leaves it to those who do; these look also when they had it on their device already, or were let to write since.
#[test]
fn carve_and_carve_seen_by_a_reader() {
    let state = one_strip(THREE);
    let [mut one, mut two] = [1, 2].map(|id| Writer::new(id, &state));
    one.move_scene("TWO", Some("ONE"));
    two.move_scene("TWO", None);
    let mut reader = Writer::new(3, &state).script;
    let both: Vec<Vec<u8>> = one.sent.iter().chain(&two.sent).cloned().collect();
    for update in &both {
        let change = reader.apply_as_reader(update).unwrap();
        assert_eq!(change.update, None);
    }
    let count = |script: &Script| script.text().matches("TWO").count();
    assert_eq!(count(&reader), 2);

    let nothing_new = vec![0, 0];
    let mut let_since = Writer::new(5, &state).script;
    for update in &both {
        let_since.apply_as_reader(update).unwrap();
    }
    let_since.apply_update(&nothing_new).unwrap();
    assert_eq!(count(&let_since), 1);

    let mut late = Writer::new(4, &reader.encode_state());
    late.take(&[nothing_new]);
    assert_eq!(count(&late.script), 1);
    for update in &late.sent {
        reader.apply_as_reader(update).unwrap();
    }
    assert_eq!(reader.to_plain(), late.script.to_plain());
}

#[test]
fn carve_and_merge() {
    check(
        &one_strip(THREE),
        |a| a.move_scene("TWO", None),
        |b| b.merge("beta"),
        // The merge deletes the old mark; the carve has copied it: the paragraphs stay apart.
        expect![[r#"
            scene-heading: ONE
            action: alpha
            scene-heading: THREE
            action: gamma
            scene-heading: TWO
            action: beta"#]],
    );
}

#[test]
fn a_typed_heading_is_carried_and_words_come_after() {
    check(
        &start("scene-heading: ONE\naction: alpha\naction: int. two"),
        |a| a.retype("int. two", ElementType::SceneHeading),
        |b| b.type_behind("int. two", " - DAY"),
        expect![[r#"
            scene-heading: ONE
            action: alpha
            scene-heading: int. two - DAY"#]],
    );
    check(
        &start("scene-heading: ONE\naction: alpha\naction: int. two"),
        |a| a.retype("int. two", ElementType::SceneHeading),
        |b| b.retype("int. two", ElementType::SceneHeading),
        expect![[r#"
            scene-heading: ONE
            action: alpha
            scene-heading: int. two"#]],
    );
}

#[test]
fn at_the_documents_ends() {
    let nothing = Script::new(Options {
        client_id: 50,
        seed: 50,
    })
    .encode_state();
    for swapped in [false, true] {
        let type_at_start =
            |text: &'static str| move |w: &mut Writer| w.edit(Edit::text(0, 0, text));
        let outcome = meet(
            &nothing,
            &type_at_start("one"),
            &type_at_start("two"),
            swapped,
        );
        let mut lines: Vec<&str> = outcome.lines().collect();
        lines.sort_unstable();
        // Two first paragraphs stay two.
        assert_eq!(lines, ["action: one", "action: two"]);
    }
    check(
        &two_lines(),
        Writer::delete_everything,
        |b| b.type_behind("gam", "X"),
        expect![[r#"action: X"#]],
    );
    check(
        &two_lines(),
        Writer::delete_everything,
        Writer::delete_everything,
        expect![[r#"action:"#]],
    );
    check_either(
        &two_lines(),
        |a| a.enter_behind("gamma", "one"),
        |b| b.enter_behind("gamma", "two"),
        expect![[r#"
            action: alpha beta
            action: gamma
            dialogue: one
            dialogue: two"#]],
        expect![[r#"
            action: alpha beta
            action: gamma
            dialogue: two
            dialogue: one"#]],
    );
}

type Act = fn(&mut Writer);

/// Every pair of acts: both orders of ids converge, and every letter that nobody deleted is there
/// once. Letters, because a split or a typed word may stand inside another word.
///
/// A carve copies, and its undo puts back: what someone else deletes meanwhile at the old place
/// stays in the copy.
fn keep_words(state: &[u8], carves: bool, ours: &[(&str, Act)], theirs: &[(&str, Act)]) {
    for (name, a) in ours {
        for (other, b) in theirs {
            for swapped in [false, true] {
                let outcome = meet(state, a, b, swapped);
                let text: String = outcome
                    .lines()
                    .filter_map(|l| l.split_once(": "))
                    .map(|l| l.1)
                    .collect();
                let acts = [*name, *other];
                let mut meant = String::from("ONETHREEbetagamma");
                if !acts.contains(&"delete") {
                    meant.push_str("alphaTWO");
                } else if carves
                    && ["left", "right", "undone move"]
                        .iter()
                        .any(|c| acts.contains(c))
                {
                    meant.push_str("TWO");
                }
                for (act, word) in [("type", "zz"), ("split", "qq"), ("enter", "ww")] {
                    meant.push_str(if acts.contains(&act) { word } else { "" });
                }
                assert_eq!(
                    letters(&text),
                    letters(&meant),
                    "{name} ‖ {other}: {outcome}"
                );
            }
        }
    }
}

fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    letters.sort_unstable();
    letters
}

const EDITS: [(&str, Act); 6] = [
    ("split", |w| w.enter_behind("TW", "qq")),
    ("enter", |w| w.enter_behind("alpha", "ww")),
    ("merge", |w| w.merge("TWO")),
    ("delete", |w| {
        let (from, to) = (w.find("alpha"), w.end_of("TWO"));
        w.edit(Edit::text(from, to, ""));
    }),
    ("retype", |w| w.retype("TWO", ElementType::Action)),
    ("undone merge", |w| {
        w.merge("TWO");
        w.undo();
    }),
];

const ANSWERS: [(&str, Act); 6] = [
    ("left", |w| w.move_scene("TWO", Some("ONE"))),
    ("right", |w| w.move_scene("TWO", None)),
    ("first", |w| w.move_scene("THREE", Some("ONE"))),
    ("type", |w| w.type_behind("TW", "zz")),
    ("retype", |w| w.retype("TWO", ElementType::Shot)),
    ("undone move", |w| {
        w.move_scene("TWO", Some("ONE"));
        w.undo();
    }),
];

#[test]
fn edits_across_a_strips_boundary_keep_every_word() {
    // A typed word may stand inside "TWO".
    let state = start(THREE);
    keep_words(&state, false, &EDITS, &ANSWERS);
    keep_words(&state, false, &ANSWERS, &EDITS);
}

#[test]
fn edits_against_carves_keep_every_word() {
    let state = one_strip(THREE);
    keep_words(&state, true, &EDITS, &ANSWERS);
    keep_words(&state, true, &ANSWERS, &EDITS);
}

#[test]
fn carves_against_carves_keep_every_word() {
    let state = one_strip(THREE);
    let moves = &ANSWERS[..3];
    keep_words(&state, true, moves, moves);
    keep_words(&start(THREE), false, moves, moves);
}
