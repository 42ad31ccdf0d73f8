//! Bytes and documents that no client of ours would make.

mod support;

use scriptroom_script::{Edit, EditError, InsertedLine, Options, Script, UpdateError};
use support::Editor;
use yrs::types::text::TextPrelim;
use yrs::{Any, Doc, Map, MapPrelim, OffsetKind, ReadTxn, StateVector, Text, Transact};

fn script() -> Script {
    Script::new(Options {
        client_id: 1,
        seed: 1,
    })
}

/// An update of a strip whose text `write` fills.
fn foreign_strip(write: impl Fn(&yrs::TextRef, &mut yrs::TransactionMut)) -> Vec<u8> {
    let mut options = yrs::Options::with_client_id(yrs::ClientID::new(9));
    options.offset_kind = OffsetKind::Utf16;
    let doc = Doc::with_options(options);
    let strips = doc.get_or_insert_map("strips");
    let mut txn = doc.transact_mut();
    let strip = strips.insert(&mut txn, "foreign", MapPrelim::default());
    strip.insert(&mut txn, "at", "V");
    let text = strip.insert(&mut txn, "text", TextPrelim::new("words"));
    write(&text, &mut txn);
    drop(txn);
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
}

#[test]
fn a_string_that_stands_as_an_embed_reads_as_one_unit() {
    let update = foreign_strip(|text, txn| {
        text.insert_embed(txn, 2, Any::from("a string of one unit"));
    });
    let mut script = script();
    let mut editor = Editor::of(&script);
    editor.apply(&script.apply_update(&update).unwrap());
    script.check();
    editor.check(&script);
    editor.apply(&script.edit(&[Edit::text(0, 0, "ours")], 0).unwrap());
    editor.check(&script);
    assert_eq!(script.text(), "ourswo\u{fffc}rds");
    let change = script.edit(&[Edit::text(6, 7, "")], 0).unwrap();
    editor.apply(&change);
    script.check();
    editor.check(&script);
    assert_eq!(script.text(), "ourswords");
}

#[test]
fn a_colour_is_a_colour_or_none_and_what_another_client_wrote_is_left_alone() {
    let heading = |color: Any| {
        foreign_strip(|text, txn| {
            let mark = text.insert_embed(txn, 5, MapPrelim::default());
            mark.insert(txn, "t", "scene-heading");
            mark.insert(txn, "c", color.clone());
        })
    };
    let none = [
        Any::from("url(https://example.com/x)"),
        Any::from("#123456; background: red"),
        Any::from("red"),
        Any::from("#12345"),
        Any::from(0x0012_3456_i64),
        Any::Bool(true),
        Any::Null,
    ];
    let some = Any::from("#1F6F43");
    for color in none.iter().chain([&some]) {
        let mut script = script();
        script.apply_update(&heading(color.clone())).unwrap();
        script.check();
        let read = script.paragraph(0).color.map(|color| color.to_string());
        let wanted = (*color == some).then(|| "#1f6f43".to_owned());
        assert_eq!(read, wanted, "{color:?}");
        // An edit of something else writes no colour.
        let mut attributes = script.paragraphs(0..1)[0].attributes.clone();
        attributes.scene_number = Some("7".to_owned());
        let edit = Edit::SetAttributes {
            paragraph: 0,
            attributes,
        };
        script.edit(&[edit], 0).unwrap();
        assert_eq!(
            script.paragraph(0).color.map(|color| color.to_string()),
            wanted
        );
        if let Any::String(text) = color {
            let state = script.encode_state();
            let text = text.as_bytes();
            assert!(
                state.windows(text.len()).any(|bytes| bytes == text),
                "{color:?}"
            );
        }
    }
}

#[test]
fn a_text_whose_units_cannot_be_told_reads_as_none_until_they_can() {
    let odd = |text: &yrs::TextRef, txn: &mut yrs::TransactionMut| {
        // Of one unit, and so no different from text; with the other, it is not known which.
        text.insert_embed(txn, 2, Any::from("x"));
        text.insert_embed(txn, 4, Any::from("a string of one unit"));
    };
    let mut script = script();
    let mut editor = Editor::of(&script);
    let update = foreign_strip(odd);
    editor.apply(&script.apply_update(&update).unwrap());
    script.check();
    editor.check(&script);
    assert_eq!(script.text(), "");
    let update = foreign_strip(|text, txn| {
        odd(text, txn);
        text.remove_range(txn, 4, 1);
    });
    editor.apply(&script.apply_update(&update).unwrap());
    script.check();
    editor.check(&script);
    assert_eq!(script.text(), "woxrds");
}

