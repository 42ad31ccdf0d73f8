//! The log's rules: what is merged and when, in which steps, and what a crash between any two of them leaves.

mod support;

use scriptroom_room::compaction::MAX_MERGE_ENTRIES;
use scriptroom_room::{Config, Input, Origin, Rate};
use support::{Replica, World, text_of};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

fn world(config: Config) -> (World, scriptroom_room::SessionId, Replica) {
    let mut world = World::new(config);
    let ada = world.join("ada", false);
    (world, ada, Replica::new(7))
}

fn type_keys(world: &mut World, ada: scriptroom_room::SessionId, replica: &Replica, keys: u64) {
    for key in 0..keys {
        world.update(ada, &replica.append(&format!("{key} ")));
    }
}

/// Lets the clock come to the alarm, and runs it.
fn wake(world: &mut World) {
    world.now_ms = world
        .alarm_at
        .take()
        .expect("an alarm is set")
        .max(world.now_ms);
    world.handle(Input::Alarm);
}

fn counts(world: &World) -> (usize, usize) {
    (
        world.disks.script.entries.len(),
        world.disks.script.covered.len(),
    )
}

#[test]
fn l1_an_entry_says_when_who_over_which_connection_and_how() {
    let (mut world, ada, replica) = world(Config::default());
    world.now_ms = 77;
    world.update(ada, &replica.append("word"));
    let entry = &world.disks.script.entries[0];
    assert_eq!(
        (
            entry.sequence,
            entry.time_ms,
            entry.author.as_str(),
            entry.session,
            entry.origin
        ),
        (1, 77, "ada", ada.0, Origin::Live)
    );
}

#[test]
fn u9_compaction_changes_nothing_that_a_join_sees() {
    let (mut world, ada, replica) = world(Config {
        compact_entries: 10,
        ..Config::default()
    });
    type_keys(&mut world, ada, &replica, 25);
    world.update(ada, &replica.delete(3).unwrap());
    let before = text_of(&world.disks.script.whole());
    wake(&mut world);
    wake(&mut world);
    assert_eq!(counts(&world), (1, 26));
    assert_eq!(
        (text_of(&world.disks.script.whole()), before),
        (replica.text(), replica.text())
    );
    world.sleep();
    world.update(ada, &replica.append("after"));
    assert_eq!(world.text(), replica.text());
}

#[test]
fn l2_entries_are_merged_when_there_are_enough_that_are_old() {
    let (mut world, ada, replica) = world(Config::default());
    type_keys(&mut world, ada, &replica, 99);
    assert_eq!(world.alarm_at, None, "99 are not enough");
    type_keys(&mut world, ada, &replica, 1);
    let due = world.alarm_at.expect("100 are");
    assert!(due >= world.now_ms + DAY_MS);
    // What comes later is not old yet when the time is there.
    world.now_ms += DAY_MS / 2;
    type_keys(&mut world, ada, &replica, 5);
    wake(&mut world);
    wake(&mut world);
    assert_eq!(counts(&world), (6, 100));
    assert_eq!(world.text(), replica.text());
    assert!(
        world.alarm_at > Some(world.now_ms + 29 * DAY_MS),
        "5 are not enough"
    );
}

#[test]
fn l2_a_tail_that_makes_joins_slow_does_not_wait_for_its_age() {
    let (mut world, ada, replica) = world(Config {
        long_tail_entries: 20,
        ..Config::default()
    });
    type_keys(&mut world, ada, &replica, 20);
    // Somebody types on and on: the merge comes all the same.
    world.now_ms += 1_900;
    type_keys(&mut world, ada, &replica, 3);
    assert_eq!(world.alarm_at, Some(3_000));
    wake(&mut world);
    wake(&mut world);
    assert_eq!(counts(&world), (1, 23));
}

#[test]
fn l3_a_long_log_is_merged_a_piece_at_a_time() {
    let keys = MAX_MERGE_ENTRIES as u64 + 500;
    let (mut world, ada, replica) = world(Config {
        updates: Rate::new(keys, 100),
        ..Config::default()
    });
    type_keys(&mut world, ada, &replica, keys);
    wake(&mut world);
    wake(&mut world);
    assert_eq!(counts(&world), (501, MAX_MERGE_ENTRIES));
    assert_eq!(world.text(), replica.text());
}

