//! What no editor puts into the text of a strip, and the check lets pass: the index stays in step with it, and a text that cannot be
//! read reads as none until it can.

use std::slice::from_ref;

use scriptroom_fuzz::builder::{
    Content, Place, RawId, binary, deletions, embed, format, item, section, shared, text, update,
    values,
};
use scriptroom_fuzz::store::Store;
use scriptroom_room::{Effect, Input, Lane, Origin, Write, Written};
use scriptroom_script::{Edit, Options, Script};

const ADA: u64 = 7;
const EVE: u64 = 9;

fn script() -> Script {
    Script::new(Options {
        client_id: 1 << 50,
        seed: 1,
    })
}

/// A strip with a text of five letters, whose clocks are 3 to 7.
fn strip() -> Vec<u8> {
    let order = values(&[vec![119, 1, b'V']]);
    let items = [
        item(Place::Key("strips", "one"), &shared(1)),
        item(Place::KeyIn((ADA, 0), "at"), &order),
        item(Place::KeyIn((ADA, 0), "text"), &shared(2)),
        item(Place::In((ADA, 2)), &text("words")),
    ];
    update(&[section(ADA, 0, &items)], &[])
}

fn between(left: RawId, right: RawId, content: &Content) -> Vec<u8> {
    let items = [item(Place::Between(left, right), content)];
    update(&[section(EVE, 0, &items)], &[])
}

fn odd() -> Vec<(&'static str, Content, u64)> {
    vec![
        ("bytes", binary(&[1, 2, 3]), 1),
        ("a value", values(&[vec![120]]), 1),
        ("a string as value", values(&[vec![119, 1, b'x']]), 1),
        ("two values", values(&[vec![120], vec![121]]), 2),
        ("a string as embed", embed("\"two words\""), 1),
        ("a list", shared(0), 1),
        ("a text", shared(2), 1),
        ("a format", format("bold", "true"), 1),
    ]
}

/// Whether a room that has the first takes what comes then, also when it has slept before.
fn is_taken(lane: Lane, first: &[Vec<u8>], then: &[u8]) -> bool {
    let mut store = Store::default();
    for bytes in first {
        assert!(takes(&mut store, lane, bytes));
    }
    let taken = takes(&mut store, lane, then);
    if lane == Lane::Script {
        let mut woken = Store::of(first.to_vec());
        assert_eq!(takes(&mut woken, lane, then), taken);
    }
    taken
}

fn takes(store: &mut Store, lane: Lane, bytes: &[u8]) -> bool {
    let write = Write {
        person: "eve",
        lane,
        origin: Origin::Autosave,
        bytes,
    };
    let effects = store.handle(Input::Write(write));
    let mut effects = effects.iter();
    effects.any(|one| matches!(one, Effect::Written(Written::Stored)))
}

fn eves(clock: u64, place: Place<'_>, content: &Content) -> Vec<u8> {
    update(&[section(EVE, clock, &[item(place, content)])], &[])
}

/// Under a key it is one value or the last of several, by how they come together. Among values yrs reads on for ever where a
/// letter takes two units.
#[test]
fn u1_letters_stand_in_texts_alone() {
    let letters = text("😀");
    let value = values(&[vec![119, 1, b'x']]);
    let refused = |lane, first: &[Vec<u8>], place: Place<'_>| {
        let clock = first.len() as u64;
        assert!(!is_taken(lane, first, &eves(clock, place, &letters)));
    };
    refused(Lane::Script, &[], Place::Key("map", "k"));
    let list = eves(0, Place::Key("map", "k"), &shared(0));
    refused(Lane::Script, from_ref(&list), Place::In((EVE, 0)));
    refused(Lane::Script, &[list], Place::KeyIn((EVE, 0), "k"));
    refused(Lane::Threads, &[], Place::Root("names"));
    let name = eves(0, Place::Root("names"), &value);
    refused(Lane::Threads, from_ref(&name), Place::After((EVE, 0)));
    refused(Lane::Threads, &[name], Place::Before((EVE, 0)));
    let keyed = eves(0, Place::Key("map", "k"), &value);
    refused(Lane::Script, from_ref(&keyed), Place::After((EVE, 0)));
    refused(Lane::Script, &[keyed], Place::Before((EVE, 0)));
    let words = eves(0, Place::Key("map", "k"), &shared(2));
    let written = eves(1, Place::In((EVE, 0)), &letters);
    assert!(is_taken(Lane::Script, &[words], &written));
}

#[test]
fn the_index_stays_in_step_with_whatever_stands_in_a_text() {
    for (what, content, len) in odd() {
        let mut script = script();
        let steps = [
            strip(),
            between((ADA, 4), (ADA, 5), &content),
            update(
                &[section(11, 0, &[item(Place::After((ADA, 7)), &text("!"))])],
                &[],
            ),
            update(&[], &[deletions(EVE, &[(0, len)])]),
        ];
        let mut all = Vec::new();
        for step in steps {
            script.apply_update(&step).unwrap();
            script.check();
            all.push(step);
            let fresh = Script::load(
                Options {
                    client_id: 1 << 49,
                    seed: 1,
                },
                &all,
            )
            .unwrap();
            assert_eq!(script.text(), fresh.text(), "{what}");
        }
        assert_eq!(script.text(), "words!", "{what}: once it is gone");
    }
}

#[test]
fn who_writes_beside_it_writes_on() {
    for (what, content, _) in odd() {
        let mut script = script();
        script.apply_update(&strip()).unwrap();
        script
            .apply_update(&between((ADA, 4), (ADA, 5), &content))
            .unwrap();
        for at in 0..=script.text().encode_utf16().count() as u32 {
            script.edit(&[Edit::text(at, at, "x")], 0).unwrap();
            script.check();
        }
        let mut again = self::script();
        again.apply_update(&script.encode_state()).unwrap();
        again.check();
        assert_eq!(again.text(), script.text(), "{what}");
    }
}
