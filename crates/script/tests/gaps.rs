//! What comes behind a gap in its client's clocks: whoever has it gives it on. Of comments `threads.rs` says it.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

use scriptroom_paragraphs::{Attributes, ElementType};
use scriptroom_script::{Edit, InsertedLine, Options, Script};

fn replica(client_id: u64, updates: &[&Vec<u8>]) -> Script {
    let options = Options {
        client_id,
        seed: client_id,
    };
    Script::load(options, updates).unwrap()
}

fn typed(script: &mut Script, at: u32, text: &str) -> Vec<u8> {
    let change = script.edit(&[Edit::text(at, at, text)], 0).unwrap();
    change.update.unwrap()
}

/// The clock of a client stays before a gap, and yrs gave on what is behind it to nobody who had as much.
#[test]
fn what_is_behind_a_gap_is_given_on() {
    let mut anna = replica(1, &[]);
    let first = typed(&mut anna, 0, "one");
    let second = typed(&mut anna, 0, "two ");
    let third = typed(&mut anna, 7, " three");
    let ben = replica(2, &[&first, &third]);
    assert_eq!(ben.text(), "one three");
    for known in [vec![&first], vec![&first, &second], vec![]] {
        let mut carol = replica(3, &known);
        let lacks = ben.encode_diff(&carol.state_vector()).unwrap();
        carol.apply_update(&lacks).unwrap();
        carol.apply_update(&second).unwrap();
        carol.check();
        assert_eq!(carol.text(), anna.text());
    }
    // Whoever has it all is given nothing: no structs are in the update.
    let mut whole = replica(4, &[&first, &third]);
    whole.apply_update(&second).unwrap();
    assert_eq!(whole.encode_diff(&anna.state_vector()).unwrap()[0], 0);
}

fn edited(script: &mut Script, edit: Edit) -> Vec<u8> {
    script.edit(&[edit], 0).unwrap().update.unwrap()
}

/// What is gone reached over the end of a gap, as one piece: yrs laid it over what was behind, and waited for ever for deletions that it had.
#[test]
fn what_is_gone_fills_a_gap_and_no_more() {
    let mut anna = replica(1, &[]);
    let first = typed(&mut anna, 0, "one");
    let line = InsertedLine {
        runs: Vec::new(),
        element: None,
        attributes: Attributes::default(),
    };
    let split = edited(
        &mut anna,
        Edit::Replace {
            from: 1,
            to: 1,
            insert: vec![line.clone(), line],
        },
    );
    let mut ben = replica(2, &[&first, &split]);
    let before = edited(
        &mut ben,
        Edit::SetElement {
            paragraphs: 0..1,
            element: ElementType::Transition,
        },
    );
    let attributes = Attributes {
        scene_number: Some("7".into()),
        ..Attributes::default()
    };
    let behind = edited(
        &mut ben,
        Edit::SetAttributes {
            paragraph: 0,
            attributes,
        },
    );
    let mut carol = replica(3, &[&first, &split, &behind]);
    anna.apply_update(&before).unwrap();
    anna.apply_update(&behind).unwrap();
    edited(&mut anna, Edit::text(1, 2, ""));
    // Nobody there could take the deletion back: what hung on the line is gone.
    let dora = replica(4, &[&anna.encode_state()]);
    carol.apply_update(&dora.encode_state()).unwrap();
    carol.check();
    assert!(!carol.has_pending());
    assert_eq!(carol.text(), "one");
    assert_eq!(carol.encode_state(), dora.encode_state());
}

/// Of what waited a gap was told twice where its end was filled: yrs cuts a gap in an update, and leaves what is before the cut as long as it was.
#[test]
fn what_waits_behind_a_gap_keeps_its_clocks() {
    let mut anna = replica(1, &[]);
    let first = typed(&mut anna, 0, "one");
    let refers_to = typed(&mut anna, 0, "two ");
    let waits = typed(&mut anna, 2, "-");
    let between = typed(&mut anna, 8, " three");
    let fills = typed(&mut anna, 6, "+");
    let waits_too = typed(&mut anna, 1, "=");
    let mut ben = replica(2, &[&first, &waits, &waits_too]);
    assert!(ben.has_pending());
    ben.apply_update(&fills).unwrap();
    let lacks = ben.encode_diff(&replica(3, &[]).state_vector()).unwrap();
    for told in [ben.encode_state(), lacks] {
        let mut carol = replica(3, &[&told, &refers_to, &between]);
        assert!(!carol.has_pending());
        assert_eq!(carol.text(), anna.text());
        carol.apply_update(&anna.encode_state()).unwrap();
        carol.check();
        assert_eq!(carol.text(), anna.text());
    }
}

/// What is gone waited behind something else when what it covers a part of came, behind a gap.
#[test]
fn what_is_gone_and_waits_fills_a_gap_and_no_more() {
    let mut anna = replica(1, &[]);
    let first = typed(&mut anna, 0, "one");
    let line = InsertedLine {
        runs: Vec::new(),
        element: None,
        attributes: Attributes::default(),
    };
    let split = edited(
        &mut anna,
        Edit::Replace {
            from: 1,
            to: 1,
            insert: vec![line.clone(), line],
        },
    );
    let mut zoe = replica(5, &[&first, &split]);
    let refers_to = typed(&mut zoe, 0, "zoe ");
    let mut ben = replica(2, &[&first, &split, &refers_to]);
    let waits = typed(&mut ben, 2, "+");
    let before = edited(
        &mut ben,
        Edit::SetElement {
            paragraphs: 0..1,
            element: ElementType::Transition,
        },
    );
    let attributes = Attributes {
        scene_number: Some("7".into()),
        ..Attributes::default()
    };
    let behind = edited(
        &mut ben,
        Edit::SetAttributes {
            paragraph: 0,
            attributes,
        },
    );
    let more = typed(&mut ben, 1, "-");
    for update in [&refers_to, &waits, &before, &behind, &more] {
        anna.apply_update(update).unwrap();
    }
    let at = u32::try_from(anna.text().find('\n').unwrap()).unwrap();
    edited(&mut anna, Edit::text(at, at + 1, ""));
    // Nobody there could take the deletion back: what hung on the line is gone.
    let dora = replica(4, &[&anna.encode_state()]);
    let lacks = dora.encode_diff(&zoe.state_vector()).unwrap();
    for gap in [vec![&behind], vec![&before], vec![&before, &behind]] {
        let mut carol = replica(3, &[&first, &split, &lacks]);
        assert!(carol.has_pending());
        for update in gap {
            carol.apply_update(update).unwrap();
        }
        carol.apply_update(&refers_to).unwrap();
        carol.check();
        assert!(!carol.has_pending());
        assert_eq!(carol.text(), dora.text());
        assert_eq!(carol.encode_state(), dora.encode_state());
    }
}