#[test]
fn l3_a_merge_that_dies_at_any_step_loses_nothing_and_is_made_later() {
    for dies_after in 0..6 {
        let (mut world, ada, replica) = world(Config {
            compact_entries: 10,
            ..Config::default()
        });
        type_keys(&mut world, ada, &replica, 12);
        world.dies_after = Some(dies_after);
        for _ in 0..2 {
            world.now_ms += DAY_MS + 10_000;
            if !world.handle(Input::Alarm) {
                world.kill();
                assert_eq!(world.text(), replica.text(), "died after {dies_after}");
            }
        }
        world.dies_after = None;
        // Whatever happens next sets the alarm again, and what was begun is brought to its end.
        let ben = world.join("ben", false);
        world.update(ben, &Replica::new(9).append("!"));
        for _ in 0..2 {
            world.now_ms += DAY_MS + 10_000;
            world.handle(Input::Alarm);
        }
        assert!(
            world.disks.script.covered.len() >= 12,
            "died after {dies_after}"
        );
        assert!(world.disks.script.staged.is_none());
        assert!(world.text().contains(&replica.text()));
    }
}

#[test]
fn l3_messages_go_on_between_the_turns_of_a_merge() {
    let (mut world, ada, replica) = world(Config {
        compact_entries: 10,
        ..Config::default()
    });
    type_keys(&mut world, ada, &replica, 10);
    wake(&mut world);
    assert!(world.disks.script.staged.is_some());
    type_keys(&mut world, ada, &replica, 2);
    wake(&mut world);
    assert_eq!(counts(&world), (3, 10));
    assert_eq!(world.text(), replica.text());
}

#[test]
fn l3_what_was_staged_wrongly_never_takes_over() {
    let (mut world, ada, replica) = world(Config {
        compact_entries: 10,
        ..Config::default()
    });
    type_keys(&mut world, ada, &replica, 10);
    wake(&mut world);
    let staged = world.disks.script.staged.as_mut().expect("the first turn");
    staged.bytes = Replica::new(8).append("something else");
    wake(&mut world);
    assert_eq!(
        (counts(&world), world.disks.script.staged.clone()),
        ((10, 0), None)
    );
    assert_eq!(
        world.reports,
        [
            "compaction of entries 1 to 10 of the script: the merged entry differs from what it covers"
        ]
    );
    assert_eq!(world.text(), replica.text());
    // The next try is not at once, but it comes.
    wake(&mut world);
    wake(&mut world);
    assert_eq!(counts(&world), (1, 10));
}

#[test]
fn l6_what_is_covered_is_kept_for_the_retention_and_no_longer() {
    let retention_ms = 30 * DAY_MS;
    let (mut world, ada, replica) = world(Config {
        compact_entries: 10,
        ..Config::default()
    });
    type_keys(&mut world, ada, &replica, 10);
    wake(&mut world);
    wake(&mut world);
    let covered_ms = world.now_ms;
    assert_eq!(counts(&world), (1, 10));
    // The room has slept meanwhile: the alarm that is due is set again by what happens next.
    world.alarm_at = None;
    world.sleep();
    world.update(ada, &replica.append("later"));
    wake(&mut world);
    assert!(world.now_ms > covered_ms + retention_ms);
    assert_eq!(counts(&world), (2, 0));
    assert_eq!(world.text(), replica.text());
}

#[test]
fn j6_what_is_derived_is_refreshed_a_minute_after_the_first_edit_however_long_they_go_on() {
    let (mut world, ada, replica) = world(Config {
        refresh_ms: Some(60_000),
        ..Config::default()
    });
    let first_ms = world.now_ms;
    for _ in 0..3 {
        type_keys(&mut world, ada, &replica, 1);
        world.now_ms += 25_000;
    }
    assert_eq!(world.alarm_at, Some(first_ms + 60_000));
    wake(&mut world);
    assert_eq!(world.refreshed, 1);
    // Nothing was written since.
    world.now_ms += 100_000;
    world.handle(Input::Alarm);
    assert_eq!(world.refreshed, 1);
}
