//! What comes behind a gap in its client's clocks: whoever has it gives it on. Of comments `threads.rs` says it.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

use scriptroom_script::{Edit, Options, Script};

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
