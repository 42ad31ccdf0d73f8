//! What waits for what it builds on: it is stored when that has come, in whatever order that is, and nobody fills the room with it.

mod support;

use proptest::prelude::*;
use scriptroom_room::Config;
use support::{Replica, World};

/// What three replicas write who hear of each other now and then: which of them, where, and whom they have heard before.
fn edits() -> impl Strategy<Value = Vec<(usize, u32, bool, Option<usize>)>> {
    let edit = (
        0..3usize,
        0..40u32,
        any::<bool>(),
        prop::option::of(0..3usize),
    );
    prop::collection::vec(edit, 2..24)
}

/// Their updates, and what a replica reads that has all of them.
fn written(edits: &[(usize, u32, bool, Option<usize>)]) -> (Vec<Vec<u8>>, String) {
    let replicas: Vec<Replica> = [7, 8, 1 << 40].map(Replica::new).into();
    let mut updates = Vec::new();
    for &(who, at, deletes, heard) in edits {
        if let Some(other) = heard.filter(|&other| other != who) {
            replicas[who].apply(&replicas[other].diff(&replicas[who].state_vector()));
        }
        match deletes {
            true => updates.extend(replicas[who].delete(at)),
            false => updates.push(replicas[who].insert(at, "ab")),
        }
    }
    let whole = Replica::new(99);
    replicas.iter().for_each(|one| whole.apply(&one.diff(&[0])));
    (updates, whole.text())
}

/// The same, in any order.
fn shuffled() -> impl Strategy<Value = (Vec<Vec<u8>>, String)> {
    edits().prop_flat_map(|edits| {
        let (updates, text) = written(&edits);
        (Just(updates).prop_shuffle(), Just(text))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn u4_what_is_held_is_stored_in_whatever_order_it_comes(
        (updates, text) in shuffled(),
        sleeps in prop::collection::vec(any::<bool>(), 24),
    ) {
        let mut world = World::new(Config::default());
        let relay = world.join("ada", false);
        for (update, sleeps) in updates.iter().zip(sleeps.iter().cycle()) {
            world.update(relay, update);
            if *sleeps {
                world.sleep();
            }
        }
        prop_assert_eq!(world.text(), text);
        prop_assert!(world.disks.script.held.is_empty());
    }
}

#[test]
fn u4_nobody_fills_the_room_with_pieces_that_build_on_nothing() {
    let mut world = World::new(Config {
        max_held_bytes: 64 << 10,
        ..Config::default()
    });
    let eve = world.join("eve", true);
    let ben = world.join("ben", false);
    // Each the second letter of somebody who never types the first: a dozen bytes.
    for client in 1_000..3_000u64 {
        let replica = Replica::new(client);
        replica.append("a");
        world.update(eve, &replica.append("b"));
        world.read_all();
    }
    let held = world.disks.script.held.len();
    assert!((100..=512).contains(&held), "{held} pieces are held");
    let replica = Replica::new(7);
    world.update(ben, &replica.append("words"));
    assert_eq!(world.text(), "words");
    assert_eq!(world.disks.script.held.len(), held);
}
