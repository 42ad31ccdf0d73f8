//! What comes without a connection is held against the same rules, stored in the same log and shown to everybody.

mod support;

use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge;
use scriptroom_room::{Config, Input, Lane, Origin, Write, Written};
use support::{Replica, World};

fn write(world: &mut World, person: &str, origin: Origin, bytes: &[u8]) -> Written {
    world.handle(Input::Write(Write {
        person,
        lane: Lane::Script,
        origin,
        bytes,
    }));
    world.written.pop().expect("an answer")
}

#[test]
fn j2_what_is_written_over_http_is_stored_and_shown() {
    let mut world = World::new(Config::default());
    let ben = world.join("ben", true);
    world.read_all();
    let ada = Replica::new(7);
    let first = ada.append("one ");
    assert_eq!(
        write(&mut world, "ada", Origin::Sync, &first),
        Written::Stored
    );
    assert_eq!(world.seen(ben), ["update 7:0..4"]);
    let entry = &world.disks.script.entries[0];
    assert_eq!(
        (entry.author.as_str(), entry.origin, entry.session),
        ("ada", Origin::Sync, 0)
    );
    // Again: it is known.
    assert_eq!(
        write(&mut world, "ada", Origin::Sync, &first),
        Written::Stored
    );
    assert_eq!(world.seen(ben), Vec::<String>::new());
}

#[test]
fn j2_what_builds_on_something_unknown_is_not_stored_alone() {
    let mut world = World::new(Config::default());
    let ada = Replica::new(7);
    ada.append("one ");
    let second = ada.append("two ");
    assert_eq!(
        write(&mut world, "ada", Origin::Sync, &second),
        Written::Incomplete
    );
    assert_eq!(world.disks.script.entries.len(), 0);
    let all = ada.diff(&[0]);
    assert_eq!(
        write(&mut world, "ada", Origin::Sync, &all),
        Written::Stored
    );
    assert_eq!(world.text(), "one two ");
}

/// What moves words copies and deletes them.
#[test]
fn j2_while_a_part_of_it_is_missing_nothing_is_deleted() {
    for origin in [Origin::Live, Origin::Sync] {
        let mut world = World::new(Config::default());
        let ada = Replica::new(7);
        write(&mut world, "ada", origin, &ada.append("moved "));
        ada.append("lost ");
        let copy = ada.append("moved");
        let deletion = ada.delete(0).expect("there is a letter");
        let edit = merge(&[&copy, &deletion], &StateVector::default()).expect("they are updates");
        let incomplete = write(&mut world, "ada", origin, &edit);
        assert_eq!(incomplete, Written::Incomplete);
        assert_eq!(world.text(), "moved ");
        let all = write(&mut world, "ada", origin, &ada.diff(&[0]));
        assert_eq!((all, world.text()), (Written::Stored, ada.text()));
    }
}

#[test]
fn u6_a_program_owns_what_it_writes_and_continues_nobody_elses() {
    let mut world = World::new(Config::default());
    let program = Replica::new(7);
    let first = program.append("one ");
    assert_eq!(
        write(&mut world, "ada", Origin::Autosave, &first),
        Written::Stored
    );
    let more = program.append("two ");
    let refused = write(&mut world, "ben", Origin::Sync, &more);
    assert_eq!(
        refused,
        Written::Refused("client id 7 belongs to somebody else".to_owned())
    );
}

#[test]
fn u1_what_is_no_update_is_refused() {
    let mut world = World::new(Config::default());
    let refused = write(&mut world, "ada", Origin::Sync, &[1, 2, 3]);
    assert!(matches!(refused, Written::Refused(_)));
    let max = world.config.max_sync_bytes;
    let refused = write(&mut world, "ada", Origin::Sync, &vec![0; max + 1]);
    let reason = format!("the update is larger than {max} bytes");
    assert_eq!(refused, Written::TooLarge(reason));
}

#[test]
fn n5_a_full_script_is_told_apart_from_what_is_no_update() {
    let mut world = World::new(Config {
        max_script_bytes: 100,
        ..Config::default()
    });
    let long = Replica::new(7).append(&"x".repeat(200));
    let refused = write(&mut world, "ada", Origin::Import, &long);
    let reason = "the script is full: more than 100 bytes would be stored of it".to_owned();
    assert_eq!(refused, Written::TooLarge(reason));
}
