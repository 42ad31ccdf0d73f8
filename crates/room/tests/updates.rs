//! Updates: the check, the admission and the merge, with yrs as the peer that made them and as the oracle.

mod support;

use proptest::prelude::*;
use scriptroom_room::admission::{self, Admission};
use scriptroom_room::check::Update;
use scriptroom_room::ids::{IdSet, StateVector};
use scriptroom_room::merge::{EMPTY_UPDATE, merge};
use support::{Replica, text_of};

fn admit(update: &Update<'_>, clocks: &StateVector, deleted: Option<&IdSet>) -> Admission {
    admission::admit(update, clocks, deleted, None).expect("nothing is looked at")
}

/// An edit of one of three replicas, and whether it then hears of the others.
#[derive(Debug, Clone)]
enum Act {
    Insert(usize, u32, String),
    Delete(usize, u32),
    Set(usize, f64),
    Hear(usize, usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let words = prop_oneof![Just("a".to_owned()), "[a-zé😀]{1,9}"];
    let act = prop_oneof![
        4 => (0..3usize, 0..60u32, words).prop_map(|(who, at, text)| Act::Insert(who, at, text)),
        2 => (0..3usize, 0..60u32).prop_map(|(who, at)| Act::Delete(who, at)),
        1 => (0..3usize, any::<i8>()).prop_map(|(who, value)| Act::Set(who, f64::from(value) + 0.5)),
        2 => (0..3usize, 0..3usize).prop_map(|(who, from)| Act::Hear(who, from)),
    ];
    prop::collection::vec(act, 1..40)
}

/// Every update that the acts make, in an order in which a relay could have stored them, and the replicas.
fn history(acts: &[Act]) -> (Vec<Vec<u8>>, Vec<Replica>) {
    let replicas: Vec<Replica> = [7, 1 << 33, (1 << 53) - 1].map(Replica::new).into();
    let mut updates = Vec::new();
    for act in acts {
        match act {
            Act::Insert(who, at, words) => updates.push(replicas[*who].insert(*at, words)),
            Act::Delete(who, at) => updates.extend(replicas[*who].delete(*at)),
            Act::Set(who, value) => updates.push(replicas[*who].set("key", *value)),
            Act::Hear(who, from) => {
                let diff = replicas[*from].diff(&replicas[*who].state_vector());
                replicas[*who].apply(&diff);
            }
        }
    }
    (updates, replicas)
}

fn all_of(replicas: &[Replica]) -> String {
    let whole = Replica::new(99);
    for replica in replicas {
        whole.apply(&replica.diff(&[0]));
    }
    whole.text()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn u1_every_update_of_a_peer_passes_the_check(acts in acts()) {
        let (updates, replicas) = history(&acts);
        for update in updates.iter().chain(&replicas.iter().map(|one| one.diff(&[0])).collect::<Vec<_>>()) {
            prop_assert!(Update::decode(update).is_ok(), "{:?}", update);
        }
    }

    #[test]
    fn u8_a_merge_reads_like_the_updates_it_was_made_of(acts in acts(), known in 0..40usize) {
        let (updates, replicas) = history(&acts);
        let whole = merge(&updates, &StateVector::default()).unwrap();
        prop_assert_eq!(text_of(&whole), all_of(&replicas));
        prop_assert!(whole.len() <= updates.iter().map(Vec::len).sum::<usize>() + 16);
        // A newcomer that has the first few gets the rest.
        let newcomer = Replica::new(99);
        for update in updates.iter().take(known) {
            newcomer.apply(update);
        }
        let since = StateVector::decode(&newcomer.state_vector()).unwrap();
        newcomer.apply(&merge(&updates, &since).unwrap());
        prop_assert!(!newcomer.has_pending());
        prop_assert_eq!(newcomer.text(), all_of(&replicas));
    }

    #[test]
    fn u8_what_was_merged_with_gaps_takes_what_was_missing(acts in acts(), seed in any::<u64>()) {
        let (updates, replicas) = history(&acts);
        let mixed = shuffled(updates, seed);
        let (some, others) = mixed.split_at(mixed.len() / 2);
        let gapped = merge(some, &StateVector::default()).unwrap();
        let others = merge(others, &StateVector::default()).unwrap();
        let whole = merge(&[gapped, others], &StateVector::default()).unwrap();
        prop_assert_eq!(text_of(&whole), all_of(&replicas));
    }

    #[test]
    fn u5_what_is_stored_is_causal_and_nothing_is_lost_in_any_order(acts in acts(), seed in any::<u64>()) {
        let (updates, replicas) = history(&acts);
        let mut waiting = shuffled(updates, seed);
        let mut clocks = StateVector::default();
        let reader = Replica::new(99);
        // What must wait is offered again, as the room does with what it holds.
        while !waiting.is_empty() {
            let mut rests = Vec::new();
            let mut moved = false;
            for bytes in &waiting {
                let update = Update::decode(bytes).unwrap();
                let admission = admit(&update, &clocks, None);
                for (client, next) in admission.advanced {
                    clocks.advance(client, next);
                }
                if let Some(stored) = admission.stored {
                    moved = true;
                    reader.apply(&stored);
                    prop_assert!(!reader.has_pending(), "an entry refers to something later");
                }
                rests.extend(admission.rest);
            }
            prop_assert!(moved || rests.is_empty(), "something waits for ever");
            waiting = rests;
        }
        prop_assert_eq!(reader.text(), all_of(&replicas));
    }

    #[test]
    fn u3_what_is_known_is_trimmed(acts in acts()) {
        let (updates, replicas) = history(&acts);
        // Two settings of one key that meet delete one of them: only the replicas say so, no update did.
        let states: Vec<_> = updates.into_iter().chain(replicas.iter().map(|one| one.diff(&[0]))).collect();
        let whole = merge(&states, &StateVector::default()).unwrap();
        let update = Update::decode(&whole).unwrap();
        let mut clocks = StateVector::default();
        for section in update.sections() {
            clocks.advance(section.client, section.end_clock);
        }
        for replica in &replicas {
            let bytes = replica.diff(&[0]);
            let again = admit(&Update::decode(&bytes).unwrap(), &clocks, Some(update.deletions()));
            prop_assert_eq!((again.stored, again.rest), (None, None));
        }
    }

    #[test]
    fn u1_mutated_updates_are_refused_or_read_and_never_panic(
        acts in acts(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let (updates, _) = history(&acts);
        let mut bytes = merge(&updates, &StateVector::default()).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            let Ok(update) = Update::decode(bytes) else { continue };
            let admission = admit(&update, &StateVector::default(), None);
            for part in [admission.stored, admission.rest].into_iter().flatten() {
                prop_assert!(Update::decode(&part).is_ok());
                prop_assert!(merge(&[&part], &StateVector::default()).is_ok());
            }
        }
    }
}

fn shuffled(mut updates: Vec<Vec<u8>>, mut seed: u64) -> Vec<Vec<u8>> {
    for at in (1..updates.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        updates.swap(at, (seed >> 33) as usize % (at + 1));
    }
    updates
}

#[test]
fn u8_a_run_of_keystrokes_becomes_one_struct() {
    let replica = Replica::new(7);
    let updates: Vec<_> = "typed"
        .chars()
        .map(|key| replica.append(&key.to_string()))
        .collect();
    let whole = merge(&updates, &StateVector::default()).unwrap();
    let update = Update::decode(&whole).unwrap();
    assert_eq!(update.structs(&update.sections()[0]).count(), 1);
    assert_eq!(text_of(&whole), "typed");
}

#[test]
fn u3_a_struct_is_cut_where_the_known_part_ends() {
    let replica = Replica::new(7);
    let whole = replica.append("ab😀cd");
    let update = Update::decode(&whole).unwrap();
    for (known, expected) in [(2, "😀cd"), (3, "\u{fffd}cd"), (4, "cd"), (5, "d")] {
        let mut clocks = StateVector::default();
        clocks.advance(7, known);
        let stored = admit(&update, &clocks, None).stored.unwrap();
        let stored = Update::decode(&stored).unwrap();
        let section = &stored.sections()[0];
        assert_eq!((section.clock, section.end_clock), (known, 6));
        let first = stored.structs(section).next().unwrap();
        assert_eq!(first.kind, scriptroom_room::check::Kind::Text(expected));
        assert_eq!(first.origin.map(|id| id.clock), Some(known - 1));
    }
}

#[test]
fn u1_hostile_updates_are_refused() {
    let cases: &[(&str, Vec<u8>)] = &[
        ("huge client count", vec![0xff, 0xff, 0xff, 0xff, 0x0f, 0]),
        (
            "huge struct count",
            vec![1, 0xff, 0xff, 0xff, 0x0f, 1, 0, 0, 1, 0],
        ),
        ("an empty struct", vec![1, 1, 7, 0, 0, 0, 0]),
        (
            "a clock past the end",
            vec![1, 1, 7, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 1, 0],
        ),
        ("a client twice", vec![2, 1, 7, 0, 0, 1, 1, 7, 1, 0, 1, 0]),
        (
            "an unknown content",
            vec![1, 1, 7, 0, 0x0b, 1, 1, b'x', 1, 0],
        ),
        (
            "a sub-document",
            vec![1, 1, 7, 0, 9, 1, 1, b'x', 1, b'g', 127, 0],
        ),
        ("old JSON", vec![1, 1, 7, 0, 2, 1, 1, b'x', 1, 1, b'1', 0]),
        ("bad UTF-8", vec![1, 1, 7, 0, 4, 1, 1, b'x', 1, 0xff, 0]),
        (
            "an embed that is no JSON",
            vec![1, 1, 7, 0, 5, 1, 1, b'x', 1, b'{', 0],
        ),
        ("bytes after the end", vec![0, 0, 0]),
        ("nothing", vec![]),
    ];
    for (name, bytes) in cases {
        assert!(Update::decode(bytes).is_err(), "{name}");
    }
    let mut nested = vec![1, 1, 7, 0, 8, 1, 1, b'x', 1];
    nested.extend([117, 1].repeat(5_000));
    nested.extend([127, 0]);
    assert!(Update::decode(&nested).is_err());
    assert!(Update::decode(EMPTY_UPDATE).is_ok());
}

#[test]
fn u4_structs_that_wait_for_each_other_are_held() {
    // 7:0 stands after 8:0, and 8:0 after 7:0.
    let circle = [
        2, 1, 8, 0, 0x84, 7, 0, 1, b'b', 1, 7, 0, 0x84, 8, 0, 1, b'a', 0,
    ];
    let admission = admit(
        &Update::decode(&circle).unwrap(),
        &StateVector::default(),
        None,
    );
    assert_eq!(admission.stored, None);
    assert_eq!(admission.rest.as_deref(), Some(&circle[..]));
}