#[test]
fn a_strip_that_turns_odd_while_it_is_open_is_read_anew() {
    let healthy = foreign_strip(|_, _| ());
    let mut script = script();
    let mut editor = Editor::of(&script);
    editor.apply(&script.apply_update(&healthy).unwrap());
    assert_eq!(script.text(), "words");
    let doc = Doc::with_client_id(10);
    let strips = doc.get_or_insert_map("strips");
    {
        let mut txn = doc.transact_mut();
        let update = yrs::updates::decoder::Decode::decode_v1(&healthy).unwrap();
        txn.apply_update(update).unwrap();
        let strip: yrs::MapRef = strips.get(&txn, "foreign").unwrap().cast().unwrap();
        let text: yrs::TextRef = strip.get(&txn, "text").unwrap().cast().unwrap();
        text.insert_embed(&mut txn, 2, Any::from("a string of one unit"));
    }
    let odd = doc
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    editor.apply(&script.apply_update(&odd).unwrap());
    script.check();
    editor.check(&script);
    assert_eq!(script.text(), "wo\u{fffc}rds");
}

/// What a script says that has a face between its words, clocks 8 and 9 of client 9, when these updates have come.
fn beside_a_face(updates: &[&[u8]]) -> String {
    let mut script = script();
    let face = foreign_strip(|text, txn| text.insert(txn, 2, "\u{1f600}"));
    script.apply_update(&face).expect("it was just made");
    let mut editor = Editor::of(&script);
    for update in updates {
        editor.apply(&script.apply_update(update).expect("it fits"));
        script.check();
        editor.check(&script);
    }
    script.text()
}

#[test]
fn a_character_that_was_parted_stays_so_when_what_parted_it_is_gone() {
    let between = [1, 1, 10, 0, 0xc4, 9, 8, 9, 9, 1, b'x', 0];
    assert_eq!(beside_a_face(&[&between]), "wo\u{fffd}x\u{fffd}rds");
    let gone = [0, 1, 10, 1, 0, 1];
    let text = beside_a_face(&[&between, &gone]);
    assert_eq!(text, "wo\u{fffd}\u{fffd}rds");
}

#[test]
fn a_character_is_parted_by_what_comes_to_stand_elsewhere() {
    // Behind its first unit, and so behind the second, which is there already.
    let behind = [1, 1, 10, 0, 0x84, 9, 8, 1, b'x', 0];
    assert_eq!(beside_a_face(&[&behind]), "wo\u{fffd}\u{fffd}xrds");
}

#[test]
fn bytes_that_are_no_update_change_nothing() {
    let mut script = script();
    script.edit(&[Edit::text(0, 0, "ours")], 0).unwrap();
    let before = script.encode_state();
    for bytes in [
        &b""[..],
        b"\xff\xff\xff\xff",
        b"plain text",
        &before[..before.len() - 3],
    ] {
        let refused = script.apply_update(bytes);
        assert!(
            matches!(refused, Err(UpdateError::Malformed(_))),
            "{bytes:?}: {refused:?}"
        );
        assert_eq!(script.encode_state(), before);
    }
    assert!(script.encode_diff(b"\xff").is_err());
    assert_eq!(script.resolve(b"\xff\xff"), None);
    assert_eq!(script.resolve(&[0; 1_000]), None);
}

#[test]
fn an_update_that_lacks_another_waits_for_it() {
    let mut there = script();
    let first = there
        .edit(&[Edit::text(0, 0, "one ")], 0)
        .unwrap()
        .update
        .unwrap();
    let second = there
        .edit(&[Edit::text(4, 4, "two")], 0)
        .unwrap()
        .update
        .unwrap();
    let mut here = Script::new(Options {
        client_id: 2,
        seed: 2,
    });
    assert!(here.apply_update(&second).unwrap().is_empty());
    assert!(here.has_pending());
    here.apply_update(&first).unwrap();
    assert!(!here.has_pending());
    assert_eq!(here.text(), "one two");
    here.check();
}

#[test]
fn edits_that_cannot_be_made_say_so_and_change_nothing() {
    let mut script = script();
    script.edit(&[Edit::text(0, 0, "ours")], 0).unwrap();
    let before = script.encode_state();
    let overlapping = [Edit::text(0, 3, "x"), Edit::text(2, 4, "y")];
    let expected = EditError::Overlap { from: 2, end: 3 };
    assert_eq!(script.edit(&overlapping, 0), Err(expected));
    let outside = script.edit(&[Edit::text(3, 5, "")], 0);
    assert!(matches!(outside, Err(EditError::OutOfRange { len: 4, .. })));
    for text in ["a\nb", "\r", "\u{2028}"] {
        let refused = script.edit(&[Edit::text(0, 0, text)], 0);
        assert!(matches!(refused, Err(EditError::LineBreak { .. })));
    }
    let empty = Edit::Replace {
        from: 0,
        to: 0,
        insert: Vec::<InsertedLine>::new(),
    };
    assert_eq!(script.edit(&[empty], 0), Err(EditError::NoLine));
    assert_eq!(script.encode_state(), before);
}
