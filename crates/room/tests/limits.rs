//! SPEC.md's limits: how much one connection, one person and one script may have (N2 to N6).

mod support;

use expect_test::{Expect, expect};
use scriptroom_room::awareness::{Presence, encode};
use scriptroom_room::ids::StateVector;
use scriptroom_room::wire::Message;
use scriptroom_room::{Config, Rate, SessionId};
use support::{Replica, World};

fn check(seen: Vec<String>, expected: Expect) {
    expected.assert_eq(&seen.join("\n"));
}

/// Three updates at once, two each second.
fn slow() -> World {
    World::new(Config {
        updates: Rate::new(3, 2),
        presence: Rate::new(3, 2),
        ..Config::default()
    })
}

fn batch(world: &mut World, from: SessionId, number: u64, update: &[u8]) {
    world.send(from, &Message::Batch { number, update });
}

/// Types so many batches at once and says what came of them.
fn burst(world: &mut World, from: SessionId, replica: &Replica, numbers: std::ops::Range<u64>) {
    for number in numbers {
        batch(world, from, number, &replica.append("x"));
    }
}

fn present(world: &mut World, from: SessionId, client: u64, clock: u64) {
    let states = encode(
        [Presence {
            client,
            clock,
            state: "{}".to_owned(),
        }]
        .iter(),
    );
    world.send(from, &Message::Awareness(&states));
}

#[test]
fn n2_who_goes_on_regardless_is_closed() {
    let mut world = slow();
    let (ada, bob) = (world.join("ada", true), world.join("bob", true));
    world.read_all();
    burst(&mut world, ada, &Replica::new(7), 1..9);
    check(
        world.seen(ada).split_off(5),
        expect![[r#"
            ack 6 RetryLater too fast: expected a step 2 with what was put off
            closed 4008 too fast: expected a step 2 with what was put off"#]],
    );
    assert_eq!(world.text(), "xxx");
    burst(&mut world, bob, &Replica::new(8), 1..2);
    assert_eq!(world.seen(bob).last().unwrap(), "ack 1 Stored");
}

#[test]
fn n2_a_fast_typist_and_a_held_key_never_meet_the_limit() {
    let mut world = World::new(Config::default());
    let ada = world.join("ada", true);
    let replica = Replica::new(7);
    let mut number = 0;
    // A minute: ten a second, of which each fifth second has twenty at once, and a held key repeats thirty times a second.
    for second in 0..60 {
        let keys = if second % 5 == 0 { 20 } else { 40 };
        for _ in 0..keys {
            number += 1;
            batch(&mut world, ada, number, &replica.append("x"));
            present(&mut world, ada, 7, number);
            world.now_ms += 1_000 / keys;
        }
        // And everything goes out whole, as after a reconnect.
        world.send(ada, &Message::Step2(&replica.diff(&[0])));
    }
    let seen = world.seen(ada);
    let acks: Vec<&String> = seen.iter().filter(|seen| seen.starts_with("ack")).collect();
    assert_eq!(acks.len() as u64, number + 60);
    assert!(acks.iter().all(|ack| ack.ends_with("Stored")));
}

#[test]
fn n3_a_paste_and_a_large_sync_pass_and_a_flood_of_bytes_does_not() {
    let mut world = World::new(Config::default());
    let ada = world.join("ada", true);
    let replica = Replica::new(7);
    world.read_all();
    let paste = "word ".repeat(200_000);
    batch(&mut world, ada, 1, &replica.append(&paste));
    world.send(ada, &Message::Step2(&replica.diff(&[0])));
    check(world.seen(ada), expect!["ack 1 Stored\nack 0 Stored"]);
    let known = replica.diff(&[0]);
    let put_off = (2..99).position(|number| {
        batch(&mut world, ada, number, &known);
        world.seen(ada) != [format!("ack {number} Stored")]
    });
    assert_eq!(
        put_off,
        Some(39),
        "40 MiB, and 2 of these were there before"
    );
    // Ten seconds on, all of it is there again.
    world.now_ms += 10_000;
    world.send(ada, &Message::Step2(&known));
    batch(&mut world, ada, 99, &known);
    check(world.seen(ada), expect!["ack 0 Stored\nack 99 Stored"]);
}

#[test]
fn n3_questions_cost_more_than_their_bytes() {
    let mut world = World::new(Config::default());
    let ada = world.join("ada", true);
    let nothing = StateVector::default().encode();
    let answered = (0..999).position(|_| {
        world.read_all();
        world.send(ada, &Message::Step1(&nothing));
        world.seen(ada) != ["step 2 \"\""]
    });
    assert_eq!(answered, Some(159));
    assert!(world.room.sessions().next().is_none(), "closed");
}

#[test]
fn n4_presence_that_changes_too_fast_closes_and_what_is_sent_back_does_not_count() {
    let mut world = slow();
    let (ada, bob) = (world.join("ada", true), world.join("bob", false));
    world.read_all();
    for clock in 1..=3 {
        present(&mut world, ada, 7, clock);
        for _ in 0..9 {
            present(&mut world, bob, 7, clock);
        }
    }
    world.read_all();
    present(&mut world, ada, 7, 4);
    check(
        world.seen(ada),
        expect!["closed 4008 too fast: expected fewer changes of presence in a second"],
    );
    check(world.seen(bob), expect!["awareness 7@5=null"]);
    present(&mut world, bob, 8, 1);
    check(world.seen(bob), expect!["awareness 8@1={}"]);
}

#[test]
fn n5_a_full_script_is_read_and_cut_but_not_written() {
    let mut world = World::new(Config {
        max_script_bytes: 2_000,
        ..Config::default()
    });
    let (ada, bob) = (world.join("ada", true), world.join("bob", false));
    let replica = Replica::new(7);
    world.update(bob, &replica.append(&"x".repeat(1_900)));
    world.read_all();
    let more = Replica::new(9).append(&"y".repeat(200));
    batch(&mut world, ada, 1, &more);
    check(
        world.seen(ada),
        expect!["ack 1 Refused the script is full: more than 2000 bytes would be stored of it"],
    );
    world.sleep();
    batch(&mut world, ada, 2, &more);
    world.send(ada, &Message::Step2(&more));
    let seen = world.seen(ada);
    assert!(
        seen.iter()
            .all(|seen| seen.contains("Refused the script is full")),
        "{seen:?}"
    );
    // Deleting goes on, however often, and so does reading.
    for number in 0..40 {
        world.update(bob, &replica.delete(number).unwrap());
    }
    assert_eq!(world.text().len(), 1_860);
    world.send(ada, &Message::Step1(&[0]));
    assert!(world.seen(ada).last().unwrap().starts_with("step 2 \"xxx"));
    world.update(bob, &more);
    let seen = world.seen(bob);
    assert!(
        seen.last()
            .unwrap()
            .starts_with("closed 4009 the script is full"),
        "{seen:?}"
    );
}

#[test]
fn n6_what_was_used_is_back_when_a_room_has_slept() {
    let config = Config::default();
    for rate in [config.updates, config.bytes, config.presence] {
        assert!(10 * rate.per_second >= rate.at_once);
    }
    let mut world = World::new(config);
    let ada = world.join("ada", true);
    let replica = Replica::new(7);
    burst(&mut world, ada, &replica, 1..1_001);
    world.now_ms += 10_000;
    world.sleep();
    world.read_all();
    burst(&mut world, ada, &replica, 1..1_001);
    let seen = world.seen(ada);
    assert!(seen.iter().all(|seen| seen.ends_with("Stored")));
}
