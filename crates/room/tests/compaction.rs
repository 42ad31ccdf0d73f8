//! The log's rules: what is merged and when, in which steps, and what a crash between any two of them leaves.

mod support;

use scriptroom_room::archive;
use scriptroom_room::authorship::Run;
use scriptroom_room::check::Update;
use scriptroom_room::compaction::MAX_MERGE_ENTRIES;
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge;
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
    world.now_ms += 29 * DAY_MS;
    alarms_until_now(&mut world);
    assert_eq!(counts(&world), (6, 100), "5 are not enough");
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
    world.now_ms = covered_ms + retention_ms;
    alarms_until_now(&mut world);
    assert_eq!(counts(&world), (2, 10));
    world.now_ms += 1;
    alarms_until_now(&mut world);
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

/// Days of writing, some keys each; two people, the second one deletes as well.
fn write_for_days(world: &mut World, days: u64) -> [Replica; 2] {
    let people = [Replica::new(7), Replica::new(8)];
    let (ada, ben) = (world.join("ada", false), world.join("ben", false));
    for _ in 0..days {
        for key in 0..6 {
            world.now_ms += 15 * 60 * 1000;
            alarms_until_now(world);
            let update = people[0].append(&format!("{key} "));
            people[1].apply(&update);
            world.update(ada, &update);
        }
        let update = people[1].delete(1).expect("there is text");
        people[0].apply(&update);
        world.update(ben, &update);
        world.now_ms += 23 * 60 * 60 * 1000;
        alarms_until_now(world);
    }
    people
}

/// Runs every alarm that is due.
fn alarms_until_now(world: &mut World) {
    let (now_ms, mut turns) = (world.now_ms, 0);
    while let Some(at_ms) = world.alarm_at.take_if(|at_ms| *at_ms <= now_ms) {
        world.now_ms = at_ms;
        world.handle(Input::Alarm);
        turns += 1;
        assert!(turns < 1_000, "the alarms come to an end");
    }
    world.now_ms = now_ms;
}

#[test]
fn l7_after_the_retention_there_is_a_state_for_every_hour_and_who_wrote_and_deleted() {
    let mut world = World::new(Config {
        compact_entries: 10,
        ..Config::default()
    });
    let people = write_for_days(&mut world, 40);
    let disk = &world.disks.script;
    assert!(disk.originals[0].sequence > 1, "the first are deleted");
    // Each hour follows the one before, and the last states of them are the script's.
    let mut next = 1;
    for hour in &disk.hours {
        assert_eq!((hour.first, hour.entries), (next, hour.last + 1 - next));
        next = hour.last + 1;
    }
    assert_eq!(disk.archived + 1, next);
    let authors: Vec<&[String]> = disk.hours.iter().map(|hour| &hour.authors[..]).collect();
    assert!(authors.contains(&&["ada".to_owned(), "ben".to_owned()][..]));
    let mut parts: Vec<Vec<u8>> = disk.hours.iter().map(|hour| hour.bytes.clone()).collect();
    let rest = disk.originals.iter();
    parts.extend(
        rest.filter(|entry| entry.sequence > disk.archived)
            .map(|entry| entry.bytes.clone()),
    );
    let whole = merge(&parts, &StateVector::default()).expect("updates");
    assert_eq!(text_of(&whole), people[0].text());
    // Every unit has its writer, everything deleted who deleted it, in days long past as well.
    let update = Update::decode(&whole).expect("an update");
    let mut all = disk.authorship.clone();
    let waiting: Vec<_> = disk
        .originals
        .iter()
        .filter(|entry| entry.sequence > disk.archived)
        .cloned()
        .collect();
    all.join(&archive::authorship(&waiting));
    let who = |runs: &[Run]| -> Vec<String> {
        let mut who: Vec<String> = runs
            .iter()
            .map(|run| all.stamps()[run.stamp].author.clone())
            .collect();
        who.dedup();
        who
    };
    for section in update.sections() {
        let runs = all.written(section.client);
        assert_eq!(runs.last().expect("it is known").ids.end, section.end_clock);
        assert!(
            runs.windows(2)
                .all(|pair| pair[0].ids.end == pair[1].ids.start)
        );
        assert_eq!(who(runs), ["ada"]);
    }
    for (client, ranges) in update.deletions().iter() {
        let units: u32 = ranges.iter().map(|range| range.end - range.start).sum();
        let known = all
            .deleted(client)
            .iter()
            .map(|run| run.ids.end - run.ids.start);
        assert_eq!(
            (known.sum::<u32>(), who(all.deleted(client))),
            (units, vec!["ben".to_owned()])
        );
    }
}

#[test]
fn l7_nothing_is_deleted_that_is_not_put_by() {
    let mut world = World::new(Config {
        compact_entries: 10,
        ..Config::default()
    });
    write_for_days(&mut world, 3);
    let (covered, archived) = (
        world.disks.script.covered.len(),
        world.disks.script.archived,
    );
    assert!(archived > 0 && archived < covered as u64);
    world.disks.script.purge(u64::MAX);
    let kept = world.disks.script.originals.iter();
    assert!(
        kept.map(|entry| entry.sequence)
            .eq(archived + 1..=world.disks.script.entries.last().unwrap().sequence)
    );
}

#[test]
fn l7_putting_by_may_die_at_any_step_and_is_done_once() {
    let mut whole = World::new(Config {
        compact_entries: 10,
        ..Config::default()
    });
    write_for_days(&mut whole, 8);
    let expected = &whole.disks.script;
    for dies_after in 0..6 {
        let mut world = World::new(Config {
            compact_entries: 10,
            ..Config::default()
        });
        let (ada, ben) = (world.join("ada", false), world.join("ben", false));
        // The same entries at the same times, with no alarm between.
        for entry in &expected_entries(&whole) {
            world.now_ms = entry.time_ms;
            let by = if entry.author == "ada" { ada } else { ben };
            world.update(by, &entry.bytes);
        }
        world.now_ms = whole.now_ms;
        for _ in 0..8 {
            world.dies_after = Some(dies_after);
            if !world.handle(Input::Alarm) {
                world.kill();
            }
            world.now_ms += DAY_MS;
        }
        world.dies_after = None;
        world.now_ms += 2 * DAY_MS;
        for _ in 0..9 {
            world.handle(Input::Alarm);
            world.now_ms += 10_000;
        }
        let disk = &world.disks.script;
        let put_by = expected.hours.len();
        assert_eq!(
            disk.hours[..put_by],
            expected.hours[..],
            "died after {dies_after}"
        );
        assert_eq!(
            disk.archived,
            disk.originals.last().expect("they are kept").sequence
        );
    }
}

/// All entries of a log, as they came.
fn expected_entries(world: &World) -> Vec<archive::Original> {
    let originals = &world.disks.script.originals;
    assert_eq!(originals[0].sequence, 1, "none is deleted yet");
    originals.clone()
}
