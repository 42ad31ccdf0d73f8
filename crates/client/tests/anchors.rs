//! Comments stay on their words, whatever is carried elsewhere, taken back and made again.

mod kitchen;

use kitchen::script;
use scriptroom_client::comments::Comments;
use scriptroom_paragraphs::ElementType;
use scriptroom_script::{Anchored, Edit, InsertedLine, Options, Script};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The scene stands in one strip with another, so it is copied when it is moved; the words stand there twice.
#[test]
fn a_comment_goes_with_its_words_also_where_there_are_more_of_the_same() {
    let mut script = script();
    let end = script.len_utf16();
    let insert = vec![
        InsertedLine::new(" The cat, the dog and the door."),
        InsertedLine::of(ElementType::SceneHeading, "INT. HALL - DAY"),
        InsertedLine::of(ElementType::Action, "Nobody."),
    ];
    let edit = Edit::Replace {
        from: end,
        to: end,
        insert,
    };
    script.edit(&[edit], 0).expect("it can be made");
    let dog = |script: &Script| {
        let text = script.text();
        let before = text.find("the dog").expect("it is there") as u32;
        before..before + 3
    };
    let mut comments = Comments::new::<Vec<u8>>(1, &[], None, &[]).expect("there are none");
    let anchor = script.anchor_at(dog(&script));
    comments.threads().add(&anchor, "the", "Which one?", 1);
    let scenes: Vec<_> = script.scenes().into_iter().map(|scene| scene.id).collect();
    comments.note_places(&script);
    script
        .move_scene(&scenes[0], None, 10)
        .expect("there is such a scene");
    comments.anchor_anew(&script, false);
    assert!(script.text().find("HALL") < script.text().find("KITCHEN"));
    let shown = |comments: &Comments, script: &Script| comments.list(script)[0].anchored.clone();
    assert_eq!(shown(&comments, &script), Anchored::At(dog(&script)));
    for back in [Script::undo, Script::redo, Script::undo] {
        comments.note_places(&script);
        back(&mut script).expect("there is a step");
        comments.anchor_anew(&script, false);
        assert_eq!(shown(&comments, &script), Anchored::At(dog(&script)));
    }
}

/// The words go with an undo and come back with the redo; the same words stand there once more.
#[test]
fn a_comment_on_words_that_undo_takes_away_is_not_set_on_others() {
    let mut script = script();
    let end = script.len_utf16();
    let mut edit = |from: u32, text: &str| {
        script
            .edit(&[Edit::text(from, from, text)], 0)
            .expect("it can be made");
        script.close_undo_group();
    };
    edit(end, " A gull.");
    edit(end + 8, " One more gull.");
    let gull = end + 18..end + 22;
    assert_eq!(script.slice(gull.clone()), "gull");
    let mut comments = Comments::new::<Vec<u8>>(1, &[], None, &[]).expect("there are none");
    let anchor = script.anchor_at(gull.clone());
    comments.threads().add(&anchor, "gull", "Which one?", 1);
    for step in [Script::undo, Script::redo] {
        comments.note_places(&script);
        step(&mut script).expect("there is a step");
        comments.anchor_anew(&script, false);
    }
    assert_eq!(comments.list(&script)[0].anchored, Anchored::At(gull));
}

/// Whoever comments has not heard that the words were deleted and brought back: they are others by their ids, as only one replica knows.
#[test]
fn a_comment_that_comes_to_words_that_were_brought_back_is_on_them_for_all() {
    let mut ada = script();
    let state = ada.encode_state();
    let mut ben = Script::load(
        Options {
            client_id: 2,
            seed: 2,
        },
        &[&state],
    )
    .expect("a state");
    let len = ada.len_utf16();
    let anchor = ben.anchor_at(2..len - 2);
    let quote = ben.slice(2..len - 2);
    ada.close_undo_group();
    ada.edit(&[Edit::text(0, len - 4, "")], 0)
        .expect("it can be made");
    ada.undo().expect("there is a step");
    let mut comments = Comments::new::<Vec<u8>>(1, &[], None, &[]).expect("there are none");
    comments.threads().add(&anchor, &quote, "Which one?", 1);
    assert_eq!(comments.anchor_anew(&ada, true).len(), 1);
    assert_eq!(comments.anchor_anew(&ada, true).len(), 0);
    ben.apply_update(&ada.encode_state()).expect("a state");
    for script in [&ada, &ben] {
        assert_eq!(comments.list(script)[0].anchored, Anchored::At(2..len - 2));
    }
    // Also where they read otherwise now, and cannot be found by what they were.
    let edit = [Edit::text(len - 3, len - 3, "X")];
    let change = ben.edit(&edit, 0).expect("it can be made");
    let update = change.update.expect("it changed something");
    ada.apply_update(&update).expect("an update");
    for script in [&ada, &ben] {
        assert_eq!(comments.list(script)[0].anchored, Anchored::At(2..len - 1));
    }
}

/// The first letter was taken out before the others: what comes back first is not all that the comment is on.
#[test]
fn a_comment_on_words_that_come_back_in_parts_is_on_all_of_them() {
    let mut script = script();
    let end = script.len_utf16();
    let words = end - 7..end - 1;
    assert_eq!(script.slice(words.clone()), "window");
    let mut comments = Comments::new::<Vec<u8>>(1, &[], None, &[]).expect("there are none");
    let anchor = script.anchor_at(words.clone());
    comments.threads().add(&anchor, "window", "Which one?", 1);
    for (from, to) in [(end - 7, end - 6), (end - 4, end - 2)] {
        script.close_undo_group();
        script
            .edit(&[Edit::text(from, to, "")], 0)
            .expect("it can be made");
    }
    for _ in 0..2 {
        for step in [Script::undo, Script::undo, Script::redo, Script::redo] {
            comments.note_places(&script);
            step(&mut script).expect("there is a step");
            comments.anchor_anew(&script, false);
        }
    }
    for _ in 0..2 {
        comments.note_places(&script);
        script.undo().expect("there is a step");
        comments.anchor_anew(&script, false);
    }
    assert_eq!(comments.list(&script)[0].anchored, Anchored::At(words));
}
