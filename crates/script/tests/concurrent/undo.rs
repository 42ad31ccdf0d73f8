//! Undo, beside what somebody else does to the same words.

use scriptroom_paragraphs::ElementType;
use scriptroom_script::{Edit, InsertedLine};

use crate::two::{Writer, exchange, meet, meet_and_then, one_strip};
use crate::{THREE, two_lines};

#[test]
fn undo_of_each_and_type() {
    type Act = fn(&mut Writer);
    let acts: [(&str, Act); 5] = [
        ("split", |a| a.enter_behind("alpha", "")),
        ("merge", |a| a.merge("gamma")),
        ("retype", |a| a.retype("alpha", ElementType::Dialogue)),
        ("bold", |a| a.bold("alpha")),
        ("delete", |a| a.delete("pha")),
    ];
    for (name, act) in acts {
        for swapped in [false, true] {
            let outcome = meet(
                &two_lines(),
                &|a| {
                    act(a);
                    a.undo();
                },
                &|b| b.type_behind("bet", "X"),
                swapped,
            );
            assert_eq!(
                outcome, "action: alpha betXa\naction: gamma",
                "undo of {name}"
            );
        }
    }
}

#[test]
fn undo_of_a_carve_and_type() {
    for swapped in [false, true] {
        let outcome = meet(
            &one_strip(THREE),
            &|a| {
                a.move_scene("TWO", Some("ONE"));
                a.undo();
            },
            &|b| b.type_behind("bet", "X"),
            swapped,
        );
        assert_eq!(
            outcome.matches('X').count(),
            1,
            "the word is there once: {outcome}"
        );
        for line in ["ONE", "alpha", "TWO", "THREE", "gamma"] {
            assert_eq!(
                outcome.matches(line).count(),
                1,
                "{line} is there once: {outcome}"
            );
        }
    }
}

/// What was carved was carved again by somebody else, and the first of them undoes. Both see what the other did before that.
#[test]
fn undo_of_a_carve_whose_copies_were_carved_again() {
    let state = one_strip(THREE);
    let [mut one, mut two] = [1, 2].map(|id| Writer::new(id, &state));
    one.move_scene("TWO", Some("ONE"));
    two.take(&one.sent);
    let at = two.find("TWO");
    two.edit(Edit::Replace {
        from: at,
        to: at,
        insert: ["NEW", ""]
            .map(|text| InsertedLine::of(ElementType::SceneHeading, text))
            .into(),
    });
    two.move_scene("TWO", None);
    one.take(&two.sent);
    let before = one.sent.len();
    one.undo();
    two.take(&one.sent[before..]);
    assert_eq!(one.script.to_plain(), two.script.to_plain());
    let text = one.script.text();
    for line in ["ONE", "alpha", "NEW", "TWO", "beta", "THREE", "gamma"] {
        assert_eq!(
            text.matches(line).count(),
            1,
            "{line} is there once: {text}"
        );
    }
}

/// The same, but each hears of the other's second step only after its own: of an undo, and of a redo of what was undone.
#[test]
fn undo_of_a_carve_before_hearing_that_its_copies_were_carved_again() {
    for redone in [false, true] {
        let state = one_strip(THREE);
        let [mut one, mut two] = [1, 2].map(|id| Writer::new(id, &state));
        one.move_scene("TWO", Some("ONE"));
        two.take(&one.sent);
        one.sent.clear();
        two.sent.clear();
        let at = two.find("TWO");
        two.edit(Edit::Replace {
            from: at,
            to: at,
            insert: ["INN", ""]
                .map(|text| InsertedLine::of(ElementType::SceneHeading, text))
                .into(),
        });
        two.move_scene("TWO", None);
        one.undo();
        if redone {
            one.redo();
        }
        exchange(&mut one, &mut two);
        assert_eq!(one.script.to_plain(), two.script.to_plain());
        let text = one.script.text();
        for line in ["ONE", "alpha", "INN", "TWO", "beta", "THREE", "gamma"] {
            let times = text.matches(line).count();
            assert_eq!(times, 1, "{line} is there once, {redone}: {text}");
        }
    }
}

/// Somebody carved what somebody else deleted at the same time, and the deletion is undone.
#[test]
fn undo_of_a_deletion_of_what_was_carved_meanwhile() {
    for swapped in [false, true] {
        let outcome = meet_and_then(
            &one_strip(THREE),
            &|a| a.delete("beta"),
            &|b| b.move_scene("TWO", Some("ONE")),
            &|a| a.undo(),
            swapped,
        );
        for line in ["ONE", "alpha", "TWO", "beta", "THREE", "gamma"] {
            assert_eq!(
                outcome.matches(line).count(),
                1,
                "{line} is there once: {outcome}"
            );
        }
    }
}

/// The deletion is undone before its writer hears of the carve.
#[test]
fn undo_of_a_deletion_before_hearing_of_a_carve() {
    for swapped in [false, true] {
        let outcome = meet(
            &one_strip(THREE),
            &|a| {
                a.delete("beta");
                a.undo();
            },
            &|b| b.move_scene("TWO", Some("ONE")),
            swapped,
        );
        for line in ["ONE", "alpha", "TWO", "beta", "THREE", "gamma"] {
            let times = outcome.matches(line).count();
            assert_eq!(times, 1, "{line} is there once: {outcome}");
        }
    }
}

/// And made again.
#[test]
fn redo_of_a_deletion_before_hearing_of_a_carve() {
    for swapped in [false, true] {
        let outcome = meet(
            &one_strip(THREE),
            &|a| {
                a.delete("beta");
                a.undo();
                a.redo();
            },
            &|b| b.move_scene("TWO", Some("ONE")),
            swapped,
        );
        for line in ["ONE", "alpha", "TWO", "THREE", "gamma"] {
            let times = outcome.matches(line).count();
            assert_eq!(times, 1, "{line} is there once: {outcome}");
        }
        assert!(outcome.matches("beta").count() <= 1, "{outcome}");
    }
}

/// Both delete the same words, and both take it back: they are there once.
#[test]
fn undo_of_one_deletion_by_two() {
    let delete = |writer: &mut Writer| {
        writer.delete("beta");
        writer.undo();
    };
    for swapped in [false, true] {
        let outcome = meet(&one_strip(THREE), &delete, &delete, swapped);
        let times = outcome.matches("beta").count();
        assert_eq!(times, 1, "{outcome}");
    }
}
